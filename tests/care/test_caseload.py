"""The caseload page: own patients only, ranked, each with its reason, in few queries."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Relation
from care.enums import Reason, Severity
from care.models import EpisodeReview
from diary.models import AidStep
from tests import factories
from tests.care.test_flag_actions import make_flag

URL = "/care/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(factories.NOW, tick=False):
        yield


def read(client, person, **choice):
    client.force_login(person)
    return client.get(URL, choice).content.decode()


def names_in_order(page, *names):
    return sorted((name for name in names if name in page), key=page.index)


def another_patient(physiotherapist, name):
    person = factories.make_patient(physiotherapist.clinic, name=name)
    factories.relate(person, physiotherapist)
    return person


def test_only_patients_in_an_active_relation_are_listed(client, patient, physiotherapist):
    ended = another_patient(physiotherapist, "Ended Patient")
    Relation.objects.filter(patient=ended).update(ended_at=factories.NOW - timedelta(days=1))
    factories.make_patient(physiotherapist.clinic, name="Colleague Patient")
    page = read(client, physiotherapist)
    assert names_in_order(page, "Own Patient", "Ended Patient", "Colleague Patient") == [
        "Own Patient"
    ]


def test_patients_stand_in_the_order_of_need(client, patient, physiotherapist):
    watched = another_patient(physiotherapist, "Aa Watched")
    pressing = another_patient(physiotherapist, "Zz Pressing")
    make_flag(watched, severity=Severity.NOTICE)
    make_flag(pressing, severity=Severity.IMPORTANT)
    page = read(client, physiotherapist)
    assert names_in_order(page, "Own Patient", "Aa Watched", "Zz Pressing") == [
        "Zz Pressing",
        "Aa Watched",
        "Own Patient",
    ]


def test_the_reason_is_the_sentence_of_the_flag(client, patient, physiotherapist):
    make_flag(
        patient,
        reason=Reason.SILENT,
        evidence={"last_on": "2026-11-17", "since": "2026-11-01", "after_rise": False},
    )
    assert "No entry since Tue 17 Nov." in read(client, physiotherapist)


def test_a_patient_shows_phase_day_and_sparklines(client, patient, physiotherapist):
    factories.make_episode(patient, started_on=factories.TODAY - timedelta(days=20))
    factories.log_days(patient, [3, None, 4, 5])
    page = read(client, physiotherapist)
    assert "A · Day 20" in page
    assert page.count("<svg class=&quot;") == 0
    assert page.count('<svg class="sparkline') == 3


def test_without_a_plan_one_is_offered(client, patient, physiotherapist):
    assert reverse("care:enrol", args=[patient.uuid]) in read(client, physiotherapist)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, ["Zz Pressing", "Own Patient"]),
        ({"need": "needs_you"}, ["Zz Pressing"]),
        ({"need": "nothing_new"}, ["Own Patient"]),
        ({"name": "own"}, ["Own Patient"]),
        ({"name": "nobody"}, []),
        ({"condition": "unknown"}, []),
    ],
)
def test_the_list_can_be_narrowed(client, patient, physiotherapist, choice, expected):
    make_flag(another_patient(physiotherapist, "Zz Pressing"))
    page = read(client, physiotherapist, **choice)
    assert names_in_order(page, "Own Patient", "Zz Pressing") == expected


def test_htmx_gets_the_rows_alone(client, patient, physiotherapist):
    client.force_login(physiotherapist)
    page = client.get(URL, headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith('<div id="rows"')
    assert "<html" not in page


def test_an_empty_caseload_says_what_to_do(client, foreign_physiotherapist, foreign_patient):
    Relation.objects.all().delete()
    page = read(client, foreign_physiotherapist)
    assert reverse("accounts:invitations") in page
    assert "You have no patients here yet." in page


def test_three_patients_take_as_many_queries_as_one(
    client, patient, physiotherapist, django_assert_num_queries
):
    plan = factories.make_plan()

    def fill(person):
        factories.make_episode(person, plan)
        factories.log_days(person, [3, 4, 5])
        make_flag(person)

    fill(patient)
    client.force_login(physiotherapist)
    client.get(URL)
    with django_assert_num_queries(10):
        client.get(URL)
    for name in ("Second", "Third"):
        fill(another_patient(physiotherapist, name))
    with django_assert_num_queries(10):
        client.get(URL)


@pytest.mark.parametrize(("hours", "is_said"), [(27, True), (25, False)])
def test_an_overdue_review_is_said_aloud(client, patient, physiotherapist, hours, is_said):
    long_ago = factories.NOW - timedelta(days=3)
    episode = factories.make_episode(patient, created_at=long_ago)
    EpisodeReview.objects.create(
        episode=episode,
        reviewed_at=factories.NOW - timedelta(hours=hours),
        reviewed_for=factories.TODAY,
        seen_until=episode.changed_at,
    )
    assert ("Flags were last worked out" in read(client, physiotherapist)) == is_said


def test_a_step_back_up_stands_beside_the_reason_and_is_no_need(client, patient, physiotherapist):
    factories.make_episode(patient)
    factories.log_day(patient, factories.TODAY)
    assert "Own choice" not in read(client, physiotherapist)
    step = AidStep.objects.create(
        patient=patient,
        aid="wheelchair",
        from_on=factories.TODAY,
        by=patient,
        created_at=factories.NOW,
    )
    page = read(client, physiotherapist)
    assert "Own choice since Mon 23 Nov: wheelchair." in page
    assert "Nothing new." in page
    step.taken_back_at = factories.NOW
    step.save()
    assert "Own choice" not in read(client, physiotherapist)
