"""The pages on which a patient fills in a day: today, the form, what was saved."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import devices
from accounts.enums import Role
from accounts.policies import policy
from diary import (
    access,
    aid_steps,
    asking,
    entries,
    field_names,
    history,
    moments,
    queries,
    queued,
    repeating,
    services,
    verdicts,
    wording,
)
from diary import today as pages
from diary.forms import EntryForm, initial_of
from diary.models import Entry, EntryRevision
from diary.services import AlreadySavedOtherwise, Undone

UNDONE = {
    Undone.PUT_BACK: gettext_lazy("Undone. What was there before counts again."),
    Undone.TAKEN_BACK: gettext_lazy("Undone. This day has no entry now."),
    Undone.NOTHING: gettext_lazy(
        "Nothing has changed: this was undone before, or the day was saved again since."
    ),
}


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
    patient = access.patient(request)
    local_today = timezone.now().astimezone(patient.zone).date()
    day = day or local_today
    if request.method == "POST":
        return _take(request, day, local_today)
    asked = asking.asked_on(patient, day)
    if not services.is_open_to_log(day, local_today):
        return _closed_day(request, day, local_today)
    recent = access.recent_entries(request, local_today)
    saved_days = history.standing(recent)
    entry = saved_days.get(day)
    if entry and not asked.sides:
        return _closed_day(request, day, local_today)
    if not asked.sides:
        return no_plan(request, HTTPStatus.OK)
    form = EntryForm(
        asked=asked,
        today=local_today,
        initial=_initial(recent.get(day), request.GET.get("from", "")),
        offer=None if entry else repeating.offer_for(saved_days, day, asked.activities),
    )
    return log_page(request, form, recent)


def _initial(kept: Entry | None, source: str) -> dict[str, Any]:
    """What the form shows at first: what was saved, or on demand what was taken back."""
    if kept is None or source == "blank":
        return {}
    if kept.taken_back_at is None:
        return initial_of(entries.answers_of(kept))
    if source != "taken-back":
        return {}
    return initial_of(entries.answers_taken_back(kept))


def _take(request: HttpRequest, day: date, local_today: date) -> HttpResponse:
    """Save a form that came in, or give it back with every answer in it."""
    patient = access.patient(request)
    sent = repeating.filled_in(request.POST)
    slugs = field_names.read(name for name, value in sent.items() if value).activities
    signed = request.POST.get("besides", "")
    besides = field_names.read(queued.names_signed(patient, day, signed))
    asked = asking.asked_with(patient, day, besides, slugs=slugs)
    if not asked.sides:
        return no_plan(request)
    form = EntryForm(sent, asked=asked, today=local_today)
    if not form.is_valid():
        shown = EntryForm(sent, asked=asking.asked_with(patient, day, besides), today=local_today)
        return log_page(request, shown, besides=signed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.record_entry(
            patient=patient,
            day=day,
            answers=form.answers(),
            client_uuid=form.client_id(),
            by=patient,
            now=timezone.now(),
            device=device_of(request),
            asked=asked,
        )
    except AlreadySavedOtherwise as refused:
        # Saved again under a new id, the same answers are an edit.
        again = sent | {"client_uuid": str(uuid4())}
        form = EntryForm(again, asked=asking.asked_with(patient, day, besides), today=local_today)
        return log_page(
            request, form, earlier=refused.revision, besides=signed, status=HTTPStatus.CONFLICT
        )
    left_out = sent.keys() - form.fields.keys()
    if any(sent[name] and field_names.is_answer(name) for name in left_out):
        messages.warning(
            request,
            _("One of your answers is about something that is asked no longer. It is not kept."),
        )
    return see_other("diary:saved", day)


def see_other(name: str, *args: object) -> HttpResponse:
    """To the page that shows what came of a form."""
    response = redirect(name, *args)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def device_of(request: HttpRequest) -> str:
    """What the device of the person who asks is called; empty where that is not known."""
    return devices.device_name(request.headers.get("User-Agent", ""))


def no_plan(request: HttpRequest, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> HttpResponse:
    return render(request, "diary/no_plan.html", status=status)


def log_page(
    request: HttpRequest,
    form: EntryForm,
    recent: Mapping[date, Entry] | None = None,
    *,
    earlier: EntryRevision | None = None,
    besides: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The form with what stands around it; `recent` are the entries, where they were read.

    `besides` is what a page to mend hands on; see `queued.signed_names`.
    """
    patient, day = access.patient(request), form.asked.day
    found = access.recent_entries(request, form.today) if recent is None else recent
    # Around a form that came in only what is in the form is shown.
    kept = None if recent is None else recent.get(day)
    is_taken_back = kept is not None and kept.taken_back_at is not None
    context = {
        "form": form,
        "day": day,
        "today": form.today,
        "earlier": earlier,
        "besides": besides,
        "entry": None if is_taken_back else kept,
        "taken_back": kept if is_taken_back else None,
        "revisions": history.revisions(kept) if kept else (),
        "days": history.days_to_fill_in(history.standing(found), form.today),
        "moments": moments.of_day(patient, day),
    }
    return render(request, "diary/log.html", context, status=status)


def _closed_day(request: HttpRequest, day: date, local_today: date) -> HttpResponse:
    """A day outside the window: what was saved can be read, and nothing changed."""
    kept = access.find_day_for_patient(request, day)
    entry = kept if kept and kept.taken_back_at is None else None
    context = {
        "day": day,
        "is_future": day > local_today,
        "days_back": services.DAYS_BACK,
        "entry": entry,
        "row": history.row_of(entry) if entry else None,
        "moments": moments.of_day(access.patient(request), day),
        "revisions": history.revisions(kept) if kept else (),
    }
    return render(request, "diary/closed_day.html", context)


@policy(Role.PATIENT)
@require_safe
def saved(request: HttpRequest, day: date) -> HttpResponse:
    """What the plan says of a saved day, and what one can do."""
    entry = access.entry_for_patient(request, day)
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    context = {
        "day": day,
        "entry": entry,
        "spoken": wording.sentences(verdicts.from_json(entry.verdict)),
        "row": history.row_of(entry),
        "is_sudden": queries.has_sudden_rise(patient, day),
        "asks_red_flags": queries.asks_for_red_flags(entry),
        "undo": history.undo_of(entry, today),
        "offered": aid_steps.offered_after(entry, today),
    }
    return render(request, "diary/saved.html", context)


@policy(Role.PATIENT)
@require_POST
def undo(request: HttpRequest, day: date) -> HttpResponse:
    """Take back what was saved of a day; what was there before counts again."""
    access.day_for_patient(request, day)
    patient = access.patient(request)
    try:
        undone = services.undo_revision(
            patient=patient,
            day=day,
            number=_number(request.POST.get("number", "")),
            by=patient,
            now=timezone.now(),
            device=device_of(request),
        )
    except services.DayNotOpen:
        messages.error(request, _("This day can no longer be changed. Nothing has changed."))
        return see_other("diary:log_day", day)
    except services.CannotPutBack:
        messages.error(
            request,
            _("What you had filled in before fits your plan no longer, so it cannot be put back."),
        )
        return see_other("diary:log_day", day)
    messages.success(request, UNDONE[undone])
    is_there = access.find_entry_for_patient(request, day) is not None
    return see_other("diary:saved" if is_there else "diary:log_day", day)


def _number(text: str) -> int:
    """The number of a revision; no revision has number 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
