"""What is new for a patient: computed from rows, newest first, five at most, two weeks long."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from diary import aid_steps, news, queries, services
from diary.models import EpisodePhase
from tests import factories
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _before_the_steps():
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def episode(patient):
    return factories.make_episode(patient)


def told(patient, day=TODAY):
    episodes = queries.open_episodes(patient)
    queries.load_milestones(episodes)
    found = news.of(episodes, aid_steps.held_by(episodes, day), day)
    return [(each.on, each.text) for each in found]


def begin(episode, on, code="B"):
    EpisodePhase.objects.create(
        episode=episode,
        phase=episode.plan.phases.get(code=code),
        from_on=on,
        by=episode.created_by,
    )


def mark(episode, by, now=NOW):
    milestone = episode.plan.milestones.get()
    services.reach_milestone(episode=episode, milestone=milestone, reached_on=TODAY, by=by, now=now)
    return {"episode": episode, "milestone": milestone, "now": now}


def test_nothing_happened(patient, episode):
    assert told(patient) == []


@pytest.mark.parametrize(("back", "is_news"), [(0, True), (13, True), (14, False)])
def test_another_phase_is_news_for_two_weeks_and_the_first_never(patient, episode, back, is_news):
    on = TODAY - back * DAY
    begin(episode, on)
    said = "Your physiotherapist moved you to phase B, en build up."
    assert told(patient) == ([(on, said)] if is_news else [])


def test_a_phase_that_begins_tomorrow_is_no_news_yet(patient, episode):
    begin(episode, TODAY + DAY)
    assert told(patient) == []
    assert len(told(patient, TODAY + DAY)) == 1


def test_a_new_version_is_news_and_no_change_of_phase(patient, episode):
    factories.move(episode, factories.make_version(episode.plan))
    assert told(patient) == [(TODAY, "Your plan has a new version. See what has changed.")]


def test_a_milestone_is_news_when_a_physiotherapist_says_so(patient, physiotherapist, episode):
    marked = mark(episode, patient)
    assert told(patient) == []
    services.confirm_milestone(**marked, by=physiotherapist)
    assert told(patient) == [(TODAY, "Milestone confirmed: en walking outdoors.")]
    assert told(patient, TODAY + 14 * DAY) == []


@pytest.mark.parametrize(("why", "end"), [("", "."), ("Rest first.", ". “Rest first.”")])
def test_not_yet_is_news_with_its_reason(patient, physiotherapist, episode, why, end):
    services.answer_not_yet(**mark(episode, patient), by=physiotherapist, why=why)
    said = f"Not yet, says your physiotherapist: en walking outdoors{end}"
    assert told(patient) == [(TODAY, said)]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (14, "En scan: 7 Dec 2026."),
        (0, "En scan: 23 Nov 2026."),
        (-1, "En scan was on 22 Nov 2026; ask your physiotherapist for the next date."),
        (15, None),
    ],
)
def test_a_checkup_is_news_when_it_is_near_or_past(patient, days, said):
    plan = factories.make_plan(**factories.both(checkup="scan"))
    factories.make_episode(patient, plan, checkup_on=TODAY + days * DAY)
    assert told(patient) == ([(TODAY, said)] if said else [])


def test_a_step_back_up_is_news_as_long_as_it_holds(patient, episode):
    begin(episode, TODAY - 19 * DAY)
    aid = aid_steps.WalkingAid.TWO_CRUTCHES
    aid_steps.step_back_up(patient=patient, aid=aid, by=patient, now=NOW)
    assert told(patient) == [(TODAY, "You went back to two crutches.")]
    aid_steps.step_down(patient=patient, by=patient, now=NOW)
    assert told(patient) == []


def test_the_newest_comes_first_and_five_are_told_with_their_side(patient, physiotherapist):
    for number, side in enumerate(("left", "right")):
        plan = factories.make_plan(**factories.both(checkup=f"scan {number}"))
        episode = factories.make_episode(patient, plan, side=side, checkup_on=TODAY)
        begin(episode, TODAY - (3 + number) * DAY)
        mark(episode, physiotherapist, NOW - (1 + number) * DAY)
    assert [(on, text.split(":")[0]) for on, text in told(patient)] == [
        (TODAY, "Left hip"),
        (TODAY, "Right hip"),
        (TODAY - DAY, "Left hip"),
        (TODAY - 2 * DAY, "Right hip"),
        (TODAY - 3 * DAY, "Left hip"),
    ]


def test_each_leads_somewhere(client, patient, physiotherapist, episode):
    begin(episode, TODAY - 2 * DAY)
    marked = mark(episode, physiotherapist)
    client.force_login(patient)
    html = client.get(reverse("home")).content.decode()
    address = reverse("diary:milestone", args=[episode.uuid, marked["milestone"].code])
    assert f'href="{address}"' in html
    assert client.get(address).status_code == 200
