"""What a patient fills in: the answers of a day.

Nothing is preselected on a new entry, and a question that was left open stays None.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from conditions.enums import Channel, Rule, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import Activity, Question
from diary import field_names, fields, windows
from diary.asking import Asked
from diary.layout import ActivityRow, Heading, TheSame
from diary.repeating import Offer
from diary.scales import LONGEST_NOTE, MINUTES_IN_A_DAY, MOST_PAINKILLERS
from diary.verdicts import DayAnswers
from diary.windows import OpenDays

NOTHING_YET = _("Nothing is filled in yet. Answer at least one question.")
NONE_AND_SOME = _("You ticked that you took none. Leave one of the two open.")


def _one_number(side: Side) -> str:
    words = gettext("Choose at least one pain number for your %(side)s. 0 is no pain.")
    return words % {"side": LABELS[side]}


class EntryForm(forms.Form):
    """One day's answers. Give `asked` the questions; `answers()` gives the answers back."""

    client_uuid = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        asked: Asked,
        today: date,
        offer: Offer | None = None,
        shows_rules: bool = True,
        open_days: OpenDays | None = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.today = today
        self.open_days = open_days or windows.open_on(today)
        self.offer = offer
        self.shows_rules = shows_rules
        self.fields["client_uuid"].initial = uuid4
        self._ask_about_pain()
        for question in (*asked.questions, *asked.of_parent):
            self.fields[_answer_name(question)] = fields.answer_field(question)
        self.fields["aid"] = forms.ChoiceField(
            label=_("Walking aid"),
            choices=_named(WalkingAid),
            widget=forms.RadioSelect,
            required=False,
            help_text=_("The one you used most on this day."),
        )
        for activity in asked.activities:
            self._ask_about(activity)
        self._ask_what_a_parent_saw()
        self._ask_about_the_rest()

    def _ask_about_pain(self) -> None:
        for side, channels in self.asked.channels.items():
            for channel in channels:
                self.fields[f"{side}_{channel}"] = fields.PainField(
                    side,
                    channel,
                    is_one_of_two=len(self.asked.sides) > 1,
                    has_faces=side in self.asked.observed,
                )

    def _ask_what_a_parent_saw(self) -> None:
        for side, channels in self.asked.observed.items():
            for channel in channels:
                self.fields[_observed_name(side, channel)] = fields.PainField(
                    side, channel, is_one_of_two=len(self.asked.sides) > 1, is_of_parent=True
                )

    def _ask_about_the_rest(self) -> None:
        self.fields["no_painkillers"] = forms.BooleanField(
            label=_("No painkillers on this day"), required=False
        )
        self.fields["painkillers"] = fields.NumberField(_("How many painkillers"), MOST_PAINKILLERS)
        self.fields["note"] = forms.CharField(
            label=_("Note"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
            help_text=_("Anything your physiotherapist should know about this day."),
        )

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is shown; a form that is only taken in never needs it."""
        aid = cast(forms.ChoiceField, self.fields["aid"])
        aid.choices = _named(self.asked.aids)
        if self.asked.step:
            own = gettext("You chose %(aid)s on %(day)s.") % {
                "aid": self.asked.step.get_aid_display(),
                "day": date_format(self.asked.step.from_on, "SHORT_DATE_FORMAT"),
            }
            aid.help_text = f"{aid.help_text} {own}"
        helper = fields_only()
        helper.layout = self._layout()
        return helper

    def _ask_about(self, activity: Activity) -> None:
        self.fields[f"did_{activity.slug}"] = forms.BooleanField(
            label=capfirst(activity.name),
            required=False,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )
        if activity.has_minutes:
            label = _("%(activity)s: minutes") % {"activity": capfirst(activity.name)}
            self.fields[f"minutes_{activity.slug}"] = fields.NumberField(label, MINUTES_IN_A_DAY)

    def _layout(self) -> Layout:
        parts: list[Any] = ["client_uuid"]
        if self.asked.observed:
            parts.append(HTML('{% include "diary/_faces.html" %}'))
        for side, channels in self.asked.channels.items():
            parts.append(Heading(capfirst(str(LABELS[side]))))
            parts.extend(
                Field(f"{side}_{channel}", template="diary/_pain_grid.html") for channel in channels
            )
        if self.offer:
            parts.append(TheSame(self.offer))
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
        parts.extend(_asked(gettext("Questions about this day"), self.asked.questions))
        parts.append(Heading(gettext("Painkillers")))
        parts.extend(["no_painkillers", Field("painkillers", wrapper_class="short-number")])
        parts.extend(self._part_of_parent())
        parts.append("note")
        return Layout(*parts)

    def _part_of_parent(self) -> list[Any]:
        """What a parent saw, and what a parent is asked; both beside the child's own answers."""
        observed = [
            Field(_observed_name(side, channel), template="diary/_pain_grid.html")
            for side, channels in self.asked.observed.items()
            for channel in channels
        ]
        rows = [*observed, *_rows(self.asked.of_parent)]
        if not rows:
            return []
        return [Heading(gettext("A parent fills in this part")), *rows]

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
        if day > self.open_days.last:
            self.add_error(None, _("This day has not come yet. You can fill it in when it has."))
        elif day not in self.open_days:
            self.add_error(
                None,
                _("This day is more than %(days)s days ago and can no longer be filled in.")
                % {"days": windows.DAYS_BACK},
            )
        for side in self.asked.channels:
            self._ask_for_one_number(side)
        if not self.asked.channels and not self.errors and self._is_empty():
            self.add_error(None, NOTHING_YET)
        if self.cleaned_data.get("no_painkillers") and self.cleaned_data.get("painkillers"):
            self.add_error("painkillers", NONE_AND_SOME)

    def _is_empty(self) -> bool:
        given = {name: value for name, value in self.cleaned_data.items() if name != "client_uuid"}
        return all(value is None or value is False or value == "" for value in given.values())

    def _numbers_of(self, side: Side) -> list[str]:
        """The fields of which a side needs one to have an answer: the child's, or a parent's."""
        own = [f"{side}_{channel}" for channel in self.asked.channels[side]]
        seen = [_observed_name(side, channel) for channel in self.asked.observed.get(side, ())]
        return own + seen

    def _ask_for_one_number(self, side: Side) -> None:
        names = self._numbers_of(side)
        is_silent = all(self.cleaned_data.get(name) is None for name in names)
        if is_silent and not any(name in self.errors for name in names):
            self.add_error(names[0], _one_number(side))

    @property
    def limits(self) -> Mapping[str, str]:
        """What a script has to know to refuse what this form refuses, as attributes of the page.

        `needs` is a list of [the fields of which one must be answered, the sentence if none is];
        no fields means any of the form. A number's own highest stands at its field.
        """
        needs: list[tuple[list[str], str]] = [
            (self._numbers_of(side), _one_number(side)) for side in self.asked.channels
        ] or [([], str(NOTHING_YET))]
        return {
            "needs": json.dumps(needs, ensure_ascii=False, separators=(",", ":")),
            "not-a-number": str(forms.IntegerField.default_error_messages["invalid"]),
            "too-high": str(MaxValueValidator.message),
            "too-low": str(MinValueValidator.message) % {"limit_value": 0},
            "none-and-some": str(NONE_AND_SOME),
        }

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
                side: {channel: data[f"{side}_{channel}"] for channel in channels}
                for side, channels in self.asked.channels.items()
            },
            observed={
                side: {channel: data[_observed_name(side, channel)] for channel in channels}
                for side, channels in self.asked.observed.items()
            },
            answers={
                question.code: data[_answer_name(question)]
                for question in (*self.asked.questions, *self.asked.of_parent)
            },
            activities={
                activity.slug: data.get(f"minutes_{activity.slug}")
                for activity in self.asked.activities
                if data[f"did_{activity.slug}"] or data.get(f"minutes_{activity.slug}") is not None
            },
            painkillers=0 if data["no_painkillers"] else data["painkillers"],
            note=data["note"],
        )


def _named(aids: Iterable[WalkingAid]) -> list[tuple[str, str]]:
    return [(aid.value, capfirst(str(LABELS[aid]))) for aid in aids]


def _observed_name(side: Side, channel: Channel) -> str:
    return f"{field_names.OBSERVED}{side}_{channel}"


def _answer_name(question: Question) -> str:
    return f"answer_{question.code}"


def _asked(heading: str, questions: Sequence[Question]) -> list[Any]:
    """A heading with the questions below it; nothing where there are none."""
    if not questions:
        return []
    return [Heading(heading), *_rows(questions)]


def _rows(questions: Iterable[Question]) -> list[Any]:
    return [
        Field(_answer_name(question), template=fields.template_of(question))
        for question in questions
    ]


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
    for side, reading in answers.observed.items():
        shown |= {_observed_name(side, channel): score for channel, score in reading.items()}
    shown |= {f"answer_{code}": value for code, value in answers.answers.items()}
    for slug, minutes in answers.activities.items():
        shown |= {f"did_{slug}": True, f"minutes_{slug}": minutes}
    return shown
