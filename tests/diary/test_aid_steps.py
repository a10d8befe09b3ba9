"""Stepping back up the ladder of walking aids: always allowed, never less than the plan."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from conditions.enums import WalkingAid
from diary import aid_steps, queries, services
from diary.aid_steps import AidRefused, Held
from diary.models import AidStep, EpisodePhase
from tests import factories
from tests.factories import NOW, TODAY

QUERIES = 8
CANE, ONE, TWO = WalkingAid.CANE, WalkingAid.ONE_CRUTCH, WalkingAid.TWO_CRUTCHES
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _before_noon():
    """Phases begin before the steps of these tests."""
    with time_machine.travel(NOW - 10 * DAY, tick=False):
        yield


@pytest.fixture
def episode(patient):
    """Full weight with a cane or nothing, after weeks with two crutches."""
    episode = factories.make_episode(patient)
    begin(episode, "B", TODAY - 5 * DAY, NOW - 5 * DAY)
    return episode


def begin(episode, code, day, at):
    phase = episode.plan.phases.get(code=code)
    EpisodePhase.objects.create(
        episode=episode, phase=phase, from_on=day, by=episode.created_by, created_at=at
    )


def step(patient, aid=TWO, now=NOW):
    return aid_steps.step_back_up(patient=patient, aid=aid, by=patient, now=now)


def held_on(patient, day):
    return aid_steps.held_by(queries.open_episodes(patient), day)


def test_a_step_holds_from_today_on(patient, episode):
    made = step(patient)
    assert (made.aid, made.from_on, made.by, made.taken_back_at) == (TWO, TODAY, patient, None)
    assert held_on(patient, TODAY) == made
    assert held_on(patient, TODAY - DAY) is None


def test_the_same_step_twice_is_one_and_another_takes_its_place(patient, episode):
    first = step(patient)
    assert step(patient, now=NOW + DAY) == first
    other = step(patient, ONE, NOW + DAY)
    assert AidStep.objects.count() == 2
    assert held_on(patient, TODAY + DAY) == other
    first.refresh_from_db()
    assert first.taken_back_at == NOW + DAY


@pytest.mark.parametrize("aid", [WalkingAid.NONE])
def test_the_least_support_of_the_plan_is_no_step_up(patient, episode, aid):
    with pytest.raises(AidRefused):
        step(patient, aid)
    assert AidStep.objects.count() == 0


@pytest.mark.parametrize("aid", [ONE, CANE, WalkingAid.NONE, WalkingAid.ROLLATOR])
def test_less_support_than_the_limit_is_refused(patient, aid):
    factories.make_episode(patient)  # part of the weight: two crutches
    with pytest.raises(AidRefused):
        step(patient, aid)
    assert step(patient, WalkingAid.WALKING_FRAME).aid == WalkingAid.WALKING_FRAME


def test_the_stricter_hip_decides_what_is_more_support(patient, episode):
    factories.make_episode(patient, side="right")
    with pytest.raises(AidRefused):
        step(patient, ONE)
    assert step(patient, WalkingAid.WHEELCHAIR).aid == WalkingAid.WHEELCHAIR


def test_without_a_plan_there_is_no_step(patient):
    with pytest.raises(AidRefused):
        step(patient)


def test_a_step_is_taken_back_once(patient, episode):
    made = step(patient)
    assert aid_steps.step_down(patient=patient, by=patient, now=NOW + DAY)
    assert not aid_steps.step_down(patient=patient, by=patient, now=NOW + 2 * DAY)
    made.refresh_from_db()
    assert made.taken_back_at == NOW + DAY
    assert held_on(patient, TODAY + DAY) is None


def test_another_phase_ends_a_step_and_an_earlier_one_does_not(patient, episode):
    step(patient)
    assert held_on(patient, TODAY + 3 * DAY) is not None
    services.move_to_phase(
        episode=episode,
        phase=episode.plan.phases.get(code="A"),
        from_on=TODAY,
        reason="",
        by=patient,
        now=NOW + timedelta(hours=1),
    )
    assert held_on(patient, TODAY) is None
    assert step(patient, WalkingAid.WHEELCHAIR, NOW + timedelta(hours=2))
    assert held_on(patient, TODAY) is not None


def test_a_patient_has_one_step_that_holds(patient, foreign_patient, episode):
    step(patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        AidStep.objects.create(patient=patient, aid=ONE, from_on=TODAY, by=patient, created_at=NOW)
    AidStep.objects.create(
        patient=foreign_patient, aid=ONE, from_on=TODAY, by=foreign_patient, created_at=NOW
    )


def test_steps_have_their_days_and_one_undone_at_once_is_none(patient, episode):
    step(patient, CANE, NOW - 4 * DAY)
    step(patient, ONE, NOW - 2 * DAY)
    aid_steps.step_down(patient=patient, by=patient, now=NOW - 2 * DAY)
    step(patient, TWO, NOW - DAY)
    assert aid_steps.steps_of(patient, queries.open_episodes(patient)) == (
        Held(CANE, TODAY - 4 * DAY, TODAY - 3 * DAY),
        Held(TWO, TODAY - DAY, None),
    )


@pytest.mark.parametrize(
    ("codes", "aid", "expected"),
    [
        (["pain_over"], "none", CANE),
        (["pain_over"], "", CANE),
        (["pain_over"], "cane", TWO),  # one crutch was never part of this plan
        (["pain_over"], "two_crutches", None),
        (["aid_keeps"], "none", None),
    ],
)
def test_after_pain_above_the_limit_an_aid_to_go_back_to_is_offered(
    patient, episode, codes, aid, expected
):
    verdict = {"findings": [{"code": code, "params": {}} for code in codes]}
    entry = factories.log_day(patient, TODAY, aid=aid, verdict=verdict)
    episodes = queries.open_episodes(patient)
    limit = aid_steps.limit_of(episodes, TODAY)
    assert aid_steps.suggested(episodes, limit, entry) == expected


def test_the_steps_of_many_patients_are_one_query(
    patient, foreign_patient, episode, django_assert_num_queries
):
    other = factories.make_episode(foreign_patient)
    step(patient)
    step(foreign_patient, WalkingAid.WALKING_FRAME)
    begin(other, "B", TODAY + DAY, NOW + DAY)
    people = [patient, foreign_patient]
    with django_assert_num_queries(1):
        steps = aid_steps.open_steps([person.pk for person in people])
    holding = [
        (number, person)
        for number in range(2)
        for person in people
        if aid_steps.holds(steps[person.pk], queries.open_episodes(person), TODAY + number * DAY)
    ]
    assert holding == [(0, patient), (0, foreign_patient), (1, patient)]


class TestThePage:
    @pytest.fixture(autouse=True)
    def _at_noon(self, _before_noon):
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.fixture
    def read(self, client, patient):
        client.force_login(patient)
        return lambda: " ".join(client.get(reverse("diary:aids")).content.decode().split())

    def test_without_a_plan_it_says_so(self, read):
        assert "No phase of a plan holds for you today" in read()

    def test_the_ladder_says_where_one_is_and_what_comes_next(self, patient, read):
        plan = factories.make_plan(publish=False)
        plan.phases.first().criteria.create(
            kind="exit", provenance="convention", **factories.both(text="a week without pain")
        )
        factories.make_episode(patient, factories.publish_plan(plan))
        page = read()
        assert "Now: two crutches." in page
        assert 'rung-here" aria-current="step"> <span class="rung-name">Two crutches' in page
        assert "from phase B, usually around 15 Dec" in page
        assert "What comes next: cane or no aid" in page
        assert "In phase B, en build up, usually around 15 Dec 2026." in page
        assert "a week without pain" in page

    def test_on_the_last_rung_nothing_comes_next(self, episode, read):
        page = read()
        assert "What comes next" not in page
        assert "Now: no aid or cane." in page

    def test_one_tap_up_and_one_down(self, client, patient, episode, read):
        answer = client.post(reverse("diary:step_back_up"), {"aid": "two_crutches"})
        assert (answer.status_code, answer.url) == (303, reverse("diary:aids"))
        page = read()
        assert "Good that you listen to your hip." in page
        assert "Now: two crutches, as you chose on Mon 23 Nov." in page
        client.post(reverse("diary:step_down"))
        page = read()
        assert "You are back at what your plan allows." in page
        assert "as you chose" not in page

    @pytest.mark.parametrize("aid", ["one_crutch", "jetpack", ""])
    def test_what_the_plan_does_not_allow_is_not_taken(self, client, patient, read, aid):
        factories.make_episode(patient)
        read()
        client.post(reverse("diary:step_back_up"), {"aid": aid})
        assert "That aid no longer fits your plan." in read()
        assert AidStep.objects.count() == 0

    def test_with_two_hips_each_way_names_its_hip(self, patient, read):
        factories.make_episode(patient)
        factories.make_episode(patient, side="right", started_on=TODAY - timedelta(days=10))
        page = read()
        assert (
            "Left hip: from phase B, usually around 15 Dec;"
            " Right hip: from phase B, usually around 25 Dec"
        ) in page

    def test_one_and_two_hips_need_the_same_queries(
        self, client, patient, read, django_assert_num_queries
    ):
        factories.make_episode(patient)
        read()
        with django_assert_num_queries(QUERIES):
            read()
        factories.make_episode(patient, side="right")
        with django_assert_num_queries(QUERIES):
            read()


class TestTheDaysPages:
    @pytest.fixture(autouse=True)
    def _at_noon(self, _before_noon):
        with time_machine.travel(NOW, tick=False):
            yield

    def read(self, client, patient, name, *args):
        client.force_login(patient)
        return " ".join(client.get(reverse(name, args=args)).content.decode().split())

    def test_the_log_names_ones_own_choice_first_while_it_holds(self, client, patient, episode):
        before = self.read(client, patient, "diary:log")
        assert "You chose" not in before
        assert before.index('value="none"') < before.index('value="two_crutches"')
        step(patient)
        page = self.read(client, patient, "diary:log")
        assert "You chose two crutches on Mon 23 Nov." in page
        assert page.index('value="two_crutches"') < page.index('value="none"')
        yesterday = self.read(client, patient, "diary:log_day", TODAY - DAY)
        assert "You chose" not in yesterday

    @pytest.mark.parametrize(
        ("back", "code", "is_offered"),
        [(0, "pain_over", True), (1, "pain_over", True), (2, "pain_over", False), (0, "", False)],
    )
    def test_what_was_saved_offers_a_way_back_after_pain_above_the_limit(
        self, client, patient, episode, back, code, is_offered
    ):
        params = {
            "side": "left",
            "channel": "loading",
            "score": 7,
            "highest": 5,
            "phase": episode.plan.phases.last().pk,
            "phase_code": "B",
        }
        findings = [{"code": code, "params": params}] if code else []
        day = TODAY - back * DAY
        factories.log_day(patient, day, aid="cane", verdict={"findings": findings})
        page = self.read(client, patient, "diary:saved", day)
        assert ("Back to two crutches for now" in page) is is_offered
        step(patient)
        assert "for now" not in self.read(client, patient, "diary:saved", day)
