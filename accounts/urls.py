"""The addresses of this room; signing in has its own list."""

from django.urls import path

from accounts import push_views, views

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("invitations/", views.invitations, name="invitations"),
    path(
        "invitations/<uuid:invitation_uuid>/withdraw/",
        views.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("settings/", views.settings, name="settings"),
    path("clinic/", views.clinic, name="clinic"),
    path("push/", push_views.subscribe, name="push"),
    path("push/<uuid:device_uuid>/remove/", push_views.remove, name="remove_push"),
    path("push/<uuid:device_uuid>/test/", push_views.test, name="test_push"),
]
