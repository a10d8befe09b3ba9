"""Saving a day: once, twice, again, and what must never be stored."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection

from accounts import notices
from accounts.enums import NoticeKind, NoticeState
from conditions.enums import Channel, Side, WalkingAid
from diary import entries, queries, services, turns, verdicts
from diary.models import Entry, EntryActivity, EntryRevision, Reading
from diary.services import AlreadySavedOtherwise, DayNotOpen
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

FIRST = UUID("11111111-1111-4111-8111-111111111111")
SECOND = UUID("22222222-2222-4222-8222-222222222222")


def answers(**fields) -> DayAnswers:
    fields = {
        "aid": WalkingAid.TWO_CRUTCHES,
        "readings": {Side.LEFT: {Channel.LOADING: 3, Channel.REST: 0, Channel.NIGHT: None}},
        "activities": {"walking": 20, "stairs": None},
        "painkillers": 0,
        "note": "a walk in the park",
    } | fields
    return DayAnswers(**fields)


def record(patient, *, day=TODAY, client_uuid=FIRST, now=NOW, **fields) -> services.Recorded:
    return services.record_entry(
        patient=patient,
        day=day,
        answers=answers(**fields),
        client_uuid=client_uuid,
        by=patient,
        now=now,
    )


def test_a_saved_day_stands_in_rows_with_its_verdict(patient):
    factories.make_episode(patient, body_weight_kg=73)
    recorded = record(patient)
    entry = Entry.objects.get()
    assert (entry.patient, entry.day, entry.revision) == (patient, TODAY, 1)
    assert (entry.aid, entry.painkillers, entry.note) == ("two_crutches", 0, "a walk in the park")
    assert (entry.created_at, entry.updated_at) == (NOW, NOW)
    assert list(Reading.objects.values_list("side", "loading", "rest", "night")) == [
        ("left", 3, 0, None)
    ]
    assert set(EntryActivity.objects.values_list("activity__slug", "minutes")) == {
        ("walking", 20),
        ("stairs", None),
    }
    assert entry.outcome == "within"
    assert verdicts.from_json(entry.verdict) == recorded.verdict
    assert (recorded.is_new, recorded.entry, queries.has_sudden_rise(patient, TODAY)) == (
        True,
        entry,
        False,
    )


def test_the_revision_keeps_answers_moment_and_offset(patient):
    factories.make_episode(patient)
    record(patient)
    revision = EntryRevision.objects.get()
    assert revision.payload == {
        "day": "2026-11-23",
        "aid": "two_crutches",
        "readings": {"left": {"loading": 3, "rest": 0, "night": None}},
        "observed": {},
        "activities": {"stairs": None, "walking": 20},
        "answers": {},
        "painkillers": 0,
        "note": "a walk in the park",
    }
    assert (revision.number, revision.client_uuid, revision.by) == (1, FIRST, patient)
    assert (revision.entered_at, revision.utc_offset_minutes) == (NOW, 60)
    assert entries.answers_from(revision.payload) == answers()
    assert entries.answers_of(revision.entry) == answers()


def test_the_same_form_twice_is_saved_once(patient):
    factories.make_episode(patient)
    first = record(patient)
    again = record(patient, now=NOW + timedelta(minutes=5))
    assert (again.is_new, again.entry, again.revision) == (False, first.entry, first.revision)
    assert again.verdict == first.verdict
    assert EntryRevision.objects.count() == 1
    assert Entry.objects.get().updated_at == NOW


def test_the_same_form_arriving_after_its_window_is_still_the_first_saving(patient):
    factories.make_episode(patient)
    record(patient)
    again = record(patient, now=NOW + timedelta(days=30))
    assert again.is_new is False


def test_the_same_form_with_other_answers_is_refused_and_the_first_stays(patient):
    factories.make_episode(patient)
    first = record(patient)
    with pytest.raises(AlreadySavedOtherwise) as refused:
        record(patient, painkillers=2)
    assert refused.value.revision == first.revision
    assert Entry.objects.get().painkillers == 0
    assert EntryRevision.objects.count() == 1


def test_the_same_form_for_another_day_is_refused(patient):
    factories.make_episode(patient)
    record(patient)
    with pytest.raises(AlreadySavedOtherwise):
        record(patient, day=TODAY - timedelta(days=1))
    assert list(Entry.objects.values_list("day", flat=True)) == [TODAY]


def test_two_patients_may_use_the_same_client_id(patient, foreign_patient):
    factories.make_episode(patient)
    factories.make_episode(foreign_patient)
    assert [record(patient).is_new, record(foreign_patient).is_new] == [True, True]


def test_a_second_saving_of_a_day_keeps_the_first_revision(patient):
    factories.make_episode(patient)
    first = record(patient)
    later = NOW + timedelta(hours=3)
    second = record(
        patient,
        client_uuid=SECOND,
        now=later,
        aid=WalkingAid.NONE,
        readings={Side.LEFT: {Channel.LOADING: 4}},
        activities={"running": 5},
        painkillers=None,
        note="",
    )
    entry = Entry.objects.get()
    assert (entry.revision, entry.created_at, entry.updated_at) == (2, NOW, later)
    assert (entry.aid, entry.painkillers, entry.note) == ("none", None, "")
    assert list(Reading.objects.values_list("loading", "rest")) == [(4, None)]
    assert list(EntryActivity.objects.values_list("activity__slug", "minutes")) == [("running", 5)]
    assert (entry.outcome, entry.deviations) == ("beyond", 2)
    kept, new = EntryRevision.objects.order_by("number")
    assert (kept, new) == (first.revision, second.revision)
    assert verdicts.from_json(kept.verdict) == first.verdict
    assert entries.answers_from(kept.payload) == answers()
    assert verdicts.from_json(new.verdict) == second.verdict != first.verdict


def test_nought_not_answered_and_no_entry_stay_apart(patient):
    factories.make_episode(patient)
    record(patient, readings={Side.LEFT: {Channel.LOADING: 0, Channel.REST: None}})
    series = queries.series([patient], TODAY - timedelta(days=1), TODAY)
    assert series == {patient.pk: {"left": {TODAY: queries.Scores(0, None, None)}}}


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        ("Europe/Amsterdam", datetime(2026, 11, 23, 22, 30, tzinfo=UTC), date(2026, 11, 23)),
        ("Europe/Amsterdam", datetime(2026, 11, 23, 23, 30, tzinfo=UTC), date(2026, 11, 24)),
        ("America/New_York", datetime(2026, 11, 24, 4, 30, tzinfo=UTC), date(2026, 11, 23)),
        ("Asia/Tokyo", datetime(2026, 11, 23, 15, 30, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_the_window_is_fifteen_days_of_the_patients_own_calendar(clinic, zone, now, today):
    patient = factories.make_patient(clinic, time_zone=zone)
    factories.make_episode(patient, started_on=date(2026, 10, 1))
    inside = [today, today - timedelta(days=14)]
    outside = [today + timedelta(days=1), today - timedelta(days=15)]
    for day in inside:
        record(patient, day=day, client_uuid=uuid4(), now=now)
    for day in outside:
        with pytest.raises(DayNotOpen):
            record(patient, day=day, client_uuid=uuid4(), now=now)
    assert list(Entry.objects.values_list("day", flat=True)) == inside


def test_an_entry_of_an_earlier_day_is_held_against_the_phase_of_that_day(patient):
    plan = factories.make_plan()
    episode = factories.make_episode(patient, plan, started_on=TODAY - timedelta(days=60))
    second = plan.phases.last()
    services.move_to_phase(
        episode=episode,
        phase=second,
        from_on=TODAY - timedelta(days=5),
        reason="",
        by=patient,
        now=NOW,
    )
    before = record(patient, day=TODAY - timedelta(days=6), aid=WalkingAid.CANE)
    after = record(patient, day=TODAY - timedelta(days=5), aid=WalkingAid.CANE, client_uuid=SECOND)
    assert [before.entry.outcome, after.entry.outcome] == ["beyond", "within"]


def test_a_day_before_the_plan_is_kept_and_not_judged(patient):
    factories.make_episode(patient, started_on=TODAY)
    recorded = record(patient, day=TODAY - timedelta(days=1))
    assert recorded.verdict.judged == ()
    assert (recorded.entry.outcome, recorded.entry.deviations) == ("", 0)


def test_a_switch_that_is_on_brings_its_rules(patient):
    plan = factories.make_plan(publish=False)
    phase, switch = plan.phases.first(), plan.switches.get()
    phase.rules.create(
        activity=factories.make_activity("bending"),
        rule="dont",
        switch=switch,
        provenance="convention",
        **factories.both(reason="precautions"),
    )
    episode = factories.make_episode(patient, plan)
    off = record(patient, activities={"bending": None})
    episode.switches.add(switch)
    on = record(patient, activities={"bending": None}, client_uuid=SECOND)
    assert [off.entry.outcome, on.entry.outcome] == ["within", "beyond"]


def test_two_hips_are_held_against_the_stricter_limit(patient):
    factories.make_episode(patient, side="left")
    free = factories.make_plan(level="fwb", aids=("none",))
    factories.make_episode(patient, free, side="right")
    assert record(patient, aid=WalkingAid.NONE).entry.outcome == "beyond"


def test_saving_cancels_the_reminder_that_waits_for_that_day(patient):
    factories.make_episode(patient)
    owed = notices.owe(
        recipient=patient,
        kind=NoticeKind.REMINDER,
        key=TODAY.isoformat(),
        due_at=NOW,
        expires_at=NOW + timedelta(hours=4),
    )
    record(patient, day=TODAY - timedelta(days=1))
    owed.refresh_from_db()
    assert owed.state == NoticeState.WAITING
    record(patient, client_uuid=SECOND)
    owed.refresh_from_db()
    assert owed.state == NoticeState.CANCELLED


def test_each_saving_moves_the_open_episodes_on(patient):
    open_one = factories.make_episode(patient, changed_at=NOW - timedelta(days=3))
    ended = factories.make_episode(
        patient, side="right", ended_on=TODAY, changed_at=NOW - timedelta(days=3)
    )
    record(patient)
    record(patient, client_uuid=SECOND)
    open_one.refresh_from_db()
    ended.refresh_from_db()
    assert open_one.changed_at == NOW + timedelta(microseconds=1)
    assert ended.changed_at == NOW - timedelta(days=3)


def test_a_late_request_does_not_move_an_episode_back(patient):
    episode = factories.make_episode(patient, changed_at=NOW + timedelta(minutes=1))
    record(patient)
    episode.refresh_from_db()
    assert episode.changed_at == NOW + timedelta(minutes=1, microseconds=1)


@pytest.mark.parametrize(("score", "spike"), [(8, True), (4, False)])
def test_a_sudden_peak_is_found_at_once(patient, score, spike):
    factories.make_episode(patient)
    factories.log_days(patient, [3] * 10, last=TODAY - timedelta(days=1))
    recorded = record(patient, readings={Side.LEFT: {Channel.LOADING: score}})
    assert queries.has_sudden_rise(patient, recorded.entry.day) is spike


@pytest.mark.parametrize(
    "wrong",
    [
        {"readings": {Side.LEFT: {Channel.LOADING: 11}}},
        {"readings": {Side.LEFT: {Channel.LOADING: -1}}},
        {"activities": {"walking": 1441}},
        {"activities": {"unheard-of": 5}},
        {"painkillers": 31},
    ],
)
def test_an_unbelievable_answer_stores_nothing(patient, wrong):
    factories.make_episode(patient)
    record(patient, client_uuid=SECOND)
    with pytest.raises((ValueError, KeyError, IntegrityError)):
        record(patient, **wrong)
    assert EntryRevision.objects.get().client_uuid == SECOND
    assert entries.answers_of(Entry.objects.get()) == answers()


def test_when_the_last_write_fails_nothing_is_stored(patient, monkeypatch):
    factories.make_episode(patient)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(turns, "mark_open_changed", fail)
    with pytest.raises(RuntimeError):
        record(patient)
    assert (Entry.objects.count(), Reading.objects.count()) == (0, 0)


def heard_of(patient, outcomes: list[bool]) -> bool:
    try:
        outcomes.append(record(patient).is_new)
    except OperationalError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_ten_copies_of_a_form_at_once_are_saved_once():
    patient = factories.make_patient()
    factories.make_episode(patient)
    outcomes = []

    def send() -> None:
        # A database in memory does not wait for a lock, so a sender tries until it is heard.
        while not heard_of(patient, outcomes):
            time.sleep(0.01)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 9 + [True]
    assert (Entry.objects.count(), EntryRevision.objects.count()) == (1, 1)
