"""More questions of the day take no more queries."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import keys
from diary.models import EntryActivity
from tests import factories
from tests.diary.asking import make_questions, send, stored, url
from tests.factories import NOW, TODAY

# The key that it is sealed for is one of them, and one is for a step back up.
QUERIES_OF_THE_FORM = 10
QUERIES_OF_SAVING = 15


@pytest.fixture(autouse=True)
def _at_noon(db):
    with time_machine.travel(NOW, tick=False):
        keys.sealing_key(NOW)  # a page makes one only where there is none
        yield


@pytest.fixture
def phone(patient, client):
    plan = factories.make_plan(asks=tuple(make_questions().values()))
    factories.make_episode(patient, plan)
    client.force_login(patient)
    return client


@pytest.mark.parametrize("number", [1, 5])
def test_the_form_needs_the_same_queries_for_one_question_and_for_many(
    patient, client, django_assert_num_queries, number
):
    made = tuple(make_questions().values())[:number]
    factories.make_episode(patient, factories.make_plan(asks=made))
    client.force_login(patient)
    with django_assert_num_queries(QUERIES_OF_THE_FORM):
        client.get(url())


@pytest.mark.parametrize("number", [1, 5])
def test_saving_needs_the_same_queries_for_one_question_and_for_many(
    patient, client, django_assert_num_queries, number
):
    made = tuple(make_questions().values())[:number]
    factories.make_episode(patient, factories.make_plan(asks=made))
    client.force_login(patient)
    given = {f"answer_{question.code}": "1" for question in made}
    # Two of them are the savepoint that stands for the transaction here.
    with django_assert_num_queries(QUERIES_OF_SAVING):
        assert send(client, did_walking="on", minutes_walking="5", **given).status_code == 303
    assert len(stored()) == number
    assert EntryActivity.objects.count() == 1


def test_the_diary_needs_the_same_queries_for_one_day_and_for_three(
    phone, django_assert_num_queries
):
    for back in range(3):
        send(phone, TODAY - timedelta(days=back), answer_locking="3", did_walking="on")
        if back in (0, 2):
            with django_assert_num_queries(12):
                phone.get(reverse("diary:history"))
