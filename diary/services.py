"""Changes to the diary. Each service is one whole change: it happens completely or not at all.

Changes to one patient's diary take turns: each service locks the patient's row first (on
SQLite the whole database is locked for writing, which has the same effect).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from conditions import queries as plans
from conditions.models import Milestone, Phase, Plan, Stage, Switch
from diary import entries, queries, reminders, verdicts
from diary.models import Entry, EntryRevision, Episode, EpisodePhase, MilestoneReached
from diary.verdicts import DayAnswers, Verdict

DAYS_BACK = 14


class EpisodeRefused(ValueError):
    """These parts do not make an episode, or the change does not fit it."""


class SideTaken(EpisodeRefused):
    """The hip has an open episode already."""


class DayNotOpen(ValueError):
    """A day that has not come yet, or that lies too far back to fill in."""


class AlreadySavedOtherwise(Exception):
    """This form was saved before with other answers. The first saving stays as it is."""

    def __init__(self, revision: EntryRevision):
        super().__init__()
        self.revision = revision


@dataclass(frozen=True)
class Recorded:
    """What a saving came to. `is_new` is False where the same form had arrived before.

    `spike` says that the day's pain is reason to ask the red-flag questions at once.
    """

    entry: Entry
    is_new: bool
    revision: EntryRevision
    verdict: Verdict
    spike: bool


def is_open_to_log(day: date, today: date) -> bool:
    """Whether a patient may fill in a day: today and the fourteen days before it."""
    return today - timedelta(days=DAYS_BACK) <= day <= today


@transaction.atomic
def start_episode(
    *,
    patient: User,
    plan: Plan,
    stage: Stage,
    side: str,
    day_zero_on: date,
    started_on: date,
    body_weight_kg: float | None,
    switches: Iterable[Switch],
    by: User,
    now: datetime,
) -> Episode:
    """Begin a plan for one hip, in the phase that holds its first day.

    `started_on` is that first day; days of the plan count from `day_zero_on`. The patient
    gets a reminder at 20:00 where there was none. Raises SideTaken, or EpisodeRefused for a
    draft or retired plan, a stage or switch of another plan, and a plan without phases.
    """
    _lock(patient)
    chosen = list(switches)
    if not plan.is_published or plan.retired_at is not None:
        raise EpisodeRefused("only a published plan that is not retired can begin")
    if not plan.stages.filter(pk=stage.pk).exists():
        raise EpisodeRefused("the stage does not belong to the plan")
    if any(switch.plan_id != plan.pk for switch in chosen):
        raise EpisodeRefused("a switch belongs to another plan")
    if Episode.objects.filter(patient=patient, side=side, ended_on__isnull=True).exists():
        raise SideTaken(side)
    episode = Episode.objects.create(
        patient=patient,
        plan=plan,
        stage=stage,
        side=side,
        day_zero_on=day_zero_on,
        started_on=started_on,
        body_weight_kg=body_weight_kg,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    episode.switches.set(chosen)
    phase = _first_phase(plan, episode.day_number(started_on))
    EpisodePhase.objects.create(
        episode=episode, phase=phase, from_on=started_on, by=by, created_at=now
    )
    reminders.start_reminder(patient=patient, now=now)
    return episode


def _first_phase(plan: Plan, day_number: int) -> Phase:
    phases = list(plan.phases.order_by("order"))
    if not phases:
        raise EpisodeRefused("the plan has no phases")
    return plans.phase_on(phases, day_number)


@transaction.atomic
def move_to_phase(
    *, episode: Episode, phase: Phase, from_on: date, reason: str, by: User, now: datetime
) -> EpisodePhase:
    """Let a phase of the plan hold from a day on; what was to hold from that day on is replaced.

    Entries keep the verdict they were given. Raises EpisodeRefused for a phase of another
    plan and a day outside the episode.
    """
    _lock(episode.patient)
    if phase.plan_id != episode.plan_id:
        raise EpisodeRefused("the phase belongs to another plan")
    if from_on < episode.started_on or (episode.ended_on and from_on > episode.ended_on):
        raise EpisodeRefused("the day lies outside the episode")
    EpisodePhase.objects.filter(episode=episode, from_on__gt=from_on).delete()
    moved, _ = EpisodePhase.objects.update_or_create(
        episode=episode,
        from_on=from_on,
        defaults={"phase": phase, "reason": reason, "by": by, "created_at": now},
    )
    _mark_changed([episode], now)
    return moved


@transaction.atomic
def reach_milestone(
    *, episode: Episode, milestone: Milestone, reached_on: date, by: User, now: datetime
) -> MilestoneReached:
    """Write down that a milestone was reached; a second time the first day stays.

    Raises EpisodeRefused for a milestone of another plan and a day before the episode.
    """
    _lock(episode.patient)
    if milestone.plan_id != episode.plan_id:
        raise EpisodeRefused("the milestone belongs to another plan")
    if reached_on < episode.started_on:
        raise EpisodeRefused("the day lies before the episode")
    reached, is_new = MilestoneReached.objects.get_or_create(
        episode=episode,
        milestone=milestone,
        defaults={"reached_on": reached_on, "by": by, "created_at": now},
    )
    if is_new:
        _mark_changed([episode], now)
    return reached


@transaction.atomic
def end_episode(*, episode: Episode, ended_on: date, by: User, now: datetime) -> bool:
    """Give an open episode its last day; False where it had one before, which then stays.

    Raises EpisodeRefused for a day before its first.
    """
    _lock(episode.patient)
    if ended_on < episode.started_on:
        raise EpisodeRefused("an episode cannot end before it starts")
    ended = Episode.objects.filter(pk=episode.pk, ended_on__isnull=True).update(ended_on=ended_on)
    if ended:
        _mark_changed([episode], now)
        episode.ended_on = ended_on
    return bool(ended)


@transaction.atomic
def record_entry(
    *,
    patient: User,
    day: date,
    answers: DayAnswers,
    client_uuid: UUID,
    by: User,
    now: datetime,
) -> Recorded:
    """Save what a patient answers for a local day, judged against the plan of that day.

    The same `client_uuid` with the same answers is the same saving, and answers with what the
    first one came to. Another one for a day that has an entry is an edit: the entry takes the
    new answers and the earlier revision stays, with its verdict.

    Raises AlreadySavedOtherwise for a `client_uuid` that came before with other answers, and
    DayNotOpen for a day outside the window, seen from the patient's own zone.
    """
    _lock(patient)
    payload = entries.payload_of(day, answers)
    earlier = (
        EntryRevision.objects.filter(patient=patient, client_uuid=client_uuid)
        .select_related("entry")
        .first()
    )
    if earlier is not None:
        if earlier.payload != payload:
            raise AlreadySavedOtherwise(earlier)
        return _recorded(earlier, is_new=False)
    local = now.astimezone(patient.zone)
    if not is_open_to_log(day, local.date()):
        raise DayNotOpen(day)
    verdict = verdicts.judge(answers, queries.phase_rules(queries.episodes_on(patient, day), day))
    entry = entries.write(patient, day, answers, verdict, now)
    offset = local.utcoffset() or timedelta()
    revision = EntryRevision.objects.create(
        entry=entry,
        patient=patient,
        number=entry.revision,
        client_uuid=client_uuid,
        payload=payload,
        verdict=verdicts.as_json(verdict),
        entered_at=now,
        utc_offset_minutes=round(offset.total_seconds() / 60),
        by=by,
    )
    reminders.cancel_reminder(patient=patient, day=day)
    _mark_changed(Episode.objects.filter(patient=patient, ended_on__isnull=True), now)
    return _recorded(revision, is_new=True)


def _recorded(revision: EntryRevision, *, is_new: bool) -> Recorded:
    entry = revision.entry
    return Recorded(
        entry=entry,
        is_new=is_new,
        revision=revision,
        verdict=verdicts.from_json(revision.verdict),
        spike=queries.has_sudden_rise(entry.patient, entry.day),
    )


def _lock(patient: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _mark_changed(episodes: Iterable[Episode], now: datetime) -> None:
    """Move the moment of change on, so that the review sees each change as a later one."""
    for episode in episodes:
        last = Episode.objects.values_list("changed_at", flat=True).get(pk=episode.pk)
        episode.changed_at = max(now, last + timedelta(microseconds=1))
        episode.save(update_fields=["changed_at"])
