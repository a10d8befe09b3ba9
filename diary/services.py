"""Changes to the diary. Each service is one whole change: it happens completely or not at all.

Changes to one patient's diary take turns: each service locks the patient's row first (on
SQLite the whole database is locked for writing, which has the same effect).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from conditions import queries as plans
from conditions.models import Milestone, Phase, Plan, Stage, Switch
from diary import queries, reminders, turns, versions, windows
from diary.models import Episode, EpisodePhase, MilestoneReached
from diary.recording import AlreadySavedOtherwise as AlreadySavedOtherwise
from diary.recording import CannotPutBack as CannotPutBack
from diary.recording import DayNotOpen as DayNotOpen
from diary.recording import Recorded as Recorded
from diary.recording import Undone as Undone
from diary.recording import record_entry as record_entry
from diary.recording import undo_revision as undo_revision

DAYS_BACK = windows.DAYS_BACK
_lock = turns.take_turn
_mark_changed = turns.mark_changed


class EpisodeRefused(ValueError):
    """These parts do not make an episode, or the change does not fit it."""


class SideTaken(EpisodeRefused):
    """The hip has an open episode already."""


def is_open_to_log(day: date, today: date) -> bool:
    """Whether a patient may fill in a day: today and the fourteen days before it."""
    return day in windows.open_on(today)


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
    checkup_on: date | None = None,
) -> Episode:
    """Begin a plan for one hip, in the phase that holds its first day.

    `started_on` is that first day; days of the plan count from `day_zero_on`. `checkup_on` is
    the day of the check-up that the plan names, where it is known. The patient gets a reminder
    at 20:00 where there was none. Raises SideTaken, or EpisodeRefused for a draft or retired
    plan, a stage or switch of another plan, and a plan without phases.
    """
    _lock(patient)
    chosen = list(switches)
    _refuse_unless_offered(plan, stage)
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
        checkup_on=checkup_on,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    episode.switches.set(chosen)
    phase = _phase_by_day(plan, episode.day_number(started_on))
    EpisodePhase.objects.create(
        episode=episode, phase=phase, from_on=started_on, by=by, created_at=now
    )
    reminders.start_reminder(patient=patient, now=now)
    return episode


def _refuse_unless_offered(plan: Plan, stage: Stage) -> None:
    if not plan.is_published or plan.retired_at is not None:
        raise EpisodeRefused("only a published plan that is not retired can begin")
    if not plan.stages.filter(pk=stage.pk).exists():
        raise EpisodeRefused("the stage does not belong to the plan")


def _phase_by_day(plan: Plan, day_number: int) -> Phase:
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
    plan, a day outside the episode, and one on which an earlier version of the plan held.
    """
    _lock(episode.patient)
    stored = Episode.objects.get(pk=episode.pk)
    if phase.plan_id != stored.plan_id:
        raise EpisodeRefused("the phase belongs to another plan")
    if from_on < queries.plan_from(stored):
        raise EpisodeRefused("the plan did not hold yet on that day")
    if stored.ended_on and from_on > stored.ended_on:
        raise EpisodeRefused("the day lies after the episode")
    return _begin_phase(episode, phase, from_on, reason, by, now)


def _begin_phase(
    episode: Episode, phase: Phase, from_on: date, reason: str, by: User, now: datetime
) -> EpisodePhase:
    EpisodePhase.objects.filter(episode=episode, from_on__gt=from_on).delete()
    begun, _ = EpisodePhase.objects.update_or_create(
        episode=episode,
        from_on=from_on,
        defaults={"phase": phase, "reason": reason, "by": by, "created_at": now},
    )
    _mark_changed([episode], now)
    return begun


@transaction.atomic
def move_to_plan(
    *, episode: Episode, plan: Plan, from_on: date, reason: str, by: User, now: datetime
) -> EpisodePhase:
    """Let an open episode go on with another version of its plan, from today on.

    The phase of the same key goes on, else the one that holds the day. What is past stays: the
    verdicts, the phases that held, and by them what an edit of an earlier day is held against.
    Milestones are counted on by their key, and switches stay as they were; one that is new with
    this version gets its default. A second move on the same day takes the place of the first.

    Raises EpisodeRefused for an ended episode, another day than the patient's today, a version
    that is not offered, the version it has already, another plan, and a version that does not
    offer the stage.
    """
    _lock(episode.patient)
    stored = Episode.objects.select_related("plan", "stage").get(pk=episode.pk)
    if stored.ended_on is not None or from_on < stored.started_on:
        raise EpisodeRefused("the day lies outside the episode")
    if from_on != now.astimezone(episode.patient.zone).date():
        raise EpisodeRefused("an episode goes on with another version from today on")
    if plan.code != stored.plan.code or plan.pk == stored.plan_id:
        raise EpisodeRefused("this is no other version of the plan")
    _refuse_unless_offered(plan, stored.stage)
    phase = versions.phase_to_go_on_with(stored, plan, from_on)
    if phase is None:
        raise EpisodeRefused("the plan has no phases")
    episode.switches.add(*versions.switches_to_go_on_with(stored, plan))
    episode.plan = plan
    episode.save(update_fields=["plan"])
    return _begin_phase(episode, phase, from_on, reason, by, now)


@transaction.atomic
def reach_milestone(
    *, episode: Episode, milestone: Milestone, reached_on: date, by: User, now: datetime
) -> MilestoneReached:
    """Write down that a milestone was reached; a second time the first day stays.

    So it does where an earlier version of the plan had the milestone. Marked by anybody but the
    patient it is confirmed at once, and so is what the patient had marked before. Raises
    EpisodeRefused for a milestone of another plan and a day before the episode.
    """
    _lock(episode.patient)
    if milestone.plan_id != episode.plan_id:
        raise EpisodeRefused("the milestone belongs to another plan")
    if reached_on < episode.started_on:
        raise EpisodeRefused("the day lies before the episode")
    is_by_patient = by.pk == episode.patient_id
    before = _marked(episode, milestone)
    if before is not None:
        if not is_by_patient:
            _confirm(before, by, now)
        return before
    reached = MilestoneReached.objects.create(
        episode=episode,
        milestone=milestone,
        reached_on=reached_on,
        by=by,
        created_at=now,
        confirmed_by=None if is_by_patient else by,
        confirmed_at=None if is_by_patient else now,
    )
    _mark_changed([episode], now)
    return reached


@transaction.atomic
def confirm_milestone(
    *, episode: Episode, milestone: Milestone, by: User, now: datetime
) -> MilestoneReached | None:
    """Agree that a milestone was reached; None where nobody marked it, or the mark is gone."""
    _lock(episode.patient)
    marked = _marked(episode, milestone)
    if marked is not None:
        _confirm(marked, by, now)
    return marked


@transaction.atomic
def answer_not_yet(
    *, episode: Episode, milestone: Milestone, why: str, by: User, now: datetime
) -> bool:
    """Say that what the patient marked is not reached yet; they may mark it again later.

    False where there is nothing to answer: not marked, or confirmed before.
    """
    _lock(episode.patient)
    marked = _marked(episode, milestone)
    if marked is None or marked.is_confirmed:
        return False
    marked.not_yet_by, marked.not_yet_at, marked.why_not_yet = by, now, why
    marked.save(update_fields=["not_yet_by", "not_yet_at", "why_not_yet"])
    _mark_changed([episode], now)
    return True


@transaction.atomic
def unmark_milestone(*, episode: Episode, milestone: Milestone, by: User, now: datetime) -> bool:
    """Undo a mark, as long as nobody has confirmed it; False where there is none to undo."""
    _lock(episode.patient)
    marked = _marked(episode, milestone)
    if marked is None or marked.is_confirmed or marked.by_id != by.pk:
        return False
    marked.delete()
    _mark_changed([episode], now)
    return True


def _marked(episode: Episode, milestone: Milestone) -> MilestoneReached | None:
    """What counts as the reaching of a milestone, in whichever version of the plan."""
    return (
        MilestoneReached.objects.filter(
            episode=episode, milestone__code=milestone.code, not_yet_at__isnull=True
        )
        .order_by("reached_on", "pk")
        .first()
    )


def _confirm(marked: MilestoneReached, by: User, now: datetime) -> None:
    """The first confirmation stays."""
    if not marked.is_confirmed:
        marked.confirmed_by, marked.confirmed_at = by, now
        marked.save(update_fields=["confirmed_by", "confirmed_at"])


@transaction.atomic
def set_checkup(*, episode: Episode, checkup_on: date | None, by: User, now: datetime) -> bool:
    """Keep the day of an open episode's next check-up, or with None that no day is known.

    False where that changes nothing. Raises EpisodeRefused where the plan names no check-up.
    """
    _lock(episode.patient)
    if not episode.plan.checkup:
        raise EpisodeRefused("the plan names no check-up")
    stored = Episode.objects.get(pk=episode.pk)
    if stored.ended_on is not None or stored.checkup_on == checkup_on:
        return False
    episode.checkup_on = checkup_on
    episode.save(update_fields=["checkup_on"])
    return True


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
