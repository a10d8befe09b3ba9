"""Signing in and out and passwords: allauth's views at our addresses, under allauth's names.

They are listed one by one, so that a view that nobody needs has no address.
"""

from collections.abc import Callable

from allauth.account import views
from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_http_methods

from accounts.policies import PUBLIC, SIGNED_IN, policy


def _guarded(view: Callable, allowed: str) -> Callable:
    return require_http_methods(["GET", "HEAD", "POST"])(policy(allowed)(view))


def _page(address: str, view: Callable, name: str, *, allowed: str = PUBLIC) -> URLPattern:
    return path(address, _guarded(view, allowed), name=name)


urlpatterns = [
    _page("sign-in/", views.login, "account_login"),
    _page("sign-in/closed/", views.account_inactive, "account_inactive"),
    _page("sign-out/", views.logout, "account_logout"),
    _page("sign-up/", views.signup, "account_signup"),
    _page("password/change/", views.password_change, "account_change_password", allowed=SIGNED_IN),
    _page("password/reset/", views.password_reset, "account_reset_password"),
    _page("password/reset/sent/", views.password_reset_done, "account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        _guarded(views.password_reset_from_key, PUBLIC),
        name="account_reset_password_from_key",
    ),
    _page(
        "password/reset/changed/",
        views.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
]
