"""One's own name, language and time zone."""

import pytest

from accounts import services
from accounts.enums import Role
from accounts.models import Consent
from tests import factories
from tests.factories import NOW

GOOD = {"name": "Other Name", "language": "nl", "time_zone": "America/Curacao"}


@pytest.mark.parametrize("role", [*Role])
def test_everybody_changes_their_own_settings(client, db, role):
    person = factories.make_person(role)
    client.force_login(person)
    assert client.post("/settings/", GOOD).url == "/settings/"
    person.refresh_from_db()
    assert (person.name, person.language, person.time_zone) == (
        "Other Name",
        "nl",
        "America/Curacao",
    )


def test_the_next_page_is_in_the_new_language(client, patient):
    client.force_login(patient)
    assert '<html lang="en">' in client.get("/settings/").content.decode()
    client.post("/settings/", GOOD)
    assert '<html lang="nl">' in client.get("/settings/").content.decode()


def test_what_is_not_offered_cannot_be_changed(client, patient, foreign_patient):
    client.force_login(patient)
    before = (patient.email, patient.role, patient.clinic_id, patient.is_staff)
    client.post(
        "/settings/",
        {
            **GOOD,
            "email": "x@example.org",
            "role": "editor",
            "clinic": foreign_patient.clinic_id,
            "is_staff": "on",
        },
    )
    patient.refresh_from_db()
    assert (patient.email, patient.role, patient.clinic_id, patient.is_staff) == before
    assert patient.name == "Other Name"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("language", "fr"), ("time_zone", "Mars/Olympus")],
)
def test_bad_input_changes_nothing_and_keeps_the_answers(client, patient, field, value):
    client.force_login(patient)
    response = client.post("/settings/", {**GOOD, field: value})
    page = response.content.decode()
    assert 'id="error-summary"' in page
    assert f'href="#id_{field}"' in page
    if field != "name":
        assert 'value="Other Name"' in page
    patient.refresh_from_db()
    assert (patient.name, patient.language) == ("Own Patient", "en")


def test_the_own_time_zone_is_offered_also_when_it_is_an_odd_one(client, patient):
    patient.time_zone = "Etc/GMT+3"
    patient.save(update_fields=["time_zone"])
    client.force_login(patient)
    assert '<option value="Etc/GMT+3" selected>' in client.get("/settings/").content.decode()
    client.post("/settings/", {**GOOD, "time_zone": "Etc/GMT+3"})
    patient.refresh_from_db()
    assert patient.time_zone == "Etc/GMT+3"


def test_often_chosen_zones_come_first_and_each_zone_once(client, patient):
    client.force_login(patient)
    page = client.get("/settings/").content.decode()
    assert page.index('value="Europe/Amsterdam"') < page.index('value="Africa/Abidjan"')
    assert page.count('value="Europe/Amsterdam"') == 1


def test_patients_find_their_reminders_and_others_do_not(client, patient, physiotherapist):
    client.force_login(patient)
    assert 'href="/reminders/"' in client.get("/settings/").content.decode()
    client.force_login(physiotherapist)
    page = client.get("/settings/").content.decode()
    assert 'href="/reminders/"' not in page
    assert 'href="/password/change/"' in page


def test_what_somebody_agreed_to_can_be_read_again(client, patient, foreign_patient):
    Consent.objects.create(
        user=patient, text_version="2026-11", language="en", channel="web", given_at=NOW
    )
    client.force_login(patient)
    page = " ".join(client.get("/settings/").content.decode().split())
    assert "On 23 Nov 2026, 13:00, text of 2026-11" in page
    assert "It is not watched day and night" in page
    assert f"the physiotherapists of {patient.clinic.name} who treat you" in page

    client.force_login(foreign_patient)
    assert "text of 2026-11" not in client.get("/settings/").content.decode()


def test_anonymous_is_sent_to_sign_in(client, db):
    for method in (client.get, client.post):
        assert method("/settings/").url == "/sign-in/?next=/settings/"


def test_the_service_refuses_what_a_form_would_refuse(patient):
    for field, value in (("language", "fr"), ("time_zone", "Mars/Olympus"), ("name", "")):
        chosen = {"name": "N", "language": "nl", "time_zone": "UTC", field: value}
        with pytest.raises(services.ValidationError) as refusal:
            services.change_settings(person=patient, **chosen)
        assert list(refusal.value.message_dict) == [field]
    patient.refresh_from_db()
    assert (patient.name, patient.language, patient.time_zone) == (
        "Own Patient",
        "en",
        "Europe/Amsterdam",
    )
