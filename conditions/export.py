"""Content out of the database, in the full form of the library and as its files.

`library.read` of the files written here gives the same full form again, so that a plan edited
in the program can be compared with a file, kept in version control, or loaded elsewhere.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import models
from django.db.models import Prefetch

from conditions import library, parts, queries, shapes
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    Plan,
    Question,
    RedFlag,
    Source,
    Stage,
    Symptom,
)
from conditions.parts import Kind
from conditions.shapes import REQUIRED, STAMPS, STATEMENT, Shape

Data = dict[str, Any]
# What a statement says of itself that nothing around it says.
MARKS: Data = {
    "provenance": None,
    "sources": [],
    "reviewer": "",
    "reviewed_on": None,
    "review_on": None,
}


def sources() -> list[Data]:
    return _all(parts.SOURCE, Source.objects.all(), "key")


def activities() -> list[Data]:
    return _all(parts.ACTIVITY, Activity.objects.all(), "order", "slug")


def red_flags() -> list[Data]:
    return _all(parts.RED_FLAG, RedFlag.objects.prefetch_related("sources"), "order", "code")


def questions() -> list[Data]:
    return _all(parts.QUESTION, Question.objects.prefetch_related("sources"), "order", "code")


def guides() -> list[Data]:
    return _all(parts.GUIDE, Guide.objects.prefetch_related("sources"), "order", "code")


def conditions() -> list[Data]:
    """Every condition, without its plans."""
    symptoms = Symptom.objects.select_related("question")
    rows = Condition.objects.prefetch_related(
        "red_flags",
        "icd10_sources",
        Prefetch("facts", Fact.objects.order_by("order", "pk").prefetch_related("sources")),
        Prefetch("symptoms", symptoms.order_by("order", "pk").prefetch_related("sources")),
        Prefetch("stages", Stage.objects.prefetch_related("sources")),
    )
    return _all(parts.CONDITION, rows, "order", "slug")


def plan_as_data(plan_id: int) -> Data:
    """A plan, draft or published, in the full form."""
    return data_of_plan(queries.plan_for_reading(plan_id))


def data_of_plan(plan: Plan) -> Data:
    """The same of a plan that `queries.plan_for_reading` has read."""
    return whole(parts.PLAN, plan)


def _all(kind: Kind, rows: Iterable[models.Model], *order: str) -> list[Data]:
    """Things with all that stands in them, in one order whatever the database makes of letters."""
    found = [whole(kind, row) for row in rows]
    return sorted(found, key=lambda data: [data[key] for key in order]) if order else found


def whole(kind: Kind, item: Any) -> Data:
    """A thing with all that stands in it."""
    data = parts.read(kind, item)
    for key, shape in kind.shape.only.items():
        part = parts.of_shape(shape)
        found = item if part is parts.ICD10 and item.icd10 else getattr(item, part.related, None)
        data[key] = whole(part, found) if found else None
    for key, shape in kind.shape.parts.items():
        # Of a condition the plans are read one by one: they come in versions.
        part = parts.of_shape(shape)
        rows = getattr(item, part.related).all() if part.related else ()
        data[key] = _all(part, rows, *_SORTED_BY.get(part.slug, ()))
    return data


_SORTED_BY = {"switch": ("key",), "stage": ("order", "code")}


def without_stamps(data: Any) -> Any:
    """What content says, however deep, without who looked at it and when."""
    if isinstance(data, dict):
        return {key: without_stamps(item) for key, item in data.items() if key not in STAMPS}
    if isinstance(data, list):
        return [without_stamps(item) for item in data]
    return data


def whole_library() -> library.Library:
    """All stored content. Of each plan its newest published version, not its drafts."""
    plans: dict[str, list[Data]] = {}
    for plan in sorted(queries.published_plans(), key=lambda plan: (plan.code, plan.version)):
        plans.setdefault(plan.condition.slug, []).append(plan_as_data(plan.pk))
    return library.Library(
        sources=sources(),
        activities=activities(),
        questions=questions(),
        red_flags=red_flags(),
        guides=guides(),
        conditions=[data | {"plans": plans.get(data["slug"], [])} for data in conditions()],
        problems=[],
    )


def files() -> dict[str, bytes]:
    """The whole library, by the names of its files: the same bytes for the same content."""
    stored = whole_library()
    contents: dict[str, Any] = {
        f"{name}.yaml": lean(getattr(stored, name), shape) for name, shape in library.LISTS.items()
    }
    for data in stored.conditions:
        [contents[file_of(data["slug"])]] = lean([data], shapes.CONDITION)
    return {name: as_yaml(content) for name, content in contents.items()}


def file_of(slug: str) -> str:
    """The name of the file of a condition, which is never that of a list."""
    return f"{slug}.yaml" if slug not in library.LISTS else f"{slug}-condition.yaml"


def write(folder: Path) -> list[Path]:
    """Write the whole library as files into a folder; answer what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files().items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written


def as_yaml(content: Any) -> bytes:
    text = yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, indent=2
    )
    return text.encode()


def lean(items: Iterable[Data], shape: Shape, around: Mapping[str, Any] = MARKS) -> list[Data]:
    """Without the keys that say what their absence says.

    `around` is what a statement takes over from the one it stands in.
    """
    leaner = []
    for item in items:
        data: Data = {}
        for key, plain in shape.plain.items():
            if plain.default is REQUIRED or item[key] != plain.default:
                data[key] = item[key]
        data |= {key: item[key] for key in shape.texts}
        data |= {key: item[key] for key in shape.optional if any(item[key].values())}
        inside = around
        if shape.is_statement:
            inside = {key: item[key] for key in STATEMENT}
            data |= {key: value for key, value in inside.items() if value != around[key]}
        for key, part in shape.only.items():
            if item[key] is not None:
                [data[key]] = lean([item[key]], part, inside)
        for key, part in shape.parts.items():
            if item[key]:
                data[key] = lean(item[key], part, inside)
        leaner.append(data)
    return leaner


class _Dumper(yaml.CSafeDumper):
    """Writes each thing where it is used: names for repeated things help no reader."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """In double quotes where a character would not be read as it is written elsewhere."""
        is_plain = text.replace("\n", "").replace("\t", "").isprintable()
        return self.represent_scalar("tag:yaml.org,2002:str", text, None if is_plain else '"')


_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(library.Placed, yaml.SafeDumper.represent_dict)
