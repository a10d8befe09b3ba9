"""The log page of every plan that ships stays light enough for a bad connection."""

import gzip
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from conditions import services as content
from conditions.models import Activity, Plan
from diary.models import EntryActivity
from tests import factories
from tests.factories import NOW, TODAY

MOST_BYTES = 14 * 1024


@pytest.fixture
def plans(db) -> list[Plan]:
    content.load_library(now=NOW)
    return list(Plan.objects.filter(retired_at=None).prefetch_related("stages"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_form_of_each_plan_is_at_most_14_kilobytes(plans, clinic, language):
    clinic.treats_children = True
    clinic.save()
    weights = {}
    with time_machine.travel(NOW, tick=False):
        for plan in plans:
            patient = factories.make_patient(clinic, language=language)
            factories.make_episode(patient, plan, started_on=TODAY - timedelta(days=2))
            entry = factories.log_day(patient, TODAY - timedelta(days=1), aid="two_crutches")
            for activity in Activity.objects.filter(has_minutes=True)[:5]:
                EntryActivity.objects.create(entry=entry, activity=activity, minutes=20)
            phone = Client()
            phone.force_login(patient)
            page = phone.get(reverse("diary:log"))
            assert "the-same" in page.content.decode()
            weights[plan.code] = len(gzip.compress(page.content, 6))
    assert len(weights) >= 20
    assert {code: weight for code, weight in weights.items() if weight > MOST_BYTES} == {}
