"""Filling in a day on the phone: from the form to the rows and back."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from conditions.enums import Channel, Side, WalkingAid
from conditions.models import Activity
from diary import entries
from diary.models import Entry, EntryActivity, EntryRevision, Reading
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

YESTERDAY = TODAY - timedelta(days=1)


def url(day=TODAY) -> str:
    return reverse("diary:log_day", args=[day])


def answers(**fields) -> dict[str, str]:
    """What a browser sends: nothing for what was left open."""
    sent = {
        "client_uuid": str(uuid4()),
        "left_loading": "3",
        "left_rest": "0",
        "aid": "two_crutches",
        "did_walking": "on",
        "minutes_walking": "20",
        "minutes_stairs": "",
        "painkillers": "",
        "note": "",
    } | fields
    return {name: value for name, value in sent.items() if value is not None}


def checked(html: str) -> set[str]:
    """The ids of all radio buttons and boxes that are on."""
    return {
        re.search(r'\bid="([^"]+)"', tag).group(1)
        for tag in re.findall(r"<input[^>]*>", html)
        if re.search(r"\schecked\b", tag)
    }


def test_a_new_day_shows_every_question_and_no_answer(phone):
    html = phone.get(reverse("diary:log")).content.decode()
    assert checked(html) == set()
    radios = re.findall(r'type="radio" name="left_(\w+)" value="(\d+)"', html)
    assert radios == [(channel.value, str(score)) for channel in Channel for score in range(11)]
    assert f'action="{url()}"' in html
    assert reverse("care:red_flags") in html
    assert 'name="minutes_walking"' in html
    assert "right_loading" not in html


def test_each_form_is_made_with_an_id_of_its_own(phone):
    ids = [
        re.search(r'name="client_uuid" value="([0-9a-f-]{36})"', phone.get(url()).content.decode())
        for _ in range(2)
    ]
    assert ids[0].group(1) != ids[1].group(1)


def test_the_aids_of_the_plan_come_first(phone):
    html = phone.get(url()).content.decode()
    assert re.findall(r'name="aid" value="(\w+)"', html) == [
        "two_crutches",
        "wheelchair",
        "walking_frame",
        "rollator",
        "one_crutch",
        "cane",
        "none",
    ]


def test_what_an_offer_fills_in_stands_right_below_it(client, patient):
    factories.make_episode(patient, factories.make_plan(asks=(factories.make_question("limp"),)))
    factories.log_day(patient, TODAY - timedelta(days=1), aid="two_crutches")
    client.force_login(patient)
    html = client.get(url()).content.decode()
    parts = ["left_night", "the_same", "aid", "did_walking", "answer_limp", "painkillers", "note"]
    names = list(dict.fromkeys(re.findall(r' name="(\w+)"', html)))
    assert [name for name in names if name in parts] == parts


def test_a_form_becomes_rows_and_ends_on_the_saved_page(phone, patient):
    response = phone.post(url(), answers())
    assert (response.status_code, response.url) == (303, reverse("diary:saved", args=[TODAY]))
    entry = Entry.objects.get()
    assert (entry.patient, entry.day, entry.aid) == (patient, TODAY, "two_crutches")
    assert entry.revisions.get().by == patient


def test_the_form_of_today_can_be_sent_to_its_short_address(phone):
    assert phone.post(reverse("diary:log"), answers()).status_code == 303
    assert Entry.objects.get().day == TODAY


def test_nought_not_answered_and_left_out_become_different_rows(phone):
    sent = answers(left_rest="0", left_night=None, aid=None, did_stairs="on", minutes_running="0")
    phone.post(url(), sent)
    entry = Entry.objects.get()
    assert list(Reading.objects.values_list("loading", "rest", "night")) == [(3, 0, None)]
    assert (entry.aid, entry.painkillers) == ("", None)
    assert dict(EntryActivity.objects.values_list("activity__slug", "minutes")) == {
        "walking": 20,
        "stairs": None,
        "running": 0,
    }
    html = phone.get(url()).content.decode()
    assert checked(html) == {
        "id_left_loading_3",
        "id_left_rest_0",
        "id_did_walking",
        "id_did_stairs",
        "id_did_running",
    }
    assert re.search(r'name="minutes_running" value="0"', html)
    assert not re.search(r'name="minutes_stairs" value', html)


@pytest.mark.parametrize(
    ("sent", "stored", "shown"),
    [
        ({"no_painkillers": "on"}, 0, {"id_no_painkillers"}),
        ({"painkillers": "0"}, 0, {"id_no_painkillers"}),
        ({"painkillers": "2"}, 2, set()),
        ({}, None, set()),
    ],
)
def test_no_painkillers_is_an_answer_and_nothing_is_not(phone, sent, stored, shown):
    phone.post(url(), answers(aid=None, did_walking=None, minutes_walking="", **sent))
    assert Entry.objects.get().painkillers == stored
    html = phone.get(url()).content.decode()
    assert checked(html) == {"id_left_loading_3", "id_left_rest_0"} | shown
    assert ('name="painkillers" value="2"' in html) is (stored == 2)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        (
            {"left_loading": None, "left_rest": None, "left_night": None},
            "left_loading",
            "Choose at least one pain number for your left hip. 0 is no pain.",
        ),
        ({"left_loading": "11"}, "left_loading", "Select a valid choice. 11 is not one"),
        ({"left_loading": "-1"}, "left_loading", "Select a valid choice."),
        ({"left_loading": "3.5"}, "left_loading", "Select a valid choice."),
        ({"aid": "stilts"}, "aid", "Select a valid choice."),
        ({"minutes_walking": "an hour"}, "minutes_walking", "Enter a whole number."),
        ({"minutes_walking": "1441"}, "minutes_walking", "less than or equal to 1440."),
        ({"minutes_walking": "-5"}, "minutes_walking", "greater than or equal to 0."),
        ({"painkillers": "31"}, "painkillers", "less than or equal to 30."),
        (
            {"painkillers": "1", "no_painkillers": "on"},
            "painkillers",
            "You ticked that you took none.",
        ),
        ({"note": "x" * 2001}, "note", "This note has 2001 characters; there is room for 2000."),
        ({"note": "a\x00b"}, "note", "Null characters are not allowed."),
    ],
)
def test_bad_input_comes_back_with_every_answer_and_stores_nothing(phone, wrong, field, sentence):
    sent = {"left_night": "7", "note": "kept", "did_stairs": "on"} | wrong
    response = phone.post(url(), answers(**sent))
    html = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert html.count(sentence) >= 1
    assert 'id="error-summary"' in html
    assert "<title>Error: " in html
    assert {"id_did_stairs", "id_did_walking"} <= checked(html)
    assert ("id_left_night_7" in checked(html)) is (sent["left_night"] == "7")
    assert 'name="minutes_walking" value="' + sent.get("minutes_walking", "20") in html
    assert (Entry.objects.count(), EntryRevision.objects.count()) == (0, 0)


def test_the_summary_leads_to_the_question(phone):
    html = phone.post(url(), answers(left_loading=None, left_rest=None)).content.decode()
    assert 'href="#id_left_loading"' in html
    assert '<fieldset class="pain-grid" id="id_left_loading"' in html
    assert html.count('id="id_left_loading_error"') == 1


def test_a_note_of_2000_characters_may_have_line_ends(phone):
    note = "\r\n".join(["x" * 999, "y" * 1000])
    assert phone.post(url(), answers(note=note)).status_code == 303
    assert Entry.objects.get().note == note.replace("\r\n", "\n")


@pytest.mark.parametrize("client_uuid", [None, "", "not-an-id"])
def test_a_form_without_an_id_is_still_saved(phone, client_uuid):
    assert phone.post(url(), answers(client_uuid=client_uuid)).status_code == 303
    assert Entry.objects.count() == 1


def test_the_same_form_twice_is_saved_once(phone):
    sent = answers()
    targets = [phone.post(url(), sent).url for _ in range(2)]
    assert targets == [reverse("diary:saved", args=[TODAY])] * 2
    assert EntryRevision.objects.count() == 1


def test_going_back_and_saving_other_answers_says_that_the_first_stays(phone):
    sent = answers()
    phone.post(url(), sent)
    response = phone.post(url(), sent | {"left_loading": "9", "note": "changed"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "This form was saved before, with other answers" in html
    assert "What you saved for Mon 23 Nov at 13:00 stays as it was." in html
    assert "id_left_loading_9" in checked(html)
    assert sent["client_uuid"] not in html
    assert Reading.objects.get().loading == 3
    again = re.search(r'name="client_uuid" value="([0-9a-f-]{36})"', html).group(1)
    phone.post(url(), sent | {"left_loading": "9", "note": "changed", "client_uuid": again})
    assert (Reading.objects.get().loading, EntryRevision.objects.count()) == (9, 2)


def test_a_second_form_is_an_edit_that_keeps_the_first_version(phone):
    phone.post(url(), answers(left_loading="8", note="first"))
    phone.post(url(), answers(left_loading="2", note="second"))
    entry = Entry.objects.get()
    assert (entry.revision, entry.note) == (2, "second")
    html = phone.get(url()).content.decode()
    assert "Saved 2 times; earlier versions" in html
    assert "<dd>first</dd>" in html
    assert "id_left_loading_2" in checked(html)


def test_a_day_saved_once_has_no_earlier_versions_to_show(phone):
    phone.post(url(), answers())
    assert "earlier versions" not in phone.get(url()).content.decode()


def test_an_empty_form_can_take_an_answer_back(phone):
    phone.post(url(), answers(left_night="4"))
    html = phone.get(url() + "?from=blank").content.decode()
    assert checked(html) == set()
    phone.post(url(), answers(left_night=None))
    assert Reading.objects.get().night is None


def offered(html: str) -> str | None:
    """What "Yes, the same" sends, where it is offered."""
    found = re.search(r'name="the_same" value="([^"]*)"', html)
    return found and unescape(found.group(1))


def test_aid_and_activities_of_the_day_before_are_offered_and_nothing_else(phone):
    phone.post(url(YESTERDAY), answers(painkillers="1", note="yesterday", left_night="5"))
    html = phone.get(url()).content.decode()
    assert "Like the day before (Sun 22 Nov)?" in html
    assert "Two crutches, en walking 20 min" in html
    assert offered(html) == "aid=two_crutches&did_walking=on&minutes_walking=20"
    assert checked(html) == set()
    assert Entry.objects.count() == 1


def test_one_tick_saves_them_with_what_was_answered_above(phone):
    phone.post(url(YESTERDAY), answers(painkillers="1", note="yesterday", left_night="5"))
    same = offered(phone.get(url()).content.decode())
    nothing = {"aid": None, "did_walking": None, "minutes_walking": ""}
    phone.post(url(), answers(left_loading="6", the_same=same, **nothing))
    assert entries.answers_of(Entry.objects.get(day=TODAY)) == DayAnswers(
        aid=WalkingAid.TWO_CRUTCHES,
        readings={Side.LEFT: {Channel.LOADING: 6, Channel.REST: 0, Channel.NIGHT: None}},
        activities={"walking": 20},
    )


def test_without_the_tick_nothing_of_the_day_before_is_saved(phone):
    phone.post(url(YESTERDAY), answers())
    phone.post(url(), answers(aid=None, did_walking=None, minutes_walking=""))
    found = entries.answers_of(Entry.objects.get(day=TODAY))
    assert (found.aid, found.activities) == (None, {})


def test_what_is_answered_below_counts_before_what_is_offered(phone):
    same = "aid=two_crutches&did_walking=on&minutes_walking=20&did_stairs=on"
    phone.post(url(), answers(the_same=same, aid="cane", minutes_walking="5"))
    found = entries.answers_of(Entry.objects.get())
    assert (found.aid, found.activities) == ("cane", {"walking": 5, "stairs": None})


def test_pain_is_never_taken_over_whatever_is_sent(phone):
    phone.post(url(), answers(the_same="left_night=9&note=no&painkillers=3&did_stairs=on"))
    found = entries.answers_of(Entry.objects.get())
    assert found.readings[Side.LEFT][Channel.NIGHT] is None
    assert (found.note, found.painkillers) == ("", None)
    assert "stairs" in found.activities


def test_a_mistake_gives_the_ticked_day_back_as_ordinary_answers(phone):
    same = "aid=two_crutches&did_stairs=on"
    html = phone.post(
        url(), answers(left_loading=None, left_rest=None, aid=None, the_same=same)
    ).content.decode()
    assert checked(html) == {"id_aid_0", "id_did_walking", "id_did_stairs"}
    assert offered(html) is None


@pytest.mark.parametrize(("back", "is_offered"), [(1, True), (3, True), (4, False)])
def test_what_is_offered_lies_at_most_three_days_back(phone, patient, back, is_offered):
    factories.log_day(patient, TODAY - timedelta(days=back), aid="cane")
    html = phone.get(url()).content.decode()
    assert (offered(html) == "aid=cane") is is_offered
    assert ("Like Fri 20 Nov?" in html) is (back == 3)


def test_the_last_day_that_has_something_to_repeat_is_offered(phone, patient):
    factories.log_day(patient, TODAY - timedelta(days=3), aid="rollator")
    factories.log_day(patient, TODAY - timedelta(days=2), aid="cane")
    entry = factories.log_day(patient, YESTERDAY)
    walking = Activity.objects.get(slug="walking")
    EntryActivity.objects.create(entry=entry, activity=walking, minutes=0)
    assert offered(phone.get(url()).content.decode()) == "aid=cane"


def test_there_is_nothing_to_repeat_of_nobody_of_another_and_on_a_day_that_is_saved(
    phone, patient, foreign_patient
):
    factories.log_day(foreign_patient, YESTERDAY, aid="cane")
    assert offered(phone.get(url()).content.decode()) is None
    factories.log_day(patient, YESTERDAY, aid="cane")
    assert offered(phone.get(url()).content.decode()) == "aid=cane"
    factories.log_day(patient, TODAY)
    assert offered(phone.get(url()).content.decode()) is None


def test_a_script_can_refuse_what_the_form_refuses(phone, patient):
    """The sentences at the form are those of the form's own errors."""
    html = phone.get(url()).content.decode()
    assert 'data-queue="entry"' in html
    limits = phone.get(url()).context["form"].limits
    assert json.loads(limits["needs"]) == [
        [
            ["left_loading", "left_rest", "left_night"],
            "Choose at least one pain number for your left hip. 0 is no pain.",
        ]
    ]
    wrong = {"painkillers": "31", "minutes_walking": "an hour", "minutes_stairs": "-5"}
    errors = phone.post(url(), answers(**wrong)).context["form"].errors
    assert errors["painkillers"] == [limits["too-high"] % {"limit_value": 30}]
    assert errors["minutes_walking"] == [limits["not-a-number"]]
    assert errors["minutes_stairs"] == [limits["too-low"]]
    assert re.search(r'name="painkillers"[^>]* data-highest="30"', html)
    assert re.search(r'name="minutes_walking"[^>]* data-highest="1440"', html)
    both = phone.post(url(), answers(painkillers="1", no_painkillers="on")).context["form"].errors
    assert both["painkillers"] == [limits["none-and-some"]]
    for name in limits:
        assert f'data-{name}="' in html


def test_activities_outside_the_plan_wait_behind_a_fold(phone):
    factories.make_activity("juggling")
    html = phone.get(url()).content.decode()
    assert '<details class="other-activities">' in html
    assert html.index("other-activities") < html.index('name="did_juggling"')
    phone.post(url(), answers(did_juggling="on"))
    assert '<details class="other-activities" open>' in phone.get(url()).content.decode()


def test_an_activity_without_minutes_asks_for_none(phone):
    factories.make_activity("jumping", has_minutes=False)
    html = phone.get(url()).content.decode()
    assert 'name="did_jumping"' in html
    assert "minutes_jumping" not in html


def test_two_hips_are_asked_about_and_stored_apart(phone, patient):
    factories.make_episode(patient, side="right")
    html = phone.get(url()).content.decode()
    assert len(re.findall(r'type="radio" name="(?:left|right)_\w+"', html)) == 66
    response = phone.post(url(), answers())
    assert response.context["form"].errors == {
        "right_loading": ["Choose at least one pain number for your right hip. 0 is no pain."]
    }
    assert Entry.objects.count() == 0
    phone.post(url(), answers(right_night="6"))
    assert entries.answers_of(Entry.objects.get()).readings == {
        Side.LEFT: {Channel.LOADING: 3, Channel.REST: 0, Channel.NIGHT: None},
        Side.RIGHT: {Channel.LOADING: None, Channel.REST: None, Channel.NIGHT: 6},
    }


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (1, "This day has not come yet. You can fill it in when it has."),
        (-15, "This day is more than 14 days ago and can no longer be filled in."),
    ],
)
def test_a_day_outside_the_window_is_refused_with_a_sentence(phone, days, sentence):
    day = TODAY + timedelta(days=days)
    response = phone.post(url(day), answers())
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [sentence]
    assert Entry.objects.count() == 0
    html = phone.get(url(day)).content.decode()
    assert '<form method="post" action="/log/' not in html


@pytest.mark.parametrize("days", [0, -14])
def test_the_edges_of_the_window_can_be_filled_in(phone, days):
    day = TODAY + timedelta(days=days)
    assert f'action="{url(day)}"' in phone.get(url(day)).content.decode()
    assert phone.post(url(day), answers()).status_code == 303
    assert Entry.objects.get().day == day


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 11, 23, 22, 30, tzinfo=UTC), "2026-11-23"),  # 23:30 in Amsterdam
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "2026-11-24"),  # 00:30 in Amsterdam
    ],
)
def test_today_is_the_patients_own(phone, now, today):
    with time_machine.travel(now, tick=False):
        assert f'action="/log/{today}/"' in phone.get(reverse("diary:log")).content.decode()


def test_a_form_opened_before_midnight_belongs_to_its_own_day(phone):
    with time_machine.travel(datetime(2026, 11, 23, 23, 5, tzinfo=UTC), tick=False):
        phone.post(url(), answers())
    assert Entry.objects.get().day == TODAY


def test_an_old_entry_can_be_read_and_not_changed(phone, patient):
    old = TODAY - timedelta(days=20)
    factories.log_day(patient, old, loading=6, note="an old note")
    html = phone.get(url(old)).content.decode()
    assert "an old note" in html
    assert "You can change a day for 14 days" in html


@pytest.mark.parametrize("address", ["/log/2026-13-01/", "/log/2026-1-1/", "/log/tomorrow/"])
def test_an_address_that_is_no_day_is_unknown(phone, address):
    assert phone.get(address).status_code == 404


def test_without_a_plan_there_is_nothing_to_fill_in(patient, client):
    client.force_login(patient)
    html = client.get(url()).content.decode()
    assert "Your physiotherapist has not started a plan for you yet." in html
    response = client.post(url(), answers())
    assert response.status_code == 422
    assert Entry.objects.count() == 0


def test_after_the_plan_has_ended_old_days_can_still_be_read(patient, client):
    factories.make_episode(patient, ended_on=TODAY - timedelta(days=10))
    factories.log_day(patient, YESTERDAY, note="still here")
    client.force_login(patient)
    assert "still here" in client.get(url(YESTERDAY)).content.decode()
    assert "has not started a plan" in client.get(url()).content.decode()


def test_the_days_of_the_window_can_be_chosen(phone, patient):
    factories.log_day(patient, YESTERDAY)
    html = phone.get(url()).content.decode()
    links = re.findall(r'href="/log/([\d-]+)/"', html)
    assert links == [(TODAY - timedelta(days=back)).isoformat() for back in range(1, 15)]
    assert html.count('Yesterday <span aria-hidden="true">✓</span>') == html.count("✓") == 1
    assert html.count("no entry") == 13
    factories.log_day(patient, TODAY - timedelta(days=2))
    assert phone.get(url()).content.decode().count("✓</span> filled in") == 1


def test_the_form_shows_the_patients_own_entry_only(phone, foreign_patient):
    factories.log_day(foreign_patient, TODAY, note="a foreign note", loading=9)
    html = phone.get(url()).content.decode()
    assert "a foreign note" not in html
    assert checked(html) == set()


def test_a_posted_patient_is_ignored(phone, patient, foreign_patient):
    factories.make_episode(foreign_patient)
    phone.post(url(), answers(patient=str(foreign_patient.pk), by=str(foreign_patient.pk)))
    assert Entry.objects.get().patient == patient
