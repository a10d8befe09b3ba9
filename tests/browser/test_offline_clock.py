"""A phone whose clock is wrong: what is filled in on it is lost no more than anything else."""

import pytest

from diary.models import Entry, EntryRevision
from tests.browser import phone
from tests.browser.phone import KEPT


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


WRONG = """
const RealDate = Date;
const shift = {shift};
Date = class extends RealDate {{
  constructor(...parts) {{
    if (parts.length) super(...parts);
    else super(RealDate.now() + shift);
  }}
  static now() {{ return RealDate.now() + shift; }}
}};
"""
TWO_DAYS_MS = 2 * 24 * 3600 * 1000


def test_a_wrong_clock_moves_no_entry(open_phone, person):
    """The day is the one that the patient read and chose; the moments are the server's."""
    page = open_phone(person, timezone_id="America/New_York")
    page.context.add_init_script(WRONG.format(shift=-TWO_DAYS_MS))
    phone.make_ready(page)
    phone.go_offline(page)
    shown = page.locator("label[for='days-back-0'] time").inner_text()
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    phone.go_online(page)
    phone.waits_for(page, 0)
    entry, revision = Entry.objects.get(), EntryRevision.objects.get()
    assert f"{entry.day:%A} {entry.day.day} {entry.day:%B}" == shown
    assert abs((revision.received_at - revision.entered_at).total_seconds()) < 60
    assert revision.utc_offset_minutes in (-300, -240)


IN_A_YEAR = """() => new Promise((resolve) => {
  indexedDB.open("hiptrack").onsuccess = ({ target: { result: database } }) => {
    const queue = database.transaction("queue", "readwrite").objectStore("queue");
    queue.getAll().onsuccess = ({ target: { result: [item] } }) => {
      queue.put({ ...item, due: Date.now() + 365 * 86400_000 }).onsuccess = () => {
        database.close();
        resolve();
      };
    };
  };
})"""


def test_a_next_try_that_a_wrong_clock_set_in_a_year_does_not_hold_a_day_up(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    page.evaluate(IN_A_YEAR)
    phone.go_online(page)
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]
