"""Only people move a patient on: phases, milestones, and the end of a plan."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from diary.models import MilestoneReached
from tests import factories


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def episode(patient):
    return factories.make_episode(patient)


def phases(episode):
    return [(row.phase.code, row.from_on) for row in episode.phases.order_by("from_on")]


def test_a_phase_holds_from_the_day_given(client, episode, physiotherapist):
    second = episode.plan.phases.last()
    client.force_login(physiotherapist)
    client.post(
        reverse("care:phase", args=[episode.uuid]),
        {"phase": second.pk, "from_on": "2026-11-20", "reason": "no pain for two weeks"},
    )
    assert phases(episode)[-1] == ("B", factories.TODAY - timedelta(days=3))
    moved = episode.phases.last()
    assert (moved.by, moved.reason) == (physiotherapist, "no pain for two weeks")


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-02", "", "tomorrow"])
def test_a_day_outside_the_diary_moves_nobody(client, episode, physiotherapist, day):
    before = phases(episode)
    client.force_login(physiotherapist)
    answer = client.post(
        reverse("care:phase", args=[episode.uuid]),
        {"phase": episode.plan.phases.last().pk, "from_on": day, "reason": "kept words"},
    )
    assert (answer.status_code, phases(episode)) == (422, before)
    assert "kept words" in answer.content.decode()


def test_a_phase_of_another_plan_is_refused(client, episode, physiotherapist):
    foreign = factories.make_plan().phases.first()
    client.force_login(physiotherapist)
    answer = client.post(
        reverse("care:phase", args=[episode.uuid]), {"phase": foreign.pk, "from_on": "2026-11-20"}
    )
    assert (answer.status_code, len(phases(episode))) == (422, 1)


def test_a_day_of_an_earlier_version_of_the_plan_moves_nobody(client, episode, physiotherapist):
    newer = factories.make_version(episode.plan)
    factories.move(episode, newer)
    client.force_login(physiotherapist)
    url = reverse("care:phase", args=[episode.uuid])
    answers = {"phase": newer.phases.last().pk, "from_on": "2026-11-22"}
    answer = client.post(url, answers)
    assert (answer.status_code, phases(episode)[-1]) == (422, ("A", factories.TODAY))
    assert "This version of the plan holds from 23 Nov 2026." in answer.content.decode()
    client.post(url, answers | {"from_on": "2026-11-23"})
    assert phases(episode)[-1] == ("B", factories.TODAY)


def test_a_milestone_is_reached_once(client, episode, physiotherapist):
    url = reverse("care:milestone", args=[episode.uuid, "outdoors"])
    client.force_login(physiotherapist)
    for day in ("2026-11-20", "2026-11-22"):
        client.post(url, {"day": day})
    reached = MilestoneReached.objects.get()
    assert (reached.reached_on.isoformat(), reached.by) == ("2026-11-20", physiotherapist)


def test_an_unknown_milestone_is_not_found(client, episode, physiotherapist):
    client.force_login(physiotherapist)
    url = reverse("care:milestone", args=[episode.uuid, "unknown"])
    assert client.post(url, {"day": "2026-11-20"}).status_code == 404


def test_a_plan_ends_on_the_day_given_and_not_before_it_began(client, episode, physiotherapist):
    url = reverse("care:end_episode", args=[episode.uuid])
    client.force_login(physiotherapist)
    assert client.post(url, {"day": "2026-10-01"}).status_code == 422
    episode.refresh_from_db()
    assert episode.ended_on is None
    client.post(url, {"day": "2026-11-22"})
    episode.refresh_from_db()
    assert episode.ended_on.isoformat() == "2026-11-22"
    assert client.post(url, {"day": "2026-11-23"}).status_code == 404


@pytest.mark.parametrize("name", ["phase", "end_episode"])
def test_a_foreign_episode_is_an_unknown_one(client, name, episode, foreign_physiotherapist):
    client.force_login(foreign_physiotherapist)
    url = reverse(f"care:{name}", args=[episode.uuid])
    assert client.get(url).status_code == 404
    assert client.post(url, {"day": "2026-11-22"}).status_code == 404
    episode.refresh_from_db()
    assert (episode.ended_on, len(phases(episode))) == (None, 1)
