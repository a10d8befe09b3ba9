"""The fields in which people type a password, the same on every page."""

from django import forms
from django.utils.translation import gettext_lazy as _

NEW_PASSWORD_HELP = _(
    "At least 15 characters. A few words in a row are easy to remember and hard to guess."
)


def with_show_button(field: forms.Field) -> None:
    """Let static/js/show-password.js add a button that shows what is typed."""
    field.widget.attrs |= {"data-show": _("Show the password"), "data-hide": _("Hide the password")}


def new_password_field() -> forms.CharField:
    """A password typed once; spaces at its ends belong to it."""
    field = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=NEW_PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    with_show_button(field)
    return field
