"""Changing a password, and getting a new one by mail."""

import re
import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import translation

from tests import factories
from tests.factories import NOW, PASSWORD

NEW = "quite another pass phrase"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def person(db):
    return factories.make_patient(email="me@example.org")


def ask_for_link(client, email="me@example.org", **extra):
    return client.post("/password/reset/", {"email": email}, headers=ENGLISH, **extra)


def link_in_mail() -> str:
    return re.search(r"http\S+", mail.outbox[-1].body).group().removeprefix("http://127.0.0.1:8000")


def test_a_password_is_changed_and_the_person_stays_signed_in(client, person):
    client.force_login(person)
    response = client.post("/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert response.url == "/settings/"
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert "Your password is changed." in client.get("/settings/").content.decode()


def test_changing_a_password_ends_the_sessions_elsewhere(client, person):
    elsewhere = client.__class__()
    for browser in (client, elsewhere):
        browser.force_login(person)
    client.post("/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert elsewhere.get("/settings/").url == "/sign-in/?next=/settings/"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", NEW, "This is not your current password."),
        (PASSWORD, "fourteen chars", "at least 15 characters"),
        (PASSWORD, "me@example.org.", "too similar to the"),
        (PASSWORD, "1q2w3e4r5t6y7u8i9o0p", "too common"),
    ],
)
def test_a_password_is_not_changed(client, person, old, new, said):
    client.force_login(person)
    response = client.post("/password/change/", {"oldpassword": old, "password1": new})
    assert said in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_long_password_with_spaces_at_its_ends_is_kept_as_it_is(client, person):
    client.force_login(person)
    new = f" {'é' * 126} "
    client.post("/password/change/", {"oldpassword": PASSWORD, "password1": new})
    person.refresh_from_db()
    assert person.check_password(new)
    assert not person.check_password(new.strip())


def test_a_link_by_mail_gives_a_new_password_once(client, person):
    assert ask_for_link(client).url == "/password/reset/sent/"
    assert [message.to for message in mail.outbox] == [["me@example.org"]]
    assert mail.outbox[0].subject == "A new password for HipTrack"
    link = link_in_mail()

    form_page = client.get(link)
    assert form_page.url.endswith("-set-password/")
    done = client.post(form_page.url, {"password1": NEW})
    assert done.url == "/password/reset/changed/"
    person.refresh_from_db()
    assert person.check_password(NEW)

    again = client.get(link, headers=ENGLISH)
    assert "This link works no longer" in again.content.decode()


def test_a_link_by_mail_ends_after_an_hour(client, person):
    with time_machine.travel(NOW, tick=False) as clock:
        ask_for_link(client)
        clock.shift(timedelta(minutes=59))
        assert client.get(link_in_mail()).status_code == 302
        clock.shift(timedelta(minutes=2))
        late = client.get(link_in_mail(), headers=ENGLISH)
    assert "This link works no longer" in late.content.decode()


def test_an_altered_link_gives_nothing(client, person):
    ask_for_link(client)
    link = link_in_mail()
    other = factories.make_patient()
    for bad in (link[:-3] + "a/", link.replace(f"/{int(person.pk):x}-", f"/{int(other.pk):x}-")):
        if bad != link:
            page = client.get(bad, headers=ENGLISH).content.decode()
            assert "This link works no longer" in page


def test_an_unknown_address_gets_the_same_answer_and_another_mail(client, person):
    known, unknown = ask_for_link(client), ask_for_link(client, "you@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [["me@example.org"], ["you@example.org"]]
    assert "nobody signs in with it" in mail.outbox[1].body
    assert "http" not in mail.outbox[1].body


def test_somebody_deactivated_gets_no_link(client, person):
    person.is_active = False
    person.save(update_fields=["is_active"])
    ask_for_link(client)
    assert "http" not in mail.outbox[0].body


def test_asking_for_links_is_limited(client, person):
    answers = [ask_for_link(client).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_the_link_never_comes_from_the_host_header(client, person, settings):
    settings.BASE_URL = "https://hiptrack.example"
    ask_for_link(client, HTTP_HOST="localhost")
    assert "https://hiptrack.example/password/reset/" in mail.outbox[0].body
    assert "localhost" not in mail.outbox[0].body


def test_the_mail_is_in_the_persons_language(client, person, monkeypatch):
    """Told by the language that is active when it is sent."""
    person.language = "nl"
    person.save(update_fields=["language"])
    languages = []
    monkeypatch.setattr(
        EmailBackend,
        "send_messages",
        lambda backend, messages: languages.append(translation.get_language()) or len(messages),
    )
    ask_for_link(client)
    assert languages == ["nl"]


def test_when_mail_is_down_the_person_is_told(client, person, monkeypatch):
    def fail(backend, messages):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    for email in ("me@example.org", "you@example.org"):
        response = ask_for_link(client, email)
        assert response.status_code == 503
        assert "We cannot send mail just now" in response.content.decode()
