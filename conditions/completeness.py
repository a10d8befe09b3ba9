"""What keeps a plan from being published, in the reader's language."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from conditions import export, proofreading, shapes
from conditions.enums import LoadLevel, Provenance
from conditions.labels import LABELS
from conditions.limits import SATISFYING
from conditions.models import Plan
from conditions.shapes import Shape

Data = dict[str, Any]


def plan_problems(plan: Plan) -> list[str]:
    """A sentence for each thing a plan lacks or contradicts; empty when it can be published."""
    data = export.plan_as_data(plan.pk)
    return [*_whole(data), *_parts(shapes.PLAN, data, data["code"])]


def _whole(plan: Data) -> Iterator[str]:
    if not plan["stages"]:
        yield _("The plan names no stage.")
    if not plan["phases"]:
        yield _("The plan has no phase.")
    for before, after in pairwise(plan["phases"]):
        if before["to_day"] is None or after["from_day"] != before["to_day"] + 1:
            codes = {"phase": after["code"], "before": before["code"]}
            yield _("Phase %(phase)s does not begin the day after %(before)s ends.") % codes
    for phase in plan["phases"]:
        words = {"phase": phase["code"]}
        if not phase["rules"]:
            yield _("Phase %(phase)s has no activity rule.") % words
        if phase["limit"] is None:
            yield _("Phase %(phase)s has no load limit.") % words
            continue
        level = LoadLevel(phase["limit"]["level"])
        for aid in phase["limit"]["aids"]:
            if aid not in SATISFYING[level]:
                words = {"phase": phase["code"], "aid": LABELS.get(aid, aid)}
                yield _("Phase %(phase)s: %(aid)s does not go with its load limit.") % words


def _parts(shape: Shape, data: Data, place: str) -> Iterator[str]:
    """The same for every part, however deep, with words that say where it stands."""
    for key in (*shape.texts, *shape.optional):
        texts = data[key]
        if all(texts.values()) or not (any(texts.values()) or key in shape.texts):
            for claim in {word for text in texts.values() for word in proofreading.claims(text)}:
                words = {"place": place, "word": claim}
                yield _("%(place)s: “%(word)s” promises or claims too much.") % words
            continue
        for language, text in texts.items():
            if not text:
                words = {"place": place, "key": key, "language": language}
                yield _("%(place)s: %(key)s has nothing in “%(language)s”.") % words
    claims_a_source = shape.is_statement and data["provenance"] != Provenance.CONVENTION
    if claims_a_source and not data["sources"]:
        yield _("%(place)s: name a source, or mark it as convention.") % {"place": place}
    for key, part in shape.only.items():
        if data[key] is not None:
            yield from _parts(part, data[key], f"{place} {key}")
    for key, part in shape.parts.items():
        for number, item in enumerate(data[key], start=1):
            name = next((item[each] for each in ("code", "key", "activity") if each in item), "")
            yield from _parts(part, item, f"{place} {name or f'{key} {number}'}")
