"""The patient's pages open for that patient, and for nobody else."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from diary.models import Entry, Reminder
from tests import factories
from tests.factories import NOW, TODAY

PAGES = [
    reverse("diary:log"),
    reverse("diary:log_day", args=[TODAY]),
    reverse("diary:saved", args=[TODAY]),
    reverse("diary:history"),
    reverse("diary:plan"),
    reverse("diary:progress"),
    reverse("diary:reminders"),
]
CANARY = "a foreign canary"


@pytest.fixture(autouse=True)
def _a_diary_with_a_canary(foreign_patient):
    """Somebody else's diary stands on the same day."""
    with time_machine.travel(NOW, tick=False):
        plan = factories.make_plan(code="canary-plan", publish=False)
        plan.phases.update(name_en=CANARY, name_nl=CANARY)
        factories.make_episode(foreign_patient, plan)
        factories.log_day(foreign_patient, TODAY, note=CANARY, loading=9)
        yield


@pytest.mark.parametrize("url", PAGES)
def test_somebody_not_signed_in_is_sent_to_sign_in(client, url):
    response = client.get(url)
    assert (response.status_code, response.url) == (302, f"/sign-in/?next={url}")


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("who", ["physiotherapist", "editor", "clinic_manager"])
def test_other_roles_get_an_unknown_page(client, request, url, who):
    client.force_login(request.getfixturevalue(who))
    for response in (client.get(url), client.post(url, {"left_loading": "1"})):
        assert response.status_code in (404, 405)
        assert CANARY not in response.content.decode()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", PAGES)
def test_another_patient_sees_nothing_of_it(client, patient, url):
    factories.make_episode(patient)
    client.force_login(patient)
    response = client.get(url)
    assert response.status_code == (404 if url.endswith("saved/") else 200)
    assert CANARY not in response.content.decode()


@pytest.mark.parametrize("url", PAGES)
def test_the_patients_own_pages_are_kept_out_of_caches(client, foreign_patient, url):
    client.force_login(foreign_patient)
    response = client.get(url)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_a_form_from_elsewhere_is_refused(foreign_patient):
    client = Client(enforce_csrf_checks=True)
    client.force_login(foreign_patient)
    for url in (reverse("diary:log"), reverse("diary:reminders")):
        assert client.post(url, {}).status_code == 403
    assert (Entry.objects.get().revision, Reminder.objects.count()) == (1, 0)


@pytest.mark.parametrize("url", PAGES)
def test_pages_that_only_show_refuse_to_be_posted_to(client, foreign_patient, url):
    client.force_login(foreign_patient)
    shows_only = not ("log" in url or "reminders" in url) or url.endswith("saved/")
    assert (client.post(url, {}).status_code == 405) is shows_only
