"""Signing in and out."""

import re

import pytest
from django.core import mail
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests import factories
from tests.factories import PASSWORD

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def person(db):
    return factories.make_patient(email="me@example.org")


def sign_in(client, email="me@example.org", password=PASSWORD, **fields):
    return client.post(
        "/sign-in/", {"login": email, "password": password, **fields}, headers=ENGLISH
    )


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("email", ["me@example.org", "ME@Example.ORG", " me@example.org "])
def test_a_person_signs_in_by_e_mail_in_any_case(client, person, email):
    response = sign_in(client, email)
    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, person):
    wrong = sign_in(client, password="not the pass phrase")
    unknown = sign_in(client, "you@example.org", password="not the pass phrase")
    assert wrong.status_code == unknown.status_code == 200
    assert not is_signed_in(client)

    def page(response, email):
        text = response.content.decode().replace(email, "…")
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

    assert page(wrong, "me@example.org") == page(unknown, "you@example.org")
    assert "This e-mail address and password do not belong together." in wrong.content.decode()


def test_the_address_stays_in_the_form_and_the_password_does_not(client, person):
    page = sign_in(client, password="not the pass phrase").content.decode()
    assert 'value="me@example.org"' in page
    assert "not the pass phrase" not in page


def test_tries_are_limited_for_an_address_also_with_the_right_password_at_last(client, person):
    for _ in range(5):
        sign_in(client, password="not the pass phrase")
    limited = sign_in(client)
    assert "That was tried too often." in limited.content.decode()
    assert not is_signed_in(client)


def test_the_limit_is_the_same_for_an_address_that_nobody_has(client, person):
    for _ in range(5):
        sign_in(client, "you@example.org")
    assert "That was tried too often." in sign_in(client, "you@example.org").content.decode()
    assert sign_in(client).status_code == 302


def test_very_many_tries_from_one_place_get_a_calm_429(client, person):
    for number in range(30):
        sign_in(client, f"{number}@example.org")
    response = sign_in(client)
    assert response.status_code == 429
    assert "That was too often" in response.content.decode()


def test_somebody_deactivated_does_not_get_in(client, person):
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert sign_in(client).url == "/sign-in/closed/"
    assert not is_signed_in(client)
    assert (
        "This account is closed" in client.get("/sign-in/closed/", headers=ENGLISH).content.decode()
    )


def test_deactivating_ends_the_session_with_the_next_request(client, person):
    client.force_login(person)
    assert client.get("/settings/").status_code == 200
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert client.get("/settings/").url == "/sign-in/?next=/settings/"


def test_after_signing_in_one_goes_on_where_one_was(client, person):
    page = client.get("/sign-in/?next=/settings/").content.decode()
    assert '<input type="hidden" name="next" value="/settings/">' in page
    assert sign_in(client, next="/settings/").url == "/settings/"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "javascript:a"])
def test_signing_in_leads_to_no_other_site(client, person, elsewhere):
    assert sign_in(client, next=elsewhere).url == "/"


def test_signing_out_needs_a_press_on_the_button(client, person):
    client.force_login(person)
    asked = client.get("/sign-out/")
    assert "Do you want to sign out?" in asked.content.decode()
    assert is_signed_in(client)

    response = client.post("/sign-out/")
    assert response.url == "/sign-in/"
    assert not is_signed_in(client)
    assert client.get("/settings/").url == "/sign-in/?next=/settings/"


def test_signing_in_makes_a_new_session(client, person):
    client.get("/sign-in/")
    client.session["before"] = True
    client.session.save()
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_nobody_signs_up(client, db):
    for response in (
        client.get("/sign-up/", headers=ENGLISH),
        client.post(
            "/sign-up/", {"email": "a@example.org", "password1": PASSWORD}, headers=ENGLISH
        ),
    ):
        assert "People come to HipTrack by invitation" in response.content.decode()
    assert not is_signed_in(client)
    assert mail.outbox == []


def test_views_of_allauth_that_nobody_needs_have_no_address():
    for name in ("account_email", "account_set_password", "account_request_login_code"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert reverse("account_login") == "/sign-in/"
    assert reverse("account_signup") == "/sign-up/"


def test_other_methods_are_refused(client, db):
    for address in ("/sign-in/", "/sign-out/", "/password/reset/"):
        assert client.put(address).status_code == 405


def test_the_admin_has_no_sign_in_of_its_own(client, editor, patient):
    assert client.get("/admin/login/").url == "/sign-in/?next=%2Fadmin%2Flogin%2F"
    response = client.post("/admin/login/", {"username": editor.email, "password": PASSWORD})
    assert response.status_code == 302
    assert not is_signed_in(client)

    for person in (patient, editor):
        client.force_login(person)
        assert client.get("/admin/login/").status_code == 403
    client.force_login(User.objects.create_superuser("root@example.org", PASSWORD))
    assert client.get("/admin/login/").url == "/admin/"
