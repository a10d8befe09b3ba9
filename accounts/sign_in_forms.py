"""allauth's forms in our words: one password field, no placeholders."""

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import passwords


def _say(form: forms.Form, **labels) -> None:
    """Give fields our labels; a placeholder vanishes when one needs it."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput):
            passwords.with_show_button(field)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, login=_("E-mail address"), password=_("Password"))


class ChangePasswordForm(allauth.ChangePasswordForm):
    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, oldpassword=_("Your current password"), password1=_("Your new password"))
        self.fields["password1"].help_text = passwords.NEW_PASSWORD_HELP


class ForgottenPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, email=_("E-mail address"))


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _say(self, password1=_("Your new password"))
        self.fields["password1"].help_text = passwords.NEW_PASSWORD_HELP
