"""What a physiotherapist reads before a patient goes on with a newer version of the plan."""

from dataclasses import dataclass
from datetime import date

from conditions import queries as plans
from conditions.models import Phase, Plan
from diary import queries, versions
from diary.models import Episode
from diary.versions import Changes


@dataclass(frozen=True)
class MovePage:
    """The newer version, what it changes, and with which phase and switches one goes on."""

    newer: Plan
    held: Phase | None
    changes: Changes
    phase: Phase | None
    switches: tuple[str, ...]
    is_stage_offered: bool

    @property
    def is_same_phase(self) -> bool:
        return bool(self.held and self.phase and self.held.code == self.phase.code)


def of_episode(episode: Episode, today: date) -> MovePage | None:
    """The page for the newest version that is offered; None where the episode has it."""
    newer = plans.newer_versions([episode.plan]).get(episode.plan_id)
    if newer is None:
        return None
    held = queries.phase_of(episode, today)
    return MovePage(
        newer=newer,
        held=held,
        changes=versions.changes(episode.plan_id, newer.pk, held.code if held else ""),
        phase=versions.phase_to_go_on_with(episode, newer, today),
        switches=tuple(
            str(switch.name) for switch in versions.switches_to_go_on_with(episode, newer)
        ),
        is_stage_offered=newer.stages.filter(pk=episode.stage_id).exists(),
    )
