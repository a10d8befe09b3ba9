"""Content for superusers, in the Django admin: to repair what is not versioned, and to look."""

from conditions.admin import content, plans

__all__ = ["content", "plans"]
