"""One patient's page: chart, days with verdicts, flags, plan; nobody else's."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Relation
from conditions.enums import Side
from diary.models import Entry, Milestone, MilestoneReached
from tests import factories
from tests.care.test_flag_actions import make_flag

QUERIES = 23


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(factories.NOW, tick=False):
        yield


def url(patient):
    return reverse("care:patient", args=[patient.uuid])


def read(client, physiotherapist, patient, **query):
    client.force_login(physiotherapist)
    return client.get(url(patient), query).content.decode()


def test_a_patient_without_a_plan_can_be_given_one(client, patient, physiotherapist):
    page = read(client, physiotherapist, patient)
    assert "No plan has been started" in page
    assert reverse("care:enrol", args=[patient.uuid]) in page


def test_the_head_says_phase_day_limit_and_aids(client, patient, physiotherapist):
    factories.make_episode(patient, body_weight_kg=72)
    page = read(client, physiotherapist, patient)
    assert "A en protect" in page
    assert "Day 20" in page
    assert "at most 36 kg (50 % of your weight)" in page
    assert "two crutches" in page


def test_nought_not_answered_and_no_entry_stay_apart(client, patient, physiotherapist):
    factories.make_episode(patient)
    factories.log_day(patient, factories.TODAY, loading=0, rest=None, night=2)
    page = read(client, physiotherapist, patient)
    scores = [part.partition("<")[0] for part in page.split('score" title="')[1:]]
    assert [score.partition(">")[2] for score in scores] == ["0", "–", "2"]
    assert "Sun 22 Nov" not in page


def test_both_hips_have_their_own_part(client, patient, physiotherapist):
    factories.make_episode(patient)
    factories.make_episode(patient, side=Side.RIGHT)
    page = read(client, physiotherapist, patient)
    assert (page.count('id="hip-left"'), page.count('id="hip-right"')) == (1, 1)


def test_the_range_decides_which_days_are_shown(client, patient, physiotherapist):
    factories.make_episode(patient, started_on=factories.TODAY - timedelta(days=60))
    old = factories.TODAY - timedelta(days=40)
    factories.log_day(patient, old)
    factories.log_day(patient, factories.TODAY)
    assert "Wed 14 Oct" not in read(client, physiotherapist, patient, weeks="4")
    assert "Wed 14 Oct" in read(client, physiotherapist, patient, weeks="12")
    assert "Wed 14 Oct" in read(client, physiotherapist, patient, weeks="all")


def test_open_flags_stand_on_top_and_closed_ones_below(client, patient, physiotherapist):
    closed = make_flag(patient, side="left")
    closed.closed_at = factories.NOW
    closed.save()
    opened = make_flag(patient)
    page = read(client, physiotherapist, patient)
    places = [page.index(reverse("care:flag", args=[flag.uuid])) for flag in (opened, closed)]
    assert places == sorted(places)
    assert page.index("Earlier flags") < places[1]


def test_a_late_milestone_is_marked_and_a_reached_one_is_not(client, patient, physiotherapist):
    episode = factories.make_episode(patient, started_on=factories.TODAY - timedelta(days=40))
    assert "state-watch" in read(client, physiotherapist, patient).partition("Milestones")[2]
    MilestoneReached.objects.create(
        episode=episode,
        milestone=Milestone.objects.get(),
        reached_on=factories.TODAY,
        by=physiotherapist,
    )
    page = read(client, physiotherapist, patient).partition("Milestones")[2]
    assert "✓" in page
    assert "state-watch" not in page


@pytest.mark.parametrize(("language", "now"), [("en", "2.9"), ("nl", "2,9")])
def test_the_mean_of_the_week_is_written_as_the_reader_writes_numbers(
    client, patient, physiotherapist, language, now
):
    factories.make_episode(patient)
    factories.log_days(patient, [3] * 10 + [2])
    physiotherapist.language = language
    physiotherapist.save(update_fields=["language"])
    assert f" {now}" in read(client, physiotherapist, patient).partition("page-lead")[2][:120]


def test_a_note_is_shown_as_text(client, patient, physiotherapist):
    factories.make_episode(patient)
    factories.log_day(patient, factories.TODAY, note="<script>alert(1)</script>")
    page = read(client, physiotherapist, patient)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_three_days_take_as_many_queries_as_one(
    client, patient, physiotherapist, django_assert_num_queries
):
    factories.make_episode(patient)
    factories.log_day(patient, factories.TODAY)
    make_flag(patient)
    client.force_login(physiotherapist)
    client.get(url(patient))
    with django_assert_num_queries(QUERIES):
        client.get(url(patient))
    for back in (1, 2):
        factories.log_day(patient, factories.TODAY - timedelta(days=back))
    with django_assert_num_queries(QUERIES):
        client.get(url(patient))
    assert Entry.objects.count() == 3


def test_two_hips_and_an_ended_plan_take_as_many_queries_as_one_hip(
    client, patient, physiotherapist, django_assert_num_queries
):
    factories.make_episode(patient)
    factories.log_day(patient, factories.TODAY)
    client.force_login(physiotherapist)
    client.get(url(patient))
    with django_assert_num_queries(QUERIES):
        client.get(url(patient))
    factories.make_episode(patient, side=Side.RIGHT)
    factories.make_episode(patient, ended_on=factories.TODAY, side=Side.RIGHT)
    with django_assert_num_queries(QUERIES):
        client.get(url(patient))


def test_when_the_relation_ends_the_patient_is_unknown(client, patient, physiotherapist):
    client.force_login(physiotherapist)
    assert "Own Patient" in client.get(url(patient)).content.decode()
    Relation.objects.update(ended_at=factories.NOW - timedelta(minutes=1))
    assert client.get(url(patient)).status_code == 404


def test_ending_the_treatment_takes_the_patient_from_the_caseload(client, patient, physiotherapist):
    client.force_login(physiotherapist)
    client.post(reverse("care:end_relation", args=[patient.uuid]))
    assert Relation.objects.get().ended_at == factories.NOW
    with time_machine.travel(factories.NOW + timedelta(seconds=1), tick=False):
        assert "Own Patient" not in client.get("/care/").content.decode()


def test_a_plan_that_asks_for_no_pain_has_no_place_for_it(client, patient, physiotherapist):
    factories.make_episode(patient, factories.make_plan(channels=[]))
    page = read(client, physiotherapist, patient)
    assert "This plan asks for no pain numbers." in page
    assert "No pain numbers in these days." not in page


def test_a_plan_that_asks_for_pain_says_when_there_is_none(client, patient, physiotherapist):
    factories.make_episode(patient)
    page = read(client, physiotherapist, patient)
    assert "This plan asks for no pain numbers." not in page
    assert "No pain numbers in these days." in page
