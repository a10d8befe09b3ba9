"""The pages on which a patient reads: the diary, the plan and the progress."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.policies import policy
from diary import about_pages, access, guide_pages, plan_pages, progress, queries
from diary import history as pages
from diary.verdicts import BindingLimit

WEEKS = {"4": 4, "12": 12, "all": None}


@policy(Role.PATIENT)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The days of a month, filled in or not; `?month=2026-11` names another one."""
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    month = pages.month_of(patient, _month(request.GET.get("month", ""), today), today)
    return render(request, "diary/history.html", {"month": month})


def _month(text: str, today: date) -> date:
    """The first day of the month that an address names; this month where it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today


@policy(Role.PATIENT)
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The plan of each hip, with the phase that holds today."""
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    episodes = queries.open_episodes(patient)
    context = {"plans": [plan_pages.page_of(episode, today) for episode in episodes]}
    return render(request, "diary/plan.html", context)


@policy(Role.PATIENT)
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What there is to read about the patient's own condition."""
    patient = access.patient(request)
    pages = about_pages.of_patient(patient, queries.open_episodes(patient))
    return render(request, "diary/about.html", {"pages": pages})


@policy(Role.PATIENT)
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Walking aids, load levels and techniques, with one's own aid and level marked."""
    context = {"guides": guide_pages.guides(_own_limit(request))}
    return render(request, "diary/guides.html", context)


@policy(Role.PATIENT)
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """One guide, with one's own kilograms in it."""
    page = guide_pages.page_of(code, _own_limit(request))
    if page is None:
        raise Http404
    return render(request, "diary/guide.html", {"page": page})


def _own_limit(request: HttpRequest) -> BindingLimit | None:
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    return guide_pages.limit_on(queries.open_episodes(patient), today)


@policy(Role.PATIENT)
@require_safe
def show_progress(request: HttpRequest) -> HttpResponse:
    """The chart of each hip over four weeks, twelve weeks or all days."""
    patient = access.patient(request)
    chosen, start, first, today = _stretch(request)
    context = {
        "progress": progress.of_patient(patient, first=first, today=today),
        "has_diary": start is not None,
        "chosen": chosen,
        "today": today,
    }
    return render(request, "diary/progress.html", context)


@policy(Role.PATIENT)
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers behind the chart, day by day, however many."""
    chosen, _start, first, today = _stretch(request)
    tables = progress.numbers_of(access.patient(request), first=first, today=today)
    context = {"tables": tables, "chosen": chosen, "first": first, "today": today}
    return render(request, "diary/numbers.html", context)


def _stretch(request: HttpRequest) -> tuple[str, date | None, date, date]:
    """What the address chooses, the first day of the diary, and the days from and to."""
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    chosen = request.GET.get("weeks", "4")
    chosen = chosen if chosen in WEEKS else "4"
    weeks, start = WEEKS[chosen], pages.first_day(patient)
    first = start if weeks is None and start else today - timedelta(days=7 * (weeks or 4) - 1)
    return chosen, start, min(first, today), today
