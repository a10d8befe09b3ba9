"""The diary by month: entries, days without one, and which of those can still be filled in."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES = 11


@pytest.fixture
def history(client, patient):
    client.force_login(patient)

    def open_month(month: str = "") -> str:
        address = reverse("diary:history") + (f"?month={month}" if month else "")
        return " ".join(client.get(address).content.decode().split())

    return open_month


def rows(html: str) -> list[str]:
    """The text of each day."""
    found = re.search(r'<ul class="hairlines days">(.*?)</ul>', html).group(1)
    return [
        " ".join(re.sub(r"<[^>]+>", " ", item).split())
        for item in re.findall(r"<li>(.*?)</li>", found)
    ]


def test_every_day_since_the_start_stands_in_the_list_latest_first(patient, history):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=3))
    factories.log_day(
        patient,
        TODAY - timedelta(days=1),
        loading=3,
        rest=0,
        night=None,
        aid="cane",
        outcome="beyond",
    )
    assert rows(history()) == [
        "Mon 23 Nov no entry Fill in Mon 23 Nov",
        "Sun 22 Nov Beyond the plan pain on loading 3, pain at rest 0, pain at night not answered"
        " cane",
        "Sat 21 Nov no entry Fill in Sat 21 Nov",
        "Fri 20 Nov no entry Fill in Fri 20 Nov",
    ]


def test_an_entry_that_was_not_judged_says_so(patient, history):
    factories.log_day(patient, TODAY)
    assert rows(history()) == [
        "Mon 23 Nov Not checked pain on loading 3, pain at rest 1, pain at night 0"
    ]


def test_only_days_of_the_window_can_be_filled_in(patient, history):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=60))
    links = re.findall(r'class="fill-in" href="/log/([\d-]+)/"', history())
    assert links == [(TODAY - timedelta(days=back)).isoformat() for back in range(15)]


def test_two_hips_stand_apart(patient, history):
    entry = factories.log_day(patient, TODAY, loading=2)
    entry.readings.create(side="right", loading=7, rest=None, night=0)
    [row] = rows(history())
    assert row == (
        "Mon 23 Nov Not checked"
        " Left hip: pain on loading 2, pain at rest 1, pain at night 0"
        " Right hip: pain on loading 7, pain at rest not answered, pain at night 0"
    )


def test_months_lead_to_one_another_and_end_with_the_diary(patient, history):
    factories.make_episode(patient, started_on=date(2026, 9, 20))
    html = history()
    assert "?month=2026-10" in html
    assert 'rel="next"' not in html
    october = history("2026-10")
    assert "?month=2026-09" in october
    assert "?month=2026-11" in october
    assert len(rows(october)) == 31
    september = history("2026-09")
    assert len(rows(september)) == 11
    assert 'rel="prev"' not in september


@pytest.mark.parametrize(
    ("month", "title"),
    [
        ("2031-01", "November 2026"),
        ("1999-01", "October 2026"),
        ("2026-13", "November 2026"),
        ("rubbish", "November 2026"),
    ],
)
def test_a_month_outside_the_diary_shows_the_nearest_one(patient, history, month, title):
    factories.make_episode(patient, started_on=date(2026, 10, 20))
    assert f'<strong aria-current="page">{title}</strong>' in history(month)


def test_an_empty_diary_says_why_and_what_comes(history):
    html = history()
    assert "There is nothing in your diary yet." in html
    assert "hairlines days" not in html


def test_a_plan_that_begins_tomorrow_has_no_days_yet(patient, history):
    factories.make_episode(patient, started_on=TODAY + timedelta(days=1))
    assert rows(history()) == ["Your plan has not begun yet."]


def test_the_diary_shows_the_patients_own_days_only(patient, foreign_patient, history):
    factories.make_episode(patient, started_on=TODAY)
    factories.log_days(foreign_patient, [9, 9, 9])
    assert rows(history()) == ["Mon 23 Nov no entry Fill in Mon 23 Nov"]


def test_one_and_three_entries_need_the_same_queries(client, patient, django_assert_num_queries):
    factories.make_episode(patient)
    client.force_login(patient)
    for day in range(3):
        entry = factories.log_day(patient, TODAY - timedelta(days=day))
        entry.activities.create(activity=factories.make_activity("walking"), minutes=5)
        if day in (0, 2):
            with django_assert_num_queries(QUERIES):
                client.get(reverse("diary:history"))
