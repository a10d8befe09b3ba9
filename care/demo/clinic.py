"""A clinic with people, their plans and their diaries, made through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.db import transaction

from accounts import consent
from accounts import services as people
from accounts.enums import NoticeState, Role
from accounts.models import Clinic, Consent, Notice, User
from care import flags, red_flags, reviews
from care.demo import diaries, own_marks, profiles
from care.demo.courses import Course
from care.demo.diaries import Day, Track
from care.demo.profiles import Hip, Profile
from care.enums import FlagOutcome
from care.models import Flag
from conditions import queries as plans
from conditions.enums import Channel, WalkingAid
from conditions.models import Phase, Plan, Stage
from diary import moments, questions, reminders, services
from diary.models import Episode
from diary.verdicts import DayAnswers

CLINICS = (
    ("Fysiotherapie Voorbeeld", "020 555 01 23"),
    ("Praktijk Tweede Voorbeeld", "010 555 04 56"),
)
# The last days are left for the worker, which then finds something to raise.
UNREVIEWED_DAYS = 5
RED_FLAG = "calf"
# From this score on somebody tells of some afternoons at once.
BAD_FROM, BAD_HOUR = 6, time(15, 10)


@dataclass(frozen=True)
class Made:
    """How much the demo made."""

    patients: int
    entries: int
    flags: int


@dataclass(frozen=True)
class _Clinic:
    clinic: Clinic
    physiotherapist: User


class ContentMissing(Exception):
    """There are no published plans to start; load the content first."""


@transaction.atomic
def make(*, patients: int, days: int, seed: int, password: str, now: datetime) -> Made:
    """Two clinics with `patients` people who logged up to `days` days, the same for a seed.

    The first patient of each clinic signs in as patient@ and patient2@example.org. Raises
    ContentMissing when no plan has been published.
    """
    random = Random(seed)
    clinics = [_make_clinic(number, password, now) for number in range(2)]
    _staff(clinics[0].clinic, password, random)
    entries = 0
    seen = [0, 0]
    for index, profile in enumerate(profiles.people(patients, random)):
        other = index % profiles.OTHER_CLINIC_EVERY == profiles.OTHER_CLINIC_EVERY - 1
        number = int(other)
        person = _person(
            clinics[number], number, seen[number], profile, password, days, random, now
        )
        seen[number] += 1
        entries += _live(person, clinics[number].physiotherapist, profile, days, random, now)
    _review_the_past(clinics, days, random, now)
    _report_red_flags(now)
    own_marks.make(now)
    _remind_soon(now)
    return Made(patients, entries, Flag.objects.count())


def _make_clinic(number: int, password: str, now: datetime) -> _Clinic:
    name, phone = CLINICS[number]
    clinic = Clinic.objects.create(name=name, phone=phone)
    suffix = "2" if number else ""
    physiotherapist = User.objects.create_user(
        f"physio{suffix}@example.org",
        password,
        name=f"Robin {profiles.FAMILY_NAME}" if not number else f"Sam {profiles.FAMILY_NAME}",
        role=Role.PHYSIOTHERAPIST,
        clinic=clinic,
    )
    return _Clinic(clinic, physiotherapist)


def _staff(clinic: Clinic, password: str, random: Random) -> None:
    for address, name in (("editor", "Kim"), ("editor2", "Noor")):
        User.objects.create_user(
            f"{address}@example.org",
            password,
            name=f"{name} {profiles.FAMILY_NAME}",
            role=Role.EDITOR,
        )
    User.objects.create_user(
        "manager@example.org",
        password,
        name="Lou Voorbeeld",
        role=Role.CLINIC_MANAGER,
        clinic=clinic,
    )


def _person(
    clinic: _Clinic,
    clinic_number: int,
    place: int,
    profile: Profile,
    password: str,
    days: int,
    random: Random,
    now: datetime,
) -> User:
    suffix = "2" if clinic_number else ""
    name = f"patient{suffix}" if place == 0 else f"patient{suffix}.{place + 1}"
    person = User.objects.create_user(
        f"{name}@example.org",
        password if place == 0 else None,
        name=profile.name,
        role=Role.PATIENT,
        clinic=clinic.clinic,
        birth_year=profile.birth_year,
        uuid=_uuid(random),
    )
    begun = now - timedelta(days=days)
    people.start_relation(patient=person, physiotherapist=clinic.physiotherapist, now=begun)
    Consent.objects.create(
        user=person,
        text_version=consent.CURRENT_VERSION,
        language=person.language,
        channel="demo",
        given_at=begun,
    )
    return person


def _live(
    person: User, by: User, profile: Profile, days: int, random: Random, now: datetime
) -> int:
    """Start the plans of a person and log the days; how many entries that made."""
    today = now.astimezone(person.zone).date()
    tracks = [_track(person, by, hip, profile, days, today, random, now) for hip in profile.hips]
    lived = diaries.days_of(profile, tracks, today=today, language=person.language, random=random)
    for day in lived:
        _log(person, day, today, random, now)
    _tell_of_bad_hours(person, lived, now)
    return len(lived)


def _track(
    person: User,
    by: User,
    hip: Hip,
    profile: Profile,
    days: int,
    today: date,
    random: Random,
    now: datetime,
) -> Track:
    plan, stage = _plan_of(hip)
    reached = min(round(hip.reached * (days - 1)), hip.most)
    day_zero = today - timedelta(days=reached)
    episode = services.start_episode(
        patient=person,
        plan=plan,
        stage=stage,
        side=hip.side,
        day_zero_on=day_zero,
        started_on=day_zero,
        body_weight_kg=profile.weight_kg,
        switches=plan.switches.filter(key__in=hip.switches),
        by=by,
        now=_moment(person, day_zero, time(9), now),
    )
    _move_on(episode, by, today, hip.course, random, now)
    _reach_milestones(episode, by, today, random, now)
    rows = episode.phases.order_by("from_on")
    parts = {phase.pk: phase for phase in plans.phase_parts(row.phase_id for row in rows)}
    return Track(
        hip=hip,
        started_on=day_zero,
        phases=tuple((row.from_on, parts[row.phase_id]) for row in rows),
        channels=tuple(channel for channel in Channel if channel in episode.plan.channels),
        questions=questions.of_patient(questions.asked_by([episode.plan])),
    )


def _plan_of(hip: Hip) -> tuple[Plan, Stage]:
    for plan in plans.published_plans().filter(condition__slug=hip.condition):
        for stage in plan.stages.all():
            if stage.code == hip.stage:
                return plan, stage
    raise ContentMissing(f"{hip.condition}, {hip.stage}")


def _move_on(
    episode: Episode, by: User, today: date, course: Course, random: Random, now: datetime
) -> None:
    """Let a physiotherapist move the episode on, some days after each window begins."""
    held_back = 10 if course in (Course.PLATEAU, Course.CREEP, Course.WORSENING) else 0
    begun = episode.phases.get().phase
    for phase in episode.plan.phases.filter(order__gt=begun.order):
        day = episode.day_zero_on + timedelta(
            days=phase.from_day + random.randint(0, 4) + held_back
        )
        if day <= today:
            _move(episode, phase, day, by, now)


def _move(episode: Episode, phase: Phase, day: date, by: User, now: datetime) -> None:
    services.move_to_phase(
        episode=episode,
        phase=phase,
        from_on=day,
        reason="",
        by=by,
        now=_moment(episode.patient, day, time(10), now),
    )


def _reach_milestones(
    episode: Episode, by: User, today: date, random: Random, now: datetime
) -> None:
    for milestone in episode.plan.milestones.all():
        typical = milestone.typical_day
        spread = max(1, (milestone.late_day - milestone.early_day) // 3)
        number = max(0, typical + random.randint(-spread // 2, spread))
        day = episode.day_zero_on + timedelta(days=number)
        if day <= today and random.random() < 0.85:
            services.reach_milestone(
                episode=episode,
                milestone=milestone,
                reached_on=day,
                by=by,
                now=_moment(episode.patient, day, time(11), now),
            )


def _log(person: User, day: Day, today: date, random: Random, now: datetime) -> None:
    entered = day.day + timedelta(days=1) if day.is_late and day.day < today else day.day
    services.record_entry(
        patient=person,
        day=day.day,
        answers=DayAnswers(
            aid=WalkingAid(day.aid) if day.aid else None,
            readings=day.readings,
            activities=day.activities,
            answers=day.answers,
            painkillers=day.painkillers,
            note=day.note,
        ),
        client_uuid=_uuid(random),
        by=person,
        now=_moment(person, entered, time(19, random.randint(0, 59)), now),
    )


def _tell_of_bad_hours(person: User, lived: Sequence[Day], now: datetime) -> None:
    """On each third day of much pain somebody said so at the time; never more than that day's."""
    worst = {
        day.day: max(score or 0 for each in day.readings.values() for score in each.values())
        for day in lived
        if day.readings
    }
    bad = [day for day, score in worst.items() if score >= BAD_FROM]
    for day in bad[::3]:
        said_at = datetime.combine(day, BAD_HOUR, tzinfo=person.zone)
        if said_at <= now:
            moments.record_moment(
                patient=person,
                day=day,
                at=BAD_HOUR,
                score=worst[day],
                client_uuid=uuid5(person.uuid, f"bad hour {day}"),
                by=person,
                now=said_at,
            )


def _review_the_past(clinics: Sequence[_Clinic], days: int, random: Random, now: datetime) -> None:
    """Review week by week as it would have happened, and deal with most of what came up."""
    for back in range(days - 14, UNREVIEWED_DAYS - 1, -4):
        at = now - timedelta(days=back)
        reviews.review_all(day=at.date(), now=at)
        for each in clinics:
            _deal_with_flags(each.physiotherapist, random, at)
    # What was owed in the past has been read long ago.
    Notice.objects.filter(state=NoticeState.WAITING).update(state=NoticeState.SENT, sent_at=now)


def _deal_with_flags(by: User, random: Random, at: datetime) -> None:
    waiting = Flag.objects.filter(
        patient__clinic=by.clinic, closed_at__isnull=True, opened_at__lte=at - timedelta(days=3)
    ).order_by("pk")
    for flag in waiting:
        if random.random() < 0.5:
            outcome = random.choice(list(FlagOutcome))
            flags.acknowledge_flag(flag=flag, note="", by=by, now=at)
            flags.resolve_flag(flag=flag, outcome=outcome, note="", by=by, now=at)


def _report_red_flags(now: datetime) -> None:
    """One patient answered yes to a red-flag question this morning."""
    for index, profile in enumerate(profiles.FIRST):
        if profile.has_red_flag:
            person = User.objects.filter(name=profiles.name_of(index), role=Role.PATIENT).first()
            if person is not None:
                at = now - timedelta(hours=2)
                red_flags.report(
                    patient=person,
                    day=at.astimezone(person.zone).date(),
                    answers={RED_FLAG: True},
                    client_uuid=UUID(int=index, version=4),
                    now=at,
                )


def _remind_soon(now: datetime) -> None:
    """The first patient is reminded at the next whole minute, whatever the time of day."""
    person = User.objects.get(email="patient@example.org")
    soon = now.astimezone(person.zone) + timedelta(minutes=1)
    quiet = (soon + timedelta(hours=11)).time().replace(second=0, microsecond=0)
    quiet_to = (soon + timedelta(hours=13)).time().replace(second=0, microsecond=0)
    reminders.change_reminder(
        patient=person,
        is_on=True,
        times=dict.fromkeys(reminders.EVERY_DAY, soon.time().replace(second=0, microsecond=0)),
        quiet_from=quiet,
        quiet_to=quiet_to,
        now=now,
    )


def _moment(person: User, day: date, at: time, now: datetime) -> datetime:
    """That time on the person's wall, but never later than now."""
    return min(datetime.combine(day, at, tzinfo=person.zone), now)


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
