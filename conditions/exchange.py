"""Content out of one installation and into another, as the files of the library.

What comes in waits for editors wherever somebody could see it: plans as drafts, changes to what
has no versions as proposals. Into an installation without plans all is stored and published, as
`load_content` does. `bundles.unpack` makes the files of what somebody sends.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from conditions import bundles, differences, drafting, export, library, publishing, shapes
from conditions.drafting import Names
from conditions.library import Library
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    Plan,
    Proposal,
    Question,
    RedFlag,
    Source,
    Stage,
    Symptom,
)
from conditions.services import LibraryIsWrong

Data = dict[str, Any]
says = export.without_stamps
MOST_PROBLEMS: Final = 50
NO_CODE: Final[Data] = {
    "code": "",
    "provenance": "",
    "sources": [],
    "reviewer": "",
    "reviewed_on": None,
    "review_on": None,
}


@dataclass
class Imported:
    """What an import did, in numbers, and a sentence for each thing that it left as it was.

    `added` counts what nobody sees before a plan uses it, or all in a new installation.
    """

    published: int = 0
    drafts: int = 0
    added: int = 0
    proposed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


def as_zip() -> bytes:
    """The whole library: the same bytes for the same content."""
    return bundles.pack(export.files())


def as_yaml(condition: Condition) -> bytes:
    """The file of one condition."""
    return export.files()[export.file_of(condition.slug)]


def check(files: Mapping[str, bytes]) -> list[str]:
    """A sentence with file and line for each reason not to bring these files in."""
    _read, problems = _read_and_check(files)
    return problems


def _read_and_check(files: Mapping[str, bytes]) -> tuple[Library, list[str]]:
    read = library.read_files(files, stored=_stored_lists())
    problems = read.problems or list(_conflicts(read))
    more = len(problems) - MOST_PROBLEMS
    if more > 0:
        problems = [*problems[:MOST_PROBLEMS], _("And %s more.") % more]
    return read, problems


@transaction.atomic
def import_files(*, files: Mapping[str, bytes], by: User, now: datetime) -> Imported:
    """Bring files in, by their names. Raises LibraryIsWrong, and then changes nothing.

    A plan whose version is new becomes a draft. What has no versions and says something else
    than what is here becomes a proposal by this editor; nothing is overwritten. A second time
    changes nothing.
    """
    read, problems = _read_and_check(files)
    if problems:
        raise LibraryIsWrong(problems)
    run = _Import(by=by, now=now, is_new=not Plan.objects.exists())
    run.lists(read)
    for data in read.conditions:
        run.condition(data)
    return run.done


def _stored_lists() -> Library:
    return Library(
        sources=export.sources(),
        activities=export.activities(),
        questions=export.questions(),
        red_flags=export.red_flags(),
        guides=export.guides(),
        conditions=[],
        problems=[],
    )


def _conflicts(read: Library) -> Iterator[str]:
    """Plans that are here under the same name and number, and are not the same."""
    for condition in read.conditions:
        for data in condition["plans"]:
            words = {
                "file": getattr(condition, "file", ""),
                "line": getattr(data, "line", 0),
                "plan": data["code"],
                "version": data["version"],
            }
            stored = Plan.objects.filter(code=data["code"]).select_related("condition")
            same = stored.filter(version=data["version"]).first()
            other = stored.exclude(condition__slug=condition["slug"]).first()
            if other is not None:
                words["condition"] = other.condition.name
                told = _("%(file)s, line %(line)s: plan %(plan)s is one of “%(condition)s” here.")
                yield told % words
            elif same is not None and says(export.plan_as_data(same.pk)) != says(data):
                told = _(
                    "%(file)s, line %(line)s: plan %(plan)s, version %(version)s, is here and "
                    "says something else. Give the changed plan a new version."
                )
                yield told % words


# The lists, in the order in which they point to one another.
_LISTS: Final[tuple[tuple[str, str, str, Any, Any, Any], ...]] = (
    ("sources", "source", "key", Source, export.sources, drafting.put_source),
    ("activities", "activity", "slug", Activity, export.activities, drafting.put_activity),
    ("questions", "question", "code", Question, export.questions, drafting.put_question),
    ("red_flags", "red-flag", "code", RedFlag, export.red_flags, drafting.put_red_flag),
    ("guides", "guide", "code", Guide, export.guides, drafting.put_guide),
)


@dataclass
class _Import:
    """One import, under way. `is_new`: there was no plan, so that nobody reads anything yet."""

    by: User
    now: datetime
    is_new: bool
    done: Imported = field(default_factory=Imported)

    def lists(self, read: Library) -> None:
        for name, kind, key, model, stored, put in _LISTS:
            before = {data[key]: data for data in stored()}
            names = Names.stored()
            for data in getattr(read, name):
                old = before.get(data[key])
                if old is not None:
                    item = model.objects.get(**{key: data[key]})
                    self.compare(kind, item, None, old, data)
                elif model is Guide and not self.is_new:  # patients would see it at once
                    self.propose(kind, None, None, None, data)
                else:
                    put(data, names)
                    self.done.added += 1

    def condition(self, data: Data) -> None:
        names = Names.stored()
        stored = Condition.objects.filter(slug=data["slug"]).first()
        if stored is None:
            drafting.put_condition(data, names)
            stored = Condition.objects.get(slug=data["slug"])
            self.done.added += 1
        else:
            [before] = [each for each in export.conditions() if each["slug"] == data["slug"]]
            self.own(stored, before, data)
            self.stages(stored, before, data, names)
            for kind, key, model in (("fact", "facts", Fact), ("symptom", "symptoms", Symptom)):
                rows: Any = model._default_manager.filter(condition=stored)
                self.listed(
                    kind, key, stored, list(rows.order_by("order", "pk")), before[key], data[key]
                )
        for plan in data["plans"]:
            self.plan(stored, plan, names)

    def own(self, stored: Condition, before: Data, data: Data) -> None:
        shape = shapes.CONDITION
        keys = (*shape.plain, *shape.texts, *shape.optional)
        old, new = ({key: said[key] for key in keys} for said in (before, data))
        self.compare("condition", stored, stored, old, new)
        code, new_code = (said["icd10"] or NO_CODE for said in (before, data))
        self.compare("icd10", stored, stored, code, new_code)

    def stages(self, stored: Condition, before: Data, data: Data, names: Names) -> None:
        known = {stage["code"]: stage for stage in before["stages"]}
        for stage in data["stages"]:
            if stage["code"] in known:
                item = Stage.objects.get(condition=stored, code=stage["code"])
                self.compare("stage", item, stored, known[stage["code"]], stage)
            else:
                self.done.added += 1
        drafting.add_stages(stored, data["stages"], names)

    def listed(
        self,
        kind: str,
        key: str,
        stored: Condition,
        rows: list[models.Model],
        before: list[Data],
        after: list[Data],
    ) -> None:
        """Facts or symptoms, which have no key: they are known by their words."""
        same = differences.same_ones(key, before, after)
        for number, new in enumerate(after):
            if number in same:
                self.compare(kind, rows[same[number]], stored, before[same[number]], new)
            else:
                self.propose(kind, None, stored, None, new)
        for number, old in enumerate(before):
            if number not in same.values():
                self.propose(kind, rows[number], stored, old, None)

    def compare(
        self, kind: str, item: models.Model, condition: Condition | None, old: Data, new: Data
    ) -> None:
        if says(old) == says(new):
            self.done.unchanged += 1
        else:
            self.propose(kind, item, condition, old, {**old, **says(new)})

    def propose(
        self,
        kind: str,
        item: models.Model | None,
        condition: Condition | None,
        base: Data | None,
        data: Data | None,
    ) -> None:
        wanted = _as_stored(data)
        waiting = Proposal.objects.filter(
            kind=kind, target_id=item.pk if item else None, decided_at__isnull=True
        )
        if item is None:
            waiting = waiting.filter(condition=condition, data=wanted)
        open_one = waiting.first()
        if open_one is None:
            Proposal.objects.create(
                kind=kind,
                target_id=item.pk if item else None,
                condition=condition,
                base=_as_stored(base),
                data=wanted,
                made_at=self.now,
                made_by=self.by,
            )
            self.done.proposed += 1
        elif open_one.data == wanted:
            self.done.unchanged += 1
        else:
            self.done.kept.append(_("%s: another change to it waits already.") % item)

    def plan(self, condition: Condition, data: Data, names: Names) -> None:
        versions = Plan.objects.filter(code=data["code"])
        words = {"plan": data["code"], "version": data["version"]}
        if versions.filter(version=data["version"]).exists():
            self.done.unchanged += 1
        elif versions.filter(published_at__isnull=True).exists():
            told = _("Plan %(plan)s, version %(version)s: there is a draft already.")
            self.done.kept.append(told % words)
        elif versions.filter(version__gt=data["version"]).exists():
            told = _("Plan %(plan)s, version %(version)s: there is a newer version already.")
            self.done.kept.append(told % words)
        elif self.is_new:
            plan = drafting.make_plan(condition, data, names)
            publishing.publish_as_shipped(plan=plan, now=self.now)
            self.done.published += 1
        else:
            publishing.bring_in(condition=condition, data=data, names=names, by=self.by)
            self.done.drafts += 1


def _as_stored(data: Data | None) -> Any:
    """As JSON keeps it: days as text."""
    return None if data is None else json.loads(json.dumps(data, cls=DjangoJSONEncoder))
