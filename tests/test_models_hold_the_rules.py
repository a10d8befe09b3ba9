"""The cast and the factories make rows that the database's own rules accept, or refuse."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from conditions.models import PlanIsFrozen, Question
from diary.models import EntryAnswer, Episode, Reading
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


def test_a_question_of_the_day_has_one_answer_in_an_entry(patient):
    entry, question = factories.log_day(patient, factories.TODAY), factories.make_question()
    EntryAnswer.objects.create(entry=entry, question=question, value=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryAnswer.objects.create(entry=entry, question=question, value=1)
    other = factories.make_question()
    EntryAnswer.objects.create(entry=entry, question=other, value=1)
    assert entry.answers.count() == 2


def test_answers_begin_at_nought(patient):
    entry, question = factories.log_day(patient, factories.TODAY), factories.make_question()
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryAnswer.objects.create(entry=entry, question=question, value=-1)
    assert EntryAnswer.objects.count() == 0


def test_a_question_that_was_answered_cannot_be_taken_away(patient):
    entry, question = factories.log_day(patient, factories.TODAY), factories.make_question()
    EntryAnswer.objects.create(entry=entry, question=question, value=0)
    with pytest.raises(ProtectedError):
        question.delete()
    factories.make_question().delete()
    assert Question.objects.get() == question
