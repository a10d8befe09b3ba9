"""The page on which an invited person makes an account."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import consent, services, tokens
from accounts.models import Consent, User
from tests import factories
from tests.factories import NOW, PASSWORD

GOOD = {
    "name": "Better Name",
    "password": PASSWORD,
    "birth_year": "1958",
    "language": "en",
    "consent": "on",
}


@pytest.fixture(autouse=True)
def _frozen_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def invitation(physiotherapist):
    return factories.make_invitation(physiotherapist, email="new@example.org", name="New Person")


def address(invitation) -> str:
    return reverse("accounts:accept", kwargs={"token": tokens.make(invitation.nonce)})


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_an_invited_person_makes_an_account_and_lands_on_today(client, invitation):
    response = client.post(address(invitation), GOOD)
    assert (response.status_code, response.url) == (302, "/")
    user = User.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.birth_year, user.language) == ("Better Name", 1958, "en")
    assert user.check_password(PASSWORD)


def test_the_page_shows_who_invites_the_address_and_the_name(client, invitation, clinic):
    page = text_of(client.get(address(invitation)))
    assert f"<h1>{clinic.name} invites you to HipTrack</h1>" in page
    assert 'value="new@example.org"' in page
    assert 'value="New Person"' in page


def test_the_page_is_kept_out_of_caches(client, invitation):
    assert "no-store" in client.get(address(invitation)).headers["Cache-Control"]


def test_the_text_of_consent_stands_there_in_full_and_nothing_is_agreed_to_yet(client, invitation):
    page = text_of(client.get(address(invitation)))
    for heading in (
        "What is kept",
        "Who sees it",
        "It is not watched day and night",
        "If you change your mind",
    ):
        assert f"<h3>{heading}</h3>" in page
    assert "020 123 45 67" in page
    box = page[page.index('name="consent"') - 60 : page.index('name="consent"') + 120]
    assert "checked" not in box


def test_without_consent_there_is_no_account_and_every_answer_is_kept(client, invitation):
    response = client.post(address(invitation), {**GOOD, "consent": ""})
    page = text_of(response)
    assert response.status_code == 200
    assert "Without your agreement there is no account." in page
    assert 'href="#id_consent"' in page
    assert 'value="Better Name"' in page
    assert 'value="1958"' in page
    assert '<option value="en" selected>' in page
    assert PASSWORD not in page
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "This field is required."),
        ("password", "too short", "at least 15 characters"),
        ("password", "new@example.org", "too similar to the"),
        ("birth_year", "58", "Give the year in four digits, such as 1958."),
        ("birth_year", "2027", "Give the year in four digits, such as 1958."),
        ("birth_year", "old", "Enter a whole number."),
        ("language", "fr", "Select a valid choice."),
    ],
)
def test_bad_input_makes_nobody_and_says_why(client, invitation, field, value, said):
    page = text_of(client.post(address(invitation), {**GOOD, field: value}))
    assert said in page
    assert not User.objects.filter(email="new@example.org").exists()
    if field not in ("name", "password"):
        assert 'value="Better Name"' in page


def test_the_year_of_birth_may_be_left_open(client, invitation):
    client.post(address(invitation), {**GOOD, "birth_year": ""})
    assert User.objects.get(email="new@example.org").birth_year is None


def test_what_decides_who_somebody_is_cannot_be_filled_in(client, invitation, foreign_patient):
    client.post(
        address(invitation),
        {
            **GOOD,
            "email": "other@example.org",
            "role": "editor",
            "clinic": foreign_patient.clinic_id,
            "is_staff": "on",
            "is_superuser": "on",
        },
    )
    user = User.objects.get(email="new@example.org")
    assert (user.role, user.clinic) == ("patient", invitation.clinic)
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert not User.objects.filter(email="other@example.org").exists()


def test_consent_is_stored_as_it_was_given(client, invitation):
    """The text was read in Dutch; English is what the person wants from now on."""
    client.post(address(invitation) + "?language=nl", GOOD)
    given = Consent.objects.get(user__email="new@example.org")
    assert (given.text_version, given.language, given.channel) == (
        consent.CURRENT_VERSION,
        "nl",
        "web",
    )
    assert (given.given_at, given.withdrawn_at) == (NOW, None)
    assert given.user.language == "en"


@pytest.mark.parametrize(
    ("invited_in", "query", "shown_in"),
    [("nl", "", "nl"), ("en", "", "en"), ("nl", "?language=en", "en"), ("nl", "?language=x", "nl")],
)
def test_the_page_is_in_the_language_of_the_invitation_or_the_one_asked_for(
    client, physiotherapist, invited_in, query, shown_in
):
    invitation = factories.make_invitation(physiotherapist, language=invited_in)
    response = client.get(address(invitation) + query, headers={"accept-language": "en"})
    page = response.content.decode()
    assert f'<html lang="{shown_in}">' in page
    assert f'<option value="{shown_in}" selected>' in page
    assert response.headers["Content-Language"] == shown_in


def test_every_link_that_is_not_open_gets_the_same_answer(
    client, physiotherapist, foreign_physiotherapist
):
    used = factories.make_invitation(physiotherapist)
    client.post(address(used), GOOD)
    client.logout()
    expired = factories.make_invitation(physiotherapist, created_at=NOW - timedelta(days=7))
    withdrawn = factories.make_invitation(physiotherapist)
    services.withdraw_invitation(invitation=withdrawn, now=NOW)
    foreign = factories.make_invitation(
        foreign_physiotherapist, created_at=NOW - timedelta(days=30)
    )
    links = [address(one) for one in (used, expired, withdrawn, foreign)]
    links += [
        "/invitation/garbled/",
        f"/invitation/{expired.nonce}/",
        links[1].replace(".", "x.", 1),
    ]

    answers = [method(link) for link in links for method in (client.get, client.post)]
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.content for answer in answers}) == 1
    english = client.get(links[0], headers={"accept-language": "en"})
    assert "Ask your clinic for a new invitation." in text_of(english)


def test_a_second_acceptance_changes_nothing(client, invitation):
    client.post(address(invitation), GOOD)
    client.logout()
    again = client.post(address(invitation), {**GOOD, "password": "another pass phrase"})
    assert again.status_code == 410
    user = User.objects.get(email="new@example.org")
    assert user.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session


def test_an_address_with_an_account_elsewhere_is_told_to_its_holder_only(
    client, physiotherapist, foreign_patient
):
    invitation = factories.make_invitation(physiotherapist, email=foreign_patient.email)
    for method in (client.get, client.post):
        response = method(address(invitation), headers={"accept-language": "en"})
        assert response.status_code == 409
        assert "This e-mail address has an account already" in text_of(response)
    foreign_patient.refresh_from_db()
    assert foreign_patient.check_password(PASSWORD)


def test_somebody_signed_in_is_asked_to_sign_out_first(client, invitation, physiotherapist):
    client.force_login(physiotherapist)
    for method in (client.get, client.post):
        page = text_of(method(address(invitation), GOOD))
        assert "This browser is signed in as Own Physiotherapist." in page
    assert not User.objects.filter(email="new@example.org").exists()
    response = client.post("/sign-out/", {"next": address(invitation)})
    assert response.url == address(invitation)


def test_a_physiotherapist_reads_another_text_and_is_not_asked_for_a_year(client, clinic_manager):
    invitation = factories.make_invitation(clinic_manager, role="physiotherapist")
    page = text_of(client.get(address(invitation)))
    assert "You open only the records of patients whom you treat" in page
    assert "birth_year" not in page
    client.post(address(invitation), {**GOOD, "birth_year": "1958"})
    user = User.objects.get(email=invitation.email)
    assert (user.role, user.birth_year) == ("physiotherapist", None)


def test_no_methods_but_get_and_post(client, invitation):
    for method in (client.put, client.patch, client.delete):
        assert method(address(invitation)).status_code == 405
