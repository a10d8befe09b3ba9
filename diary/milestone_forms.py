"""What a patient fills in when a milestone is reached."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from diary.models import Episode


class ReachedForm(forms.Form):
    """The day on which a milestone was reached, from the first day of the plan up to today."""

    day = forms.DateField(
        label=_("Since when"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    helper = fields_only()

    def __init__(self, *args: Any, episode: Episode, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.episode, self.today = episode, today
        self.initial.setdefault("day", today)

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if not self.episode.started_on <= day <= self.today:
            raise forms.ValidationError(
                _("Give a day from the first day of your plan up to today.")
            )
        return day
