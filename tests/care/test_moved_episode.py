"""An episode that was moved to another version of its plan shows right on every page."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from care import cases, reviews
from care.enums import Reason, Severity
from care.models import Flag
from conditions.enums import Provenance
from conditions.models import LoadLimit, Milestone, Plan, Switch
from diary.models import Episode, MilestoneReached
from tests import factories
from tests.factories import NOW, TODAY

STARTED = TODAY - timedelta(days=20)
REACHED = TODAY - timedelta(days=5)
CALM = [3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan(db) -> Plan:
    return factories.make_plan(code="moving")


@pytest.fixture
def episode(patient, plan) -> Episode:
    """On the first version, with its milestone reached and its switch on."""
    episode = factories.make_episode(patient, plan)
    episode.switches.add(plan.switches.get())
    MilestoneReached.objects.create(
        episode=episode,
        milestone=plan.milestones.get(),
        reached_on=REACHED,
        by=patient,
        confirmed_by=patient,
        confirmed_at=factories.NOW,
    )
    return episode


def reworded(draft: Plan) -> None:
    draft.phases.filter(code="A").update(name_en="en guarded")
    draft.milestones.update(name_en="en out and about")
    Switch.objects.filter(plan=draft).update(name_en="en great care")
    Milestone.objects.create(
        plan=draft,
        code="stairs",
        order=9,
        early_day=15,
        typical_day=18,
        late_day=19,
        provenance=Provenance.CONVENTION,
        **factories.both(name="climbing stairs"),
    )


@pytest.fixture
def newer(episode, plan) -> Plan:
    newer = factories.make_version(plan, reworded)
    factories.move(episode, newer)
    return newer


def read(client, person, name, *slots, **query) -> str:
    client.force_login(person)
    answer = client.get(reverse(name, args=slots), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_today_speaks_of_the_new_phase_and_the_milestone_still_to_come(client, patient, newer):
    page = read(client, patient, "home")
    assert "Day 20 · phase A, en guarded" in page
    assert "Next milestone: en climbing stairs." in page


def test_the_plan_page_has_the_new_version_and_its_switch_once(client, patient, newer):
    page = read(client, patient, "diary:plan")
    phases = page[page.index('<details class="phase') :]
    assert "A en guarded" in phases
    assert "en protect" not in phases
    assert "Switched on for you: en great care." in page


def test_progress_counts_each_milestone_once_with_its_first_day(client, patient, newer):
    factories.log_day(patient, TODAY)
    page = read(client, patient, "diary:progress", weeks="all")
    milestones = page.partition("<h2>Milestones")[2]
    assert milestones.count("En out and about") == 1
    assert "reached on 18 Nov" in milestones
    assert milestones.count("<strong>next</strong>") == 1
    assert "En climbing stairs <strong>next</strong>" in milestones


def test_progress_keeps_a_milestone_that_the_new_version_does_not_have(client, patient, episode):
    plan = factories.make_version(episode.plan, lambda draft: draft.milestones.all().delete())
    factories.move(episode, plan)
    factories.log_day(patient, TODAY)
    page = read(client, patient, "diary:progress", weeks="all")
    assert "En walking outdoors" in page.partition("<h2>Milestones")[2]


def test_the_patient_page_has_phase_switch_and_milestones_of_the_new_version(
    client, patient, physiotherapist, newer
):
    page = read(client, physiotherapist, "care:patient", patient.uuid)
    assert "A en guarded" in page
    assert (page.count("· en great care"), page.count("en precautions")) == (1, 0)
    milestones = page.partition("<h3>Milestones")[2].partition("</ul>")[0]
    assert milestones.count("en out and about") == 1
    assert "✓" in milestones
    # The one that is new and late by its own window is marked, and nothing else.
    assert milestones.count("state-watch") == 1
    assert "en climbing stairs" in milestones.partition("state-watch")[2]


def charts(client, patient, physiotherapist) -> list[str]:
    """The chart of the patient's progress, and that of the physiotherapist."""
    pages = (
        read(client, patient, "diary:progress", weeks="all"),
        read(client, physiotherapist, "care:patient", patient.uuid, weeks="all"),
    )
    return [page.partition('<svg class="pain-chart')[2].partition("</svg>")[0] for page in pages]


def bands(chart: str) -> list[str]:
    return re.findall(r'<rect class="band[^>]*><title>([^<]*)', chart)


def test_the_charts_keep_the_name_that_a_phase_had(client, patient, physiotherapist, newer):
    factories.log_days(patient, [3, 4, 3])
    for chart in charts(client, patient, physiotherapist):
        assert bands(chart) == ["A en protect", "A en guarded"]


def test_the_charts_have_one_band_for_a_phase_that_goes_on_as_it_was(
    client, patient, physiotherapist, episode, plan
):
    factories.move(episode, factories.make_version(plan), from_on=TODAY - timedelta(days=1))
    factories.log_days(patient, [3, 4, 3])
    for chart in charts(client, patient, physiotherapist):
        assert bands(chart) == ["A en protect"]


def test_a_reached_milestone_stands_once_in_the_chart(client, patient, physiotherapist, newer):
    MilestoneReached.objects.create(
        episode=Episode.objects.get(),
        milestone=newer.milestones.get(code="outdoors"),
        reached_on=TODAY,
        by=patient,
    )
    factories.log_days(patient, [3, 4, 3])
    for chart in charts(client, patient, physiotherapist):
        assert re.findall(r'event-milestone"> <title>([^<]*)', chart) == [
            "18 Nov: en walking outdoors"
        ]


def test_a_milestone_reached_in_the_earlier_version_is_not_reached_again(
    client, physiotherapist, newer
):
    client.force_login(physiotherapist)
    url = reverse("care:milestone", args=[Episode.objects.get().uuid, "outdoors"])
    client.post(url, {"day": TODAY.isoformat()})
    assert [row.reached_on for row in MilestoneReached.objects.all()] == [REACHED]


def test_the_caseload_has_the_new_phase(client, physiotherapist, episode, plan):
    newer = factories.make_version(plan)
    factories.move(episode, newer)
    episode.phases.filter(from_on=TODAY).update(phase=newer.phases.get(code="B"))
    assert "Left hip · B · Day 20" in read(client, physiotherapist, "care:caseload")


def test_the_phase_page_offers_the_new_phases_and_tells_the_earlier_ones(
    client, physiotherapist, newer, plan
):
    page = read(client, physiotherapist, "care:phase", Episode.objects.get().uuid)
    options = page.partition("<select")[2].partition("</select>")[0]
    assert (options.count("en guarded"), options.count("en protect")) == (1, 0)
    assert "A en protect" in page.partition("Phases so far")[2]


@pytest.mark.parametrize(
    ("day", "words"),
    [(TODAY - timedelta(days=1), "en limit"), (TODAY, "en another limit")],
)
def test_a_saved_day_has_the_words_of_the_version_that_held(client, patient, episode, day, words):
    def another_limit(draft):
        LoadLimit.objects.filter(phase__plan=draft).update(text_en="en another limit")

    factories.move(episode, factories.make_version(episode.plan, another_limit))
    client.force_login(patient)
    client.post(
        reverse("diary:log_day", args=[day]),
        {
            "client_uuid": "11111111-1111-4111-8111-111111111111",
            "aid": "none",
            "left_loading": "3",
        },
    )
    page = read(client, patient, "diary:saved", day)
    assert f"Load limit: at most 50 % of your weight. {words}" in page


def quick(draft: Plan, brisk: bool) -> None:
    Plan.objects.filter(pk=draft.pk).update(brisk_shift=brisk)


def review(on: int = 0) -> None:
    episode = Episode.objects.select_related("patient", "plan").get()
    reviews.review_episode(
        episode=episode, today=TODAY - timedelta(days=on), now=NOW - timedelta(days=on)
    )


def test_a_flag_of_an_earlier_day_is_judged_again_by_the_version_of_that_day(
    patient, physiotherapist
):
    plan = factories.make_plan(publish=False)
    plan = factories.publish_plan(plan, brisk_shift=True)
    episode = factories.make_episode(patient, plan, started_on=TODAY - timedelta(days=60))
    factories.log_days(patient, [*CALM, 6, 6, 6], last=TODAY - timedelta(days=1))
    review(on=1)
    flag = Flag.objects.get()
    assert (flag.reason, flag.severity) == (Reason.LEVEL_SHIFT, Severity.IMPORTANT)
    factories.move(episode, factories.make_version(plan, lambda draft: quick(draft, False)))
    factories.log_day(patient, TODAY, loading=3)
    review()
    assert Flag.objects.get().closed_at is None


def test_each_day_is_judged_by_the_version_that_held(patient, episode, newer, plan):
    [case] = cases.gather([Episode.objects.get()], today=TODAY, now=NOW)
    days = (STARTED, TODAY - timedelta(days=1), TODAY)
    assert [case.plan_on(day) for day in days] == [plan, plan, newer]
