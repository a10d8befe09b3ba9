"""Loading the content library."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from conditions import drafting, export, library, publishing
from conditions.drafting import Data, Names
from conditions.library import Library
from conditions.models import Condition, Plan


class LibraryIsWrong(Exception):
    """The files cannot be loaded; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """How many conditions and plans the files hold, which plans were new, and what was kept.

    `kept` names what is stored otherwise than the files say: it was changed in the program,
    or the files are newer.
    """

    conditions: int
    plans: int
    new_plans: tuple[str, ...]
    kept: tuple[str, ...]


@transaction.atomic
def load_library(folder: Path = library.HOME, *, now: datetime, take_over: bool = False) -> Loaded:
    """Store what the files hold and the database does not; a second time changes nothing.

    Plans that are new are published. A plan that came from a file must say the same as its file:
    a published plan never changes, so a correction in a file needs a new version. A version that
    editors made under the same number, or a later one, is kept. Conditions, facts, red flags,
    activities and sources may have been edited in the program: they are kept as they are, or
    with `take_over` brought to what the files say. Raises LibraryIsWrong, and then stores
    nothing.
    """
    files = library.read(folder)
    if files.problems:
        raise LibraryIsWrong(files.problems)
    kept = list(_store_unversioned(files, take_over=take_over))
    new_plans: list[str] = []
    problems: list[str] = []
    names = Names.stored()
    for data in files.conditions:
        condition = Condition.objects.get(slug=data["slug"])
        drafting.add_stages(condition, data["stages"], names)
        for plan_data in data["plans"]:
            version = plan_data["version"]
            name = f"{plan_data['code']} {version}"
            stored = _stored_plan(plan_data)
            if stored is None:
                plan = drafting.make_plan(condition, plan_data, names)
                publishing.publish_as_shipped(plan=plan, now=now)
                new_plans.append(name)
            elif _says(export.plan_as_data(stored.pk)) == _says(plan_data):
                continue
            elif stored.published_by_id or not stored.is_published or stored.version > version:
                kept.append(f"plan {name}")
            else:
                problems.append(_told(data, plan_data))
    if problems:
        raise LibraryIsWrong(problems)
    plans = sum(len(data["plans"]) for data in files.conditions)
    return Loaded(len(files.conditions), plans, tuple(new_plans), tuple(kept))


def _stored_plan(data: Data) -> Plan | None:
    """The version that a file speaks of, or else a later one."""
    versions = Plan.objects.filter(code=data["code"], version__gte=data["version"])
    return versions.order_by("version").first()


def _told(condition: Data, plan: Data) -> str:
    return (
        f"{condition['slug']}: plan {plan['code']} version {plan['version']} is stored and says "
        "something else; give the changed plan a new version."
    )


def _store_unversioned(files: Library, *, take_over: bool) -> Iterator[str]:
    """Store what has no versions; yields the names of what is kept as it is stored."""
    without_plans = [data | {"plans": []} for data in files.conditions]
    for kind, key, filed, stored, put in (
        ("source", "key", files.sources, export.sources, drafting.put_source),
        ("activity", "slug", files.activities, export.activities, drafting.put_activity),
        ("question", "code", files.questions, export.questions, drafting.put_question),
        ("red flag", "code", files.red_flags, export.red_flags, drafting.put_red_flag),
        ("guide", "code", files.guides, export.guides, drafting.put_guide),
        ("condition", "slug", without_plans, export.conditions, drafting.put_condition),
    ):
        before = {data[key]: data for data in stored()}
        names = Names.stored()
        for data in filed:
            old = before.get(data[key])
            if old is None or (take_over and old != data):
                put(data, names)
            elif _says(old) != _says(data):
                yield f"{kind} {data[key]}"


_says = export.without_stamps
