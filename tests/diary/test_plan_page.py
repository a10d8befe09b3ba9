"""The plan as its patient reads it: phases in order, the current one open, reasons and sources."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from conditions.models import Advice, Criterion, Source
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES = 21


@pytest.fixture
def opened(client, patient):
    client.force_login(patient)
    return lambda: " ".join(client.get(reverse("diary:plan")).content.decode().split())


def test_phases_stand_in_order_and_the_current_one_is_open(patient, opened):
    factories.make_episode(patient, body_weight_kg=Decimal("73"))
    html = opened()
    assert "Day 20 · en plan" in html
    assert re.findall(r'<details class="phase([^"]*)"( open)?>', html) == [
        (" phase-current", " open"),
        ("", ""),
    ]
    assert html.index("A en protect") < html.index("B en build up")
    assert "At most 36 kg (50 % of your weight)" in html
    assert "Two crutches" in html
    assert "Usually from 3 Nov 2026." in html


def test_rules_come_with_their_reasons(patient, opened):
    factories.make_episode(patient)
    html = opened()
    assert "<strong>En walking</strong>, at most 30 min a day" in html
    assert "en because of running" in html


def test_only_what_is_switched_on_is_shown(patient, opened):
    plan = factories.make_plan(publish=False)
    switch = plan.switches.get()
    Advice.objects.create(
        phase=plan.phases.first(),
        rule="dont",
        switch=switch,
        provenance="convention",
        **factories.both(text="cross your legs"),
    )
    episode = factories.make_episode(patient, plan)
    assert "en cross your legs" not in opened()
    episode.switches.add(switch)
    html = opened()
    assert "en cross your legs" in html
    assert "Switched on for you: en precautions." in html


def test_criteria_and_sources_can_be_read(patient, opened):
    plan = factories.make_plan(publish=False)
    criterion = Criterion.objects.create(
        phase=plan.phases.first(),
        kind="exit",
        provenance="cited",
        **factories.both(text="pain at rest of 2 at most"),
    )
    criterion.sources.add(
        Source.objects.create(
            key="k", title="A public source", url="https://example.org/source", kind="website"
        )
    )
    factories.make_episode(patient, plan)
    html = opened()
    assert "en pain at rest of 2 at most" in html
    assert 'href="https://example.org/source"' in html


def test_without_a_plan_the_page_says_so(opened):
    assert "has not started a plan for you yet" in opened()


def test_a_plan_of_somebody_else_is_not_shown(patient, foreign_patient, opened):
    plan = factories.make_plan(code="canary")
    factories.make_episode(foreign_patient, plan)
    factories.make_episode(patient)
    assert "canary" not in opened()


def test_both_hips_are_shown(patient, opened):
    factories.make_episode(patient)
    factories.make_episode(patient, side="right")
    html = opened()
    assert re.findall(r"<h2>(\w+ hip):", html) == ["Left hip", "Right hip"]


def test_a_plan_with_more_phases_needs_the_same_queries(client, patient, django_assert_num_queries):
    plan = factories.make_plan(publish=False)
    client.force_login(patient)
    factories.make_episode(patient, plan, started_on=TODAY - timedelta(days=3))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("diary:plan"))
    for number in range(3, 6):
        phase = plan.phases.create(code=str(number), order=number, from_day=90 + number)
        phase.rules.create(
            activity=factories.make_activity("walking"), rule="do", provenance="convention"
        )
    factories.publish_plan(plan)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("diary:plan"))
