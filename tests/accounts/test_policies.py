"""Who may open a view, as `policy` holds it."""

import pytest
from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts.enums import Role
from accounts.policies import PUBLIC, SIGNED_IN, policy
from tests import factories


def page(request):
    return HttpResponse("the page")


def open_page(view, user) -> HttpResponse:
    request = RequestFactory().get("/somewhere/")
    request.user = user
    turned_away = LoginRequiredMiddleware(page).process_view(request, view, (), {})
    return turned_away or view(request)


@pytest.mark.parametrize("role", [*Role])
def test_a_role_opens_its_own_pages_and_gets_404_for_others(db, role):
    person = factories.make_person(role)
    assert open_page(policy(role)(page), person).content == b"the page"
    others = [other for other in Role if other != role]
    with pytest.raises(Http404):
        open_page(policy(*others)(page), person)


def test_anonymous_is_sent_to_sign_in(rf):
    for allowed in (Role.PATIENT, SIGNED_IN):
        response = open_page(policy(allowed)(page), AnonymousUser())
        assert (response.status_code, response.url) == (302, "/sign-in/?next=/somewhere/")


def test_a_public_page_is_open_to_all(patient):
    for user in (AnonymousUser(), patient):
        assert open_page(policy(PUBLIC)(page), user).content == b"the page"


def test_a_page_for_the_signed_in_is_open_to_every_role(db):
    for role in Role:
        assert open_page(policy(SIGNED_IN)(page), factories.make_person(role)).status_code == 200


def test_a_view_that_was_open_by_itself_is_closed_by_its_policy(db):
    for view in (login_not_required(page_that_was_open), allauth_views.login):
        assert open_page(policy(SIGNED_IN)(view), AnonymousUser()).status_code == 302


def page_that_was_open(request):
    return HttpResponse("the page")


def test_a_policy_can_be_read_from_the_view():
    assert policy(Role.PATIENT, Role.EDITOR)(page).policy == {Role.PATIENT, Role.EDITOR}
    assert policy(PUBLIC)(page).policy == {PUBLIC}


@pytest.mark.parametrize("allowed", [(), ("nurse",), (Role.PATIENT, "nurse")])
def test_an_unknown_or_empty_policy_is_refused(allowed):
    with pytest.raises(ValueError, match="policy"):
        policy(*allowed)
