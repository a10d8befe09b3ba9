"""What the log page asks of a patient on a day: which hips, which aids and activities first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from conditions.enums import Rule, Side, WalkingAid
from conditions.models import Activity
from diary import queries, verdicts
from diary.verdicts import PhaseRules

MILD_FIRST = list(Rule)


@dataclass(frozen=True)
class Listed:
    """An activity of the plan, with the strictest that the day's phases say of it."""

    activity: Activity
    rule: Rule
    minutes: int | None


@dataclass(frozen=True)
class Asked:
    """The questions of one day. Without sides there is nobody's plan to fill in for."""

    day: date
    sides: tuple[Side, ...]
    aids: tuple[WalkingAid, ...]
    listed: tuple[Listed, ...]
    others: tuple[Activity, ...]


def asked_on(patient: User, day: date) -> Asked:
    """The questions for a day: the aids and activities of its plan come first."""
    episodes = queries.episodes_to_log(patient, day)
    rules = queries.phase_rules(episodes, day)
    binding = verdicts.binding_limit(rules)
    first_aids = binding.aids if binding else ()
    activities = list(Activity.objects.all())
    listed = listed_activities(rules, activities)
    in_plan = {each.activity.pk for each in listed}
    return Asked(
        day=day,
        sides=tuple(sorted({Side(episode.side) for episode in episodes})),
        aids=(*first_aids, *(aid for aid in WalkingAid if aid not in first_aids)),
        listed=listed,
        others=tuple(activity for activity in activities if activity.pk not in in_plan),
    )


def listed_activities(
    rules: Sequence[PhaseRules], activities: Sequence[Activity]
) -> tuple[Listed, ...]:
    """The activities the phases speak of, mildest rule first; for two hips the stricter rule."""
    found = []
    for activity in activities:
        lines = [line for phase in rules for line in phase.rules if line.activity == activity.slug]
        if lines:
            strictest = max((line.rule for line in lines), key=MILD_FIRST.index)
            minutes = [line.minutes for line in lines if line.minutes is not None]
            found.append(Listed(activity, strictest, min(minutes, default=None)))
    return tuple(sorted(found, key=lambda each: MILD_FIRST.index(each.rule)))
