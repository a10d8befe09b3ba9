"""Content for editors, in the Django admin: drafts can be changed, published plans only read."""

from conditions.admin import content, phases, plans

__all__ = ["content", "phases", "plans"]
