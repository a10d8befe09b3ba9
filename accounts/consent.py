"""The text to which people agree when they accept an invitation.

Each version is a template that stays as it was: what somebody agreed to can be read again
years later. A changed text is a new version with a new template.
"""

from accounts.enums import Role

CURRENT_VERSION = "2026-11"


def template_of(role: str, version: str = CURRENT_VERSION) -> str:
    """The template of the text: patients agree to something else than those who treat them."""
    audience = "patient" if role == Role.PATIENT else "staff"
    return f"accounts/consent/{version}-{audience}.html"
