"""What editors may enter. A draft may be unfinished; what has no versions has to be whole."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conditions import labels, proofreading, shapes
from conditions.enums import LoadLevel, Provenance, WalkingAid
from conditions.models import Plan
from conditions.shapes import LANGUAGES, Shape


class WholeForm(forms.ModelForm):
    """For what people read as soon as it is saved: both languages, and a source or a mark."""

    shape: Shape

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in (*self.shape.texts, *self.shape.optional):
            self._check_texts(key, {each: data.get(f"{key}_{each}") or "" for each in LANGUAGES})
        is_claim = self.shape.is_statement and data.get("provenance") != Provenance.CONVENTION
        if is_claim and "sources" in self.fields and not data.get("sources"):
            self.add_error("sources", _("Name a source, or mark it as convention."))
        return data

    def _check_texts(self, key: str, texts: dict[str, str]) -> None:
        is_needed = key in self.shape.texts or any(texts.values())
        for language, text in texts.items():
            field = f"{key}_{language}"
            if field in self.errors:
                continue
            if is_needed and not text:
                self.add_error(field, _("Say it in both languages."))
            for word in proofreading.claims(text):
                self.add_error(field, _("“%(word)s” promises or claims too much.") % {"word": word})


class ActivityForm(WholeForm):
    shape = shapes.ACTIVITY


class FactForm(WholeForm):
    shape = shapes.FACT


class StageForm(WholeForm):
    shape = shapes.STAGE


class ConditionForm(WholeForm):
    shape = shapes.CONDITION


class RedFlagForm(WholeForm):
    shape = shapes.RED_FLAG

    def _check_texts(self, key: str, texts: dict[str, str]) -> None:
        super()._check_texts(key, texts)
        for language, text in texts.items():
            for mistake in proofreading.placeholder_mistakes(text):
                words = {"mistake": mistake}
                self.add_error(
                    f"{key}_{language}",
                    _("%(mistake)s is filled in by nobody; use {clinic} and {clinic_phone}.")
                    % words,
                )


class PlanForm(forms.ModelForm):
    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if self.instance.pk is None and Plan.objects.filter(code=code).exists():
            raise forms.ValidationError(
                _("There is a plan with this key. Make a new version of that one.")
            )
        return str(code)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        condition = data.get("condition") or getattr(self.instance, "condition", None)
        for stage in data.get("stages") or ():
            if condition and stage.condition_id != condition.pk:
                self.add_error("stages", _("These stages belong to another condition."))
                break
        return data


class LoadLimitForm(forms.ModelForm):
    aids = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("allowed aids")),
        choices=labels.choices(WalkingAid),
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_partial = data.get("level") == LoadLevel.PWB
        if "percent" not in self.errors and is_partial != (data.get("percent") is not None):
            self.add_error("percent", _("Give a share for partial weight, and only for that."))
        return data


class PainCurveForm(forms.ModelForm):
    def clean_points(self) -> list[dict[str, float]]:
        points = self.cleaned_data["points"]
        if not isinstance(points, list) or not proofreading.are_points(points):
            raise forms.ValidationError(
                _("Give a list of {day, mean}: days rising, means from 0 to 10.")
            )
        return points


class PhaseForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("from_day"), data.get("to_day")
        if first is not None and last is not None and last < first:
            self.add_error("to_day", _("The last day comes before the first."))
        return data


class MilestoneForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        days = [data.get(f"{when}_day") for when in ("early", "typical", "late")]
        known = [day for day in days if day is not None]
        if known != sorted(known):
            self.add_error("late_day", _("Early, typical and late are out of order."))
        return data
