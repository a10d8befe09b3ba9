"""One thing as a form, made from its shape: the same keys that files and rows have."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import fields_only
from conditions import lint_words, linting, parts, proofreading
from conditions.enums import Channel, Provenance, WalkingAid
from conditions.labels import choices
from conditions.models import Source
from conditions.parts import Data, Kind
from conditions.shapes import LANGUAGES, REQUIRED, SHORT_TEXTS, Key, most_characters

Choices = Iterable[tuple[Any, Any]]

FIXED_LISTS = {"aids": WalkingAid, "channels": Channel}
_LANGUAGE_NAMES = {"nl": gettext_lazy("Dutch"), "en": gettext_lazy("English")}

_NAMED_ONCE = gettext_lazy("Letters, digits, - and _. Plans and files point to it: it is set once.")
_HELP = {
    "slug": _NAMED_ONCE,
    "key": _NAMED_ONCE,
    "to_day": gettext_lazy("Empty: until the physiotherapist moves the patient on."),
    "percent": gettext_lazy("For partial weight only."),
}


class PointsField(forms.CharField):
    """A pain curve, one point a line: the day, a colon and the mean."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{point['day']}: {point['mean']}" for point in value)
        return value

    def clean(self, value: Any) -> list[dict[str, float]]:
        points: list[Any] = []
        for line in str(value or "").splitlines():
            day, _colon, mean = line.partition(":")
            try:
                number = float(mean.replace(",", "."))
                points.append(
                    {"day": int(day), "mean": int(number) if number == int(number) else number}
                )
            except (ValueError, OverflowError):
                points.append(line)
        if not proofreading.are_points(points):
            raise forms.ValidationError(
                _("Give one point a line, such as “8: 2.3”: days rising, means from 0 to 10.")
            )
        return points


class PartForm(forms.Form):
    """One thing to fill in. `item` is its row, stored or new; `said` what it says now.

    `proposed` stands in the fields at first, where that is something else than `said`, and
    `preset` in those it names.
    With `is_whole` it has to be fit to be read at once; in a draft a text may still be missing.
    """

    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        sent: Any = None,
        *,
        kind: Kind,
        item: Any,
        said: Data,
        proposed: Data | None = None,
        preset: Data | None = None,
        is_whole: bool = False,
    ):
        initial = _initial(said if proposed is None else proposed) | (preset or {})
        # Several forms can stand on one page: each has names of its own.
        own = f"{kind.slug}-{item.pk or 'new'}-%s"
        super().__init__(sent, initial=initial, auto_id=own)
        self.kind, self.item, self.said, self.is_whole = kind, item, said, is_whole
        self.fields["base"].initial = as_text(said)
        for key, plain in self._plain():
            self.fields[key] = self._plain_field(key, plain)
            self.fields[key].help_text = _HELP.get(key, "")
        for key in (*kind.shape.texts, *kind.shape.optional):
            for language in LANGUAGES:
                name = f"{key}_{language}"
                self.fields[name] = _text_field(kind, key, language, own % name)
        if kind.shape.is_statement:
            self._add_statement_fields()
        self.helper = fields_only()
        self.helper.layout = Layout(*(name for name in self.fields if name not in self._paired()))

    def _plain(self) -> list[tuple[str, Key]]:
        """The plain keys that are asked: a version is counted, not filled in."""
        return [(key, each) for key, each in self.kind.shape.plain.items() if key != "version"]

    def _paired(self) -> set[str]:
        return {f"{key}_{language}" for key in self._texts() for language in LANGUAGES}

    def _texts(self) -> tuple[str, ...]:
        return (*self.kind.shape.texts, *self.kind.shape.optional)

    @property
    def texts(self) -> list[tuple[str, list[Any]]]:
        """Each text with its languages side by side, for the page to lay out."""
        return [
            (key, [self[f"{key}_{language}"] for language in LANGUAGES]) for key in self._texts()
        ]

    def _plain_field(self, key: str, plain: Key) -> forms.Field:
        label = capfirst(parts.label_of(self.kind, key))
        is_needed = plain.default is REQUIRED
        is_fixed = parts.is_identity(self.kind, key) and self.item.pk is not None
        if key in self.kind.links:
            return self._link_field(key, label, is_needed)
        if key in FIXED_LISTS:
            return forms.MultipleChoiceField(
                label=label,
                choices=[(each, capfirst(str(name))) for each, name in choices(FIXED_LISTS[key])],
                required=is_needed,
                widget=forms.CheckboxSelectMultiple,
            )
        if key == "points":
            return PointsField(label=label)
        if plain.choices is not None:
            options = [(each, capfirst(str(name))) for each, name in choices(plain.choices)]
            blank = [] if is_needed and self.said.get(key) else [("", "—")]
            return forms.ChoiceField(
                label=label,
                choices=[*blank, *options],
                required=is_needed and not is_fixed,
                disabled=is_fixed,
            )
        if plain.kind is bool:
            return forms.BooleanField(label=label, required=False)
        if plain.kind is int:
            return forms.IntegerField(
                label=label, required=is_needed, min_value=plain.least, max_value=plain.most
            )
        # A proposal of something new can still get another name.
        return forms.CharField(
            label=label,
            required=is_needed and not is_fixed,
            max_length=plain.most,
            disabled=is_fixed,
            validators=forms.SlugField.default_validators if plain.is_slug else (),
        )

    def _link_field(self, key: str, label: str, is_needed: bool) -> forms.Field:
        link = self.kind.links[key]
        rows = parts.pointed_to(self.kind, self.item, key)
        options = [(getattr(row, link.by), capfirst(str(row))) for row in rows]
        if link.is_many:
            return forms.MultipleChoiceField(
                label=label,
                choices=_chosen_first(self.said.get(key) or (), options),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return forms.ChoiceField(label=label, choices=[("", "—"), *options], required=is_needed)

    def _add_statement_fields(self) -> None:
        self.fields["provenance"] = forms.ChoiceField(
            label=_("Provenance"),
            choices=[("", "—"), *((each, capfirst(str(n))) for each, n in choices(Provenance))],
        )
        self.fields["sources"] = forms.MultipleChoiceField(
            label=_("Sources"),
            required=False,
            choices=_chosen_first(
                self.said.get("sources") or (),
                [(each.key, f"{each.title} ({each.key})") for each in Source.objects.all()],
            ),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["review_on"] = forms.DateField(
            label=_("Look again on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        for finding in linting.lint_statement(self.kind.shape, self.mine()):
            if self.is_whole and finding.is_blocking:
                self.add_error(self._field_of(finding), lint_words.sentence(finding))

    def refuse(self, problems: Mapping[str, str]) -> None:
        """What the thing cannot say after all, by key (see `fitting.DoesNotFit`)."""
        for key, words in problems.items():
            self.add_error(key if key in self.fields else None, words)

    def _field_of(self, finding: Any) -> str | None:
        key = str(finding.place[0]) if finding.place else ""
        name = f"{key}_{finding.language}" if finding.language else key
        return name if name in self.fields else None

    def mine(self) -> Data:
        """What the thing is to say, in the full form. What is not asked stays as it was."""
        given = self.cleaned_data
        data = dict(self.said)
        for key, plain in self._plain():
            data[key] = self._settled(key, plain, given[key])
        for key in self._texts():
            data[key] = {
                language: given[f"{key}_{language}"].strip().replace("\r\n", "\n")
                for language in LANGUAGES
            }
        if self.kind.shape.is_statement:
            data["provenance"] = given["provenance"]
            data["sources"] = sorted(given["sources"])
            data["review_on"] = given["review_on"]
        return data

    def _settled(self, key: str, plain: Key, value: Any) -> Any:
        """An answer as the full form has it; what was chosen before keeps its order."""
        if value == "" and plain.default is None:
            return None
        if key in self.kind.links and self.kind.links[key].is_many:
            return sorted(value)
        if key in FIXED_LISTS:
            kept = [each for each in self.said.get(key) or () if each in value]
            return kept + [each for each in FIXED_LISTS[key] if each in value and each not in kept]
        return value

    def given_base(self) -> Data:
        """What the thing said when this form was made.

        Nothing where that cannot be read: then all is held against what the thing says now.
        """
        try:
            base = json.loads(self.data.get("base", ""))
            if _is_like(base, self.said):
                return parts.revived(self.kind, base)
        except (ValueError, RecursionError):
            pass
        return empty(self.kind)


def _is_like(base: Any, said: Data) -> bool:
    """Whether this says what a thing can say: the same keys, with texts where it has texts."""
    if not isinstance(base, dict) or set(base) != set(said):
        return False
    return all(_is_text(base[key]) == _is_text(value) for key, value in said.items())


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == set(LANGUAGES)
        and all(isinstance(text, str) for text in value.values())
    )


def empty(kind: Kind) -> Data:
    """A new thing that says nothing yet."""
    data: Data = {
        key: None if plain.default is REQUIRED else plain.default
        for key, plain in kind.shape.plain.items()
    }
    data |= {key: dict.fromkeys(LANGUAGES, "") for key in (*kind.shape.texts, *kind.shape.optional)}
    if kind.shape.is_statement:
        data |= {
            "provenance": "",
            "sources": [],
            "reviewer": "",
            "reviewed_on": None,
            "review_on": None,
        }
    return data


def as_text(data: Data | None) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True)


def _chosen_first(chosen: Iterable[str], options: Iterable[tuple[str, Any]]) -> list[Any]:
    """A long list with what is ticked on top, where one sees it."""
    return sorted(options, key=lambda option: option[0] not in chosen)


class TextField(forms.CharField):
    """A text in one language. A long one shows beside it how readers will see it."""

    def __init__(self, name: str, language: str, own_id: str, *, is_long: bool, **kwargs: Any):
        attrs = {"lang": language, "class": "form-control"}
        if is_long:
            shown = f"#preview-{own_id}"
            attrs |= {
                "rows": "4",
                "hx-post": reverse("conditions:markdown"),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": shown,
                "hx-vals": json.dumps({"preview": name}),
            }
        widget = forms.Textarea(attrs) if is_long else forms.TextInput(attrs)
        super().__init__(required=False, widget=widget, **kwargs)
        self.is_long = is_long


def _text_field(kind: Kind, key: str, language: str, own_id: str) -> forms.Field:
    return TextField(
        f"{key}_{language}",
        language,
        own_id,
        is_long=key not in SHORT_TEXTS,
        label=f"{capfirst(parts.label_of(kind, key))} · {_LANGUAGE_NAMES[language]}",
        max_length=most_characters(key),
    )


def _initial(said: Data) -> Data:
    shown: Data = {}
    for key, value in said.items():
        if _is_text(value):
            shown |= {f"{key}_{language}": text for language, text in value.items()}
        else:
            shown[key] = value
    return shown
