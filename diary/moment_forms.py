"""The short form of an extra moment: when, how bad, doing what, and a note. All of it optional."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from conditions.enums import Rule, Side
from conditions.labels import LABELS
from conditions.models import Activity
from diary import fields
from diary.asking import Asked
from diary.scales import LONGEST_NOTE

# What the plan speaks of most and most mildly; the note has room for anything else.
MOST_ACTIVITIES = 6
# One of these a moment has to have.
SAID = ("score", "activity", "note")
NOTHING_SAID = _("Say how bad it was, what you were doing, or write a note.")


class MomentForm(forms.Form):
    """One moment of a day. `local_now` is when the form was filled in, on the patient's clock.

    Any activity of content is taken; the few that are shown are those of the day's plan.
    """

    client_uuid = forms.CharField(required=False, widget=forms.HiddenInput)
    at = forms.TimeField(
        label=_("At what time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, asked: Asked, local_now: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.local_now = local_now
        self.is_today = asked.day == local_now.date()
        self.fields["client_uuid"].initial = uuid4
        if self.is_today:
            self.fields["at"].help_text = _("Leave it open when it is now.")
        if len(asked.sides) > 1:
            self.fields["side"] = forms.ChoiceField(
                label=_("Which side"),
                choices=[(side.value, capfirst(str(LABELS[side]))) for side in asked.sides],
                widget=forms.RadioSelect,
                required=False,
            )
        self.fields["score"] = fields.ChoiceOfNumbers(
            _("How bad was the pain"), fields.SCORES, low=_("no pain"), high=_("worst pain")
        )
        self.fields["activity"] = forms.ChoiceField(
            label=_("What were you doing"),
            choices=[(each.slug, capfirst(str(each.name))) for each in asked.activities],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def helper(self) -> FormHelper:
        """How the form is shown, with the few activities that the day's plan speaks of."""
        shown = [each.activity for each in self.asked.listed if each.rule != Rule.DONT]
        few = shown[:MOST_ACTIVITIES]
        chosen = self["activity"].value()
        few += [each for each in self.asked.activities if each.slug == chosen and each not in few]
        self.fields["activity"].choices = [  # type: ignore[attr-defined]
            (each.slug, capfirst(str(each.name))) for each in few
        ]
        parts: list[Any] = ["client_uuid", Field("score", template="diary/_pain_grid.html")]
        if "side" in self.fields:
            parts.append(Field("side", template="diary/_choices.html"))
        parts.append(Field("at", wrapper_class="short-time"))
        if few:
            parts.append(Field("activity", template="diary/_choices.html"))
        helper = fields_only()
        helper.layout = Layout(*parts, "note")
        return helper

    @property
    def limits(self) -> Mapping[str, str]:
        """What a script has to know, as `EntryForm.limits` says it."""
        needs = [(list(SAID), str(NOTHING_SAID))]
        return {"needs": json.dumps(needs, ensure_ascii=False, separators=(",", ":"))}

    def clean(self) -> None:
        super().clean()
        at = self.cleaned_data.get("at")
        if at is None and not self.is_today and "at" not in self.errors:
            self.add_error("at", _("Fill in at what time it was."))
        if at is not None and self.is_today and at > self.local_now.time():
            self.add_error("at", _("This time has not come yet."))
        given = [self.cleaned_data.get(name) for name in SAID]
        if not self.errors and all(value in (None, "") for value in given):
            self.add_error("score", NOTHING_SAID)

    def client_id(self) -> UUID:
        """As that of the day's form: one that lost its id is a new saving."""
        try:
            return UUID(self.cleaned_data["client_uuid"])
        except ValueError:
            return uuid4()

    def said(self) -> dict[str, Any]:
        """What was said, as the service takes it, once the form is valid."""
        data = self.cleaned_data
        return {
            "at": data["at"] or self.local_now.time().replace(second=0, microsecond=0),
            "is_now": data["at"] is None,
            "side": self._side(),
            "score": data["score"],
            "activity": self._activity(),
            "note": data["note"].replace("\r\n", "\n"),
        }

    def _side(self) -> Side | None:
        """With one hip it is that one; with two, the one that was named."""
        if len(self.asked.sides) == 1:
            return self.asked.sides[0]
        return Side(self.cleaned_data["side"]) if self.cleaned_data["side"] else None

    def _activity(self) -> Activity | None:
        slug = self.cleaned_data["activity"]
        return next((each for each in self.asked.activities if each.slug == slug), None)
