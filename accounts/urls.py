"""The addresses of this room; signing in has its own list."""

from django.urls import path

from accounts import views

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
]
