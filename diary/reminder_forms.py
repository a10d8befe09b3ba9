"""When to be reminded: one time for every day, others on some, quiet hours, and a pause."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, LayoutObject
from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from diary import reminders, schedule, snoozing
from diary.reminders import Settings


def _time(label: Any, **kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **kwargs)


class Weekdays(LayoutObject):
    """A line for each weekday, folded away while every day has the one time."""

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> SafeString:
        form.rendered_fields.update(field.name for line in form.weekdays() for field in line)
        return render_to_string("diary/_weekdays.html", {"form": form})


class ReminderForm(forms.Form):
    """`settings()` gives what was filled in. A day that is on without a time has the usual one."""

    is_on = forms.BooleanField(label=_("Remind me when a day is not filled in yet"), required=False)
    at = _time(_("Remind me at"))
    quiet_from = _time(_("Quiet from"))
    quiet_to = _time(_("Quiet until"))

    def __init__(self, *args: Any, settings: Settings, **kwargs: Any):
        super().__init__(*args, **{"initial": _initial(settings)} | kwargs)
        for weekday in reminders.EVERY_DAY:
            name = capfirst(str(WEEKDAYS[weekday]))
            box = forms.CheckboxInput(attrs={"class": "form-check-input"})
            self.fields[f"on_{weekday}"] = forms.BooleanField(
                label=name, required=False, widget=box
            )
            label = _("%(weekday)s: at") % {"weekday": name}
            self.fields[f"at_{weekday}"] = _time(label, required=False)

    @cached_property
    def helper(self) -> FormHelper:
        helper = fields_only()
        quiet = Div("quiet_from", "quiet_to", css_class="pair")
        helper.layout = Layout("is_on", "at", Weekdays(), quiet)
        return helper

    def weekdays(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The box and the time of each weekday, Monday first."""
        for weekday in reminders.EVERY_DAY:
            yield self[f"on_{weekday}"], self[f"at_{weekday}"]

    @property
    def has_other_days(self) -> bool:
        """Whether the lines of the weekdays have to be seen."""
        return any(
            not on.value() or at.value() or on.errors or at.errors for on, at in self.weekdays()
        )

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        times = self._times()
        if self.cleaned_data["is_on"] and not times:
            self.add_error("is_on", _("No day is chosen. Choose one, or switch the reminders off."))
        for weekday, at in times.items():
            if self._is_quiet(at):
                own = self.cleaned_data[f"at_{weekday}"] is not None
                self._refuse(f"at_{weekday}" if own else "at")

    def _refuse(self, name: str) -> None:
        if name not in self.errors:
            self.add_error(name, _("This time lies in your quiet hours, so it would never come."))

    def _is_quiet(self, at: time) -> bool:
        data = self.cleaned_data
        return schedule.is_quiet(at, data["quiet_from"], data["quiet_to"])

    def _times(self) -> dict[int, time]:
        data = self.cleaned_data
        return {
            weekday: data[f"at_{weekday}"] or data["at"]
            for weekday in reminders.EVERY_DAY
            if data[f"on_{weekday}"]
        }

    def settings(self) -> Settings:
        """What was filled in, once the form is valid."""
        data = self.cleaned_data
        return Settings(data["is_on"], self._times(), data["quiet_from"], data["quiet_to"])


def _initial(settings: Settings) -> dict[str, Any]:
    usual = schedule.usual_time(settings.times) or reminders.USUAL_TIME
    initial: dict[str, Any] = {
        "is_on": settings.is_on,
        "at": usual,
        "quiet_from": settings.quiet_from,
        "quiet_to": settings.quiet_to,
    }
    for weekday in reminders.EVERY_DAY:
        at = settings.times.get(weekday)
        initial[f"on_{weekday}"] = at is not None
        initial[f"at_{weekday}"] = None if at == usual else at
    return initial


class PauseForm(forms.Form):
    """A week or two by a button, or up to and with a day."""

    weeks = forms.TypedChoiceField(
        choices=[("1", "1"), ("2", "2")], coerce=int, empty_value=None, required=False
    )
    until = forms.DateField(
        label=_("No reminders up to and with"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> None:
        super().clean()
        if self.errors or self.cleaned_data["weeks"]:
            return
        until = self.cleaned_data["until"]
        if until is None:
            self.add_error("until", _("Choose the last day of the pause."))
        elif until < self.today:
            self.add_error("until", _("This day is over. Choose today or a later day."))
        elif until > self.today + schedule.LONGEST_PAUSE:
            self.add_error(
                "until", _("A pause lasts a year at most. You can also switch reminders off.")
            )

    def last_day(self) -> date:
        """The last day without reminders, once the form is valid."""
        weeks: int | None = self.cleaned_data["weeks"]
        if weeks:
            return self.today + timedelta(days=7 * weeks - 1)
        until: date = self.cleaned_data["until"]
        return until


class SnoozeForm(forms.Form):
    """How long, and the message that is answered."""

    TOMORROW = "tomorrow"

    wait = forms.ChoiceField(
        choices=[*((str(each), str(each)) for each in snoozing.MINUTES), (TOMORROW, TOMORROW)]
    )
    day = forms.DateField(input_formats=["%Y-%m-%d"])
    number = forms.IntegerField(min_value=0, max_value=99)


class FewerForm(forms.Form):
    FEWER, STOP = "fewer", "stop"

    choice = forms.ChoiceField(choices=[(FEWER, FEWER), (STOP, STOP)])
