"""A day in ten seconds: six single taps, or a keyboard alone; large enough, and nothing hidden."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.models import Clinic
from conditions.models import Activity
from diary.models import Entry, EntryActivity, Moment
from tests import factories
from tests.browser import phone
from tests.browser.conftest import PHONES, overflow
from tests.browser.targets import overlapping_targets, small_targets

ON_ITS_SIDE = (568, 320)
ZOOMED = (320, 256)  # 1280 × 1024 at 400 %
NARROW = {"320": (320, 568), "360": (360, 640), "390": (390, 844), "on its side": ON_ITS_SIDE}
ROWS = """() => [...document.querySelectorAll(".pain-grid-cells")].map((grid) => {
  const boxes = [...grid.querySelectorAll("label")].map((label) => label.getBoundingClientRect());
  const tops = [...new Set(boxes.map((box) => box.top))];
  return {
    rows: tops.map((top) => boxes.filter((box) => box.top === top).length),
    least: Math.min(...boxes.flatMap((box) => [box.width, box.height])),
  };
})"""
# Whether what has the focus can be seen: the point in its middle is its own, or its label's.
IS_HIDDEN = """() => {
  const has = document.activeElement;
  const seen = has.labels?.length && has.matches(".btn-check") ? has.labels[0] : has;
  const box = seen.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 40));
  return !(seen.contains(at) || at?.contains(seen) && !at.closest(".sticky-save, .bar"));
}"""


class Thumb:
    """Single taps on one page, and how many they were. Nothing is typed, dragged or held."""

    def __init__(self, page: Page):
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1

    def choose(self, field: str, value: object) -> None:
        radio = self.page.locator(f'input[name="{field}"][value="{value}"]')
        self.tap(self.page.locator(f'label[for="{radio.get_attribute("id")}"]'))

    def tick(self, field: str) -> None:
        self.tap(self.page.locator(f'label[for="id_{field}"]'))

    def save(self) -> None:
        self.tap(self.page.get_by_role("button", name="Save", exact=True))
        self.page.wait_for_url("**/saved/")


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


@pytest.fixture
def thumb(open_page, person):
    def open_(address: str = "/", size=PHONES["phone"], **options) -> Thumb:
        page = open_page(person, size, has_touch=True, **options)
        page.goto(address)
        return Thumb(page)

    return open_


def log_yesterday(person, minutes: int = 20) -> None:
    day = phone.today_of(person) - timedelta(days=1)
    entry = factories.log_day(person, day, aid="two_crutches", note="not to be repeated")
    walking = Activity.objects.get(slug="walking")
    EntryActivity.objects.create(entry=entry, activity=walking, minutes=minutes)


def saved(person) -> tuple:
    """Aid, the three pain numbers and the activities of today's entry."""
    entry = Entry.objects.get(patient=person, day=phone.today_of(person))
    done = dict(entry.activities.values_list("activity__slug", "minutes"))
    return entry.aid, entry.readings.values_list("loading", "rest", "night").get(), done


class TestTaps:
    @pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())
    def test_a_normal_day_takes_six(self, thumb, person, size):
        log_yesterday(person)
        hand = thumb(size=size)
        hand.tap(hand.page.get_by_role("link", name="Fill in today"))
        for channel, score in (("loading", 4), ("rest", 2), ("night", 0)):
            hand.choose(f"left_{channel}", score)
        hand.tap(hand.page.get_by_text("Yes, the same"))
        hand.save()
        assert hand.taps == 6
        assert saved(person) == ("two_crutches", (4, 2, 0), {"walking": 20})

    def test_pain_two_crutches_and_twenty_minutes_take_six_without_a_yesterday(self, thumb, person):
        hand = thumb()
        hand.tap(hand.page.get_by_role("link", name="Fill in today"))
        hand.choose("left_loading", 4)
        hand.choose("aid", "two_crutches")
        hand.tick("did_walking")
        hand.tap(hand.page.get_by_role("button", name="20", exact=True))
        hand.save()
        assert hand.taps == 6
        assert saved(person) == ("two_crutches", (4, None, None), {"walking": 20})

    def test_a_bad_hour_takes_three_and_makes_no_entry(self, thumb, person):
        hand = thumb()
        hand.tap(hand.page.get_by_role("link", name="An extra moment"))
        hand.choose("score", 7)
        hand.tap(hand.page.get_by_role("button", name="Save this moment"))
        hand.page.wait_for_url("**/moments/?added=*")
        assert hand.taps == 3
        assert Moment.objects.get(patient=person).score == 7
        assert not Entry.objects.filter(patient=person).exists()


class TestTheSame:
    def filled_in(self, page: Page) -> tuple[set[str], str]:
        on = page.locator("main input:checked:not(#the-same)")
        names = {f"{each.get_attribute('name')}" for each in on.all()}
        return names, page.locator("[name=minutes_walking]").input_value()

    def test_a_tap_fills_in_what_is_read_and_another_takes_it_back(self, thumb, person):
        log_yesterday(person)
        hand = thumb("/log/")
        page, same = hand.page, hand.page.get_by_text("Yes, the same")
        assert "Two crutches, en walking 20 min" in page.locator(".the-same").inner_text()
        assert self.filled_in(page) == (set(), "")
        hand.choose("left_loading", 4)
        hand.tap(same)
        assert self.filled_in(page) == ({"left_loading", "aid", "did_walking"}, "20")
        assert page.locator("[name=note]").input_value() == ""
        hand.tap(same)
        assert self.filled_in(page) == ({"left_loading"}, "")

    def test_taking_it_back_puts_back_what_stood_there(self, thumb, person):
        log_yesterday(person)
        hand = thumb("/log/")
        hand.choose("aid", "cane")
        for _ in range(2):
            hand.tap(hand.page.get_by_text("Yes, the same"))
        assert hand.page.locator("input[name=aid]:checked").get_attribute("value") == "cane"

    def test_what_is_changed_after_the_tap_is_what_is_saved(self, thumb, person):
        log_yesterday(person)
        hand = thumb("/log/")
        hand.choose("left_loading", 4)
        hand.tap(hand.page.get_by_text("Yes, the same"))
        hand.tick("did_walking")
        hand.save()
        assert saved(person) == ("two_crutches", (4, None, None), {})

    def test_without_scripts_the_tick_is_sent_with_the_pain(self, thumb, person):
        log_yesterday(person)
        hand = thumb("/log/", java_script_enabled=False)
        hand.choose("left_loading", 4)
        hand.tap(hand.page.get_by_text("Yes, the same"))
        hand.save()
        assert saved(person) == ("two_crutches", (4, None, None), {"walking": 20})


class TestChips:
    def test_minutes_are_chosen_taken_back_and_typed(self, thumb, person):
        hand = thumb("/log/")
        page, field = hand.page, hand.page.locator("[name=minutes_walking]")
        chip = page.get_by_role("group", name="En walking: minutes").get_by_role("button")
        assert (chip.count(), field.is_visible()) == (0, False)
        hand.tick("did_walking")
        assert chip.all_inner_texts() == ["5", "10", "15", "20", "30", "45", "60"]
        hand.tap(chip.nth(3))
        assert (field.input_value(), chip.nth(3).get_attribute("aria-pressed")) == ("20", "true")
        hand.tap(chip.nth(3))
        assert (field.input_value(), chip.nth(3).get_attribute("aria-pressed")) == ("", "false")
        field.fill("45")
        assert chip.nth(5).get_attribute("aria-pressed") == "true"
        hand.tick("did_walking")
        assert (field.input_value(), field.is_visible()) == ("", False)

    def test_painkillers_by_tap_and_none_exclude_each_other(self, thumb, person):
        hand = thumb("/log/")
        page = hand.page
        field, none = page.locator("[name=painkillers]"), page.locator("#id_no_painkillers")
        two = page.get_by_role("group", name="How many painkillers").get_by_text("2", exact=True)
        hand.tick("no_painkillers")
        hand.tap(two)
        assert (field.input_value(), none.is_checked()) == ("2", False)
        hand.tick("no_painkillers")
        assert (field.input_value(), none.is_checked()) == ("", True)
        assert two.get_attribute("aria-pressed") == "false"

    def test_what_was_saved_shows_its_chip(self, thumb, person):
        log_yesterday(person, minutes=30)
        yesterday = phone.today_of(person) - timedelta(days=1)
        page = thumb(f"/log/{yesterday}/").page
        assert page.locator(".chip[aria-pressed=true]").all_inner_texts() == ["30"]

    def test_without_scripts_the_number_is_typed(self, thumb, person):
        page = thumb("/log/", java_script_enabled=False).page
        assert page.locator(".chip").count() == 0
        assert page.locator("[name=minutes_walking]").is_visible()


class TestSizes:
    @pytest.mark.parametrize("size", NARROW.values(), ids=NARROW.keys())
    @pytest.mark.parametrize("is_child", [False, True])
    def test_every_cell_of_the_pain_grid_is_48_px_in_rows_of_six_and_five(
        self, thumb, person, size, is_child
    ):
        if is_child:
            Clinic.objects.update(treats_children=True)
            plan = factories.make_plan(is_of_child=True)
            factories.make_episode(person, plan, side="right")
        page = thumb("/log/", size).page
        grids = page.evaluate(ROWS)
        assert len(grids) == (9 if is_child else 3)
        assert [grid["rows"] for grid in grids] == [[6, 5]] * len(grids)
        assert min(grid["least"] for grid in grids) >= 48
        assert overflow(page) == 0

    @pytest.mark.parametrize("size", NARROW.values(), ids=NARROW.keys())
    @pytest.mark.parametrize("address", ["/log/", "moments"])
    def test_save_is_large_at_the_bottom_and_leaves_the_screen_to_the_questions(
        self, thumb, person, size, address
    ):
        if address == "moments":
            address = f"/log/{phone.today_of(person)}/moments/"
        page = thumb(address, size).page
        button = page.locator(".sticky-save button").bounding_box()
        bars = [page.locator(".sticky-save").bounding_box(), page.locator(".bar").bounding_box()]
        at_the_bottom = [bar for bar in bars if bar["y"] < size[1]]
        assert button["height"] >= 56
        assert size[1] - (button["y"] + button["height"]) <= 80
        assert sum(bar["height"] for bar in at_the_bottom) <= size[1] / 4

    @pytest.mark.parametrize("size", [ZOOMED, ON_ITS_SIDE], ids=["400 %", "on its side"])
    def test_nothing_scrolls_sideways_however_little_room_there_is(self, thumb, person, size):
        log_yesterday(person)
        page = thumb("/log/", size).page
        today = phone.today_of(person)
        for address in ("/log/", f"/log/{today}/moments/", f"/log/{today - timedelta(days=1)}/"):
            page.goto(address)
            for folded in page.locator("details").all():
                folded.evaluate("(details) => { details.open = true; }")
            for box in page.locator("[name^=did_]").all()[:2]:
                box.check()
            assert (address, overflow(page)) == (address, 0)

    @pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())
    def test_everything_to_touch_is_large_enough_and_apart(self, thumb, person, size):
        Clinic.objects.update(treats_children=True)
        factories.make_episode(person, factories.make_plan(is_of_child=True), side="right")
        log_yesterday(person)
        factories.make_moment(person, phone.today_of(person), note="by the door")
        factories.make_moment(person, phone.today_of(person), taken_back_at=timezone.now(), score=3)
        hand = thumb("/log/", size)
        hand.tap(hand.page.get_by_text("Yes, the same"))
        for address in ("", f"/log/{phone.today_of(person)}/moments/"):
            if address:
                hand.page.goto(address)
            assert (address, small_targets(hand.page)) == (address, [])
            assert (address, overlapping_targets(hand.page)) == (address, [])

    def test_a_keyboard_on_the_screen_leaves_the_note_and_the_button_in_sight(self, thumb, person):
        page = thumb("/log/").page
        assert "interactive-widget=resizes-content" in page.content()
        page.locator("[name=note]").focus()
        page.set_viewport_size({"width": 390, "height": 420})
        page.locator("[name=note]").scroll_into_view_if_needed()
        note = page.locator("[name=note]").bounding_box()
        bar = page.locator(".sticky-save").bounding_box()
        assert note["y"] + note["height"] <= bar["y"]
        assert bar["y"] + bar["height"] <= 420


class TestKeyboard:
    def tab_to(self, page: Page, name: str, most: int = 120) -> None:
        """Tab on until a field or button of that name has the focus, which is never hidden."""
        for _ in range(most):
            page.keyboard.press("Tab")
            has = page.evaluate("document.activeElement.name || document.activeElement.innerText")
            assert not page.evaluate(IS_HIDDEN), has
            if has == name:
                return
        pytest.fail(f"Tab never came to {name}")

    @pytest.mark.parametrize("size", [PHONES["phone"], ON_ITS_SIDE, ZOOMED])
    def test_a_day_is_filled_in_with_keys_alone_and_no_focus_is_hidden(
        self, open_page, person, size
    ):
        log_yesterday(person)
        page = open_page(person, size)
        page.goto("/log/")
        for name, keys in (
            ("left_loading", ["Space", "ArrowRight", "ArrowRight"]),
            ("left_rest", ["Space"]),
            ("", ["Space"]),
            ("did_walking", ["Space"]),
            ("minutes_walking", ["3", "5"]),
            ("Save", ["Enter"]),
        ):
            if name == "":
                while page.evaluate("document.activeElement.id") != "the-same":
                    page.keyboard.press("Tab")
            else:
                self.tab_to(page, name)
            for key in keys:
                page.keyboard.press(key)
            if name == "":
                # It was like the day before, but for the walking.
                assert page.locator("#id_did_walking").is_checked()
            if name == "did_walking":
                assert not page.locator("#id_did_walking").is_checked()
                page.keyboard.press("Space")
        page.wait_for_url("**/saved/")
        assert saved(person) == ("two_crutches", (2, 0, None), {"walking": 35})


def test_a_moment_without_a_connection_is_kept_and_sent_later(open_page, person):
    page = open_page(person, may_lose_connection=True)
    phone.make_ready(page, f"/log/{phone.today_of(person)}/moments/")
    page.context.set_offline(True)
    phone.choose(page, "score", 9)
    phone.save(page)
    phone.told(page, phone.KEPT["en"])
    assert not Moment.objects.exists()
    phone.go_online(page)
    phone.waits_for(page, 0)
    moment = Moment.objects.get(patient=person)
    assert (moment.score, moment.is_queued, moment.day) == (9, True, phone.today_of(person))


def test_a_moment_of_nothing_is_told_at_once(open_page, person):
    page = open_page(person)
    page.goto(f"/log/{phone.today_of(person)}/moments/")
    phone.save(page)
    page.locator("#error-summary").wait_for()
    assert "Say how bad it was" in page.locator("#error-summary").inner_text()
    assert page.title().startswith("Error: ")
    assert not Moment.objects.exists()
