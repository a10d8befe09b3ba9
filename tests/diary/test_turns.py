"""Changes to one patient's diary take turns.

SQLite locks the whole database and takes no notice of a row: what is looked at here is that each
change asks for the patient's row, before it reads anything that it rests on.
"""

from collections.abc import Callable
from datetime import time
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from conditions.enums import Channel, Side, WalkingAid
from diary import aid_steps, moments, services
from diary.models import Episode
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

ANSWERS = DayAnswers(readings={Side.LEFT: {Channel.LOADING: 3}})
Change = Callable[[User, Episode], object]
CHANGES: dict[str, Change] = {
    "record_entry": lambda patient, _: services.record_entry(
        patient=patient, day=TODAY, answers=ANSWERS, client_uuid=uuid4(), by=patient, now=NOW
    ),
    "undo_revision": lambda patient, _: services.undo_revision(
        patient=patient, day=TODAY, number=1, by=patient, now=NOW
    ),
    "record_moment": lambda patient, _: moments.record_moment(
        patient=patient, day=TODAY, at=time(9), score=3, client_uuid=uuid4(), by=patient, now=NOW
    ),
    "step_back_up": lambda patient, _: aid_steps.step_back_up(
        patient=patient, aid=WalkingAid.WHEELCHAIR, by=patient, now=NOW
    ),
    "step_down": lambda patient, _: aid_steps.step_down(patient=patient, by=patient, now=NOW),
    "reach_milestone": lambda patient, episode: services.reach_milestone(
        episode=episode,
        milestone=episode.plan.milestones.all()[0],
        reached_on=TODAY,
        by=patient,
        now=NOW,
    ),
    "unmark_milestone": lambda patient, episode: services.unmark_milestone(
        episode=episode, milestone=episode.plan.milestones.all()[0], by=patient, now=NOW
    ),
    "confirm_milestone": lambda patient, episode: services.confirm_milestone(
        episode=episode, milestone=episode.plan.milestones.all()[0], by=patient, now=NOW
    ),
    "answer_not_yet": lambda patient, episode: services.answer_not_yet(
        episode=episode, milestone=episode.plan.milestones.all()[0], why="", by=patient, now=NOW
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_first_thing_a_change_does_is_to_wait_for_its_turn(patient, monkeypatch, change):
    episode = factories.make_episode(patient)
    episode = (
        Episode.objects.select_related("patient", "plan")
        .prefetch_related("plan__milestones")
        .get(pk=episode.pk)
    )
    asked = []
    lock = QuerySet.select_for_update

    def noted(rows: QuerySet, **how: bool) -> QuerySet:
        asked.append((rows.model, how))
        return lock(rows, **how)

    monkeypatch.setattr(QuerySet, "select_for_update", noted)
    with CaptureQueriesContext(connection) as captured:
        change(patient, episode)
    done = [query["sql"] for query in captured if not query["sql"].startswith("SAVEPOINT")]
    assert asked == [(User, {"no_key": True})]
    assert 'FROM "accounts_user" WHERE "accounts_user"."id"' in done[0]
