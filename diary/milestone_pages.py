"""One milestone of a patient: whether it is reached, how one knows, and what comes before it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst

from conditions.enums import CriterionKind, Side
from conditions.labels import LABELS
from conditions.models import Criterion, Milestone, Phase
from diary import queries
from diary.models import Episode, MilestoneReached


@dataclass(frozen=True)
class MilestonePage:
    """`answered` is the last "not yet" of a physiotherapist, while nothing else counts."""

    episode: Episode
    side: str
    milestone: Milestone
    typical_on: date
    phase: Phase | None
    criteria: tuple[Criterion, ...]
    reached: MilestoneReached | None
    can_undo: bool
    answered: MilestoneReached | None


def page_of(episode: Episode, code: str) -> MilestonePage | None:
    """The page of a milestone by its key; None where neither the plan nor a mark has it.

    Milestones are loaded by `queries.load_milestones`.
    """
    milestone = next((each for each in queries.milestones_of(episode) if each.code == code), None)
    if milestone is None:
        return None
    reached = queries.reached(episode).get(code)
    phase = milestone.phase
    criteria = phase.criteria.prefetch_related("sources") if phase else ()
    return MilestonePage(
        episode=episode,
        side=capfirst(str(LABELS[Side(episode.side)])),
        milestone=milestone,
        typical_on=episode.day_zero_on + timedelta(days=milestone.typical_day),
        phase=phase,
        criteria=tuple(each for each in criteria if each.kind == CriterionKind.EXIT),
        reached=reached,
        can_undo=(
            reached is not None and not reached.is_confirmed and reached.by_id == episode.patient_id
        ),
        answered=None if reached else _last_answer(episode, code),
    )


def _last_answer(episode: Episode, code: str) -> MilestoneReached | None:
    answers = [
        row
        for row in episode.milestones_reached.all()
        if row.not_yet_at is not None and row.milestone.code == code
    ]
    return max(answers, key=lambda row: row.not_yet_at or row.created_at, default=None)
