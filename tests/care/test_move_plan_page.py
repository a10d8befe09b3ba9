"""One look at what a newer version changes, one button, and nothing that moves by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from conditions.enums import Provenance
from conditions.models import ActivityRule, LoadLimit, Plan, Stage, Switch
from diary.models import Episode, EpisodePhase
from tests import factories
from tests.diary.test_plan_page import QUERIES as PLAN_PAGE
from tests.factories import NOW, TODAY

QUERIES = 13


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def episode(patient) -> Episode:
    return factories.make_episode(patient, factories.make_plan(code="moving"))


def changed(draft: Plan) -> None:
    """A rule of the phase that holds, the limit of the other, and words in Dutch alone."""
    ActivityRule.objects.filter(phase__plan=draft, activity__slug="stairs").update(rule="do")
    LoadLimit.objects.filter(phase__plan=draft, phase__code="B").update(level="wbat")
    ActivityRule.objects.filter(phase__plan=draft, activity__slug="running").update(
        reason_nl="nl omdat het nog niet kan"
    )


@pytest.fixture
def newer(episode) -> Plan:
    return factories.make_version(episode.plan, changed)


def url(episode) -> str:
    return reverse("care:move_plan", args=[episode.uuid])


def read(client, person, address) -> str:
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(client, person, episode, plan, **answers):
    client.force_login(person)
    return client.post(url(episode), {"plan": str(plan.uuid), "reason": ""} | answers)


def versions() -> list[tuple[int, str]]:
    rows = EpisodePhase.objects.select_related("phase__plan").order_by("from_on")
    return [(row.phase.plan.version, row.phase.code) for row in rows]


def test_what_changes_in_the_phase_of_now_comes_first(
    client, physiotherapist, patient, episode, newer
):
    page = read(client, physiotherapist, url(episode))
    assert "Own Patient is on version 1 of this plan. Version 2 was published on 23 Nov" in page
    now, _, rest = page.partition("Phase A en protect, now")[2].partition("The rest of the plan")
    assert "Phase A: en stairs moves from “with care” to “do”." in now
    assert "Phase B: the load limit goes from" in rest
    assert ("Phase B" in now, "Phase A: en stairs" in rest) == (False, False)
    assert "Move to version 2 from today" in rest


def test_what_changes_of_the_phase_itself_stands_with_it(client, physiotherapist, episode):
    factories.make_version(
        episode.plan,
        lambda draft: (
            draft.phases.filter(code="A").update(to_day=40),
            draft.phases.filter(code="B").update(from_day=41),
        ),
    )
    page = read(client, physiotherapist, url(episode))
    now, _, rest = page.partition("now</h2>")[2].partition("The rest of the plan")
    assert (now.count("<li>"), "day 0 to 40" in now) == (1, True)
    assert "day 41 and on" in rest


def test_what_is_worded_anew_in_another_language_is_left_out(
    client, physiotherapist, episode, newer
):
    assert "worded anew" not in read(client, physiotherapist, url(episode))
    physiotherapist.language = "nl"
    physiotherapist.save(update_fields=["language"])
    assert "nl omdat het nog niet kan" in read(client, physiotherapist, url(episode))


def test_a_phase_without_changes_says_so(client, physiotherapist, episode):
    factories.make_version(episode.plan)
    page = read(client, physiotherapist, url(episode))
    assert page.count("Nothing changes here.") == 2


def test_the_button_moves_the_patient_with_the_reason_given(
    client, physiotherapist, patient, episode, newer
):
    answer = press(client, physiotherapist, episode, newer, reason="clearer about stairs")
    assert answer.url == reverse("care:patient", args=[patient.uuid])
    assert versions() == [(1, "A"), (2, "A")]
    moved = EpisodePhase.objects.get(from_on=TODAY)
    assert (moved.by, moved.reason, moved.created_at) == (
        physiotherapist,
        "clearer about stairs",
        NOW,
    )
    assert Episode.objects.get().plan == newer


def test_to_look_moves_nobody(client, physiotherapist, patient, episode, newer):
    for address in (url(episode), reverse("care:patient", args=[patient.uuid])):
        read(client, physiotherapist, address)
    assert (versions(), Episode.objects.get().plan) == ([(1, "A")], episode.plan)


def test_only_the_version_that_was_looked_at_is_moved_to(client, physiotherapist, episode, newer):
    third = factories.make_version(newer)
    answer = press(client, physiotherapist, episode, newer, reason="kept words")
    page = answer.content.decode()
    assert (answer.status_code, versions()) == (422, [(1, "A")])
    assert "The plan has changed since you opened this page. Look again." in page
    assert ("kept words" in page, str(third.uuid) in page) == (True, True)
    assert press(client, physiotherapist, episode, third).status_code == 302
    assert versions() == [(1, "A"), (3, "A")]


@pytest.mark.parametrize("sent", ["", "nonsense"])
def test_without_a_version_nobody_is_moved(client, physiotherapist, episode, newer, sent):
    client.force_login(physiotherapist)
    assert client.post(url(episode), {"plan": sent}).status_code == 422
    assert versions() == [(1, "A")]


def test_pressed_twice_it_is_one_move(client, physiotherapist, episode, newer):
    press(client, physiotherapist, episode, newer)
    answer = press(client, physiotherapist, episode, newer)
    assert (answer.status_code, versions()) == (422, [(1, "A"), (2, "A")])
    assert "This is the newest version." in answer.content.decode()


def test_with_the_newest_version_there_is_nothing_to_do(client, physiotherapist, episode):
    page = read(client, physiotherapist, url(episode))
    assert ("This is the newest version." in page, "from today" in page) == (True, False)


def test_a_plan_that_is_offered_no_longer_goes_on_as_it_is(
    client, physiotherapist, patient, episode
):
    Plan.objects.update(retired_at=NOW)
    said = "This plan is no longer offered, and there is no newer version."
    assert said in read(client, physiotherapist, url(episode))
    page = read(client, physiotherapist, reverse("care:patient", args=[patient.uuid]))
    assert (said in page, url(episode) in page) == (True, False)


def test_a_draft_is_no_newer_version(client, physiotherapist, patient, episode):
    Plan.objects.create(
        condition=episode.plan.condition,
        code="moving",
        version=2,
        anchor="start",
        provenance=Provenance.CONVENTION,
        **factories.both(name="draft", summary="draft"),
    )
    assert "This is the newest version." in read(client, physiotherapist, url(episode))
    page = read(client, physiotherapist, reverse("care:patient", args=[patient.uuid]))
    assert "newer version" not in page


def test_without_the_stage_there_is_no_button(client, physiotherapist, episode):
    def another_stage(draft):
        stage = Stage.objects.create(
            condition=draft.condition,
            code="other",
            provenance=Provenance.CONVENTION,
            **factories.both(name="other"),
        )
        draft.stages.set([stage])

    newer = factories.make_version(episode.plan, another_stage)
    page = read(client, physiotherapist, url(episode))
    assert "Version 2 is not for en standard." in page
    assert "from today" not in page
    answer = press(client, physiotherapist, episode, newer)
    assert (answer.status_code, versions()) == (422, [(1, "A")])
    assert "The patient cannot go on with this version." in answer.content.decode()


def test_it_is_told_with_which_phase_and_switches_one_goes_on(client, physiotherapist, episode):
    def other_parts(draft):
        draft.phases.filter(code="A").update(code="X")
        Switch.objects.create(
            plan=draft,
            key="new",
            default=True,
            provenance=Provenance.CONVENTION,
            **factories.both(name="new switch"),
        )

    episode.switches.add(episode.plan.switches.get())
    newer = factories.make_version(episode.plan, other_parts)
    page = read(client, physiotherapist, url(episode))
    assert "has no phase A. By the day of the plan, phase X en protect holds from today." in page
    assert "Switched on: en new switch, en precautions." in page
    press(client, physiotherapist, episode, newer)
    assert versions() == [(1, "A"), (2, "X")]
    assert {each.key for each in episode.switches.filter(plan=newer)} == {"new", "precautions"}


def test_the_patient_page_leads_there_and_says_since_when(
    client, physiotherapist, patient, episode, newer
):
    page = read(client, physiotherapist, reverse("care:patient", args=[patient.uuid]))
    assert "There is a newer version of this plan." in page
    assert f'<a href="{url(episode)}">See what version 2 changes</a>' in page
    assert "On version" not in page
    press(client, physiotherapist, episode, newer)
    page = read(client, physiotherapist, reverse("care:patient", args=[patient.uuid]))
    assert "On version 2 of the plan since 23 Nov 2026." in page
    assert "newer version" not in page


def test_a_foreign_episode_is_an_unknown_one(client, foreign_physiotherapist, episode, newer):
    client.force_login(foreign_physiotherapist)
    assert client.get(url(episode)).status_code == 404
    assert press(client, foreign_physiotherapist, episode, newer).status_code == 404
    assert versions() == [(1, "A")]


def test_the_patient_reads_the_same_words(client, patient, physiotherapist, episode, newer):
    assert "New version" not in read(client, patient, reverse("diary:plan"))
    press(client, physiotherapist, episode, newer)
    page = read(client, patient, reverse("diary:plan"))
    said = page.partition("New version since 23 Nov")[2].partition("</details>")[0]
    now, _, rest = said.partition("The rest of your plan")
    assert "Phase A: en stairs moves from “with care” to “do”." in now
    assert "Phase B: the load limit goes from" in rest


@pytest.mark.parametrize(("days", "is_news"), [(0, True), (13, True), (14, False)])
def test_today_tells_it_for_two_weeks_and_the_plan_page_always(
    client, patient, episode, newer, days, is_news
):
    assert "new version" not in read(client, patient, reverse("home"))
    factories.move(episode, newer)
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        page = read(client, patient, reverse("home"))
        assert ("Your plan has a new version. See what has changed." in page) is is_news
        assert "New version since 23 Nov" in read(client, patient, reverse("diary:plan"))


def test_a_version_with_more_changes_needs_the_same_queries(
    client, physiotherapist, episode, newer, django_assert_num_queries
):
    client.force_login(physiotherapist)
    for _ in range(2):
        client.get(url(episode))
        with django_assert_num_queries(QUERIES):
            client.get(url(episode))
        newer = factories.make_version(newer, lambda draft: draft.phases.update(name_en="other"))


def test_the_plan_page_needs_no_more_queries_after_a_move(
    client, patient, episode, newer, django_assert_num_queries
):
    client.force_login(patient)
    with django_assert_num_queries(PLAN_PAGE):
        client.get(reverse("diary:plan"))
    factories.move(episode, newer)
    client.get(reverse("diary:plan"))
    with django_assert_num_queries(PLAN_PAGE):
        client.get(reverse("diary:plan"))


def test_the_sentences_are_kept_for_each_language_by_itself(
    client, physiotherapist, episode, newer
):
    assert "moves from" in read(client, physiotherapist, url(episode))
    physiotherapist.language = "nl"
    physiotherapist.save(update_fields=["language"])
    assert "gaat van" in read(client, physiotherapist, url(episode))
