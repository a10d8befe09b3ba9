"""The fields of the log form. None of them has to be filled in, and what is left open is None."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conditions.enums import Channel, QuestionKind, Side
from conditions.labels import LABELS
from conditions.models import Question
from diary import questions
from diary.scales import HIGHEST_PAIN

SCORES = [(score, str(score)) for score in range(HIGHEST_PAIN + 1)]
CHANNEL_HELP = {
    Channel.LOADING: _("The worst of this day, standing or walking."),
    Channel.REST: _("The worst of this day, sitting or lying down."),
    Channel.NIGHT: _("The worst of the night before."),
}


class NumberField(forms.IntegerField):
    """A whole number from 0; `unit` stands behind it, `question` is what it answers."""

    def __init__(self, label: Any, highest: int, *, unit: Any = "", **kwargs: Any):
        self.unit = unit
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=highest,
            widget=forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "autocomplete": "off",
                    "class": "form-control",
                    "data-highest": highest,
                }
            ),
            **kwargs,
        )


class ChoiceOfNumbers(forms.TypedChoiceField):
    """One of a few numbers as radio buttons, or nothing.

    `short_name` stands on the page after the heading it belongs to, `side_name` before it for
    who cannot see the heading; `low` and `high` are the words at the ends of a scale.
    """

    def __init__(self, label: Any, choices: Any, *, low: Any = "", high: Any = "", **kwargs: Any):
        self.short_name, self.side_name = label, ""
        self.low, self.high = low, high
        super().__init__(
            label=label,
            choices=choices,
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            required=False,
            **kwargs,
        )


class PainField(ChoiceOfNumbers):
    """0–10 or nothing, for one channel of one side; `side_name` is empty with one hip.

    A child reads faces beside its own numbers; what a parent saw is said in the parent's words.
    """

    def __init__(
        self,
        side: Side,
        channel: Channel,
        *,
        is_one_of_two: bool,
        has_faces: bool = False,
        is_of_parent: bool = False,
    ):
        self.has_faces = has_faces
        side_name = capfirst(str(LABELS[side])) if is_one_of_two else ""
        name = str(LABELS[channel])
        if is_of_parent:
            name = _("%(channel)s, as you saw it") % {"channel": name}
        short_name = capfirst(name)
        super().__init__(
            f"{side_name}, {name}" if is_one_of_two else short_name,
            SCORES,
            low=_("no pain"),
            high=_("worst pain"),
            help_text="" if is_of_parent else CHANNEL_HELP[channel],
        )
        self.short_name, self.side_name = short_name, side_name


def answer_field(question: Question) -> forms.Field:
    """The field that a question's kind asks for."""
    label, help_text = question.question, question.help
    if question.kind == QuestionKind.COUNT:
        unit = pgettext_lazy("how often", "times")
        return NumberField(label, questions.highest(question), unit=unit, help_text=help_text)
    if question.kind == QuestionKind.MINUTES:
        return NumberField(label, questions.highest(question), unit=_("min"), help_text=help_text)
    if question.kind == QuestionKind.SCORE:
        return ChoiceOfNumbers(
            label, SCORES, low=_("not at all"), high=_("very much"), help_text=help_text
        )
    choices = (
        list(questions.YES_OR_NO.items())
        if question.kind == QuestionKind.YES_NO
        else [(grade, capfirst(str(word))) for grade, word in enumerate(questions.GRADES)]
    )
    return ChoiceOfNumbers(label, choices, help_text=help_text)


def template_of(question: Question) -> str:
    """How the field of a question is drawn."""
    if question.kind in QuestionKind.counted():
        return "diary/_number.html"
    is_score = question.kind == QuestionKind.SCORE
    return "diary/_pain_grid.html" if is_score else "diary/_choices.html"
