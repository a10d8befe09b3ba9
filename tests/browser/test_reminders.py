"""Reminders on the phone: times by weekday, a pause, snoozing, and fewer of them."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.enums import NoticeState
from accounts.models import Notice
from diary import reminders
from tests import factories
from tests.browser import phone
from tests.browser.conftest import PHONES, overflow
from tests.browser.targets import overlapping_targets, small_targets
from tests.push_service import Device

SIZES = pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())
NO_FAULTS = ([], [], 0)
WORDS = {
    "nl": {
        "other": "Andere tijden op sommige dagen",
        "tuesday": "Dinsdag: om",
        "sunday": "Zondag",
        "keep": "Deze tijden opslaan",
        "kept": "Uw herinneringen zijn ingesteld.",
        "week": "1 week",
        "resume": "Nu hervatten",
        "half_hour": "over 30 minuten",
        "fewer": "Alleen op maandag en donderdag",
        "way": "per e-mail",
    },
    "en": {
        "other": "Other times on some days",
        "tuesday": "Tuesday: at",
        "sunday": "Sunday",
        "keep": "Save these times",
        "kept": "Your reminders are set.",
        "week": "1 week",
        "resume": "Resume now",
        "half_hour": "in 30 minutes",
        "fewer": "Only on Mondays and Thursdays",
        "way": "by e-mail",
    },
}
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])


def faults(page):
    return small_targets(page), overlapping_targets(page), overflow(page)


def make_person(language: str = "en"):
    """Somebody who is reminded at any hour: no quiet hours, so that a test has no night."""
    person = phone.make_logging_patient(language)
    factories.log_day(person, phone.today_of(person) - timedelta(days=1))
    factories.make_reminder(person, quiet_from=time(0), quiet_to=time(0))
    return person


def has_been_reminded(person) -> None:
    now = timezone.now()
    Notice.objects.create(
        recipient=person,
        kind="reminder",
        key=phone.today_of(person).isoformat(),
        state=NoticeState.SENT,
        due_at=now,
        expires_at=now + timedelta(hours=1),
    )


@LANGUAGES
def test_a_day_gets_its_own_time_and_another_none(open_page, language):
    words, person = WORDS[language], make_person(language)
    page = open_page(person)
    page.goto("/reminders/")
    page.get_by_text(words["other"]).click()
    page.get_by_label(words["tuesday"]).fill("09:15")
    page.get_by_role("checkbox", name=words["sunday"], exact=True).uncheck()
    page.get_by_role("button", name=words["keep"]).click()
    page.get_by_text(words["kept"]).wait_for()
    kept = reminders.settings_of(person).times
    assert kept == dict.fromkeys(range(6), time(20)) | {1: time(9, 15)}
    lines = page.locator("h2 + ul.hairlines").first.locator("li").all_inner_texts()
    assert len(lines) == 3
    assert all(line.endswith(words["way"]) for line in lines)
    assert page.get_by_label(words["tuesday"]).input_value() == "09:15"


@LANGUAGES
def test_a_pause_is_one_tap_and_so_is_its_end(open_page, language):
    words, person = WORDS[language], make_person(language)
    page = open_page(person)
    page.goto("/reminders/")
    page.get_by_role("button", name=words["week"]).click()
    page.goto("/settings/")
    page.get_by_role("button", name=words["resume"]).click()
    page.wait_for_url("**/reminders/")
    person.reminder.refresh_from_db()
    assert person.reminder.paused_until is None


@LANGUAGES
def test_a_reminder_that_came_is_put_off_from_todays_page(open_page, language):
    words, person = WORDS[language], make_person(language)
    page = open_page(person)
    page.goto("/")
    assert page.get_by_role("button", name=words["half_hour"]).count() == 0
    has_been_reminded(person)
    page.goto("/")
    page.get_by_role("button", name=words["half_hour"]).click()
    page.locator(".message").wait_for()
    assert page.get_by_role("button", name=words["half_hour"]).count() == 0
    snoozed = Notice.objects.filter(kind="snooze").count()
    # Half an hour before midnight there is no later today.
    local = timezone.now().astimezone(person.zone)
    assert snoozed == (0 if local.time() >= time(23, 28) else 1)


@LANGUAGES
def test_fewer_reminders_are_one_tap(open_page, language):
    words, person = WORDS[language], make_person(language)
    page = open_page(person)
    page.goto("/reminders/fewer/")
    page.get_by_role("button", name=words["fewer"]).click()
    page.wait_for_url("**/reminders/")
    assert sorted(reminders.settings_of(person).times) == [0, 3]


@SIZES
@LANGUAGES
def test_every_target_is_large_enough(open_page, size, language):
    person = make_person(language)
    factories.make_push(person, Device("https://fcm.googleapis.com/send/1"))
    has_been_reminded(person)
    page = open_page(person, size)
    for address in ("/", "/reminders/", "/reminders/fewer/", "/reminders/snooze/", "/settings/"):
        page.goto(address)
        assert (address, faults(page)) == (address, NO_FAULTS)
    reminders.pause(patient=person, until=phone.today_of(person), now=timezone.now())
    page.goto("/reminders/")
    page.locator("[name=at_3]").evaluate("field => { field.type = 'text'; field.value = 'x'; }")
    page.get_by_role("button", name=WORDS[language]["keep"]).click()
    page.wait_for_selector("#error-summary")
    assert faults(page) == NO_FAULTS


def test_without_javascript_all_of_it_works(open_page):
    person = make_person()
    page = open_page(person, java_script_enabled=False)
    page.goto("/reminders/")
    assert page.get_by_role("button", name="Push messages on this device").count() == 0
    page.get_by_text("Other times on some days").click()
    page.get_by_role("checkbox", name="Sunday", exact=True).uncheck()
    page.get_by_role("button", name="Save these times").click()
    assert sorted(reminders.settings_of(person).times) == [0, 1, 2, 3, 4, 5]
