"""A patient's own step back up the ladder of walking aids, and down again.

More support than the plan asks is always allowed. Less is the physiotherapist's to decide, so
no step ever allows an aid that the plan does not. A step ends when the patient takes it back,
and when a phase of an open episode begins or is changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from conditions.enums import WalkingAid
from conditions.labels import LABELS
from conditions.limits import SUPPORT, Limit
from diary import queries, taper, turns, verdicts
from diary.models import AidStep, Entry, Episode
from diary.verdicts import Code


class AidRefused(ValueError):
    """The aid gives no more support than the plan asks, or does not keep to its limit."""


@dataclass(frozen=True)
class Held:
    """A step that was made and how long it held; `last_on` is None while it holds."""

    aid: WalkingAid
    from_on: date
    last_on: date | None


@transaction.atomic
def step_back_up(*, patient: User, aid: WalkingAid, by: User, now: datetime) -> AidStep:
    """Walk with more support for now, from the patient's today on.

    The same choice again is the same step. Another one takes the place of the first. Raises
    AidRefused for an aid that the limit of today does not allow, or that gives no more support
    than the plan asks; so it does for somebody without a limit.
    """
    turns.take_turn(patient)
    today = now.astimezone(patient.zone).date()
    episodes = queries.open_episodes(patient)
    if aid not in choices(limit_of(episodes, today)):
        raise AidRefused(aid)
    before = AidStep.objects.filter(patient=patient, taken_back_at__isnull=True).first()
    if before is not None:
        if before.aid == aid and holds(before, episodes, today):
            return before
        _take_back(before, now)
    return AidStep.objects.create(patient=patient, aid=aid, from_on=today, by=by, created_at=now)


@transaction.atomic
def step_down(*, patient: User, by: User, now: datetime) -> bool:
    """Go back to what the plan allows; False where no step held that could be taken back."""
    turns.take_turn(patient)
    step = AidStep.objects.filter(patient=patient, taken_back_at__isnull=True).first()
    if step is None:
        return False
    _take_back(step, now)
    return True


def _take_back(step: AidStep, now: datetime) -> None:
    step.taken_back_at = max(now, step.created_at)
    step.save(update_fields=["taken_back_at"])


def limit_of(episodes: Sequence[Episode], day: date) -> Limit | None:
    """The limit that holds for a person on a day: the strictest of their hips."""
    binding = verdicts.binding_limit(queries.phase_rules(episodes, day))
    return binding.limit if binding else None


def choices(limit: Limit | None) -> tuple[WalkingAid, ...]:
    """The aids one may step up to within a limit, the nearest first."""
    least = taper.least_support(limit) if limit else None
    if limit is None or least is None:
        return ()
    return taper.more_support(least, taper.allowed_by(limit))


def held_by(episodes: Sequence[Episode], day: date) -> AidStep | None:
    """The step that holds for the patient of these open episodes, without a query."""
    step = next((queries.open_step(episode) for episode in episodes), None)
    return step if step is not None and holds(step, episodes, day) else None


def open_steps(patients: Iterable[int]) -> dict[int, AidStep]:
    """By patient the step that is not taken back, for many in one query; ask `holds` of each."""
    steps = AidStep.objects.filter(patient__in=patients, taken_back_at__isnull=True)
    return {step.patient_id: step for step in steps}


def in_words(step: AidStep) -> str:
    """A step as a physiotherapist reads it."""
    return _("Own choice since %(day)s: %(aid)s.") % {
        "day": date_format(step.from_on, "SHORT_DATE_FORMAT"),
        "aid": step.get_aid_display(),
    }


def holds(step: AidStep, episodes: Sequence[Episode], day: date) -> bool:
    """Whether a step that was not taken back holds on a day, for these open episodes."""
    if not episodes or day < step.from_on:
        return False
    changed = _changed_on(step, episodes)
    return changed is None or changed > day


def _changed_on(step: AidStep, episodes: Iterable[Episode]) -> date | None:
    """The first day on which a phase was changed after the step."""
    days = [
        max(row.from_on, step.from_on)
        for episode in episodes
        for row in episode.phases.all()
        if row.from_on > step.from_on or row.created_at > step.created_at
    ]
    return min(days, default=None)


def steps_of(patient: User, episodes: Sequence[Episode]) -> tuple[Held, ...]:
    """All steps of a patient with their days, earliest first, in one query.

    One that was taken back on its first day was no step, and is left out.
    """
    found = []
    for step in AidStep.objects.filter(patient=patient).order_by("created_at"):
        ends = [_changed_on(step, episodes)]
        if step.taken_back_at is not None:
            ends.append(step.taken_back_at.astimezone(patient.zone).date())
        end = min((day for day in ends if day is not None), default=None)
        if end is None or end > step.from_on:
            last_on = end - timedelta(days=1) if end else None
            found.append(Held(WalkingAid(step.aid), step.from_on, last_on))
    return tuple(found)


def suggested(episodes: Sequence[Episode], limit: Limit | None, entry: Entry) -> WalkingAid | None:
    """The aid to go back to after an entry with pain above the limit.

    It is one that a phase held so far names: an aid that the patient has had. None where the
    pain was within the limit, or there is nothing to go back to.
    """
    verdict = verdicts.from_json(entry.verdict)
    if limit is None or not any(found.code == Code.PAIN_OVER for found in verdict.findings):
        return None
    used = WalkingAid(entry.aid) if entry.aid else None
    more = list(had(episodes, limit, entry.day))
    if used is not None and limit.allows(used):
        more = [aid for aid in more if SUPPORT[aid] > SUPPORT[used]]
    return more[0] if more else None


def had(episodes: Sequence[Episode], limit: Limit | None, day: date) -> tuple[WalkingAid, ...]:
    """The aids to step up to that a phase held so far names: those that a patient has had."""
    named = {
        aid
        for episode in episodes
        for row in episode.phases.all()
        if row.from_on <= day
        for aid in _named(row.phase)
    }
    return tuple(aid for aid in choices(limit) if aid in named)


def offered_after(entry: Entry, today: date) -> tuple[str, str] | None:
    """The aid to offer on the page of a saved entry, by key and name, while it is fresh.

    None where the pain was within the limit, where a step holds already, and for older days.
    """
    verdict = verdicts.from_json(entry.verdict)
    is_over = any(found.code == Code.PAIN_OVER for found in verdict.findings)
    if not is_over or entry.day < today - timedelta(days=1):
        return None
    episodes = queries.open_episodes(entry.patient)
    if held_by(episodes, today) is not None:
        return None
    aid = suggested(episodes, limit_of(episodes, today), entry)
    return (aid.value, str(LABELS[aid])) if aid else None


def _named(phase: object) -> tuple[WalkingAid, ...]:
    limit = getattr(phase, "limit", None)
    return tuple(WalkingAid(aid) for aid in limit.aids) if limit else ()
