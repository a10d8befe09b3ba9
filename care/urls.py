"""The addresses of this room."""

from django.urls import path

from care import episode_views, red_flag_views, views

app_name = "care"

urlpatterns = [
    path("care/", views.caseload, name="caseload"),
    path("care/patients/<uuid:patient_uuid>/", views.patient, name="patient"),
    path("care/patients/<uuid:patient_uuid>/enrol/", episode_views.enrol, name="enrol"),
    path("care/patients/<uuid:patient_uuid>/end/", episode_views.end_relation, name="end_relation"),
    path("care/episodes/<uuid:episode_uuid>/phase/", episode_views.phase, name="phase"),
    path("care/episodes/<uuid:episode_uuid>/plan/", episode_views.move_plan, name="move_plan"),
    path(
        "care/episodes/<uuid:episode_uuid>/milestones/<slug:code>/",
        episode_views.milestone,
        name="milestone",
    ),
    path(
        "care/episodes/<uuid:episode_uuid>/milestones/<slug:code>/confirm/",
        episode_views.confirm_milestone,
        name="confirm_milestone",
    ),
    path(
        "care/episodes/<uuid:episode_uuid>/milestones/<slug:code>/not-yet/",
        episode_views.not_yet,
        name="not_yet",
    ),
    path("care/episodes/<uuid:episode_uuid>/checkup/", episode_views.checkup, name="checkup"),
    path("care/episodes/<uuid:episode_uuid>/end/", episode_views.end_episode, name="end_episode"),
    path("care/flags/<uuid:flag_uuid>/", views.flag, name="flag"),
    path("care/flags/<uuid:flag_uuid>/seen/", views.acknowledge_flag, name="acknowledge_flag"),
    path("care/flags/<uuid:flag_uuid>/resolved/", views.resolve_flag, name="resolve_flag"),
    path("red-flags/", red_flag_views.red_flags, name="red_flags"),
    path("red-flags/<uuid:report_uuid>/", red_flag_views.red_flags_answer, name="red_flags_answer"),
]
