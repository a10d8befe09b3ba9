"""The background review: which episodes are due, and what each review changes.

A review happens whole or not at all, and doing it again changes nothing: one open flag for
each patient, side and reason is a constraint (see `care/raising.py`).
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from care import cases, raising
from care.cases import Case
from care.flagging import Action
from care.models import EpisodeReview
from care.raising import Reviewed
from diary.models import Episode

logger = logging.getLogger(__name__)

# Convention: by then nobody is still logging the evening before.
SILENCE_HOUR = 3
BATCH = 200
# Well within the task's soft time limit; the next tick goes on where this one stopped.
SWEEP_SECONDS = 180


@dataclass
class Tally:
    """What a sweep did. `failed` counts the episodes that could not be reviewed."""

    patients: int = 0
    episodes: int = 0
    raised: int = 0
    more_urgent: int = 0
    joined: int = 0
    withdrawn: int = 0
    failed: int = 0

    def add(self, reviewed: Reviewed) -> None:
        self.episodes += 1
        self.raised += reviewed.raised
        self.more_urgent += reviewed.more_urgent
        self.joined += reviewed.joined
        self.withdrawn += reviewed.withdrawn


def review_due(now: datetime) -> Tally:
    """Review the open episodes that changed since their review, or are due for a new day.

    Each episode is due once a local day, from `SILENCE_HOUR` on, so that silence is judged
    without an entry. An episode that cannot be reviewed stays due and stops no other.
    """
    tally = Tally()
    stop_at = monotonic() + SWEEP_SECONDS
    for zone in _zones():
        local = now.astimezone(ZoneInfo(zone))
        read = EpisodeReview.objects.filter(
            episode=OuterRef("pk"), seen_until=OuterRef("changed_at")
        )
        if local.hour >= SILENCE_HOUR:
            read = read.filter(reviewed_for__gte=local.date())
        due = _open_episodes().filter(~Exists(read), patient__time_zone=zone)
        _sweep(due, local.date(), now, tally, stop_at)
    return tally


def review_all(*, day: date | None, now: datetime) -> Tally:
    """Review every open episode for a day, or for each patient's own local day.

    Entries and episodes of later days are not seen.
    """
    tally = Tally()
    for zone in _zones():
        today = day or now.astimezone(ZoneInfo(zone)).date()
        episodes = _open_episodes().filter(started_on__lte=today, patient__time_zone=zone)
        _sweep(episodes, today, now, tally)
    return tally


@transaction.atomic
def review_episode(*, episode: Episode, today: date, now: datetime) -> Reviewed:
    """Judge one episode for a local day of its patient, and do what follows of it."""
    (case,) = cases.gather([episode], today=today, now=now)
    reviewed = raising.carry_out(case, cases.decide(case), now=now)
    _remember([case], now)
    return reviewed


def _zones() -> list[str]:
    zones = _open_episodes().order_by().values_list("patient__time_zone", flat=True)
    return sorted(set(zones.distinct()))


def _open_episodes() -> QuerySet[Episode]:
    return Episode.objects.filter(ended_on__isnull=True, patient__is_active=True)


def _sweep(
    episodes: QuerySet[Episode],
    today: date,
    now: datetime,
    tally: Tally,
    stop_at: float | None = None,
) -> None:
    patients: set[int] = set()
    for batch in _batches(episodes):
        if stop_at and monotonic() > stop_at:
            logger.warning("The review stopped before it was done; the next one goes on.")
            break
        patients.update(episode.patient_id for episode in batch)
        _review_batch(batch, today, now, tally)
    tally.patients += len(patients)


def _batches(episodes: QuerySet[Episode]) -> Iterator[list[Episode]]:
    """Bounded pieces in the order of the ids, so that one that stays due is passed once."""
    last, is_more = 0, True
    while is_more:
        batch = list(
            episodes.filter(pk__gt=last).select_related("patient", "plan").order_by("pk")[:BATCH]
        )
        is_more = len(batch) == BATCH
        if batch:
            yield batch
            last = batch[-1].pk


def _review_batch(batch: Sequence[Episode], today: date, now: datetime, tally: Tally) -> None:
    calm = []
    for case in _gather(batch, today, now, tally):
        try:
            decisions = cases.decide(case)
            if all(decision.action == Action.LEAVE for decision in decisions):
                calm.append(case)
                continue
            with transaction.atomic():
                reviewed = raising.carry_out(case, decisions, now=now)
                _remember([case], now)
        except (OperationalError, InterfaceError):
            raise  # the database is away, for all of them
        except Exception as error:  # whatever is wrong with this one, the others are reviewed
            _give_up(case.episode, error, tally)
        else:
            tally.add(reviewed)
    _remember_calm(calm, now, tally)


def _remember_calm(calm: Sequence[Case], now: datetime, tally: Tally) -> None:
    """Note the reviews that changed nothing, in one go."""
    try:
        with transaction.atomic():
            _remember(calm, now)
    except IntegrityError as error:
        if len(calm) == 1:  # an episode that went away meanwhile
            _give_up(calm[0].episode, error, tally)
            return
        for case in calm:
            _remember_calm([case], now, tally)
        return
    for _ in calm:
        tally.add(Reviewed())


def _gather(batch: Sequence[Episode], today: date, now: datetime, tally: Tally) -> Iterable[Case]:
    try:
        return cases.gather(batch, today=today, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(batch) == 1:
            _give_up(batch[0], error, tally)
            return []
    return [case for episode in batch for case in _gather([episode], today, now, tally)]


def _give_up(episode: Episode, error: Exception, tally: Tally) -> None:
    # By id and kind only: the text of an error may hold what somebody answered.
    logger.error("Episode %s was not reviewed: %s", episode.uuid, type(error).__name__)
    tally.failed += 1


def _remember(reviewed: Sequence[Case], now: datetime) -> None:
    """Note what was read, unless a later day has been reviewed already."""
    if not reviewed:
        return
    ahead = set(
        EpisodeReview.objects.filter(
            episode__in=[case.episode.pk for case in reviewed],
            reviewed_for__gt=reviewed[0].today,
        ).values_list("episode", flat=True)
    )
    EpisodeReview.objects.bulk_create(
        [
            EpisodeReview(
                episode=case.episode,
                reviewed_at=now,
                reviewed_for=case.today,
                seen_until=case.episode.changed_at,
            )
            for case in reviewed
            if case.episode.pk not in ahead
        ],
        update_conflicts=True,
        unique_fields=["episode"],
        update_fields=["reviewed_at", "reviewed_for", "seen_until"],
    )
