"""Progress: one sentence, the chart, the table behind it, milestones and aids."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from conditions.enums import Channel, WalkingAid
from conditions.models import PainCurve
from diary import aid_steps, progress
from diary.charts import Band
from diary.models import EpisodePhase, MilestoneReached, Moment
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES = 14
NUMBERS_QUERIES = 8


@pytest.fixture
def opened(client, patient):
    client.force_login(patient)

    def open_page(weeks: str = "") -> str:
        address = reverse("diary:progress") + (f"?weeks={weeks}" if weeks else "")
        return " ".join(client.get(address).content.decode().split())

    return open_page


def loading(scores: list[int | None]) -> dict:
    """Scores of days in a row up to today; -1 is a day without an entry."""
    first = TODAY - timedelta(days=len(scores) - 1)
    return {
        first + timedelta(days=number): score for number, score in enumerate(scores) if score != -1
    }


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (
            [4] * 7 + [2, 3, 4, 3, 3, 4, 2],
            "Pain on loading: on average 3 in the last 7 days, 4 before. Highest 4 on Sunday.",
        ),
        (
            [0] * 7 + [3, 3, 3, 4, -1, -1, None],
            "Pain on loading: on average 3.2 in the last 7 days, 0 before. Highest 4 on Friday.",
        ),
        ([4] * 7 + [3, 3, 3, -1, -1, -1, -1], None),
        ([4, 4, 4, None, None, None, None] + [3] * 7, None),
        ([], None),
    ],
)
def test_weeks_are_compared_when_both_have_four_days(scores, expected):
    with translation.override("en"):
        said = progress.sentence(Channel.LOADING, loading(scores), TODAY)
    assert said == (expected or "There are too few days yet to put one week beside another.")


def test_the_other_kinds_of_pain_are_told_in_short_where_there_are_enough_days():
    scores = {
        Channel.REST: loading([2] * 7 + [1] * 7),
        Channel.NIGHT: loading([2] * 7 + [1, 1, 1, -1, -1, -1, None]),
    }
    with translation.override("en"):
        assert progress.others(scores, list(scores), TODAY) == "At rest: 1, before 2."


def test_the_page_draws_each_hip_with_a_sentence_and_a_table(patient, opened):
    factories.make_episode(patient)
    for entry in factories.log_days(patient, [4] * 7 + [3] * 7):
        entry.readings.create(side="right", loading=1)
    html = opened()
    assert html.count('<svg class="pain-chart"') == 2
    assert html.count("on average 3 in the last 7 days, 4 before") == 1
    assert html.count("on average 1 in the last 7 days, 1 before") == 1
    assert "Left hip: pain from 27 Oct to 23 Nov. Highest on loading: 4, 16 Nov." in html


def test_the_table_keeps_nought_not_answered_and_no_entry_apart(patient, opened):
    factories.log_day(patient, TODAY - timedelta(days=2), loading=0, rest=None, night=5)
    factories.log_day(patient, TODAY)
    body = re.search(r"<tbody>(.*?)</tbody>", opened()).group(1)
    cells = [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]
    assert cells == [
        "Mon 23 Nov 3 1 0",
        "Sun 22 Nov no entry",
        "Sat 21 Nov 0 – not answered 5",
    ]


@pytest.mark.parametrize(
    ("weeks", "days"), [("4", 28), ("12", 84), ("all", 100), ("rubbish", 28), ("", 28)]
)
def test_one_can_look_further_back(patient, opened, weeks, days):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=99))
    factories.log_days(patient, [3] * 100)
    assert opened(weeks).count('<th scope="row">') == days


def test_weeks_without_entries_are_not_an_empty_chart(patient, opened):
    factories.log_day(patient, TODAY - timedelta(days=60))
    html = opened()
    assert "There are no entries in these weeks." in html
    assert "pain-chart" not in html
    assert '<svg class="pain-chart"' in opened("12")


def test_without_a_diary_the_page_says_what_will_come(opened):
    html = opened()
    assert "There is nothing to show yet." in html
    assert "How far back" not in html


def test_milestones_are_next_marked_or_confirmed(patient, physiotherapist, opened):
    episode = factories.make_episode(patient)
    factories.log_day(patient, TODAY)
    html = opened()
    assert "<strong>next</strong>" in html
    assert "often around 17 Nov" in html
    marked = MilestoneReached.objects.create(
        episode=episode, milestone=episode.plan.milestones.get(), reached_on=TODAY, by=patient
    )
    html = opened()
    assert "marked by you on 23 Nov, not confirmed yet" in html
    assert "event-marked" in html
    assert "<strong>next</strong>" not in html
    marked.confirmed_by, marked.confirmed_at = physiotherapist, NOW
    marked.save()
    html = opened()
    assert "reached on 23 Nov" in html
    assert "event-milestone" in html
    assert "event-marked" not in html


def test_aids_are_told_as_stretches(patient, opened):
    for back, aid in enumerate(["cane", "cane", "", "cane", "one_crutch"]):
        factories.log_day(patient, TODAY - timedelta(days=back), aid=aid)
    listed = re.search(r"<h2>Walking aids</h2> <ul[^>]*>(.*?)</ul>", opened()).group(1)
    assert " ".join(re.sub(r"<[^>]+>", " ", listed).split()) == (
        "Cane 20 Nov – 23 Nov One crutch 19 Nov"
    )


def test_bands_of_aids_end_where_days_are_missing(patient):
    entries = [
        factories.log_day(patient, TODAY - timedelta(days=back), aid="cane") for back in (4, 3, 0)
    ]
    with translation.override("en"):
        bands = progress.aid_bands(entries)
    assert bands == [
        Band("Cane", TODAY - timedelta(days=4), TODAY - timedelta(days=3)),
        Band("Cane", TODAY, TODAY),
    ]


def test_each_phase_is_a_band_until_the_day_before_the_next(patient):
    plan = factories.make_plan()
    episode = factories.make_episode(patient, plan)
    EpisodePhase.objects.create(
        episode=episode, phase=plan.phases.last(), from_on=TODAY - timedelta(days=5), by=patient
    )
    bands = progress.phase_bands(episode, TODAY)
    assert [(band.first, band.last) for band in bands] == [
        (TODAY - timedelta(days=20), TODAY - timedelta(days=6)),
        (TODAY - timedelta(days=5), TODAY),
    ]


def test_a_late_entry_and_a_day_beyond_the_plan_are_marked(patient, opened):
    entry = factories.log_day(patient, TODAY - timedelta(days=3), outcome="beyond")
    html = opened()
    assert "dot-late" not in html
    assert "event-beyond" in html
    entry.created_at = NOW
    entry.outcome = "within"
    entry.save()
    html = opened()
    assert "dot-late" in html
    assert "event-beyond" not in html


def test_progress_shows_the_patients_own_days_only(patient, foreign_patient, opened):
    factories.make_episode(foreign_patient)
    factories.log_days(foreign_patient, [9, 9, 9])
    assert "There is nothing to show yet." in opened()


def test_one_and_three_entries_need_the_same_queries(client, patient, django_assert_num_queries):
    factories.make_episode(patient)
    client.force_login(patient)
    for day in range(3):
        factories.log_day(patient, TODAY - timedelta(days=day))
        if day in (0, 2):
            with django_assert_num_queries(QUERIES):
                client.get(reverse("diary:progress"))


def test_beside_two_years_the_table_has_a_page_of_its_own(client, patient, opened):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=729))
    factories.log_days(patient, [3, 5, 4, None, 6] * 146)
    html = opened("all")
    assert '<th scope="row">' not in html
    assert html.count("<path") < 20
    assert html.count('<svg class="pain-chart pain-chart-long"') == 1
    assert "nothing is averaged" in html
    address = reverse("diary:numbers") + "?weeks=all"
    assert f'href="{address}"' in html
    assert client.get(address).content.decode().count('<th scope="row">') == 730
    short = opened("12")
    assert short.count('<th scope="row">') == 84
    assert "hollow mark" in short


def test_what_others_reported_is_a_line_with_its_name_and_source(patient, opened):
    plan = factories.make_plan(publish=False)
    PainCurve.objects.create(
        plan=plan,
        channel="rest",
        points=[{"day": 1, "mean": 3.1}, {"day": 29, "mean": 0.9}],
        provenance="convention",
        **factories.both(note="of 103 people"),
    )
    factories.make_episode(patient, factories.publish_plan(plan))
    factories.log_day(patient, TODAY)
    html = opened()
    assert html.count('<path class="curve"') == 1
    assert "others, on average</text>" in html
    assert "en of 103 people" in html
    assert "It is no goal for you." in html


def test_without_a_curve_nobody_else_is_spoken_of(patient, opened):
    factories.make_episode(patient)
    factories.log_day(patient, TODAY)
    html = opened()
    assert 'class="curve"' not in html
    assert "others, on average" not in html


def test_moments_and_steps_back_up_are_marked(patient, opened):
    episode = factories.make_episode(patient)
    factories.log_day(patient, TODAY)
    episode.phases.update(phase=episode.plan.phases.last())
    html = opened()
    assert "event-moment" not in html
    assert "event-aid_step" not in html
    Moment.objects.create(
        patient=patient,
        day=TODAY,
        at=NOW.time(),
        score=7,
        client_uuid=uuid4(),
        entered_at=NOW,
        received_at=NOW,
        utc_offset_minutes=60,
        by=patient,
    )
    aid_steps.step_back_up(patient=patient, aid=WalkingAid.ONE_CRUTCH, by=patient, now=NOW)
    html = opened()
    assert "event-moment" in html
    assert "23 Nov: back to one crutch" in html
    assert "Now: One crutch." in html
    Moment.objects.update(taken_back_at=NOW)
    assert "event-moment" not in opened()


def test_the_criteria_to_go_on_stand_with_the_milestones(patient, opened):
    plan = factories.make_plan(publish=False)
    for kind in ("exit", "entry"):
        plan.phases.first().criteria.create(
            kind=kind, provenance="convention", **factories.both(text=f"{kind} text")
        )
    factories.make_episode(patient, factories.publish_plan(plan))
    html = opened()
    assert "en exit text" in html
    assert "en entry text" not in html


def test_the_numbers_are_the_patients_own(client, patient, foreign_patient):
    factories.log_days(foreign_patient, [9])
    client.force_login(patient)
    html = client.get(reverse("diary:numbers")).content.decode()
    assert "There are no pain numbers in these days." in html
    factories.log_days(patient, [3])
    assert ">3<" in client.get(reverse("diary:numbers")).content.decode()


def test_one_and_hundreds_of_numbers_need_the_same_queries(
    client, patient, django_assert_num_queries
):
    factories.make_episode(patient)
    client.force_login(patient)
    for scores in ([3], [3] * 20):
        patient.entries.all().delete()
        factories.log_days(patient, scores)
        with django_assert_num_queries(NUMBERS_QUERIES):
            client.get(reverse("diary:numbers"))


@pytest.mark.parametrize(
    ("later", "shown", "folded"),
    [(3, ["outdoors", "m1", "m2", "m3"], []), (4, ["outdoors"], ["m1", "m2", "m3", "m4"])],
)
def test_milestones_far_ahead_are_folded_where_they_are_many(patient, later, shown, folded):
    plan = factories.make_plan(publish=False)
    for number in range(1, later + 1):
        days = {"early_day": 30 + number, "typical_day": 35 + number, "late_day": 60}
        plan.milestones.create(
            phase=plan.phases.first(),
            code=f"m{number}",
            provenance="convention",
            **factories.both(name=f"milestone {number}"),
            **days,
        )
    factories.make_episode(patient, factories.publish_plan(plan))
    found = progress.of_patient(patient, first=TODAY - timedelta(days=27), today=TODAY)
    own = found.milestones[0]
    assert [row.milestone.code for row in own.up_to_next] == shown
    assert [row.milestone.code for row in own.later] == folded
