"""What a patient fills in: the answers of a day, and when to be reminded.

Nothing is preselected on a new entry, and a question that was left open stays None.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from conditions.enums import Channel, Rule, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import Activity
from diary import reminders, services
from diary.asking import Asked
from diary.layout import ActivityRow, Heading
from diary.models import HIGHEST_PAIN, LONGEST_NOTE, MINUTES_IN_A_DAY, MOST_PAINKILLERS
from diary.verdicts import DayAnswers

SCORES = [(score, str(score)) for score in range(HIGHEST_PAIN + 1)]
CHANNEL_HELP = {
    Channel.LOADING: _("The worst of this day, standing or walking."),
    Channel.REST: _("The worst of this day, sitting or lying down."),
    Channel.NIGHT: _("The worst of the night before."),
}


def _number(label: Any, highest: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=highest,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control"}
        ),
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class PainField(forms.TypedChoiceField):
    """0–10 or nothing, for one channel of one side; `side_name` is empty with one hip."""

    def __init__(self, side: Side, channel: Channel, *, is_one_of_two: bool):
        self.side_name = capfirst(str(LABELS[side])) if is_one_of_two else ""
        self.channel_name = capfirst(str(LABELS[channel]))
        name = f"{self.side_name}, {LABELS[channel]}" if is_one_of_two else self.channel_name
        super().__init__(
            label=name,
            help_text=CHANNEL_HELP[channel],
            choices=SCORES,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            required=False,
        )


class EntryForm(forms.Form):
    """One day's answers. Give `asked` the questions; `answers()` gives the answers back."""

    client_uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Asked, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.today = today
        self.fields["client_uuid"].initial = uuid4
        for side in asked.sides:
            for channel in Channel:
                self.fields[f"{side}_{channel}"] = PainField(
                    side, channel, is_one_of_two=len(asked.sides) > 1
                )
        self.fields["aid"] = forms.ChoiceField(
            label=_("Walking aid"),
            choices=[(aid.value, capfirst(str(LABELS[aid]))) for aid in asked.aids],
            widget=forms.RadioSelect,
            required=False,
            help_text=_("The one you used most on this day."),
        )
        for activity in self.activities:
            self._ask_about(activity)
        self.fields["no_painkillers"] = forms.BooleanField(
            label=_("No painkillers on this day"), required=False
        )
        self.fields["painkillers"] = _number(_("How many painkillers"), MOST_PAINKILLERS)
        self.fields["note"] = forms.CharField(
            label=_("Note"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
            help_text=_("Anything your physiotherapist should know about this day."),
        )
        self.helper = fields_only()
        self.helper.layout = self._layout()

    @property
    def activities(self) -> list[Activity]:
        return [*(each.activity for each in self.asked.listed), *self.asked.others]

    def _ask_about(self, activity: Activity) -> None:
        self.fields[f"did_{activity.slug}"] = forms.BooleanField(
            label=capfirst(activity.name),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )
        if activity.has_minutes:
            label = _("%(activity)s: minutes") % {"activity": capfirst(activity.name)}
            self.fields[f"minutes_{activity.slug}"] = _number(label, MINUTES_IN_A_DAY)

    def _layout(self) -> Layout:
        parts: list[Any] = ["client_uuid"]
        for side in self.asked.sides:
            parts.append(Heading(capfirst(str(LABELS[side]))))
            parts.extend(
                Field(f"{side}_{channel}", template="diary/_pain_grid.html") for channel in Channel
            )
        parts.append(Field("aid", template="diary/_aids.html"))
        parts.append(Heading(gettext("What you did")))
        usual = [each for each in self.asked.listed if each.rule != Rule.DONT]
        parts.extend(ActivityRow(each.activity, each) for each in usual)
        rest = [ActivityRow(each.activity, each) for each in self.asked.listed if each not in usual]
        rest += [ActivityRow(activity) for activity in self.asked.others]
        if rest:
            is_open = any(self._is_answered(row) for row in rest)
            parts.append(
                Div(
                    *rest,
                    template="diary/_other_activities.html",
                    css_class="open" if is_open else "",
                )
            )
        parts.append(Heading(gettext("Painkillers")))
        parts.extend(["no_painkillers", Field("painkillers", wrapper_class="short-number")])
        parts.append("note")
        return Layout(*parts)

    def _is_answered(self, row: ActivityRow) -> bool:
        """Whether an activity has something in it, so that it has to be seen."""
        return any(self[name].value() not in (None, "", False) for name in row.fields)

    def clean_note(self) -> str:
        # Browsers count a line end as one character and send it as two.
        note = self.cleaned_data["note"].replace("\r\n", "\n")
        if len(note) > LONGEST_NOTE:
            raise forms.ValidationError(
                _("This note has %(count)s characters; there is room for %(most)s."),
                params={"count": len(note), "most": LONGEST_NOTE},
            )
        return note

    def clean(self) -> None:
        super().clean()
        day = self.asked.day
        if day > self.today:
            self.add_error(None, _("This day has not come yet. You can fill it in when it has."))
        elif not services.is_open_to_log(day, self.today):
            self.add_error(
                None,
                _("This day is more than %(days)s days ago and can no longer be filled in.")
                % {"days": services.DAYS_BACK},
            )
        for side in self.asked.sides:
            self._ask_for_one_number(side)
        if self.cleaned_data.get("no_painkillers") and self.cleaned_data.get("painkillers"):
            self.add_error(
                "painkillers", _("You ticked that you took none. Leave one of the two open.")
            )

    def _ask_for_one_number(self, side: Side) -> None:
        names = [f"{side}_{channel}" for channel in Channel]
        is_silent = all(self.cleaned_data.get(name) is None for name in names)
        if is_silent and not any(name in self.errors for name in names):
            self.add_error(
                names[0],
                _("Choose at least one pain number for your %(side)s. 0 is no pain.")
                % {"side": LABELS[side]},
            )

    def client_id(self) -> UUID:
        """What makes a second arrival of this form the same saving.

        A form that lost its id is a new saving: better saved twice than not at all.
        """
        try:
            return UUID(self.cleaned_data["client_uuid"])
        except ValueError:
            return uuid4()

    def answers(self) -> DayAnswers:
        """What was answered, once the form is valid."""
        data = self.cleaned_data
        return DayAnswers(
            aid=WalkingAid(data["aid"]) if data["aid"] else None,
            readings={
                side: {channel: data[f"{side}_{channel}"] for channel in Channel}
                for side in self.asked.sides
            },
            activities={
                activity.slug: data.get(f"minutes_{activity.slug}")
                for activity in self.activities
                if data[f"did_{activity.slug}"] or data.get(f"minutes_{activity.slug}") is not None
            },
            painkillers=0 if data["no_painkillers"] else data["painkillers"],
            note=data["note"],
        )


def initial_of(answers: DayAnswers) -> dict[str, Any]:
    """What a form shows of answers that were given before."""
    shown: dict[str, Any] = {
        "aid": answers.aid.value if answers.aid else "",
        "painkillers": answers.painkillers or None,
        "no_painkillers": answers.painkillers == 0,
        "note": answers.note,
    }
    for side, reading in answers.readings.items():
        shown |= {f"{side}_{channel}": score for channel, score in reading.items()}
    for slug, minutes in answers.activities.items():
        shown |= {f"did_{slug}": True, f"minutes_{slug}": minutes}
    return shown


def initial_like_yesterday(answers: DayAnswers) -> dict[str, Any]:
    """Aid and activities as on the day before. Pain is never suggested."""
    return initial_of(DayAnswers(aid=answers.aid, activities=answers.activities))


class ReminderForm(forms.Form):
    is_on = forms.BooleanField(label=_("Remind me when a day is not filled in yet"), required=False)
    at = _time(_("Remind me at"))
    quiet_from = _time(_("Never from"))
    quiet_to = _time(_("Never until"))

    helper = fields_only()

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if len(data) == len(self.fields) and reminders.is_quiet(
            data["at"], data["quiet_from"], data["quiet_to"]
        ):
            self.add_error("at", _("This time lies in your quiet hours, so it would never come."))
