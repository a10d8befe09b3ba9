"""What people fill in about themselves and about whom they invite."""

import functools
import re
import zoneinfo
from typing import cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import passwords
from accounts.models import Clinic, Invitation, User

FIRST_BIRTH_YEAR = 1900
# What a telephone can dial: three digits at least, with the signs people put between them.
TELEPHONE = re.compile(r"\+?(?:[ ().-]*[0-9]){3,}[ ).]*")
# Where the people of Dutch-speaking clinics are, and where they spend the winter.
OFTEN_CHOSEN_ZONES = (
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/London",
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/Curacao",
    "America/Paramaribo",
    "UTC",
)


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


def fields_only() -> FormHelper:
    """The page writes the form's frame and its button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = language_field()
    language.help_text = _("The language of the invitation.")

    helper = fields_only()

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AcceptForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        disabled=True,
        help_text=_("You sign in with this address. The invitation is for this address only."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    name = name_field()
    password = passwords.new_password_field()
    birth_year = forms.IntegerField(
        label=_("Year of birth (you may leave this open)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
    )
    language = language_field()
    consent = forms.BooleanField(
        label=_("I have read this and I agree"),
        error_messages={"required": _("Without your agreement there is no account.")},
    )

    def __init__(self, *args, invitation: Invitation, shown_in: str, this_year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {
            "email": invitation.email,
            "name": invitation.name,
            "language": shown_in,
        }
        self.this_year = this_year
        fields = [*self.fields]
        if not invitation.is_for_patient:
            del self.fields["birth_year"]
            fields.remove("birth_year")
        self.helper = fields_only()
        text = HTML("{% include consent_template with clinic=invitation.clinic %}")
        self.helper.layout = Layout(*fields[:-1], text, fields[-1])

    def clean_birth_year(self) -> int | None:
        year = self.cleaned_data["birth_year"]
        if year is not None and not FIRST_BIRTH_YEAR <= year <= self.this_year:
            raise forms.ValidationError(_("Give the year in four digits, such as 1958."))
        return year

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        person = User(email=self.initial["email"], name=self.cleaned_data.get("name", ""))
        password_validation.validate_password(password, person)
        return password


class ClinicForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the clinic"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        help_text=_("Patients call this number, also about something that cannot wait."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    treats_children = forms.BooleanField(
        label=_("This clinic treats children"),
        required=False,
        help_text=_("Only then are plans for children offered. Plans that run already go on."),
    )

    helper = fields_only()

    def __init__(self, *args, clinic: Clinic, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {field: getattr(clinic, field) for field in self.fields}

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if not TELEPHONE.fullmatch(phone):
            raise forms.ValidationError(_("Give a telephone number, such as 020 123 45 67."))
        return phone


@functools.cache
def _zone_choices() -> list[tuple[str | Promise, list[tuple[str, str]]]]:
    others = sorted(
        zone
        for zone in zoneinfo.available_timezones()
        if "/" in zone and not zone.startswith("Etc/") and zone not in OFTEN_CHOSEN_ZONES
    )
    return [
        (_("Often chosen"), [_zone_choice(zone) for zone in OFTEN_CHOSEN_ZONES]),
        (_("All others"), [_zone_choice(zone) for zone in others]),
    ]


def _zone_choice(zone: str) -> tuple[str, str]:
    return zone, zone.replace("_", " ")


class SettingsForm(forms.Form):
    name = name_field()
    language = language_field()
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Your days and reminders follow this clock.")
    )

    helper = fields_only()

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {
            "name": person.name,
            "language": person.language,
            "time_zone": person.time_zone,
        }
        field = cast(forms.ChoiceField, self.fields["time_zone"])
        choices = _zone_choices()
        if not any(person.time_zone == zone for _name, zones in choices for zone, _ in zones):
            choices = [*choices, (person.time_zone, [_zone_choice(person.time_zone)])]
        field.choices = choices
