"""What the database would refuse of a thing, said beforehand as a sentence beside its key."""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conditions import parts
from conditions.models import Source
from conditions.parts import Data, Kind

# For each constraint the key that it is about, and what to do.
REFUSED: Final[Mapping[str, tuple[str, str | Promise]]] = {
    "conditions_activity_rule_once_per_phase": (
        "activity",
        gettext_lazy("This phase has a rule for this activity already. Change that one."),
    ),
    "conditions_activity_rule_once_per_switch": (
        "activity",
        gettext_lazy("This phase has a rule for this activity and switch. Change that one."),
    ),
    "conditions_load_limit_percent_for_partial_only": (
        "percent",
        gettext_lazy("Give a percentage where the leg bears part of the weight, and only there."),
    ),
    "conditions_milestone_code_once": (
        "code",
        gettext_lazy("This plan has a milestone with this key already."),
    ),
    "conditions_milestone_window_in_order": (
        "late_day",
        gettext_lazy("Let the days rise: early, typical, late."),
    ),
    "conditions_phase_code_once": (
        "code",
        gettext_lazy("This plan has a phase with this code already."),
    ),
    "conditions_phase_window_in_order": (
        "to_day",
        gettext_lazy("Let the last day be the first one or a later one."),
    ),
    "conditions_question_bounded_where_it_counts": (
        "most",
        gettext_lazy("Give a highest number where one counts, and only there."),
    ),
    "conditions_stage_code_once": (
        "code",
        gettext_lazy("This condition has a stage with this key already."),
    ),
    "conditions_switch_key_once": (
        "key",
        gettext_lazy("This plan has a switch with this key already."),
    ),
    "conditions_symptom_asked_one_way": (
        "question",
        gettext_lazy("Let the log ask it as pain or as a question, not as both."),
    ),
}
# About what the program numbers and stamps by itself.
NOT_FILLED_IN: Final = frozenset(
    {
        "conditions_phase_order_once",
        "conditions_plan_handed_in_when_and_by_whom",
        "conditions_plan_published_by_a_second_person",
        "conditions_plan_retired_only_after_publishing",
        "conditions_plan_version_once",
    }
)


class DoesNotFit(Exception):
    """A thing cannot say this. `problems` has a sentence by key; "" is the thing as a whole."""

    def __init__(self, problems: Mapping[str, str]):
        super().__init__("\n".join(problems.values()))
        self.problems = problems


def check(kind: Kind, item: Any, data: Data) -> None:
    """Raise DoesNotFit when a thing, stored or new, cannot say this. Changes nothing."""
    row = copy(item)
    parts.fill(kind, row, data)
    problems = dict([*_refused(row), *_taken(row), *_gone(kind, row, data)])
    if problems:
        raise DoesNotFit(problems)


def _refused(row: Any) -> Iterator[tuple[str, str]]:
    for constraint in row._meta.constraints:
        if constraint.name in NOT_FILLED_IN:
            continue
        try:
            constraint.validate(type(row), row)
        except ValidationError:
            key, words = REFUSED[constraint.name]
            yield key, str(words)


def _taken(row: Any) -> Iterator[tuple[str, str]]:
    """Keys of which there is one in all content, and parts of which there is one in a thing."""
    for field in row._meta.concrete_fields:
        if not field.unique or field.primary_key or not field.editable:
            continue
        same = type(row)._default_manager.filter(**{field.name: getattr(row, field.name)})
        if not same.exclude(pk=row.pk).exists():
            continue
        if field.is_relation:
            yield "", _("There is one already. Change that one.")
        else:
            yield field.name, _("There is one with this key already.")


def _gone(kind: Kind, row: Any, data: Data) -> Iterator[tuple[str, str]]:
    """Names of what was taken away after they were chosen."""
    for key, link in kind.links.items():
        wanted = data[key] if link.is_many else [data[key]]
        there = parts.pointed_to(kind, row, key).values_list(link.by, flat=True)
        yield from _not_in(there, key, wanted)
    if kind.shape.is_statement:
        there = Source.objects.values_list("key", flat=True)
        yield from _not_in(there, "sources", data["sources"])


def _not_in(there: Any, key: str, wanted: Any) -> Iterator[tuple[str, str]]:
    missing = sorted({each for each in wanted if each} - set(there))
    if missing:
        yield key, _("Not there any more: %(names)s.") % {"names": ", ".join(missing)}
