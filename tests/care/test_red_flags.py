"""A red flag is told at once and stored whole: report, urgent flag and notices together."""

import uuid
from datetime import timedelta
from unittest import mock

import pytest
from celery import Celery
from django.db import IntegrityError, transaction

from accounts.enums import NoticeKind
from accounts.models import Notice
from care import cases, red_flags, reviews
from care.enums import FlagEventKind, FlagOutcome, Reason, Severity
from care.models import Flag, FlagEvent
from conditions.enums import Urgency
from conditions.models import Condition, RedFlag
from diary.models import RedFlagReport
from tests import factories
from tests.factories import NOW, TODAY


@pytest.fixture
def calf(db) -> RedFlag:
    return factories.make_red_flag("calf", Urgency.SAME_DAY)


@pytest.fixture
def chest(db) -> RedFlag:
    return factories.make_red_flag("chest", Urgency.EMERGENCY)


def report(patient, *, at=NOW, client_uuid=None, **answers) -> RedFlagReport:
    return red_flags.report(
        patient=patient,
        day=TODAY,
        answers=answers,
        client_uuid=client_uuid or uuid.uuid4(),
        now=at,
    )


def keys_of_notices() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("key", flat=True))


def test_a_yes_opens_an_urgent_flag_and_owes_a_notice(patient, physiotherapist, calf, chest):
    stored = report(patient, calf=True, chest=False)
    assert stored.answers == {"calf": True, "chest": False}
    assert (stored.day, stored.reported_at, stored.urgency) == (TODAY, NOW, "same_day")
    flag = Flag.objects.get()
    assert (flag.patient, flag.episode, flag.side) == (patient, None, "")
    assert (flag.reason, flag.severity) == (Reason.RED_FLAG, Severity.URGENT)
    assert (flag.since_on, flag.opened_at) == (TODAY, NOW)
    assert flag.evidence == {
        "on": TODAY.isoformat(),
        "codes": ["calf"],
        "urgency": "same_day",
        "reports": [str(stored.uuid)],
    }
    event = flag.events.get()
    assert (event.kind, event.by, event.evidence) == (FlagEventKind.RAISED, None, flag.evidence)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.key) == (
        physiotherapist,
        NoticeKind.FLAG,
        str(flag.uuid),
    )
    assert notice.due_at == NOW


def test_every_no_is_kept_and_opens_nothing(patient, physiotherapist, calf, chest):
    stored = report(patient, calf=False, chest=False)
    assert (stored.answers, stored.urgency) == ({"calf": False, "chest": False}, "")
    assert (Flag.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_question_without_an_answer_is_neither_yes_nor_no(patient, calf, chest):
    stored = report(patient, calf=True, chest=None)
    stored.refresh_from_db()
    assert stored.answers == {"calf": True, "chest": None}
    assert Flag.objects.get().evidence["codes"] == ["calf"]


def test_the_most_urgent_yes_counts(patient, calf, chest):
    assert report(patient, calf=True, chest=True).urgency == Urgency.EMERGENCY
    assert Flag.objects.get().evidence["codes"] == ["chest", "calf"]


def test_a_report_that_arrives_twice_has_one_effect(patient, physiotherapist, calf):
    client_uuid = uuid.uuid4()
    first = report(patient, client_uuid=client_uuid, calf=True)
    again = report(patient, client_uuid=client_uuid, calf=True, at=NOW + timedelta(minutes=1))
    assert (again, again.reported_at) == (first, NOW)
    assert (Flag.objects.count(), FlagEvent.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_changed_answers_of_the_same_form_are_a_report_of_their_own(patient, calf):
    client_uuid = uuid.uuid4()
    first = report(patient, client_uuid=client_uuid, calf=False)
    for _ in range(2):
        changed = report(patient, client_uuid=client_uuid, calf=True)
        assert (changed.answers, changed.urgency) == ({"calf": True}, "same_day")
    assert changed != first
    assert (RedFlagReport.objects.count(), FlagEvent.objects.count()) == (2, 1)


def test_the_same_id_of_another_patient_is_another_report(patient, foreign_patient, calf):
    client_uuid = uuid.uuid4()
    mine = report(patient, client_uuid=client_uuid, calf=True)
    theirs = report(foreign_patient, client_uuid=client_uuid, calf=True)
    assert mine.patient != theirs.patient
    assert Flag.objects.count() == 2


def test_a_second_yes_joins_the_open_flag_and_makes_it_unseen_again(
    patient, physiotherapist, calf, chest
):
    first = report(patient, calf=True)
    Flag.objects.update(acknowledged_at=NOW, acknowledged_by=physiotherapist)
    second = report(patient, chest=True, calf=False, at=NOW + timedelta(hours=1))
    flag = Flag.objects.get()
    assert (flag.acknowledged_at, flag.acknowledged_by) == (None, None)
    assert (flag.opened_at, flag.severity) == (NOW, Severity.URGENT)
    assert flag.evidence == {
        "on": TODAY.isoformat(),
        "codes": ["chest", "calf"],
        "urgency": "emergency",
        "reports": [str(first.uuid), str(second.uuid)],
    }
    joined = flag.events.last()
    assert (joined.kind, joined.evidence["codes"]) == (FlagEventKind.JOINED, ["chest"])
    assert keys_of_notices() == [str(flag.uuid), f"{flag.uuid}:2"]


def test_a_lesser_yes_does_not_make_the_flag_less_urgent(patient, calf, chest):
    report(patient, chest=True)
    report(patient, calf=True)
    assert Flag.objects.get().evidence["urgency"] == "emergency"


def test_after_a_flag_was_resolved_the_next_yes_opens_another(patient, physiotherapist, calf):
    report(patient, calf=True)
    Flag.objects.update(closed_at=NOW, closed_by=physiotherapist, outcome=FlagOutcome.CALLED)
    report(patient, calf=True, at=NOW + timedelta(minutes=1))
    assert [flag.is_open for flag in Flag.objects.order_by("pk")] == [False, True]


def test_every_physiotherapist_is_owed_exactly_one(patient, physiotherapist, clinic, calf):
    second, past = (factories.make_physiotherapist(clinic) for _ in range(2))
    factories.relate(patient, second)
    factories.relate(patient, past, ended_at=NOW - timedelta(1))
    report(patient, calf=True)
    owed = Notice.objects.values_list("recipient", flat=True)
    assert sorted(owed) == sorted([physiotherapist.pk, second.pk])


def test_a_patient_without_relation_or_episode_is_flagged_all_the_same(patient, calf):
    report(patient, calf=True)
    assert Flag.objects.get().patient == patient
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    "broken",
    [
        "care.red_flags.FlagEvent.objects.create",
        "care.telling.notices.owe",
    ],
)
def test_a_broken_later_write_leaves_nothing(patient, physiotherapist, calf, broken):
    with mock.patch(broken, side_effect=RuntimeError), pytest.raises(RuntimeError):
        report(patient, calf=True)
    assert (RedFlagReport.objects.count(), Flag.objects.count()) == (0, 0)
    assert (FlagEvent.objects.count(), Notice.objects.count()) == (0, 0)


def test_two_reports_at_once_share_one_flag(patient, physiotherapist, calf, chest):
    """The second one looks for an open flag before the first has committed its own."""
    report(patient, calf=True)
    real_get = Flag.objects.get_queryset().__class__.get
    misses = iter([Flag.DoesNotExist])

    def miss_once(queryset, *args, **kwargs):
        for miss in misses:
            raise miss
        return real_get(queryset, *args, **kwargs)

    with mock.patch.object(Flag.objects.get_queryset().__class__, "get", miss_once):
        flag = red_flags._flag_up(
            RedFlagReport.objects.create(
                patient=patient,
                client_uuid=uuid.uuid4(),
                day=TODAY,
                reported_at=NOW,
                answers={"chest": True},
                urgency="emergency",
            ),
            ["chest"],
            NOW,
        )
    assert next(misses, None) is None
    assert Flag.objects.get() == flag
    assert flag.evidence["codes"] == ["chest", "calf"]


def test_the_database_refuses_a_second_open_red_flag(patient, calf):
    report(patient, calf=True)
    twin = Flag.objects.get()
    twin.pk, twin.uuid = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_no_message_is_sent_and_none_is_needed(patient, physiotherapist, calf, mailoutbox):
    with (
        mock.patch.object(Celery, "send_task", side_effect=ConnectionError),
        mock.patch("celery.app.task.Task.apply_async", side_effect=ConnectionError),
        mock.patch("kombu.Connection.ensure_connection", side_effect=ConnectionError),
    ):
        report(patient, calf=True)
    assert Flag.objects.get().severity == Severity.URGENT
    assert Notice.objects.get().attempts == 0
    assert mailoutbox == []


def test_an_answer_to_no_known_question_is_refused(patient, calf):
    with pytest.raises(ValueError, match="moon"):
        report(patient, calf=True, moon=True)
    assert RedFlagReport.objects.count() == 0


def test_the_background_review_leaves_red_flags_alone(patient, calf):
    episode = factories.make_episode(patient, started_on=TODAY)
    report(patient, calf=True)
    case = cases.gather([episode], today=TODAY, now=NOW)[0]
    assert cases.decide(case) == []
    assert reviews.review_due(NOW).withdrawn == 0
    assert Flag.objects.get().is_open


# --- which questions are asked --------------------------------------------------------------


def codes(questions) -> list[str]:
    return [question.code for question in questions]


def test_the_questions_are_those_of_the_conditions_most_urgent_first(patient, calf, chest):
    days = factories.make_red_flag("loose", Urgency.WITHIN_DAYS)
    factories.make_red_flag("elsewhere")
    for side, asked in (("left", (calf, days)), ("right", (days, chest))):
        factories.make_episode(patient, factories.make_plan(red_flags=asked), side=side)
    assert codes(red_flags.questions_for(patient)) == ["chest", "calf", "loose"]


def test_an_episode_that_ended_asks_nothing_any_more(patient, calf, chest):
    factories.make_episode(patient, factories.make_plan(red_flags=(calf,)), side="left")
    factories.make_episode(
        patient, factories.make_plan(red_flags=(chest,)), side="right", ended_on=TODAY
    )
    assert codes(red_flags.questions_for(patient)) == ["calf"]


def test_without_an_episode_the_questions_of_every_condition_are_asked(patient, calf, chest):
    own = factories.make_red_flag("own")
    factories.make_plan(red_flags=(calf, chest))
    factories.make_plan(red_flags=(calf, chest, own))
    assert codes(red_flags.questions_for(patient)) == ["chest", "calf"]


def test_where_conditions_share_nothing_every_question_is_asked(patient, calf, chest):
    factories.make_plan(red_flags=(calf,))
    factories.make_plan(red_flags=(chest,))
    assert codes(red_flags.questions_for(patient)) == ["chest", "calf"]
    Condition.objects.first().red_flags.clear()
    assert codes(red_flags.questions_for(patient)) == ["chest"]


def test_the_questions_of_many_flags_come_in_one_query(
    patient, foreign_patient, calf, chest, django_assert_num_queries
):
    report(patient, calf=True)
    report(foreign_patient, chest=True)
    flags = list(Flag.objects.all())
    with django_assert_num_queries(1):
        texts = red_flags.question_texts(flags)
    assert texts == {"calf": calf.question, "chest": chest.question}
