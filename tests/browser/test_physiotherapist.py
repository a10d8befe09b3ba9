"""The caseload and a patient's page on a desk, and at 400 % zoom."""

import pytest
from django.utils import timezone

from care.models import Flag
from tests import factories
from tests.browser.conftest import DESK, overflow
from tests.care.test_flag_actions import make_flag

ZOOMED = (320, 256)  # 1280 × 1024 at 400 %


@pytest.fixture
def followed(patient, physiotherapist):
    today = timezone.now().astimezone(patient.zone).date()
    factories.make_episode(patient, started_on=today)
    factories.log_days(patient, [3, 4, None, 6, 6], last=today)
    # Its heading is for screen readers alone, far to the right in a table that scrolls.
    factories.make_moment(patient, today)
    make_flag(patient)
    return patient


def test_from_the_caseload_to_a_resolved_flag(open_page, physiotherapist, followed):
    page = open_page(physiotherapist, DESK)
    page.goto("/")
    page.get_by_role("link", name="Own Patient").click()
    assert page.locator(".pain-chart .dot").count() > 0
    page.get_by_role("link", name="Deal with it").click()
    page.get_by_label("called the patient").check()
    page.get_by_role("button", name="Resolve").click()
    page.wait_for_url("**/care/patients/*/")
    assert (Flag.objects.get().outcome, Flag.objects.get().closed_by) == (
        "called",
        physiotherapist,
    )


def test_the_caseload_is_narrowed_without_loading_the_page(open_page, physiotherapist, followed):
    page = open_page(physiotherapist, DESK)
    page.goto("/care/")
    page.locator("#choice-name").press_sequentially("nobody")
    page.get_by_text("Nobody fits this choice.").wait_for()
    assert "name=nobody" in page.url
    page.get_by_role("link", name="Show everybody").click()
    assert page.get_by_role("link", name="Own Patient").is_visible()


@pytest.mark.parametrize("size", [DESK, (768, 1024), ZOOMED])
def test_no_page_scrolls_sideways(open_page, physiotherapist, followed, size):
    page = open_page(physiotherapist, size)
    flag = Flag.objects.get()
    patient = f"/care/patients/{followed.uuid}/"
    for address in (
        "/care/",
        patient,
        f"{patient}enrol/",
        f"/care/flags/{flag.uuid}/",
        "/invitations/",
        "/settings/",
    ):
        page.goto(address)
        assert (address, overflow(page)) == (address, 0)
