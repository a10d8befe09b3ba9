"""After saving: the verdict with its reason and what to do, and the way to what cannot wait."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from conditions.enums import Channel, Side, WalkingAid
from conditions.models import PainLimit
from diary import services
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def save(client, patient):
    """Save a day of the patient's and open the saved page; answers with its text."""
    client.force_login(patient)

    def save_and_open(day=TODAY, score: int = 3, **answers) -> str:
        answers.setdefault("readings", {Side.LEFT: {Channel.LOADING: score}})
        services.record_entry(
            patient=patient,
            day=day,
            answers=DayAnswers(**answers),
            client_uuid=uuid4(),
            by=patient,
            now=NOW,
        )
        html = client.get(reverse("diary:saved", args=[day])).content.decode()
        return " ".join(html.split())

    return save_and_open


def test_a_day_within_the_plan_is_said_to_be_so(patient, save):
    factories.make_episode(patient)
    html = save(aid=WalkingAid.TWO_CRUTCHES)
    assert "</span> Saved at 13:00" in html
    assert "Your entry for Monday 23 November." in html
    assert '<h2 class="verdict-headline">Within your plan.</h2>' in html
    assert "Aid and activities are checked, not the force on your leg." in html
    assert f'href="/log/{TODAY}/"' in html
    assert "In an emergency call 112" in html


def test_a_day_beyond_the_plan_says_why_and_what_to_do(patient, save):
    factories.make_episode(patient)
    html = save(aid=WalkingAid.NONE, activities={"running": 5})
    assert "Something went beyond your plan." in html
    assert "Walking aid: no aid. Phase A asks for: two crutches." in html
    assert "En running: not in this phase." in html
    assert "<strong>Why:</strong> en because of running" in html
    assert "Leave this out until your physiotherapist says that you can." in html


def test_what_holds_for_all_pain_numbers_is_said_once(patient, save):
    factories.make_episode(patient, factories.make_plan(pain={"loading": 5, "rest": 5}))
    channels = {Channel.LOADING: 7, Channel.REST: 6}
    html = save(readings={Side.LEFT: channels}, activities={"running": 5})
    findings = re.findall(r'<p class="finding">(.*?)</p>', html)
    told = [(each.split(" <br>")[0], each.count("What you can do:")) for each in findings]
    assert told == [
        ("En running: not in this phase.", 1),
        ("Left hip, pain on loading: 7. Phase A expects at most 5.", 1),
        ("Left hip, pain at rest: 6. Phase A expects at most 5. ", 0),
        ("The walking aid was not filled in, so it was not checked. ", 0),
    ]
    assert html.count("because of running") == 1


def test_an_aid_that_was_not_filled_in_is_said_not_to_be_checked(patient, save):
    factories.make_episode(patient)
    assert "The walking aid was not filled in, so it was not checked." in save()


def test_a_day_before_the_plan_is_saved_and_not_checked(patient, save):
    factories.make_episode(patient, started_on=TODAY)
    html = save(day=TODAY - timedelta(days=2))
    assert "No plan held on this day, so nothing was checked." in html


def test_after_a_sudden_peak_the_questions_are_offered_at_once(patient, save):
    factories.make_episode(patient)
    factories.log_days(patient, [3] * 10, last=TODAY - timedelta(days=1))
    html = save(score=8)
    assert "Your pain on loading is suddenly much higher than you are used to." in html
    assert html.count(f'href="{reverse("care:red_flags")}"') == 1
    assert html.index("Answer the questions") < html.index("verdict-headline")


def test_without_a_peak_the_questions_are_one_link(patient, save):
    factories.make_episode(patient)
    factories.log_days(patient, [3] * 10, last=TODAY - timedelta(days=1))
    html = save(score=4)
    assert "suddenly much higher" not in html
    assert html.count(f'href="{reverse("care:red_flags")}"') == 1


def test_markup_in_a_plan_is_shown_and_not_run(patient, save):
    plan = factories.make_plan(publish=False)
    PainLimit.objects.update(text_en="<script>x</script>")
    factories.make_episode(patient, factories.publish_plan(plan))
    html = save(score=9)
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "<script>x" not in html


def test_a_day_without_an_entry_has_no_saved_page(client, patient, foreign_patient):
    factories.make_episode(patient)
    factories.log_day(foreign_patient, TODAY)
    client.force_login(patient)
    assert client.get(reverse("diary:saved", args=[TODAY])).status_code == 404
