"""The background review: what it raises, joins and withdraws, once and whole."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice, User
from care import cases, raising, reviews
from care.enums import FlagEventKind, FlagOutcome, Reason, Severity
from care.flagging import RULES
from care.models import EpisodeReview, Flag, FlagEvent
from care.raising import Reviewed
from diary.models import Entry, Episode, Reading
from tests import factories
from tests.factories import NOW, TODAY

CALM = [3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3]
RISEN = [*CALM, 5, 6, 5, 6]


def day(days_ago: int) -> date:
    return TODAY - timedelta(days_ago)


@pytest.fixture
def episode(patient, physiotherapist) -> Episode:
    return factories.make_episode(patient, started_on=day(60))


def review(episode, today=TODAY, now=NOW) -> Reviewed:
    episode = Episode.objects.select_related("patient", "plan").get(pk=episode.pk)
    return reviews.review_episode(episode=episode, today=today, now=now)


def flags() -> list[tuple[str, str, str]]:
    return [(flag.side, flag.reason, flag.severity) for flag in Flag.objects.order_by("pk")]


def kinds_of_events() -> list[str]:
    return list(FlagEvent.objects.order_by("pk").values_list("kind", flat=True))


def keys_of_notices() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("key", flat=True))


def edit(days_ago: int, patient: User, **scores) -> None:
    Reading.objects.filter(entry__patient=patient, entry__day=day(days_ago)).update(**scores)


def test_a_lasting_rise_raises_one_flag_with_its_numbers(episode, patient):
    factories.log_days(patient, RISEN)
    assert review(episode) == Reviewed(raised=1)
    flag = Flag.objects.get()
    assert flags() == [("left", Reason.LEVEL_SHIFT, Severity.IMPORTANT)]
    assert (flag.patient, flag.episode, flag.since_on) == (patient, episode, day(3))
    assert (flag.opened_at, flag.rule_version) == (NOW, RULES)
    assert flag.evidence == {
        "on": TODAY.isoformat(),
        "channel": "loading",
        "since": day(3).isoformat(),
        "until": TODAY.isoformat(),
        "before": 3.0,
        "after": 5.5,
        "observed": 4,
        "missing": 0,
        "days": [day(ago).isoformat() for ago in (3, 2, 1, 0)],
        "also": [],
    }
    assert kinds_of_events() == [FlagEventKind.RAISED]
    assert flag.events.get().evidence == flag.evidence


def test_a_calm_diary_raises_none(episode, patient):
    factories.log_days(patient, CALM)
    assert review(episode) == Reviewed()
    assert flags() == []
    assert EpisodeReview.objects.get().reviewed_for == TODAY


def test_one_bad_day_raises_none(episode, patient):
    factories.log_days(patient, [*CALM, 10])
    assert review(episode) == Reviewed()


def test_a_second_review_changes_nothing(episode, patient):
    factories.log_days(patient, RISEN)
    review(episode)
    before = Flag.objects.values().get()
    assert review(episode) == Reviewed()
    assert Flag.objects.values().get() == before
    assert kinds_of_events() == [FlagEventKind.RAISED]
    assert Notice.objects.count() == 1
    assert EpisodeReview.objects.count() == 1


def test_days_after_the_judged_day_are_not_seen(episode, patient):
    factories.log_days(patient, RISEN)
    assert review(episode, today=day(4)) == Reviewed()
    assert review(episode) == Reviewed(raised=1)


def test_only_the_side_of_the_episode_is_judged(episode, patient):
    factories.log_days(patient, RISEN, side="right")
    assert review(episode) == Reviewed()


def test_scores_from_before_the_episode_are_not_compared(patient, physiotherapist):
    episode = factories.make_episode(patient, started_on=day(3))
    factories.log_days(patient, RISEN)
    assert review(episode) == Reviewed()


@pytest.mark.parametrize(("anchor", "raised"), [("start", 1), ("surgery", 0)])
def test_an_operation_is_a_new_beginning(patient, physiotherapist, anchor, raised):
    plan = factories.publish_plan(factories.make_plan(publish=False), anchor=anchor)
    episode = factories.make_episode(patient, plan, started_on=day(60), day_zero_on=day(3))
    factories.log_days(patient, RISEN)
    assert review(episode).raised == raised


@pytest.mark.parametrize(("brisk", "raised"), [(False, 0), (True, 1)])
def test_a_brisk_plan_takes_three_days(patient, physiotherapist, brisk, raised):
    plan = factories.publish_plan(factories.make_plan(publish=False), brisk_shift=brisk)
    episode = factories.make_episode(patient, plan, started_on=day(60))
    factories.log_days(patient, [*CALM, 5, 5, 5])
    assert review(episode).raised == raised


def test_a_rise_of_night_pain_alone_is_told_as_such(episode, patient):
    for ago in range(18):
        factories.log_day(patient, day(ago), night=6 if ago < 5 else 1)
    assert review(episode) == Reviewed(raised=1)
    assert Flag.objects.get().evidence["channel"] == "night"


# --- joining, getting worse, being withdrawn ---------------------------------------------------


def test_a_clearer_rise_makes_the_flag_more_urgent_and_unseen(episode, patient, physiotherapist):
    factories.log_days(patient, [*CALM, *CALM, 4, 5, 4, 5, 4, 5], last=day(2))
    assert review(episode, today=day(2)) == Reviewed(raised=1)
    assert flags() == [("left", Reason.LEVEL_SHIFT, Severity.NOTICE)]
    Flag.objects.update(acknowledged_at=NOW, acknowledged_by=physiotherapist)
    factories.log_days(patient, [8, 8])
    assert review(episode).more_urgent == 1
    flag = Flag.objects.get(reason=Reason.LEVEL_SHIFT)
    assert (flag.severity, flag.acknowledged_at) == (Severity.IMPORTANT, None)
    assert list(flag.events.values_list("kind", flat=True)) == [
        FlagEventKind.RAISED,
        FlagEventKind.LEVEL_RAISED,
    ]
    assert [key for key in keys_of_notices() if key.startswith(str(flag.uuid))] == [
        str(flag.uuid),
        f"{flag.uuid}:2",
    ]


def test_a_rise_that_goes_on_for_a_week_joins_its_flag_without_a_mail(episode, patient):
    factories.log_days(patient, RISEN, last=day(7))
    review(episode, today=day(7))
    factories.log_days(patient, [6, 5, 6, 5, 6, 5, 6])
    assert review(episode) == Reviewed(joined=1)
    assert Flag.objects.get().evidence["on"] == TODAY.isoformat()
    assert kinds_of_events() == [FlagEventKind.RAISED, FlagEventKind.JOINED]
    assert Notice.objects.count() == 1
    assert review(episode) == Reviewed()


def test_pain_that_came_down_leaves_the_flag_to_a_person(episode, patient):
    factories.log_days(patient, RISEN, last=day(10))
    review(episode, today=day(10))
    factories.log_days(patient, [2] * 10)
    assert review(episode) == Reviewed()
    assert Flag.objects.get().is_open


def test_an_edit_that_makes_it_false_withdraws_an_unseen_flag(episode, patient):
    factories.log_days(patient, RISEN)
    review(episode)
    for ago in range(4):
        edit(ago, patient, loading=3)
    assert review(episode) == Reviewed(withdrawn=1)
    flag = Flag.objects.get()
    assert (flag.closed_at, flag.closed_by, flag.outcome) == (NOW, None, "")
    assert kinds_of_events() == [FlagEventKind.RAISED, FlagEventKind.WITHDRAWN]
    assert Notice.objects.get().state == NoticeState.CANCELLED


def test_a_flag_is_judged_again_for_its_own_day_and_not_for_today(episode, patient):
    factories.log_days(patient, RISEN, last=day(20))
    review(episode, today=day(20))
    factories.log_days(patient, [3] * 20)
    assert review(episode) == Reviewed()
    for ago in range(20, 24):
        edit(ago, patient, loading=3)
    assert review(episode) == Reviewed(withdrawn=1)


def test_a_flag_that_was_seen_is_not_withdrawn_by_an_edit(episode, patient, physiotherapist):
    factories.log_days(patient, RISEN)
    review(episode)
    Flag.objects.update(acknowledged_at=NOW, acknowledged_by=physiotherapist)
    for ago in range(4):
        edit(ago, patient, loading=3)
    assert review(episode) == Reviewed()
    assert Flag.objects.get().is_open


def test_a_flag_of_other_rules_is_not_judged_again(episode, patient):
    factories.log_days(patient, RISEN)
    review(episode)
    Flag.objects.update(rule_version="trends-0")
    for ago in range(4):
        edit(ago, patient, loading=3)
    assert review(episode) == Reviewed()


@pytest.mark.parametrize(
    ("outcome", "days_later", "raised"),
    [
        (FlagOutcome.CALLED, 13, 0),
        (FlagOutcome.CALLED, 14, 1),
        (FlagOutcome.EXPECTED, 14, 0),
    ],
)
def test_a_resolved_flag_keeps_quiet_for_a_while(
    episode, patient, physiotherapist, outcome, days_later, raised
):
    factories.log_days(patient, RISEN, last=day(days_later))
    then = NOW - timedelta(days_later)
    review(episode, today=day(days_later), now=then)
    Flag.objects.update(closed_at=then, closed_by=physiotherapist, outcome=outcome)
    for ago in range(days_later):
        factories.log_day(patient, day(ago), loading=5 + ago % 2)
    assert review(episode).raised == raised


# --- the whole person ---------------------------------------------------------------------------


def test_silence_raises_a_flag_and_an_entry_withdraws_it(episode, patient):
    factories.log_days(patient, CALM, last=day(6))
    assert review(episode, today=day(1)) == Reviewed()
    assert review(episode) == Reviewed(raised=1)
    assert flags() == [("", Reason.SILENT, Severity.NOTICE)]
    flag = Flag.objects.get()
    assert (flag.episode, flag.since_on, flag.evidence["last_on"]) == (
        None,
        day(5),
        day(6).isoformat(),
    )
    assert review(episode, today=TODAY + timedelta(1)) == Reviewed()
    factories.log_day(patient, TODAY)
    assert review(episode, today=day(1)) == Reviewed()  # of a later day, it is left alone
    assert review(episode) == Reviewed(withdrawn=1)


def test_silence_right_after_a_rise_is_important_a_day_earlier(episode, patient):
    factories.log_days(patient, RISEN, last=day(5))
    review(episode, today=day(5))
    assert review(episode, today=day(1)) == Reviewed()
    assert review(episode) == Reviewed(raised=1)
    assert flags()[-1] == ("", Reason.SILENT, Severity.IMPORTANT)


def test_somebody_who_never_logged_is_flagged(patient, physiotherapist):
    episode = factories.make_episode(patient, started_on=day(5))
    assert review(episode) == Reviewed(raised=1)
    assert Flag.objects.get().evidence["last_on"] is None


def test_a_second_hip_later_does_not_take_silence_back(episode, patient):
    factories.log_days(patient, CALM, last=day(6))
    second = factories.make_episode(patient, side="right", started_on=day(1))
    assert review(episode) == Reviewed(raised=1)
    assert review(second) == Reviewed()
    assert flags() == [("", Reason.SILENT, Severity.NOTICE)]


def test_entries_beyond_the_plan_are_counted_over_a_week(episode, patient):
    factories.log_days(patient, CALM)
    Entry.objects.filter(day__in=[day(0), day(7)]).update(outcome="beyond", deviations=1)
    assert review(episode) == Reviewed()
    Entry.objects.filter(day=day(6)).update(outcome="beyond", deviations=2)
    assert review(episode) == Reviewed(raised=1)
    flag = Flag.objects.get()
    assert (flag.side, flag.reason, flag.severity) == ("", Reason.BEYOND_PLAN, Severity.NOTICE)
    assert flag.evidence == {
        "on": TODAY.isoformat(),
        "days": [day(6).isoformat(), TODAY.isoformat()],
        "observed": 7,
    }
    Entry.objects.filter(day__in=[day(1), day(2)]).update(outcome="beyond", deviations=1)
    assert review(episode) == Reviewed(more_urgent=1)


def test_care_with_the_plan_is_not_beyond_it(episode, patient):
    factories.log_days(patient, CALM)
    Entry.objects.update(outcome="careful", deviations=1)
    assert review(episode) == Reviewed()


# --- who is told ----------------------------------------------------------------------------------


def test_each_active_physiotherapist_is_owed_one_notice(episode, patient, physiotherapist, clinic):
    second = factories.make_physiotherapist(clinic)
    factories.relate(patient, second)
    past, colleague = (factories.make_physiotherapist(clinic) for _ in range(2))
    factories.relate(patient, past, ended_at=NOW - timedelta(1))
    factories.log_days(patient, RISEN)
    review(episode)
    review(episode)
    owed = Notice.objects.order_by("pk")
    assert {notice.recipient for notice in owed} == {physiotherapist, second}
    assert [(notice.kind, notice.key, notice.due_at) for notice in owed] == [
        (NoticeKind.FLAG, str(Flag.objects.get().uuid), NOW)
    ] * 2
    assert colleague not in {notice.recipient for notice in owed}


def test_a_patient_without_a_relation_gets_a_flag_and_nobody_a_notice(patient):
    episode = factories.make_episode(patient, started_on=day(60))
    factories.log_days(patient, RISEN)
    assert review(episode) == Reviewed(raised=1)
    assert Notice.objects.count() == 0


# --- whole or not at all, and once ----------------------------------------------------------------


@pytest.mark.parametrize(
    "broken", ["care.raising.FlagEvent.objects.create", "accounts.notices.owe"]
)
def test_a_broken_second_write_leaves_nothing(episode, patient, broken):
    factories.log_days(patient, RISEN)
    with mock.patch(broken, side_effect=RuntimeError), pytest.raises(RuntimeError):
        review(episode)
    assert flags() == []
    assert (FlagEvent.objects.count(), Notice.objects.count()) == (0, 0)
    assert EpisodeReview.objects.count() == 0


def two_that_read_at_once(episode) -> tuple[Reviewed, Reviewed]:
    """Two reviews that both read before either wrote."""
    episode = Episode.objects.select_related("patient", "plan").get(pk=episode.pk)
    read = [cases.gather([episode], today=TODAY, now=NOW)[0] for _ in range(2)]
    first, second = (
        raising.carry_out(case, decisions, now=NOW)
        for case, decisions in [(case, cases.decide(case)) for case in read]
    )
    return first, second


def test_two_reviews_at_once_raise_one_flag(episode, patient):
    factories.log_days(patient, RISEN)
    assert two_that_read_at_once(episode) == (Reviewed(raised=1), Reviewed())
    assert kinds_of_events() == [FlagEventKind.RAISED]
    assert Notice.objects.count() == 1


def test_two_reviews_at_once_withdraw_once(episode, patient):
    factories.log_days(patient, CALM, last=day(7))
    review(episode, today=day(1))
    factories.log_day(patient, TODAY)
    assert two_that_read_at_once(episode) == (Reviewed(withdrawn=1), Reviewed())
    assert kinds_of_events() == [FlagEventKind.RAISED, FlagEventKind.WITHDRAWN]


def test_two_reviews_at_once_raise_the_level_once(episode, patient):
    factories.log_days(patient, CALM)
    Entry.objects.filter(day__in=[day(0), day(1)]).update(outcome="beyond")
    review(episode)
    Entry.objects.filter(day__in=[day(2), day(3)]).update(outcome="beyond")
    assert two_that_read_at_once(episode) == (Reviewed(more_urgent=1), Reviewed())
    assert kinds_of_events() == [FlagEventKind.RAISED, FlagEventKind.LEVEL_RAISED]


def test_the_database_refuses_a_second_open_flag(episode, patient):
    factories.log_days(patient, RISEN)
    review(episode)
    twin = Flag.objects.get()
    twin.pk, twin.uuid = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_an_error_that_is_no_twin_is_not_swallowed(episode, patient):
    factories.log_days(patient, RISEN)
    with (
        mock.patch("care.raising.Flag.objects.create", side_effect=IntegrityError),
        pytest.raises(IntegrityError),
    ):
        review(episode)


def test_the_review_of_an_earlier_day_does_not_hide_what_a_later_one_has_to_see(episode, patient):
    factories.log_days(patient, CALM)
    review(episode)
    later = EpisodeReview.objects.values().get()
    review(episode, today=day(5), now=NOW + timedelta(hours=1))
    assert EpisodeReview.objects.values().get() == later


def test_a_review_reads_the_same_number_of_times_for_one_and_for_three(
    episode, patient, django_assert_num_queries
):
    for _ in range(3):
        other = factories.make_patient()
        factories.make_episode(other, episode.plan, started_on=day(60))
        factories.log_days(other, RISEN)
    every = list(Episode.objects.select_related("patient", "plan"))
    for some in (every[:1], every[1:]):
        with django_assert_num_queries(6):
            read = cases.gather(some, today=TODAY, now=NOW)
        with django_assert_num_queries(0):
            assert [bool(cases.decide(case)) for case in read]
