"""The first page: what holds today, and the one button."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from diary.models import MilestoneReached
from tests import factories
from tests.factories import NOW, TODAY

QUERIES = 10


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


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
    with django_assert_num_queries(QUERIES):
        client.get(reverse("home"))
    factories.make_episode(patient, side="right")
    with django_assert_num_queries(QUERIES):
        client.get(reverse("home"))
