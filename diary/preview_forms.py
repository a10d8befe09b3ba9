"""Who an editor wants to be when looking at a plan as a patient."""

from typing import Any, Self
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import signed_in
from accounts.forms import fields_only
from conditions.models import Plan
from diary.preview import Wish


class PreviewForm(forms.Form):
    """All of it stands in the address, so that two editors can look at the same."""

    day = forms.IntegerField(label=_("Day of the plan"), min_value=-1000, max_value=10000)
    weight = forms.DecimalField(
        label=_("Body weight (kg)"),
        min_value=20,
        max_value=300,
        max_digits=4,
        decimal_places=1,
        required=False,
        help_text=_("Leave it open to see the plan of somebody whose weight is not known."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    switches = forms.MultipleChoiceField(
        label=_("Switched on"), widget=forms.CheckboxSelectMultiple, required=False
    )

    helper: FormHelper = fields_only()

    def __init__(self, data: Any, *, plan: Plan):
        super().__init__(data)
        choices = [(switch.key, switch.name) for switch in plan.switches.all()]
        if choices:
            self.fields["switches"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["switches"]

    @classmethod
    def of(cls, request: HttpRequest, plan: Plan) -> Self:
        """What the address asks for; where it asks for nothing, day 0 with the usual switches."""
        if "day" in request.GET:
            asked = request.GET.copy()
            asked.setdefault("language", signed_in(request).language)
            return cls(asked, plan=plan)
        usual = {
            "day": 0,
            "weight": "72",
            "language": signed_in(request).language,
            "switches": [switch.key for switch in plan.switches.all() if switch.default],
        }
        return cls(usual, plan=plan)

    def wish(self) -> Wish:
        """What can be shown of it: what is no answer is left at its usual."""
        self.full_clean()
        data = self.cleaned_data
        return Wish(
            day=data.get("day", 0),
            weight=data.get("weight"),
            language=data.get("language", settings.LANGUAGE_CODE),
            switches=frozenset(data.get("switches", ())),
        )

    def query(self, **more: str) -> str:
        """The same wish as the part of an address after the question mark."""
        wish = self.wish()
        asked: dict[str, Any] = {
            "day": wish.day,
            "weight": "" if wish.weight is None else wish.weight,
            "language": wish.language,
            "switches": sorted(wish.switches),
        }
        return urlencode(asked | more, doseq=True)
