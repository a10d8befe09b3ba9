"""Language and time zone of the person; else the browser's language; and no copies kept."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.middleware import LanguageMiddleware, NoStoreMiddleware
from tests import factories


def ask(user, accept_language: str = "") -> HttpResponse:
    request = RequestFactory().get("/", headers={"accept-language": accept_language})
    request.user = user

    def view(request):
        seen = f"{translation.get_language()} {timezone.get_current_timezone_name()}"
        return HttpResponse(f"{seen} {request.LANGUAGE_CODE}")

    return LanguageMiddleware(view)(request)


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        ("de,en;q=0.3", "en"),
        ("de", "nl"),
        ("", "nl"),
        ("<script>", "nl"),
    ],
)
def test_without_a_person_the_browser_chooses(accept_language, language):
    response = ask(AnonymousUser(), accept_language)
    assert response.content.decode() == f"{language} Europe/Amsterdam {language}"
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]


def test_the_persons_own_choice_wins_over_the_browser(db):
    person = factories.make_patient(language="en", time_zone="America/Curacao")
    assert ask(person, "nl").content.decode() == "en America/Curacao en"
    person.language = "nl"
    assert ask(person, "en").content.decode() == "nl America/Curacao nl"


def test_a_language_that_is_gone_becomes_dutch(db):
    person = factories.make_patient()
    person.language = "fr"
    assert ask(person, "en").content.decode() == "nl Europe/Amsterdam nl"


def test_the_choice_ends_with_the_request(db):
    with translation.override("nl"):
        ask(factories.make_patient(language="en", time_zone="America/Curacao"))
        assert translation.get_language() == "nl"
        assert timezone.get_current_timezone_name() == "Europe/Amsterdam"


def test_only_pages_of_a_person_are_kept_out_of_caches(db):
    def answer(user):
        request = RequestFactory().get("/")
        request.user = user
        return NoStoreMiddleware(lambda request: HttpResponse())(request)

    assert "Cache-Control" not in answer(AnonymousUser()).headers
    kept = answer(factories.make_patient()).headers["Cache-Control"]
    assert {"no-store", "private", "max-age=0"} <= set(kept.split(", "))


def test_pages_come_in_the_browsers_language(client, db):
    english = client.get("/sign-in/", headers={"accept-language": "en"})
    dutch = client.get("/sign-in/", headers={"accept-language": "nl"})
    assert '<html lang="en">' in english.content.decode()
    assert '<html lang="nl">' in dutch.content.decode()
