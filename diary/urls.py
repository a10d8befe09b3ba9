"""The addresses of this room."""

from datetime import date

from django.urls import path, register_converter

from diary import (
    moment_views,
    offline_views,
    preview_views,
    reading_views,
    reminder_views,
    sync_views,
    taper_views,
    views,
)


class DayConverter:
    """A local day as 2026-11-23; anything that is no day is an unknown address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

app_name = "diary"
urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/offline/", offline_views.log, name="log_offline"),
    path("log/session/", sync_views.session, name="session"),
    path("log/sync/", sync_views.sync, name="sync"),
    path("log/mend/", sync_views.mend, name="mend"),
    path("log/<day:day>/", views.log, name="log_day"),
    path("log/<day:day>/saved/", views.saved, name="saved"),
    path("log/<day:day>/moments/", moment_views.of_day, name="moments"),
    path("log/moments/<uuid:moment_uuid>/", moment_views.take_back, name="moment"),
    path("log/<day:day>/undo/", views.undo, name="undo"),
    path("history/", reading_views.history, name="history"),
    path("plan/", reading_views.plan, name="plan"),
    path("plan/about/", reading_views.about, name="about"),
    path("plan/aids/", taper_views.aids, name="aids"),
    path("plan/aids/up/", taper_views.step_back_up, name="step_back_up"),
    path("plan/aids/down/", taper_views.step_down, name="step_down"),
    path("plan/guide/", reading_views.guides, name="guides"),
    path("plan/guide/<slug:code>/", reading_views.guide, name="guide"),
    path("milestones/<uuid:episode_uuid>/<slug:code>/", taper_views.milestone, name="milestone"),
    path(
        "milestones/<uuid:episode_uuid>/<slug:code>/undo/",
        taper_views.unmark_milestone,
        name="unmark_milestone",
    ),
    path("progress/", reading_views.show_progress, name="progress"),
    path("progress/numbers/", reading_views.numbers, name="numbers"),
    path("content/plans/<uuid:plan_uuid>/preview/", preview_views.page, name="preview"),
    path(
        "content/plans/<uuid:plan_uuid>/preview/phone/", preview_views.phone, name="preview_phone"
    ),
    path("reminders/", reminder_views.page, name="reminders"),
    path("reminders/pause/", reminder_views.pause, name="pause_reminders"),
    path("reminders/resume/", reminder_views.resume, name="resume_reminders"),
    path("reminders/snooze/", reminder_views.snooze, name="snooze"),
    path("reminders/fewer/", reminder_views.fewer, name="fewer_reminders"),
]
