"""Starting a plan: two steps, the plan's own switches, and a sentence for each mistake."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from conditions.models import Condition, Plan, Switch
from diary.models import Episode
from tests import factories


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def plan(db):
    return factories.make_plan(code="known")


def url(patient, plan=None):
    address = reverse("care:enrol", args=[patient.uuid])
    return f"{address}?stage={plan.uuid}:{plan.stages.get().pk}" if plan else address


def answers(**changed):
    return {
        "side": "left",
        "day_zero_on": "2026-11-03",
        "started_on": "2026-11-23",
        "body_weight_kg": "72,5",
    } | changed


def test_the_first_step_offers_published_plans_only(client, patient, physiotherapist, plan):
    factories.make_plan(code="draft", publish=False)
    client.force_login(physiotherapist)
    page = client.get(url(patient)).content.decode()
    assert str(plan.uuid) in page
    assert str(Plan.objects.get(code="draft").uuid) not in page


def test_the_second_step_shows_the_switches_of_the_plan(client, patient, physiotherapist, plan):
    client.force_login(physiotherapist)
    assert "en precautions" in client.get(url(patient, plan)).content.decode()


def test_a_start_makes_the_episode_in_the_phase_of_its_first_day(
    client, patient, physiotherapist, plan
):
    switch = plan.switches.get()
    client.force_login(physiotherapist)
    answer = client.post(url(patient, plan), answers(switches=[switch.pk]))
    assert answer.url == reverse("care:patient", args=[patient.uuid])
    episode = Episode.objects.get()
    assert (episode.patient, episode.plan, episode.side) == (patient, plan, "left")
    assert (episode.day_number(factories.TODAY), str(episode.body_weight_kg)) == (20, "72.5")
    assert [each.pk for each in episode.switches.all()] == [switch.pk]
    assert [row.phase.code for row in episode.phases.all()] == ["A"]
    assert episode.created_by == physiotherapist


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"side": ""}, "This field is required."),
        ({"day_zero_on": "2020-01-01"}, "Give a day between two years ago and a year from now."),
        ({"started_on": "2026-11-24"}, "Give today or a day before it."),
        ({"body_weight_kg": "7"}, "Give a weight of at least 20 kg."),
        ({"body_weight_kg": "heavy"}, "Enter a number."),
    ],
)
def test_a_mistake_gets_a_sentence_and_keeps_the_other_answers(
    client, patient, physiotherapist, plan, changed, sentence
):
    client.force_login(physiotherapist)
    answer = client.post(url(patient, plan), answers(**changed))
    page = answer.content.decode()
    assert (answer.status_code, Episode.objects.count()) == (422, 0)
    assert sentence in page
    kept = {"body_weight_kg": "72,5", "started_on": "2026-11-23"} | changed
    assert f'value="{kept["started_on"]}"' in page
    assert f'value="{kept["body_weight_kg"]}"' in page


def test_a_hip_with_a_plan_takes_no_second_one(client, patient, physiotherapist, plan):
    factories.make_episode(patient, plan)
    client.force_login(physiotherapist)
    answer = client.post(url(patient, plan), answers())
    assert answer.status_code == 422
    assert "This hip has a plan already." in answer.content.decode()
    assert client.post(url(patient, plan), answers(side="right")).status_code == 302
    assert Episode.objects.count() == 2


@pytest.mark.parametrize("weight", ["72.5", "72,5"])
def test_a_weight_is_read_with_a_comma_or_a_point(client, patient, physiotherapist, plan, weight):
    client.force_login(physiotherapist)
    client.post(url(patient, plan), answers(body_weight_kg=weight))
    assert str(Episode.objects.get().body_weight_kg) == "72.5"


def test_a_switch_of_another_plan_is_refused(client, patient, physiotherapist, plan):
    foreign = Switch.objects.exclude(plan=plan).first() or factories.make_plan().switches.get()
    client.force_login(physiotherapist)
    answer = client.post(url(patient, plan), answers(switches=[foreign.pk]))
    assert (answer.status_code, Episode.objects.count()) == (422, 0)


@pytest.mark.parametrize("stage", ["", "nonsense", "00000000-0000-0000-0000-000000000000:1"])
def test_an_unknown_plan_starts_nothing(client, patient, physiotherapist, plan, stage):
    client.force_login(physiotherapist)
    answer = client.post(f"{url(patient)}?stage={stage}", answers())
    assert (answer.status_code, Episode.objects.count()) == (404, 0)


def test_a_foreign_patient_is_an_unknown_one(client, patient, foreign_physiotherapist, plan):
    client.force_login(foreign_physiotherapist)
    assert client.post(url(patient, plan), answers()).status_code == 404
    assert Episode.objects.count() == 0


def test_an_operation_still_to_come_counts_down(client, patient, physiotherapist, plan):
    client.force_login(physiotherapist)
    soon = (factories.TODAY + timedelta(days=10)).isoformat()
    assert client.post(url(patient, plan), answers(day_zero_on=soon)).status_code == 302
    assert Episode.objects.get().day_number(factories.TODAY) == -10


@pytest.fixture
def childrens(db):
    plan = factories.make_plan(code="childrens", publish=False)
    Condition.objects.filter(pk=plan.condition_id).update(paediatric=True)
    return factories.publish_plan(plan)


def treats_children(clinic, value: bool) -> None:
    clinic.treats_children = value
    clinic.save(update_fields=["treats_children"])


@pytest.mark.parametrize("value", [True, False])
def test_plans_for_children_are_offered_where_the_clinic_treats_them(
    client, clinic, patient, physiotherapist, plan, childrens, value
):
    treats_children(clinic, value)
    client.force_login(physiotherapist)
    page = client.get(url(patient)).content.decode()
    assert str(plan.uuid) in page
    assert (str(childrens.uuid) in page) is value


@pytest.mark.parametrize("value", [True, False])
def test_a_forged_start_of_a_plan_for_children_is_held_to_it(
    client, clinic, patient, physiotherapist, childrens, value
):
    treats_children(clinic, value)
    treats_children(factories.make_clinic(), True)
    client.force_login(physiotherapist)
    status = client.post(url(patient, childrens), answers()).status_code
    assert (status, Episode.objects.count()) == ((302, 1) if value else (404, 0))


def test_a_plan_for_children_cannot_be_opened_where_none_are_treated(
    client, patient, physiotherapist, childrens
):
    client.force_login(physiotherapist)
    answer = client.get(url(patient, childrens))
    assert (answer.status_code, "en summary" in answer.content.decode()) == (422, False)
