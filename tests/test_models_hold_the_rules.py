"""The cast and the factories make rows that the database's own rules accept, or refuse."""

import pytest
from django.db import IntegrityError, transaction

from conditions.models import PlanIsFrozen
from diary.models import Episode, Reading
from tests import factories


def test_a_side_has_one_open_episode(patient):
    factories.make_episode(patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_episode(patient)
    factories.make_episode(patient, side="right")
    assert Episode.objects.filter(patient=patient).count() == 2


def test_a_day_has_one_entry(patient):
    factories.log_day(patient, factories.TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.log_day(patient, factories.TODAY)
    assert patient.entries.count() == 1


def test_pain_ends_at_ten(patient):
    factories.log_day(patient, factories.TODAY, loading=10)
    reading = Reading.objects.get()
    reading.loading = 11
    with pytest.raises(IntegrityError), transaction.atomic():
        reading.save()


def test_a_published_plan_refuses_changes_and_a_draft_takes_them(db):
    published, draft = factories.make_plan(), factories.make_plan(publish=False)
    for change in (published.save, published.phases.first().save, published.delete):
        with pytest.raises(PlanIsFrozen):
            change()
    phase = draft.phases.first()
    phase.name_en = "changed"
    phase.save()
    assert draft.phases.first().name_en == "changed"
