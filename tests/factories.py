"""Plain functions that make what a test needs, as rows, without the services under test.

Everything has a telling default, so that a test names only what it is about.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from accounts.enums import Role
from accounts.models import Clinic, Invitation, PushSubscription, Relation, User
from conditions import drafting, export
from conditions.enums import (
    Anchor,
    GuideTopic,
    LoadLevel,
    Provenance,
    QuestionKind,
    Rule,
    Side,
    Urgency,
    WalkingAid,
)
from conditions.models import (
    Activity,
    ActivityRule,
    Condition,
    Guide,
    LoadLimit,
    Milestone,
    PainLimit,
    Phase,
    Plan,
    Question,
    RedFlag,
    Stage,
    Switch,
)
from diary.models import Entry, Episode, EpisodePhase, Moment, Reading, Reminder, ReminderTime
from tests.push_service import Device

PASSWORD = "a long enough pass phrase"
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

_numbers = count(1)


def both(**texts: str) -> dict[str, str]:
    """Texts in both languages, told apart by a prefix: both(name="x") → name_nl, name_en."""
    return {
        f"{field}_{language}": f"{language} {words}"
        for field, words in texts.items()
        for language in ("nl", "en")
    }


def make_clinic(name: str = "") -> Clinic:
    return Clinic.objects.create(name=name or f"Clinic {next(_numbers)}", phone="020 123 45 67")


def make_person(role: str, *, clinic: Clinic | None = None, name: str = "", **fields) -> User:
    number = next(_numbers)
    if clinic is None and role != Role.EDITOR:
        clinic = make_clinic()
    return User.objects.create_user(
        fields.pop("email", f"{role}{number}@example.org"),
        fields.pop("password", PASSWORD),
        name=name or f"{role} {number}",
        role=role,
        clinic=None if role == Role.EDITOR else clinic,
        language=fields.pop("language", "en"),
        **fields,
    )


def make_patient(clinic: Clinic | None = None, **fields) -> User:
    return make_person(Role.PATIENT, clinic=clinic, **fields)


def make_physiotherapist(clinic: Clinic | None = None, **fields) -> User:
    return make_person(Role.PHYSIOTHERAPIST, clinic=clinic, **fields)


def relate(patient: User, physiotherapist: User, **fields) -> Relation:
    return Relation.objects.create(
        patient=patient,
        physiotherapist=physiotherapist,
        clinic=physiotherapist.clinic,
        started_at=fields.pop("started_at", NOW - timedelta(days=100)),
        **fields,
    )


def make_activity(slug: str, **fields) -> Activity:
    names = both(name=slug)
    return Activity.objects.get_or_create(slug=slug, defaults=names | fields)[0]


def make_red_flag(code: str = "calf", urgency: str = Urgency.EMERGENCY, **fields) -> RedFlag:
    return RedFlag.objects.create(
        code=code,
        urgency=urgency,
        provenance=Provenance.CONVENTION,
        **both(question=f"{code}?", action=f"call about {code}"),
        **fields,
    )


def make_question(code: str = "", kind: str = QuestionKind.YES_NO, **fields) -> Question:
    code = code or f"question-{next(_numbers)}"
    return Question.objects.create(
        code=code,
        kind=kind,
        provenance=Provenance.CONVENTION,
        **both(question=f"{code}?"),
        **fields,
    )


def make_guide(code: str, topic: str = GuideTopic.TECHNIQUE, **fields) -> Guide:
    texts = both(title=code, text="step by step", picture_text=f"somebody doing {code}")
    return Guide.objects.create(
        code=code,
        topic=topic,
        picture=fields.pop("picture", "two-crutches"),
        provenance=Provenance.CONVENTION,
        **texts | fields,
    )


def make_plan(
    *,
    code: str = "",
    level: str = LoadLevel.PWB,
    percent: int | None = 50,
    aids: tuple[str, ...] = (WalkingAid.TWO_CRUTCHES,),
    pain: dict[str, int] | None = None,
    red_flags: tuple[RedFlag, ...] = (),
    asks: tuple[Question, ...] = (),
    publish: bool = True,
    is_of_child: bool = False,
    **fields,
) -> Plan:
    """A published plan of one condition and stage, with two phases, rules and a milestone.

    Phase A holds days 0–41 with the given limit, walking (do, at most 30 minutes), stairs
    (with care) and running (don't); phase B from day 42 has no limit.
    """
    code = code or f"plan-{next(_numbers)}"
    mark = {"provenance": Provenance.CONVENTION}
    condition = Condition.objects.create(
        slug=code, paediatric=is_of_child, **both(name=code, summary="summary")
    )
    condition.red_flags.set(red_flags)
    stage = Stage.objects.create(
        condition=condition, code="standard", **both(name="standard"), **mark
    )
    plan = Plan.objects.create(
        condition=condition,
        code=code,
        anchor=Anchor.START,
        **both(name=f"plan {code}", summary="summary"),
        **mark,
        **fields,
    )
    plan.stages.add(stage)
    plan.asks.set(asks)
    Switch.objects.create(plan=plan, key="precautions", **both(name="precautions"), **mark)
    first = Phase.objects.create(
        plan=plan, code="A", order=1, from_day=0, to_day=41, **both(name="protect")
    )
    second = Phase.objects.create(
        plan=plan, code="B", order=2, from_day=42, **both(name="build up")
    )
    LoadLimit.objects.create(
        phase=first,
        level=level,
        percent=percent if level == LoadLevel.PWB else None,
        aids=list(aids),
        **both(text="limit"),
        **mark,
    )
    LoadLimit.objects.create(
        phase=second,
        level=LoadLevel.FWB,
        aids=[WalkingAid.CANE, WalkingAid.NONE],
        **both(text="full"),
        **mark,
    )
    PainLimit.objects.create(phase=first, **(pain or {"loading": 5}), **mark)
    for order, (slug, rule, minutes) in enumerate(
        (("walking", Rule.DO, 30), ("stairs", Rule.CAUTION, None), ("running", Rule.DONT, None))
    ):
        ActivityRule.objects.create(
            phase=first,
            order=order,
            activity=make_activity(slug, order=order),
            rule=rule,
            minutes=minutes,
            **both(reason=f"because of {slug}"),
            **mark,
        )
    Milestone.objects.create(
        plan=plan,
        phase=first,
        code="outdoors",
        early_day=7,
        typical_day=14,
        late_day=28,
        **both(name="walking outdoors"),
        **mark,
    )
    return publish_plan(plan) if publish else plan


def publish_plan(plan: Plan, **fields) -> Plan:
    """Publish a draft that a test has changed: the database lets nobody change it afterwards."""
    published_at = fields.pop("published_at", NOW - timedelta(days=400))
    Plan.objects.filter(pk=plan.pk).update(published_at=published_at, **fields)
    plan.refresh_from_db()
    return plan


def make_version(plan: Plan, change: Callable[[Plan], object] = lambda draft: None) -> Plan:
    """A published next version of a plan, changed as a draft; the plan itself is retired."""
    data = export.plan_as_data(plan.pk) | {"version": plan.version + 1}
    draft = drafting.make_plan(plan.condition, data, drafting.Names.stored())
    change(draft)
    Plan.objects.filter(pk=plan.pk).update(retired_at=NOW - timedelta(hours=1))
    plan.refresh_from_db()
    return publish_plan(draft, published_at=NOW - timedelta(hours=1))


def make_episode(
    patient: User,
    plan: Plan | None = None,
    *,
    side: str = Side.LEFT,
    started_on: date = TODAY - timedelta(days=20),
    by: User | None = None,
    **fields,
) -> Episode:
    """An open episode in the first phase of its plan from the first day on."""
    plan = plan or make_plan()
    by = by or patient
    episode = Episode.objects.create(
        patient=patient,
        plan=plan,
        stage=plan.stages.first(),
        side=side,
        day_zero_on=fields.pop("day_zero_on", started_on),
        started_on=started_on,
        created_by=by,
        **fields,
    )
    EpisodePhase.objects.create(
        episode=episode, phase=plan.phases.first(), from_on=started_on, by=by
    )
    return episode


def move(episode: Episode, plan: Plan, *, from_on: date = TODAY) -> None:
    """An episode goes on with another version of its plan, in the phase of the same code."""
    held = episode.phases.order_by("from_on").last().phase
    EpisodePhase.objects.create(
        episode=episode, phase=plan.phases.get(code=held.code), from_on=from_on, by=episode.patient
    )
    keys = episode.switches.values_list("key", flat=True)
    episode.switches.add(*plan.switches.filter(key__in=list(keys)))
    episode.plan = plan
    episode.save(update_fields=["plan"])


def log_day(
    patient: User,
    day: date,
    *,
    side: str = Side.LEFT,
    loading: int | None = 3,
    rest: int | None = 1,
    night: int | None = 0,
    **fields,
) -> Entry:
    """An entry of one day as rows: no verdict is made."""
    at = datetime.combine(day, time(18), tzinfo=UTC)
    entry = Entry.objects.create(patient=patient, day=day, created_at=at, updated_at=at, **fields)
    Reading.objects.create(entry=entry, side=side, loading=loading, rest=rest, night=night)
    return entry


def log_days(
    patient: User, loading: list[int | None], *, last: date = TODAY, **fields
) -> list[Entry]:
    """One entry a day up to and with `last`; None in the list is a day without an entry."""
    first = last - timedelta(days=len(loading) - 1)
    return [
        log_day(patient, first + timedelta(days=number), loading=score, **fields)
        for number, score in enumerate(loading)
        if score is not None
    ]


def make_moment(patient: User, day: date = TODAY, **fields) -> Moment:
    """An extra moment of a day, at nine in the morning, with pain 5."""
    entered_at = fields.pop("entered_at", datetime.combine(day, time(10), tzinfo=UTC))
    return Moment.objects.create(
        patient=patient,
        day=day,
        at=fields.pop("at", time(9)),
        score=fields.pop("score", 5),
        client_uuid=fields.pop("client_uuid", uuid4()),
        entered_at=entered_at,
        received_at=fields.pop("received_at", entered_at),
        utc_offset_minutes=60,
        by=fields.pop("by", patient),
        **fields,
    )


def make_reminder(patient: User, at: time = time(20), **fields) -> Reminder:
    """A reminder at one time every day, or at `times` by weekday."""
    times = fields.pop("times", dict.fromkeys(range(7), at))
    reminder = Reminder.objects.create(
        patient=patient,
        quiet_from=fields.pop("quiet_from", time(22)),
        quiet_to=fields.pop("quiet_to", time(8)),
        **fields,
    )
    ReminderTime.objects.bulk_create(
        ReminderTime(reminder=reminder, weekday=weekday, at=each) for weekday, each in times.items()
    )
    return reminder


def make_push(user: User, phone: Device, **fields) -> PushSubscription:
    """A device on which somebody takes push messages."""
    return PushSubscription.objects.create(
        user=user,
        device=fields.pop("device", "Chrome, Android"),
        created_at=fields.pop("created_at", NOW),
        **phone.handed_out() | fields,
    )


def make_invitation(by: User, **fields) -> Invitation:
    """An invitation to the clinic of `by`: of a patient, open for a week from NOW."""
    made_at = fields.pop("created_at", NOW)
    return Invitation.objects.create(
        clinic=fields.pop("clinic", by.clinic),
        email=fields.pop("email", f"invited{next(_numbers)}@example.org"),
        name=fields.pop("name", "Invited Person"),
        role=fields.pop("role", Role.PATIENT),
        language=fields.pop("language", "en"),
        invited_by=by,
        created_at=made_at,
        expires_at=fields.pop("expires_at", made_at + timedelta(days=7)),
        **fields,
    )
