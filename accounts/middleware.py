"""Language and time zone of the person, signing in, and no copies of personal pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from accounts import answers, kept
from accounts.policies import is_asked_by_a_program

LANGUAGE_CODES = {code for code, _ in settings.LANGUAGES}


class LanguageMiddleware:
    """The signed-in person's language and zone; else the language the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language = user.language
            zone = user.zone
        else:
            language = translation.get_language_from_request(request)
            zone = timezone.get_default_timezone()
        if language not in LANGUAGE_CODES:
            language = settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response


class NoStoreMiddleware:
    """Pages of a signed-in person stay out of every cache, the browser's own included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Who is not signed in signs in first; what they had written is given back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if is_asked_by_a_program(view_func):
            return answers.signed_out()
        to_sign_in = super().handle_no_permission(request, view_func)
        if not kept.texts(request):
            return to_sign_in
        why = _("You are signed out. Nothing is saved.")
        return kept.page(request, why, to_sign_in.url, HTTPStatus.FORBIDDEN)
