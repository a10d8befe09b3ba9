"""What somebody wrote and could not be taken in: given back on a page, so that it can be copied.

Signed-in pages stay out of the browser's cache: going back there brings an empty form.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from accounts import answers
from accounts.policies import is_asked_by_a_program

NOT_WRITTEN = frozenset({"csrfmiddlewaretoken", "base"})


def texts(request: HttpRequest) -> list[str]:
    """The texts in a form that was sent: words, and no choices, numbers or passwords."""
    return [
        str(value)
        for key, value in request.POST.items()
        if key not in NOT_WRITTEN and "password" not in key and len(str(value).split()) > 1
    ]


def page(request: HttpRequest, why: str, way_on: str, status: HTTPStatus) -> HttpResponse:
    context = {"why": why, "texts": texts(request), "way_on": way_on}
    response = render(request, "kept.html", context, status=status)
    add_never_cache_headers(response)
    return response


def gives_texts_back(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view whose thing may be gone by the time that a text about it is sent."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST" or not texts(request):
                raise
            why = _("What this is about is not here any more. Nothing is saved.")
            return page(request, why, "/", HTTPStatus.NOT_FOUND)

    return guarded


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before somebody signed in anew. To a stranger nothing is given back."""
    if request.resolver_match and is_asked_by_a_program(request.resolver_match.func):
        return answers.csrf() if request.user.is_authenticated else answers.signed_out()
    if not request.user.is_authenticated or not texts(request):
        return csrf_failure(request, reason)
    why = _("You signed in anew after you opened the form. Nothing is saved.")
    before = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()})
    return page(request, why, before if is_ours else "/", HTTPStatus.FORBIDDEN)
