"""A physiotherapist confirms what a patient marked, or says not yet and why."""

import pytest
import time_machine
from django.urls import reverse

from diary import queries
from diary.models import AidStep, MilestoneReached
from tests import factories
from tests.factories import NOW, TODAY


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def episode(patient):
    return factories.make_episode(patient)


@pytest.fixture
def marked(patient, episode):
    return MilestoneReached.objects.create(
        episode=episode,
        milestone=episode.plan.milestones.get(),
        reached_on=TODAY,
        by=patient,
        created_at=NOW,
    )


@pytest.fixture
def desk(client, physiotherapist):
    client.force_login(physiotherapist)
    return client


def address(name, episode, code="outdoors"):
    return reverse(f"care:{name}", args=[episode.uuid, code])


def page_of(desk, patient):
    answer = desk.get(reverse("care:patient", args=[patient.uuid]))
    return " ".join(answer.content.decode().split())


def test_what_the_patient_marked_can_be_confirmed(desk, patient, physiotherapist, episode, marked):
    page = page_of(desk, patient)
    assert "reached on Mon 23 Nov, says the patient" in page
    assert "event-marked" not in page  # there is no chart without a pain number
    desk.post(address("confirm_milestone", episode))
    marked.refresh_from_db()
    assert (marked.by, marked.confirmed_by, marked.confirmed_at) == (patient, physiotherapist, NOW)
    page = page_of(desk, patient)
    assert "Milestone confirmed: en walking outdoors." in page
    assert "says the patient" not in page


def test_not_yet_says_why_and_the_milestone_is_open_again(
    desk, patient, physiotherapist, episode, marked
):
    url = address("not_yet", episode)
    assert "Tell the patient: not yet" in desk.get(url).content.decode()
    desk.post(url, {"why": "Ten steps first."})
    marked.refresh_from_db()
    assert (marked.not_yet_by, marked.why_not_yet) == (physiotherapist, "Ten steps first.")
    page = page_of(desk, patient)
    assert "says the patient" not in page
    assert f'href="{address("milestone", episode)}"' in page


def test_a_mark_that_was_taken_back_is_answered_with_words(desk, patient, episode, marked):
    marked.delete()
    desk.post(address("confirm_milestone", episode))
    assert "The patient has taken this mark back." in page_of(desk, patient)
    desk.post(address("not_yet", episode), {"why": ""})
    assert "There is no mark of the patient to answer any more." in page_of(desk, patient)
    assert MilestoneReached.objects.count() == 0


def test_what_counts_as_reached_is_not_late_before_it_is_confirmed(desk, patient, episode):
    page = page_of(desk, patient)
    assert "state-watch" not in page
    episode.day_zero_on = TODAY.replace(month=9)
    episode.save()
    assert "state-watch" in page_of(desk, patient)
    MilestoneReached.objects.create(
        episode=episode, milestone=episode.plan.milestones.get(), reached_on=TODAY, by=patient
    )
    assert "state-watch" not in page_of(desk, patient)
    assert list(queries.reached(episode)) == ["outdoors"]


@pytest.mark.parametrize("name", ["confirm_milestone", "not_yet"])
def test_unknown_and_foreign_milestones_are_no_page(
    client, foreign_physiotherapist, physiotherapist, episode, marked, name
):
    client.force_login(foreign_physiotherapist)
    assert client.post(address(name, episode), {"why": ""}).status_code == 404
    client.force_login(physiotherapist)
    assert client.post(address(name, episode, "unknown"), {"why": ""}).status_code == 404
    marked.refresh_from_db()
    assert (marked.confirmed_at, marked.not_yet_at) == (None, None)


def test_the_page_says_that_the_patient_walks_with_more_support(desk, patient, episode):
    assert "Own choice" not in page_of(desk, patient)
    AidStep.objects.create(
        patient=patient, aid="wheelchair", from_on=TODAY, by=patient, created_at=NOW
    )
    assert "Own choice since Mon 23 Nov: wheelchair." in page_of(desk, patient)
