"""What may be entered where nothing has versions: it has to be whole."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conditions import labels, proofreading, shapes
from conditions.enums import Provenance, QuestionKind, WalkingAid
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


class QuestionForm(WholeForm):
    shape = shapes.QUESTION

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = data.get("kind") or self.instance.kind
        has_most = data.get("most") is not None
        if "most" not in self.errors and has_most != (kind in QuestionKind.counted()):
            self.add_error("most", _("Give a highest number where one counts, and only there."))
        return data


class SymptomForm(WholeForm):
    shape = shapes.SYMPTOM


class GuideForm(WholeForm):
    shape = shapes.GUIDE
    aids = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("aids that go with it")),
        choices=labels.choices(WalkingAid),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
