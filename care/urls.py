"""The addresses of this room."""

from django.urls import path

from care import red_flag_views

app_name = "care"

urlpatterns = [
    path("red-flags/", red_flag_views.red_flags, name="red_flags"),
    path("red-flags/<uuid:report_uuid>/", red_flag_views.red_flags_answer, name="red_flags_answer"),
]
