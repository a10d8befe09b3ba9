"""Going on with another version of a plan: from today on, and nothing past is rewritten."""

from datetime import timedelta
from uuid import UUID

import pytest

from conditions.enums import Provenance, WalkingAid
from conditions.models import (
    ActivityRule,
    LoadLimit,
    Milestone,
    Phase,
    Plan,
    Stage,
    Switch,
)
from diary import queries, services
from diary.models import Entry, EntryRevision, Episode, EpisodePhase, MilestoneReached
from diary.services import EpisodeRefused
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

YESTERDAY = TODAY - timedelta(days=1)
MARK = {"provenance": Provenance.CONVENTION}
FIRST, SECOND = UUID(int=1, version=4), UUID(int=2, version=4)


@pytest.fixture
def plan(db) -> Plan:
    return factories.make_plan(code="moving")


@pytest.fixture
def episode(patient, plan) -> Episode:
    return factories.make_episode(patient, plan)


def move(episode, plan, by=None, **fields) -> EpisodePhase:
    return services.move_to_plan(
        episode=episode,
        plan=plan,
        by=by or episode.patient,
        **{"from_on": TODAY, "reason": "", "now": NOW} | fields,
    )


def held(episode) -> list[tuple[int, str, object]]:
    rows = episode.phases.select_related("phase__plan").order_by("from_on")
    return [(row.phase.plan.version, row.phase.code, row.from_on) for row in rows]


def opened(patient) -> Episode:
    [episode] = queries.open_episodes(patient)
    return episode


def code_of(phases_by_code):
    """A change that gives phases other codes."""

    def change(draft):
        for old, new in phases_by_code.items():
            draft.phases.filter(code=old).update(code=new)

    return change


def test_an_episode_goes_on_in_the_same_phase_of_the_new_version(
    episode, plan, patient, physiotherapist
):
    EpisodePhase.objects.create(
        episode=episode, phase=plan.phases.get(code="B"), from_on=YESTERDAY, by=patient
    )
    newer = factories.make_version(plan)
    moved = move(episode, newer, by=physiotherapist, reason="the limit is clearer")
    assert held(episode) == [
        (1, "A", TODAY - timedelta(days=20)),
        (1, "B", YESTERDAY),
        (2, "B", TODAY),
    ]
    stored = Episode.objects.get()
    assert (stored.plan, episode.plan) == (newer, newer)
    assert (moved.by, moved.reason, moved.created_at) == (
        physiotherapist,
        "the limit is clearer",
        NOW,
    )
    assert stored.changed_at >= NOW


@pytest.mark.parametrize(("days", "code"), [(20, "X"), (50, "Y")])
def test_without_a_phase_of_the_same_key_it_is_the_one_that_holds_the_day(
    patient, plan, days, code
):
    episode = factories.make_episode(patient, plan, started_on=TODAY - timedelta(days=days))
    move(episode, factories.make_version(plan, code_of({"A": "X", "B": "Y"})))
    assert held(episode)[-1] == (2, code, TODAY)


def test_a_second_move_on_a_day_takes_the_place_of_the_first(episode, plan):
    second = factories.make_version(plan)
    move(episode, second)
    third = factories.make_version(second)
    move(episode, third, reason="again")
    assert held(episode) == [(1, "A", TODAY - timedelta(days=20)), (3, "A", TODAY)]
    assert episode.phases.get(from_on=TODAY).reason == "again"


def test_what_was_planned_for_a_later_day_is_replaced(episode, plan, patient):
    later = TODAY + timedelta(days=3)
    EpisodePhase.objects.create(
        episode=episode, phase=plan.phases.get(code="B"), from_on=later, by=patient
    )
    move(episode, factories.make_version(plan))
    assert [row[1:] for row in held(episode)] == [("A", TODAY - timedelta(days=20)), ("A", TODAY)]


@pytest.mark.parametrize("from_on", [YESTERDAY, TODAY + timedelta(days=1)])
def test_only_today_is_taken(episode, plan, from_on):
    newer = factories.make_version(plan)
    with pytest.raises(EpisodeRefused):
        move(episode, newer, from_on=from_on)
    assert held(episode) == [(1, "A", TODAY - timedelta(days=20))]
    assert Episode.objects.get().plan == plan


def test_today_is_that_of_the_patients_own_clock(patient, plan):
    patient.time_zone = "Pacific/Auckland"
    patient.save()
    episode = factories.make_episode(patient, plan)
    newer = factories.make_version(plan)
    with pytest.raises(EpisodeRefused):
        move(episode, newer, from_on=TODAY)
    move(episode, newer, from_on=TODAY + timedelta(days=1))
    assert held(episode)[-1] == (2, "A", TODAY + timedelta(days=1))


def test_only_another_version_of_the_same_plan_that_is_offered_is_taken(episode, plan):
    newer = factories.make_version(plan)
    draft = Plan.objects.create(
        condition=plan.condition,
        code=plan.code,
        version=3,
        anchor="start",
        **factories.both(name="draft", summary="draft"),
        **MARK,
    )
    draft.stages.add(episode.stage)
    other = factories.make_plan(publish=False)
    other.stages.add(episode.stage)
    factories.publish_plan(other)
    for wrong in (plan, draft, other):
        with pytest.raises(EpisodeRefused):
            move(episode, wrong)
    move(episode, newer)
    with pytest.raises(EpisodeRefused):
        move(episode, newer)
    assert [row[0] for row in held(episode)] == [1, 2]


def test_a_version_without_the_stage_is_refused(episode, plan):
    def another_stage(draft):
        draft.stages.set(
            [
                Stage.objects.create(
                    condition=plan.condition, code="other", **factories.both(name="other"), **MARK
                )
            ]
        )

    newer = factories.make_version(plan, another_stage)
    with pytest.raises(EpisodeRefused):
        move(episode, newer)
    assert Episode.objects.get().plan == plan


def test_an_ended_episode_stays_on_its_version(episode, plan):
    newer = factories.make_version(plan)
    Episode.objects.update(ended_on=TODAY)
    with pytest.raises(EpisodeRefused):
        move(episode, newer)
    assert Episode.objects.get().plan == plan


def test_a_move_that_fails_halfway_changes_nothing(episode, plan, monkeypatch):
    newer = factories.make_version(plan)
    monkeypatch.setattr(services, "_mark_changed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        move(episode, newer)
    assert Episode.objects.get().plan == plan
    assert held(episode) == [(1, "A", TODAY - timedelta(days=20))]
    assert list(episode.switches.all()) == []


@pytest.mark.parametrize("is_on", [True, False])
def test_a_switch_stays_as_it_was(episode, plan, is_on):
    if is_on:
        episode.switches.add(plan.switches.get())
    # What a version says of a switch it had before is for others who begin.
    newer = factories.make_version(plan, lambda draft: draft.switches.update(default=True))
    move(episode, newer)
    assert [switch.key for switch in queries.switched_on(episode)] == ["precautions"] * is_on


@pytest.mark.parametrize("default", [True, False])
def test_a_switch_that_is_new_gets_its_default(episode, plan, default):
    def new_switch(draft):
        Switch.objects.create(
            plan=draft, key="new", default=default, **factories.both(name="new"), **MARK
        )

    move(episode, factories.make_version(plan, new_switch))
    assert [switch.key for switch in queries.switched_on(episode)] == ["new"] * default


def record(patient, day, aid, client_uuid):
    return services.record_entry(
        patient=patient,
        day=day,
        answers=DayAnswers(aid=aid),
        client_uuid=client_uuid,
        by=patient,
        now=NOW,
    )


def free_to_walk(draft):
    LoadLimit.objects.filter(phase__plan=draft, phase__code="A").update(
        level="fwb", percent=None, aids=["none"]
    )


def test_what_was_judged_stays_word_for_word(episode, plan, patient):
    record(patient, TODAY, WalkingAid.NONE, FIRST)
    before = list(Entry.objects.values()), list(EntryRevision.objects.values())
    move(episode, factories.make_version(plan, free_to_walk))
    assert (list(Entry.objects.values()), list(EntryRevision.objects.values())) == before


def test_an_edit_is_judged_by_the_version_that_held_that_day(episode, plan, patient):
    move(episode, factories.make_version(plan, free_to_walk))
    then = record(patient, YESTERDAY, WalkingAid.NONE, FIRST)
    now = record(patient, TODAY, WalkingAid.NONE, SECOND)
    assert [then.entry.outcome, now.entry.outcome] == ["beyond", "within"]


@pytest.mark.parametrize("is_on", [True, False])
def test_an_earlier_day_keeps_the_switch_that_a_version_took_away(patient, is_on):
    plan = factories.make_plan(publish=False)
    phase, switch = plan.phases.get(code="A"), plan.switches.get()
    ActivityRule.objects.create(
        phase=phase,
        activity=factories.make_activity("bending"),
        rule="dont",
        switch=switch,
        **factories.both(reason="precautions"),
        **MARK,
    )
    episode = factories.make_episode(patient, factories.publish_plan(plan))
    if is_on:
        episode.switches.add(switch)

    def without_switch(draft):
        ActivityRule.objects.filter(phase__plan=draft, switch__isnull=False).delete()
        draft.switches.all().delete()

    move(episode, factories.make_version(plan, without_switch))
    found = queries.phase_rules([opened(patient)], YESTERDAY)
    assert ("bending" in [line.activity for line in found[0].rules]) is is_on


def test_a_milestone_that_was_reached_stays_reached_with_its_first_day(episode, plan, patient):
    newer = factories.make_version(plan)
    old, new = plan.milestones.get(), newer.milestones.get()
    reach(episode, old, YESTERDAY)
    move(episode, newer)
    again = reach(episode, new, TODAY)
    assert (again.milestone, again.reached_on) == (old, YESTERDAY)
    assert MilestoneReached.objects.count() == 1
    assert {code: row.reached_on for code, row in queries.reached(episode).items()} == {
        "outdoors": YESTERDAY
    }


def test_a_milestone_that_was_not_reached_can_be_reached_in_the_new_version(episode, plan):
    newer = factories.make_version(plan)
    move(episode, newer)
    reach(episode, newer.milestones.get(), TODAY)
    assert list(queries.reached(episode)) == ["outdoors"]
    with pytest.raises(EpisodeRefused):
        reach(episode, plan.milestones.get(), TODAY)


def test_a_milestone_written_down_in_two_versions_counts_once_with_its_first_day(episode, plan):
    newer = factories.make_version(plan)
    for milestone, day in ((plan.milestones.get(), TODAY), (newer.milestones.get(), YESTERDAY)):
        MilestoneReached.objects.create(
            episode=episode, milestone=milestone, reached_on=day, by=episode.patient
        )
    assert {code: row.reached_on for code, row in queries.reached(episode).items()} == {
        "outdoors": YESTERDAY
    }


def reach(episode, milestone, day) -> MilestoneReached:
    return services.reach_milestone(
        episode=episode, milestone=milestone, reached_on=day, by=episode.patient, now=NOW
    )


def test_milestones_reached_that_the_version_no_longer_has_come_first(episode, plan):
    def other_milestones(draft):
        draft.milestones.update(code="stairs")

    newer = factories.make_version(plan, other_milestones)
    reach(episode, plan.milestones.get(), YESTERDAY)
    move(episode, newer)
    assert [each.code for each in queries.milestones_of(episode)] == ["outdoors", "stairs"]


def test_a_phase_of_the_new_version_cannot_begin_before_the_version_did(episode, plan):
    newer = factories.make_version(plan)
    move(episode, newer)
    second = newer.phases.get(code="B")
    with pytest.raises(EpisodeRefused):
        to_phase(episode, second, YESTERDAY)
    to_phase(episode, second, TODAY)
    assert held(episode)[-1] == (2, "B", TODAY)


def test_a_phase_of_the_earlier_version_is_refused_after_the_move(episode, plan):
    stale = Episode.objects.get()
    move(episode, factories.make_version(plan))
    for each in (episode, stale):
        with pytest.raises(EpisodeRefused):
            to_phase(each, plan.phases.get(code="B"), TODAY)


def to_phase(episode, phase: Phase, day) -> EpisodePhase:
    return services.move_to_phase(
        episode=episode, phase=phase, from_on=day, reason="", by=episode.patient, now=NOW
    )


def test_the_last_move_and_the_version_of_a_day_can_be_read(episode, plan, patient):
    assert queries.last_move(opened(patient)) is None
    assert queries.plan_from(opened(patient)) == episode.started_on
    newer = factories.make_version(plan)
    move(episode, newer)
    later = opened(patient)
    assert queries.last_move(later) == queries.Move(TODAY, newer.pk, plan.pk)
    assert queries.plan_from(later) == TODAY
    days = (episode.started_on - timedelta(days=1), YESTERDAY, TODAY)
    assert [queries.plan_on(later, day) for day in days] == [newer, plan, newer]


def test_the_versions_held_are_read_in_one_query(episode, plan, patient, django_assert_num_queries):
    unmoved = factories.make_episode(patient, factories.make_plan(), side="right")
    newer = factories.make_version(plan)
    move(episode, newer)
    with django_assert_num_queries(1):
        found = queries.versions_held([episode, unmoved])
    assert found == {episode.pk: [(episode.started_on, plan), (TODAY, newer)]}


def test_a_phase_that_goes_on_in_another_version_is_one_span(episode, plan, patient):
    newer = factories.make_version(plan)
    move(episode, newer)
    [(phase, first, last)] = queries.phase_spans(opened(patient), TODAY)
    assert (phase, first, last) == (newer.phases.get(code="A"), episode.started_on, TODAY)
    EpisodePhase.objects.filter(from_on=TODAY).update(phase=newer.phases.get(code="B"))
    spans = queries.phase_spans(opened(patient), TODAY)
    assert [(phase.code, first, last) for phase, first, last in spans] == [
        ("A", episode.started_on, YESTERDAY),
        ("B", TODAY, TODAY),
    ]


def test_only_milestones_of_the_plan_wait_to_be_reached(episode, plan):
    newer = factories.make_version(
        plan,
        lambda draft: Milestone.objects.create(
            plan=draft,
            code="new",
            order=9,
            early_day=1,
            typical_day=2,
            late_day=3,
            **factories.both(name="new"),
            **MARK,
        ),
    )
    reach(episode, plan.milestones.get(), YESTERDAY)
    move(episode, newer)
    waiting = [each.code for each in queries.milestones_of(episode)]
    assert [code for code in waiting if code not in queries.reached(episode)] == ["new"]
