"""The next check-up that a plan names: its day, for the physiotherapist and the patient."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from diary import services
from diary.models import Episode
from diary.services import EpisodeRefused
from tests import factories
from tests.care.test_enrol import answers as enrolment
from tests.care.test_enrol import url as enrolment_url
from tests.factories import NOW, TODAY

IN_MAY = date(2027, 5, 12)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan(db):
    return factories.make_plan(code="known", **factories.both(checkup="DEXA scan"))


@pytest.fixture
def without(db):
    return factories.make_plan(code="without")


def url(episode):
    return reverse("care:checkup", args=[episode.uuid])


def read(client, person, address) -> str:
    client.force_login(person)
    return " ".join(client.get(address).content.decode().split())


def stored() -> date | None:
    return Episode.objects.get().checkup_on


def test_a_start_asks_for_the_checkup_that_the_plan_names(
    client, patient, physiotherapist, plan, without
):
    page = read(client, physiotherapist, enrolment_url(patient, plan))
    assert "Day of: en DEXA scan" in page
    assert 'name="checkup_on"' in page
    assert 'name="checkup_on"' not in read(client, physiotherapist, enrolment_url(patient, without))


@pytest.mark.parametrize(("sent", "kept"), [("2027-05-12", IN_MAY), ("", None)])
def test_a_start_keeps_the_day_and_takes_none(client, patient, physiotherapist, plan, sent, kept):
    client.force_login(physiotherapist)
    answer = client.post(enrolment_url(patient, plan), enrolment(checkup_on=sent))
    assert (answer.status_code, stored()) == (302, kept)


def test_a_start_of_a_plan_without_a_checkup_keeps_no_day(
    client, patient, physiotherapist, without
):
    client.force_login(physiotherapist)
    client.post(enrolment_url(patient, without), enrolment(checkup_on="2027-05-12"))
    assert stored() is None


@pytest.mark.parametrize("sent", ["2026-11-22", "2037-01-01", "soon"])
def test_a_day_that_is_past_or_far_away_is_refused(client, patient, physiotherapist, plan, sent):
    client.force_login(physiotherapist)
    assert client.post(enrolment_url(patient, plan), enrolment(checkup_on=sent)).status_code == 422
    episode = factories.make_episode(patient, plan)
    answer = client.post(url(episode), {"checkup_on": sent})
    assert (answer.status_code, stored()) == (422, None)


@pytest.mark.parametrize(("sent", "kept"), [("2027-05-12", IN_MAY), ("2026-11-23", TODAY)])
def test_the_day_can_be_filled_in_changed_and_cleared(
    client, patient, physiotherapist, plan, sent, kept
):
    episode = factories.make_episode(patient, plan)
    client.force_login(physiotherapist)
    answer = client.post(url(episode), {"checkup_on": sent})
    assert answer.url == reverse("care:patient", args=[patient.uuid])
    assert stored() == kept
    assert f'value="{sent}"' in client.get(url(episode)).content.decode()
    client.post(url(episode), {"checkup_on": ""})
    assert stored() is None


def test_a_day_that_has_passed_is_not_offered_again(client, patient, physiotherapist, plan):
    episode = factories.make_episode(patient, plan, checkup_on=TODAY - timedelta(days=1))
    assert "2026-11-22" not in read(client, physiotherapist, url(episode))


def test_a_plan_without_a_checkup_has_no_page_and_no_line(
    client, patient, physiotherapist, without
):
    episode = factories.make_episode(patient, without, checkup_on=IN_MAY)
    client.force_login(physiotherapist)
    assert client.get(url(episode)).status_code == 404
    assert client.post(url(episode), {"checkup_on": "2027-06-01"}).status_code == 404
    with pytest.raises(EpisodeRefused):
        services.set_checkup(episode=episode, checkup_on=None, by=patient, now=NOW)
    assert stored() == IN_MAY
    page = reverse("care:patient", args=[patient.uuid])
    assert "check-up" not in read(client, physiotherapist, page).lower()
    assert "check-up" not in read(client, patient, reverse("home")).lower()


def test_a_foreign_episode_is_an_unknown_one(client, patient, foreign_physiotherapist, plan):
    episode = factories.make_episode(patient, plan)
    client.force_login(foreign_physiotherapist)
    assert client.get(url(episode)).status_code == 404
    assert client.post(url(episode), {"checkup_on": "2027-05-12"}).status_code == 404
    assert stored() is None


def test_an_ended_episode_keeps_its_day(patient, plan):
    episode = factories.make_episode(patient, plan, ended_on=TODAY)
    assert not services.set_checkup(episode=episode, checkup_on=IN_MAY, by=patient, now=NOW)
    assert stored() is None


def test_the_same_day_again_changes_nothing(patient, plan):
    episode = factories.make_episode(patient, plan)
    said = [
        services.set_checkup(episode=episode, checkup_on=IN_MAY, by=patient, now=NOW)
        for _ in range(2)
    ]
    assert (said, stored()) == ([True, False], IN_MAY)


@pytest.mark.parametrize(
    ("checkup_on", "sentence"),
    [
        (IN_MAY, "En DEXA scan: 12 May 2027."),
        (TODAY, "En DEXA scan: 23 Nov 2026."),
        (
            TODAY - timedelta(days=1),
            "En DEXA scan was on 22 Nov 2026; ask your physiotherapist for the next date.",
        ),
    ],
)
def test_the_patient_reads_when_it_is_and_when_it_was(client, patient, plan, checkup_on, sentence):
    factories.make_episode(patient, plan, checkup_on=checkup_on)
    assert sentence in read(client, patient, reverse("home"))


def test_without_a_day_the_patient_reads_nothing(client, patient, plan):
    factories.make_episode(patient, plan)
    assert "check-up" not in read(client, patient, reverse("home")).lower()


@pytest.mark.parametrize(
    ("checkup_on", "words"),
    [
        (IN_MAY, "en DEXA scan: 12 May 2027"),
        (TODAY - timedelta(days=1), "was on 22 Nov 2026"),
        (None, "no day known"),
    ],
)
def test_the_physiotherapist_reads_the_day_and_can_change_it(
    client, patient, physiotherapist, plan, checkup_on, words
):
    episode = factories.make_episode(patient, plan, checkup_on=checkup_on)
    page = read(client, physiotherapist, reverse("care:patient", args=[patient.uuid]))
    assert words in page
    assert url(episode) in page
