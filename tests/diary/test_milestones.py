"""Milestones: the patient marks, a physiotherapist confirms or says not yet."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from diary import queries, services
from diary.models import MilestoneReached
from tests import factories
from tests.factories import NOW, TODAY

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def episode(patient):
    return factories.make_episode(patient)


def mark(episode, by, reached_on=TODAY, now=NOW):
    return services.reach_milestone(
        episode=episode,
        milestone=episode.plan.milestones.get(),
        reached_on=reached_on,
        by=by,
        now=now,
    )


def of(episode, by, now=LATER):
    return {"episode": episode, "milestone": episode.plan.milestones.get(), "by": by, "now": now}


def state(row):
    row.refresh_from_db()
    return (row.by, row.confirmed_by, row.confirmed_at, row.not_yet_by, row.why_not_yet)


def test_what_a_patient_marks_counts_and_waits_for_confirmation(patient, episode):
    marked = mark(episode, patient)
    assert state(marked) == (patient, None, None, None, "")
    assert list(queries.reached(episode)) == ["outdoors"]


def test_what_a_physiotherapist_marks_is_confirmed_at_once(episode, physiotherapist):
    marked = mark(episode, physiotherapist)
    assert state(marked) == (physiotherapist, physiotherapist, NOW, None, "")


def test_confirming_keeps_who_marked_it_and_the_first_confirmation(
    patient, episode, physiotherapist, foreign_physiotherapist
):
    marked = mark(episode, patient)
    services.confirm_milestone(**of(episode, physiotherapist))
    services.confirm_milestone(**of(episode, foreign_physiotherapist, LATER + timedelta(days=1)))
    assert state(marked) == (patient, physiotherapist, LATER, None, "")


def test_a_physiotherapist_who_marks_what_was_marked_confirms_it(patient, episode, physiotherapist):
    marked = mark(episode, patient, TODAY - timedelta(days=2))
    assert mark(episode, physiotherapist, TODAY, LATER) == marked
    assert state(marked)[:3] == (patient, physiotherapist, LATER)
    assert marked.reached_on == TODAY - timedelta(days=2)


def test_not_yet_takes_the_mark_out_and_keeps_it_with_the_reason(patient, episode, physiotherapist):
    marked = mark(episode, patient)
    assert services.answer_not_yet(**of(episode, physiotherapist), why="first ten steps")
    assert state(marked) == (patient, None, None, physiotherapist, "first ten steps")
    assert queries.reached(episode) == {}
    again = mark(episode, patient, now=LATER)
    assert again != marked
    assert queries.reached(episode)["outdoors"] == again


def test_what_was_confirmed_or_never_marked_is_not_answered_not_yet(
    patient, episode, physiotherapist
):
    assert not services.answer_not_yet(**of(episode, physiotherapist), why="")
    assert services.confirm_milestone(**of(episode, physiotherapist)) is None
    mark(episode, physiotherapist)
    assert not services.answer_not_yet(**of(episode, physiotherapist), why="")
    assert list(queries.reached(episode)) == ["outdoors"]


def test_a_mark_is_undone_until_it_is_confirmed(patient, episode, physiotherapist):
    mark(episode, patient)
    assert services.unmark_milestone(**of(episode, patient))
    assert MilestoneReached.objects.count() == 0
    assert not services.unmark_milestone(**of(episode, patient))
    mark(episode, patient)
    services.confirm_milestone(**of(episode, physiotherapist))
    assert not services.unmark_milestone(**of(episode, patient))
    assert MilestoneReached.objects.count() == 1


def test_a_patient_does_not_undo_what_a_physiotherapist_marked(patient, episode, physiotherapist):
    mark(episode, physiotherapist)
    assert not services.unmark_milestone(**of(episode, patient))
    assert MilestoneReached.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"confirmed_at": NOW},
        {"not_yet_at": NOW},
        {"confirmed_at": NOW, "not_yet_at": NOW, "confirmed_by": 1, "not_yet_by": 1},
    ],
)
def test_the_database_keeps_answers_whole(patient, episode, fields):
    marked = mark(episode, patient)
    for name in ("confirmed_by", "not_yet_by"):
        if name in fields:
            fields = fields | {name: patient}
    with pytest.raises(IntegrityError), transaction.atomic():
        MilestoneReached.objects.filter(pk=marked.pk).update(**fields)


def test_what_stood_before_is_confirmed_where_a_physiotherapist_marked_it(
    patient, episode, physiotherapist
):
    theirs = mark(episode, physiotherapist)
    other = factories.make_episode(patient, side="right")
    own = mark(other, patient)
    MilestoneReached.objects.update(confirmed_by=None, confirmed_at=None)
    migration = import_module("diary.migrations.0005_confirm_what_physiotherapists_marked")
    migration.confirm(apps, None)
    assert state(theirs) == (physiotherapist, physiotherapist, NOW, None, "")
    assert state(own) == (patient, None, None, None, "")


def test_going_back_leaves_one_row_for_each_milestone(patient, episode, physiotherapist):
    mark(episode, patient)
    services.answer_not_yet(**of(episode, physiotherapist), why="")
    again = mark(episode, patient)
    migration = import_module("diary.migrations.0005_confirm_what_physiotherapists_marked")
    migration.forget(apps, None)
    assert MilestoneReached.objects.get() == again
