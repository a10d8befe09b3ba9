"""Beginning, moving on and ending an episode of care, and what is read of it."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from conditions.enums import Channel, LoadLevel, Side, WalkingAid
from conditions.limits import Limit
from conditions.models import Plan
from diary import queries, services
from diary.models import Episode, EpisodePhase, MilestoneReached, Reminder, ReminderTime
from diary.services import EpisodeRefused, SideTaken
from tests import factories
from tests.factories import NOW, TODAY


def start(patient, plan, by=None, **fields) -> Episode:
    return services.start_episode(
        patient=patient,
        plan=plan,
        by=by or patient,
        now=NOW,
        **{
            "stage": plan.stages.get(),
            "side": Side.LEFT,
            "day_zero_on": TODAY,
            "started_on": TODAY,
            "body_weight_kg": 72.5,
            "switches": (),
        }
        | fields,
    )


def test_an_episode_begins_with_its_phase_switches_and_a_reminder(patient, physiotherapist):
    plan = factories.make_plan()
    switch = plan.switches.get()
    episode = start(patient, plan, by=physiotherapist, switches=[switch])
    stored = Episode.objects.get()
    assert stored == episode
    assert (stored.patient, stored.plan, stored.stage) == (patient, plan, plan.stages.get())
    assert (stored.side, stored.body_weight_kg) == ("left", Decimal("72.5"))
    assert (stored.created_by, stored.created_at, stored.changed_at) == (physiotherapist, NOW, NOW)
    assert list(stored.switches.all()) == [switch]
    opened = EpisodePhase.objects.get()
    assert (opened.phase.code, opened.from_on, opened.by) == ("A", TODAY, physiotherapist)
    reminder = Reminder.objects.get()
    assert (reminder.patient, reminder.is_on) == (patient, True)
    assert dict(reminder.times.values_list("weekday", "at")) == dict.fromkeys(range(7), time(20))
    assert reminder.next_at.isoformat() == "2026-11-23T19:00:00+00:00"


@pytest.mark.parametrize(
    ("day_zero_on", "code"),
    [
        (TODAY, "A"),
        (TODAY - timedelta(days=41), "A"),
        (TODAY - timedelta(days=42), "B"),
        (TODAY + timedelta(days=10), "A"),
    ],
)
def test_the_first_phase_is_the_one_that_holds_the_first_day(patient, day_zero_on, code):
    episode = start(patient, factories.make_plan(), day_zero_on=day_zero_on)
    assert episode.phases.get().phase.code == code


def test_a_second_episode_leaves_the_reminder_as_it_was(patient):
    factories.make_reminder(patient, at=time(9))
    start(patient, factories.make_plan())
    start(patient, factories.make_plan(), side=Side.RIGHT)
    assert Reminder.objects.count() == 1
    assert set(ReminderTime.objects.values_list("at", flat=True)) == {time(9)}


def test_a_hip_with_an_open_episode_is_refused_and_the_other_hip_is_not(patient):
    start(patient, factories.make_plan())
    with pytest.raises(SideTaken):
        start(patient, factories.make_plan())
    start(patient, factories.make_plan(), side=Side.RIGHT)
    assert [episode.side for episode in queries.open_episodes(patient)] == ["left", "right"]


def test_after_an_episode_has_ended_the_hip_can_begin_another(patient):
    first = start(patient, factories.make_plan())
    assert services.end_episode(episode=first, ended_on=TODAY, by=patient, now=NOW) is True
    second = start(patient, factories.make_plan())
    assert queries.open_episodes(patient) == [second]


def test_an_episode_ends_once(patient):
    episode = start(patient, factories.make_plan())
    services.end_episode(episode=episode, ended_on=TODAY, by=patient, now=NOW)
    later = TODAY + timedelta(days=3)
    assert services.end_episode(episode=episode, ended_on=later, by=patient, now=NOW) is False
    assert Episode.objects.get().ended_on == TODAY


def test_an_episode_cannot_end_before_it_starts(patient):
    episode = start(patient, factories.make_plan())
    with pytest.raises(EpisodeRefused):
        services.end_episode(
            episode=episode, ended_on=TODAY - timedelta(days=1), by=patient, now=NOW
        )
    assert Episode.objects.get().ended_on is None


def test_only_a_published_plan_that_is_not_retired_can_begin(patient):
    retired = factories.make_plan()
    Plan.objects.filter(pk=retired.pk).update(retired_at=NOW)
    retired.refresh_from_db()
    for plan in (factories.make_plan(publish=False), retired):
        with pytest.raises(EpisodeRefused):
            start(patient, plan)
    assert Episode.objects.count() == 0


def test_a_stage_or_switch_of_another_plan_is_refused(patient):
    plan, other = factories.make_plan(), factories.make_plan()
    with pytest.raises(EpisodeRefused):
        start(patient, plan, stage=other.stages.get())
    with pytest.raises(EpisodeRefused):
        start(patient, plan, switches=[other.switches.get()])
    assert Episode.objects.count() == 0


def test_a_plan_without_phases_begins_nothing(patient):
    plan = factories.make_plan(publish=False)
    plan.phases.all().delete()
    factories.publish_plan(plan)
    with pytest.raises(EpisodeRefused):
        start(patient, plan)
    assert (Episode.objects.count(), Reminder.objects.count()) == (0, 0)


def test_when_the_last_write_fails_no_half_episode_is_left(patient, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(services.reminders, "start_reminder", fail)
    with pytest.raises(RuntimeError):
        start(patient, factories.make_plan())
    assert (Episode.objects.count(), EpisodePhase.objects.count()) == (0, 0)


def test_a_phase_holds_from_its_day_on(patient):
    plan = factories.make_plan()
    first, second = plan.phases.all()
    episode = start(patient, plan, started_on=TODAY - timedelta(days=9))
    services.move_to_phase(
        episode=episode, phase=second, from_on=TODAY, reason="well", by=patient, now=NOW
    )
    [episode] = queries.open_episodes(patient)
    days = [TODAY - timedelta(days=10), TODAY - timedelta(days=9), TODAY - timedelta(days=1), TODAY]
    assert [queries.phase_of(episode, day) for day in days] == [None, first, first, second]
    assert episode.phases.last().reason == "well"


def test_after_its_last_day_an_episode_has_no_phase(patient):
    episode = factories.make_episode(patient, ended_on=TODAY)
    days = (TODAY, TODAY + timedelta(days=1))
    assert [queries.phase_of(episode, day) is None for day in days] == [False, True]
    assert [len(queries.episodes_on(patient, day)) for day in days] == [1, 0]


def test_moving_twice_on_a_day_leaves_one_phase_for_that_day(patient):
    plan = factories.make_plan()
    first, second = plan.phases.all()
    episode = start(patient, plan, started_on=TODAY - timedelta(days=9))
    for phase in (second, first):
        services.move_to_phase(
            episode=episode, phase=phase, from_on=TODAY, reason="", by=patient, now=NOW
        )
    assert list(episode.phases.values_list("from_on", "phase__code")) == [
        (TODAY - timedelta(days=9), "A"),
        (TODAY, "A"),
    ]


def test_moving_back_in_time_replaces_what_was_to_hold_later(patient):
    plan = factories.make_plan()
    second = plan.phases.last()
    episode = start(patient, plan, started_on=TODAY - timedelta(days=9))
    for days in (1, 3):
        services.move_to_phase(
            episode=episode,
            phase=second,
            from_on=TODAY - timedelta(days=days),
            reason="",
            by=patient,
            now=NOW,
        )
    assert list(episode.phases.values_list("from_on", flat=True)) == [
        TODAY - timedelta(days=9),
        TODAY - timedelta(days=3),
    ]


@pytest.mark.parametrize("from_on", [TODAY - timedelta(days=1), TODAY])
def test_a_phase_of_another_plan_or_before_the_start_is_refused(patient, from_on):
    plan, other = factories.make_plan(), factories.make_plan()
    episode = start(patient, plan)
    phase = plan.phases.last() if from_on < TODAY else other.phases.last()
    with pytest.raises(EpisodeRefused):
        services.move_to_phase(
            episode=episode, phase=phase, from_on=from_on, reason="", by=patient, now=NOW
        )
    assert episode.phases.count() == 1


def test_a_phase_change_marks_the_episode_as_changed(patient):
    plan = factories.make_plan()
    episode = start(patient, plan)
    services.move_to_phase(
        episode=episode, phase=plan.phases.last(), from_on=TODAY, reason="", by=patient, now=NOW
    )
    assert Episode.objects.get().changed_at == NOW + timedelta(microseconds=1)


def test_a_milestone_is_reached_once(patient, physiotherapist):
    plan = factories.make_plan()
    episode = start(patient, plan)
    milestone = plan.milestones.get()
    for reached_on in (TODAY, TODAY + timedelta(days=2)):
        services.reach_milestone(
            episode=episode, milestone=milestone, reached_on=reached_on, by=physiotherapist, now=NOW
        )
    reached = MilestoneReached.objects.get()
    assert (reached.reached_on, reached.by) == (TODAY, physiotherapist)


def test_a_milestone_of_another_plan_or_before_the_start_is_refused(patient):
    plan, other = factories.make_plan(), factories.make_plan()
    episode = start(patient, plan)
    for milestone, reached_on in (
        (other.milestones.get(), TODAY),
        (plan.milestones.get(), TODAY - timedelta(days=1)),
    ):
        with pytest.raises(EpisodeRefused):
            services.reach_milestone(
                episode=episode, milestone=milestone, reached_on=reached_on, by=patient, now=NOW
            )
    assert MilestoneReached.objects.count() == 0


def test_the_rules_of_a_day_carry_kilograms_and_only_active_parts(patient):
    plan = factories.make_plan()
    factories.make_episode(patient, plan, body_weight_kg=Decimal("73.0"))
    [rules] = queries.phase_rules(queries.open_episodes(patient), TODAY)
    assert (rules.side, rules.code) == (Side.LEFT, "A")
    assert rules.limit == Limit(
        LoadLevel.PWB, frozenset({WalkingAid.TWO_CRUTCHES}), percent=50, kilograms=36
    )
    assert rules.pain == {Channel.LOADING: 5, Channel.REST: None, Channel.NIGHT: None}
    assert [line.activity for line in rules.rules] == ["walking", "stairs", "running"]


def test_a_phase_without_limit_and_pain_limit_has_neither(patient):
    plan = factories.make_plan(publish=False)
    phase = plan.phases.first()
    phase.limit.delete()
    phase.pain_limit.delete()
    factories.make_episode(patient, plan)
    [rules] = queries.phase_rules(queries.open_episodes(patient), TODAY)
    assert (rules.limit, set(rules.pain.values())) == (None, {None})


def test_the_rules_of_one_and_of_two_hips_need_the_same_queries(patient, django_assert_num_queries):
    factories.make_episode(patient)
    with django_assert_num_queries(4):
        assert len(queries.phase_rules(queries.episodes_on(patient, TODAY), TODAY)) == 1
    factories.make_episode(patient, side="right")
    with django_assert_num_queries(4):
        assert len(queries.phase_rules(queries.episodes_on(patient, TODAY), TODAY)) == 2


def test_the_series_of_many_patients_is_one_query(
    patient, foreign_patient, django_assert_num_queries
):
    factories.log_days(patient, [3, None, 0])
    factories.log_day(foreign_patient, TODAY, side="right", loading=None, night=None)
    with django_assert_num_queries(1):
        found = queries.series([patient, foreign_patient], TODAY - timedelta(days=2), TODAY)
    assert found == {
        patient.pk: {
            "left": {
                TODAY - timedelta(days=2): queries.Scores(3, 1, 0),
                TODAY: queries.Scores(0, 1, 0),
            }
        },
        foreign_patient.pk: {"right": {TODAY: queries.Scores(None, 1, None)}},
    }


def test_entries_between_are_the_patients_own_and_in_order(patient, foreign_patient):
    factories.log_days(patient, [1, 2, 3])
    factories.log_days(foreign_patient, [4, 5, 6])
    found = queries.entries_between(patient, TODAY - timedelta(days=1), TODAY)
    assert [(entry.patient, entry.day) for entry in found] == [
        (patient, TODAY - timedelta(days=1)),
        (patient, TODAY),
    ]


def test_an_entry_made_on_a_later_local_day_was_late(patient):
    entry = factories.log_day(patient, date(2026, 11, 22))
    entry.created_at = NOW.replace(day=22, hour=22, minute=59)
    in_time = queries.was_late(entry, patient.zone)
    entry.created_at = NOW.replace(day=22, hour=23, minute=1)
    assert (in_time, queries.was_late(entry, patient.zone)) == (False, True)
