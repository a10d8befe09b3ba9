"""Milestones: the patient marks, a physiotherapist confirms or says not yet."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

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
    assert not services.unmark_milestone(**of(episode, physiotherapist))
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


class TestThePage:
    @pytest.fixture(autouse=True)
    def _at_noon(self):
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.fixture
    def address(self, client, patient, episode):
        client.force_login(patient)
        return reverse("diary:milestone", args=[episode.uuid, "outdoors"])

    def read(self, client, address):
        return " ".join(client.get(address).content.decode().split())

    def test_a_patient_marks_it_on_a_day_and_undoes_it(self, client, episode, address):
        assert "I have reached this" in self.read(client, address)
        answer = client.post(address, {"day": TODAY - timedelta(days=1)})
        assert (answer.status_code, answer.url) == (303, address)
        page = self.read(client, address)
        assert "Reached on 22 Nov 2026, as you marked it." in page
        assert "I have reached this" not in page
        client.post(f"{address}undo/")
        assert MilestoneReached.objects.count() == 0
        assert "Undone." in self.read(client, address)

    @pytest.mark.parametrize("days", [1, -21, None])
    def test_a_day_outside_the_diary_is_refused(self, client, episode, address, days):
        day = "" if days is None else TODAY + timedelta(days=days)
        assert client.post(address, {"day": day}).status_code == 422
        assert MilestoneReached.objects.count() == 0

    def test_what_is_confirmed_cannot_be_undone(
        self, client, patient, physiotherapist, episode, address
    ):
        mark(episode, patient)
        assert "Undo</button>" in self.read(client, address)
        services.confirm_milestone(**of(episode, physiotherapist))
        page = self.read(client, address)
        assert "confirmed by your physiotherapist" in page
        assert "Undo</button>" not in page
        client.post(f"{address}undo/")
        assert "There was nothing left that could be undone." in self.read(client, address)
        assert MilestoneReached.objects.count() == 1

    def test_not_yet_stands_there_with_its_reason_until_it_is_marked_again(
        self, client, patient, physiotherapist, episode, address
    ):
        mark(episode, patient)
        services.answer_not_yet(**of(episode, physiotherapist), why="Ten steps first.")
        page = self.read(client, address)
        assert "On Mon 23 Nov your physiotherapist said: not yet." in page
        assert "“Ten steps first.”" in page
        client.post(address, {"day": TODAY})
        assert "Ten steps first" not in self.read(client, address)

    def test_of_an_ended_plan_nothing_is_marked(self, client, patient, episode, address):
        services.end_episode(episode=episode, ended_on=TODAY, by=patient, now=NOW)
        assert client.get(address).status_code == 404
        assert client.post(address, {"day": TODAY}).status_code == 404
        assert MilestoneReached.objects.count() == 0

    def test_an_unknown_or_foreign_milestone_is_no_page(
        self, client, foreign_patient, episode, address
    ):
        other = factories.make_episode(foreign_patient)
        for unknown in (
            reverse("diary:milestone", args=[episode.uuid, "unknown"]),
            reverse("diary:milestone", args=[other.uuid, "outdoors"]),
        ):
            assert client.get(unknown).status_code == 404
            assert client.post(unknown, {"day": TODAY}).status_code == 404
        assert MilestoneReached.objects.count() == 0
