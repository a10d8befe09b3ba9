"""The pages on which a patient fills in a day: today, the form, what was saved."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.policies import policy
from diary import (
    access,
    asking,
    entries,
    history,
    moments,
    queries,
    repeating,
    services,
    verdicts,
    wording,
)
from diary import today as pages
from diary.asking import Asked
from diary.forms import EntryForm, initial_of
from diary.models import Entry, EntryRevision
from diary.services import AlreadySavedOtherwise


@policy(Role.PATIENT)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What holds today, and the one button to fill it in."""
    patient = access.patient(request)
    now = timezone.now().astimezone(patient.zone)
    episodes = queries.open_episodes(patient)
    latest = queries.latest_entries(patient, now.date(), 2)
    context = {
        "day": now.date(),
        "greeting": pages.greeting(now.hour),
        "overview": pages.overview(episodes, now.date(), latest) if episodes else None,
        "entry": next((entry for entry in latest if entry.day == now.date()), None),
    }
    return render(request, "diary/today.html", context)


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, day: date | None = None) -> HttpResponse:
    """Fill in a day, today unless the address names one, or change what was saved."""
    local_today = timezone.now().astimezone(access.patient(request).zone).date()
    asked = asking.asked_on(access.patient(request), day or local_today)
    if request.method == "POST":
        return _take(request, asked, local_today)
    is_open = services.is_open_to_log(asked.day, local_today)
    saved_days = access.recent_entries(request, local_today) if is_open else {}
    entry = saved_days.get(asked.day)
    if not is_open:
        entry = access.find_entry_for_patient(request, asked.day)
    if not is_open or (entry and not asked.sides):
        return _closed_day(request, asked.day, entry, local_today)
    if not asked.sides:
        return render(request, "diary/no_plan.html")
    is_blank = request.GET.get("from") == "blank"
    form = EntryForm(
        asked=asked,
        today=local_today,
        initial=initial_of(entries.answers_of(entry)) if entry and not is_blank else {},
        offer=None if entry else repeating.offer_for(saved_days, asked.day, asked.activities),
    )
    return _log_page(request, form, entry, saved_days=saved_days)


def _take(request: HttpRequest, asked: Asked, local_today: date) -> HttpResponse:
    """Save a form that came in, or give it back with every answer in it."""
    if not asked.sides:
        return render(request, "diary/no_plan.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sent = repeating.filled_in(request.POST)
    form = EntryForm(sent, asked=asked, today=local_today)
    if not form.is_valid():
        return _log_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    patient = access.patient(request)
    try:
        services.record_entry(
            patient=patient,
            day=asked.day,
            answers=form.answers(),
            client_uuid=form.client_id(),
            by=patient,
            now=timezone.now(),
        )
    except AlreadySavedOtherwise as refused:
        # Saved again under a new id, the same answers are an edit.
        form = EntryForm(sent | {"client_uuid": str(uuid4())}, asked=asked, today=local_today)
        return _log_page(request, form, earlier=refused.revision, status=HTTPStatus.CONFLICT)
    response = redirect("diary:saved", asked.day)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _log_page(
    request: HttpRequest,
    form: EntryForm,
    entry: Entry | None = None,
    *,
    saved_days: Mapping[date, Entry] | None = None,
    earlier: EntryRevision | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    patient, day = access.patient(request), form.asked.day
    if saved_days is None:
        saved_days = access.recent_entries(request, form.today)
    context = {
        "form": form,
        "day": day,
        "today": form.today,
        "earlier": earlier,
        "entry": entry,
        "revisions": history.revisions(entry) if entry else (),
        "days": history.days_to_fill_in(saved_days, form.today),
        "moments": moments.of_day(patient, day),
    }
    return render(request, "diary/log.html", context, status=status)


def _closed_day(
    request: HttpRequest, day: date, entry: Entry | None, local_today: date
) -> HttpResponse:
    """A day outside the window: what was saved can be read, and nothing changed."""
    context = {
        "day": day,
        "is_future": day > local_today,
        "days_back": services.DAYS_BACK,
        "entry": entry,
        "row": history.row_of(entry) if entry else None,
        "moments": moments.of_day(access.patient(request), day),
        "revisions": history.revisions(entry) if entry else (),
    }
    return render(request, "diary/closed_day.html", context)


@policy(Role.PATIENT)
@require_safe
def saved(request: HttpRequest, day: date) -> HttpResponse:
    """What the plan says of a saved day, and what one can do."""
    entry = access.entry_for_patient(request, day)
    patient = access.patient(request)
    context = {
        "day": day,
        "entry": entry,
        "spoken": wording.sentences(verdicts.from_json(entry.verdict)),
        "row": history.row_of(entry),
        "is_sudden": queries.has_sudden_rise(patient, day),
        "asks_red_flags": queries.asks_for_red_flags(entry),
    }
    return render(request, "diary/saved.html", context)
