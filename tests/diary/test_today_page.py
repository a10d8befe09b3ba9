"""The first page: what holds today, and the one button."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from conditions.enums import WalkingAid
from diary import aid_steps, services
from diary.models import EpisodePhase, MilestoneReached
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES = 10
MAY_BE_REMINDED = 1  # where today is not filled in: whether a message came
YESTERDAY = TODAY - timedelta(days=1)
AID = {"aids": ["two_crutches"], "phase_code": "A"}


@pytest.fixture
def today(client, patient):
    """Open the first page as the patient; answers with its text."""
    client.force_login(patient)
    return lambda: " ".join(client.get(reverse("home")).content.decode().split())


def test_today_says_the_day_the_phase_and_what_the_leg_may_bear(patient, today):
    factories.make_episode(patient, body_weight_kg=Decimal("73"))
    html = today()
    assert "Day 20 · phase A, en protect" in html
    assert '36 kg <span class="limit-share">(50 %)</span>' in html
    assert "Two crutches" in html
    assert "en limit" in html
    assert "You have two limits" not in html


def test_without_a_body_weight_the_limit_is_a_share(patient, today):
    factories.make_episode(patient)
    assert '<p class="limit number">50 % of your weight</p>' in today()


@pytest.mark.parametrize(
    ("is_of_child", "title"),
    [(True, "Your child's leg may bear"), (False, "Your leg may bear")],
)
def test_the_limit_says_whose_leg_it_is(patient, today, is_of_child, title):
    factories.make_episode(patient, factories.make_plan(is_of_child=is_of_child))
    assert f'class="limit-title">{title}</h2>' in today()


def test_a_level_without_a_share_is_said_in_words(patient, today):
    factories.make_episode(patient, factories.make_plan(level="nwb"))
    assert '<p class="limit number">No weight on the leg</p>' in today()


def test_the_rules_stand_in_three_short_lists(patient, today):
    factories.make_episode(patient)
    html = today()
    assert '<dt class="rule-do">Do</dt><dd>en walking (at most 30 min)</dd>' in html
    assert '<dt class="rule-caution">With care</dt><dd>en stairs</dd>' in html
    assert '<dt class="rule-dont">Don&#x27;t</dt><dd>en running</dd>' in html


def test_the_one_button_is_to_fill_in_today_until_that_is_done(patient, today):
    factories.make_episode(patient)
    html = today()
    assert "Fill in today" in html
    assert "Change today" not in html
    factories.log_day(patient, TODAY)
    html = today()
    assert "Fill in today" not in html
    assert "Today is filled in, at 19:00." in html
    assert "Change today" in html


def test_an_entry_of_yesterday_does_not_fill_in_today(patient, today):
    factories.make_episode(patient)
    factories.log_day(patient, TODAY - timedelta(days=1))
    assert "Fill in today" in today()


def test_the_next_milestone_is_the_first_that_is_not_reached(patient, today):
    episode = factories.make_episode(patient)
    assert "Next milestone: en walking outdoors." in today()
    MilestoneReached.objects.create(
        episode=episode,
        milestone=episode.plan.milestones.get(),
        reached_on=TODAY,
        by=patient,
    )
    assert "Next milestone" not in today()


def test_with_two_hips_the_stricter_one_comes_first_and_counts(patient, today):
    strict = factories.make_plan(level="nwb")
    factories.make_episode(patient, factories.make_plan(level="wbat", aids=("cane",)))
    factories.make_episode(patient, strict, side="right")
    html = today()
    assert html.index("<strong>Right hip</strong>") < html.index("<strong>Left hip</strong>")
    assert "No weight on the leg" in html
    assert "The stricter one counts for both legs: that of the right hip." in html
    assert "This hip alone: as much as is comfortable." in html
    assert html.count('class="limit-card"') == 1


def test_with_two_hips_each_activity_stands_once_under_the_stricter_rule(patient, today):
    plan = factories.make_plan(publish=False)
    plan.phases.first().rules.filter(activity__slug="walking").update(rule="dont")
    factories.publish_plan(plan)
    factories.make_episode(patient)
    factories.make_episode(patient, plan, side="right")
    html = today()
    assert '<dt class="rule-do">' not in html
    assert "<dd>en walking, en running</dd>" in html


def test_days_before_the_operation_are_counted_down(patient, today):
    plan = factories.publish_plan(factories.make_plan(publish=False), anchor="surgery")
    factories.make_episode(patient, plan, day_zero_on=TODAY + timedelta(days=9))
    assert "9 days until the operation · phase A" in today()


def test_without_a_plan_the_page_says_why_and_what_to_do(patient, today):
    html = today()
    assert "Your physiotherapist has not started a plan for you yet." in html
    assert "020 123 45 67" in html
    assert "Fill in today" not in html


def test_an_ended_plan_is_not_todays(patient, today):
    factories.make_episode(patient, ended_on=TODAY)
    assert "has not started a plan" in today()


def test_a_plan_that_begins_later_has_no_limit_yet(patient, today):
    factories.make_episode(patient, started_on=TODAY + timedelta(days=3))
    html = today()
    assert "3 days until the start" in html
    assert "limit-card" not in html


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(6, "Good morning"), (12, "Good afternoon"), (17, "Good evening"), (22, "Good evening")],
)
def test_the_greeting_follows_the_patients_own_clock(patient, today, hour, greeting):
    with time_machine.travel(datetime(2026, 11, 23, hour, 0, tzinfo=UTC), tick=False):
        assert f"<h1>{greeting}</h1>" in today()


def test_the_link_for_what_cannot_wait_is_there_with_and_without_a_plan(patient, today):
    link = f'href="{reverse("care:red_flags")}"'
    assert link in today()
    factories.make_episode(patient)
    assert link in today()


def test_one_and_two_hips_need_the_same_queries(client, patient, django_assert_num_queries):
    factories.make_episode(patient)
    client.force_login(patient)
    client.get(reverse("home"))
    with django_assert_num_queries(QUERIES + MAY_BE_REMINDED):
        client.get(reverse("home"))
    factories.make_episode(patient, side="right")
    with django_assert_num_queries(QUERIES + MAY_BE_REMINDED):
        client.get(reverse("home"))


def test_three_activities_of_each_rule_stand_there_in_the_order_of_the_plan(patient, today):
    plan = factories.make_plan(publish=False)
    for order, slug in enumerate(("rowing", "dancing", "cycling"), start=-3):
        plan.phases.first().rules.create(
            activity=factories.make_activity(slug, order=-order),
            rule="do",
            order=order + 10,
            provenance="convention",
            **factories.both(reason=slug),
        )
    factories.make_episode(patient, factories.publish_plan(plan))
    html = today()
    assert "<dd>en walking (at most 30 min), en rowing, en dancing, …</dd>" in html
    assert "en cycling" not in html
    assert "More, with the reasons, in your plan" in html
    assert "<dd>en stairs</dd>" in html


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (None, "within your plan"),
        (
            {"code": "aid_beyond", "params": AID | {"aid": "one_crutch"}},
            "with one crutch; this phase asks for two crutches",
        ),
        (
            {"code": "aid_beyond", "params": AID | {"aid": "none"}},
            "without an aid; this phase asks for two crutches",
        ),
        (
            {"code": "activity_dont", "params": {"activity": "running"}},
            "en running, which is not for this phase",
        ),
        (
            {"code": "activity_over", "params": {"activity": "x", "minutes": 40, "most": 30}},
            "an activity, 40 min; this phase allows 30 min",
        ),
        (
            {"code": "pain_over", "params": {"channel": "loading", "score": 7, "highest": 5}},
            "pain on loading 7; this phase expects at most 5",
        ),
    ],
)
def test_yesterdays_verdict_stands_in_one_line_that_leads_to_it(patient, today, finding, said):
    factories.make_episode(patient)
    verdict = {"outcome": "within", "findings": [finding] if finding else []}
    factories.log_day(patient, YESTERDAY, outcome="within", verdict=verdict)
    address = reverse("diary:saved", args=[YESTERDAY])
    assert f'Yesterday: <a class="alone" href="{address}">{said}</a>' in today()


def test_yesterday_without_an_entry_can_be_filled_in(patient, today):
    factories.make_episode(patient)
    factories.log_day(patient, TODAY - timedelta(days=2))
    html = today()
    assert "Yesterday: no entry." in html
    assert f'href="{reverse("diary:log_day", args=[YESTERDAY])}"' in html


def test_on_the_first_day_there_is_no_yesterday(patient, today):
    factories.make_episode(patient, started_on=TODAY)
    assert "Yesterday" not in today()


@pytest.mark.parametrize(("back", "is_welcomed"), [(3, False), (4, True), (40, True)])
def test_somebody_who_was_away_is_welcomed_and_not_told_of_days_without_entry(
    patient, today, back, is_welcomed
):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=60))
    factories.log_day(patient, TODAY - timedelta(days=back))
    html = today()
    assert ("Good to see you." in html) is is_welcomed
    assert ("Yesterday: no entry." in html) is not is_welcomed
    factories.log_day(patient, TODAY)
    assert "Good to see you." not in today()


def full(patient):
    """A hip that may bear its full weight, after weeks with two crutches."""
    episode = factories.make_episode(patient)
    EpisodePhase.objects.create(
        episode=episode,
        phase=episode.plan.phases.last(),
        from_on=TODAY - timedelta(days=5),
        by=patient,
        created_at=NOW - timedelta(days=5),
    )
    EpisodePhase.objects.update(created_at=NOW - timedelta(days=5))
    return episode


def test_ones_own_step_comes_before_what_the_plan_allows(patient, today):
    full(patient)
    assert "as you chose" not in today()
    aid_steps.step_back_up(patient=patient, aid=WalkingAid.TWO_CRUTCHES, by=patient, now=NOW)
    html = today()
    assert "Two crutches<br>" in html
    assert "as you chose on Mon 23 Nov" in html
    assert "Your plan allows: No aid or cane" in html


@pytest.mark.parametrize(
    ("back", "code", "is_offered"),
    [(0, "pain_over", True), (1, "pain_over", True), (2, "pain_over", False), (0, "x", False)],
)
def test_after_pain_above_the_limit_one_tap_goes_back_to_more_support(
    client, patient, today, back, code, is_offered
):
    full(patient)
    params = {"channel": "loading", "score": 7, "highest": 5}
    findings = [{"code": code, "params": params}] if code != "x" else []
    factories.log_day(
        patient, TODAY - timedelta(days=back), aid="none", verdict={"findings": findings}
    )
    html = today()
    assert ("Back to cane for now" in html) is is_offered
    if is_offered:
        client.post(reverse("diary:step_back_up"), {"aid": "cane"})
        html = today()
        assert "Back to cane for now" not in html
        assert "as you chose on Mon 23 Nov" in html


def test_news_and_entries_of_any_number_need_the_same_queries(
    client, patient, physiotherapist, django_assert_num_queries
):
    episode = full(patient)
    factories.log_days(patient, [4] * 12)
    services.reach_milestone(
        episode=episode,
        milestone=episode.plan.milestones.get(),
        reached_on=TODAY,
        by=physiotherapist,
        now=NOW,
    )
    aid_steps.step_back_up(patient=patient, aid=WalkingAid.TWO_CRUTCHES, by=patient, now=NOW)
    client.force_login(patient)
    with django_assert_num_queries(QUERIES):
        assert b"Milestone confirmed" in client.get(reverse("home")).content
