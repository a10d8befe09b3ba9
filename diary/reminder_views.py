"""The pages about reminders: when, not now, once more in a while, fewer of them."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keys, subscriptions
from accounts.enums import Role
from accounts.policies import policy
from diary import access, reminder_pages, reminders, snoozing
from diary.reminder_forms import FewerForm, PauseForm, ReminderForm, SnoozeForm


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """When to be reminded, when never, and when the next reminders come."""
    patient = access.patient(request)
    kept = reminders.settings_of(patient)
    form = ReminderForm(request.POST if request.method == "POST" else None, settings=kept)
    if not form.is_valid():
        return _page(request, form=form)
    new = form.settings()
    reminders.change_reminder(
        patient=patient,
        is_on=new.is_on,
        times=new.times,
        quiet_from=new.quiet_from,
        quiet_to=new.quiet_to,
        now=timezone.now(),
    )
    return _done(request, _("Your reminders are set."))


def _page(
    request: HttpRequest, *, form: ReminderForm | None = None, pause_form: PauseForm | None = None
) -> HttpResponse:
    patient, now = access.patient(request), timezone.now()
    today = now.astimezone(patient.zone).date()
    context = {
        "form": form or ReminderForm(settings=reminders.settings_of(patient)),
        "pause_form": pause_form or PauseForm(today=today),
        "coming": reminder_pages.coming(patient, now),
        "devices": subscriptions.devices(patient),
        "this_device": subscriptions.of_session(request.session, patient),
        "push_key": keys.push_key(now).public,
    }
    is_refused = any(each is not None and each.is_bound for each in (form, pause_form))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "diary/reminders.html", context, status=status)


def _done(request: HttpRequest, said: str, to: str = "diary:reminders") -> HttpResponse:
    messages.success(request, said)
    response = redirect(to)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@policy(Role.PATIENT)
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """No reminders for a while."""
    patient, now = access.patient(request), timezone.now()
    form = PauseForm(request.POST, today=now.astimezone(patient.zone).date())
    if not form.is_valid():
        return _page(request, pause_form=form)
    until = form.last_day()
    reminders.pause(patient=patient, until=until, now=now)
    day = date_format(until, "SHORT_DATE_FORMAT")
    return _done(request, _("No reminders up to and with %(day)s.") % {"day": day})


@policy(Role.PATIENT)
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Reminders again, before the pause is over."""
    reminders.resume(patient=access.patient(request), now=timezone.now())
    return _done(request, _("The pause is over. Reminders come again."))


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: HttpRequest) -> HttpResponseBase:
    """Today's reminder once more in a while, or not any more today.

    A script that asks for JSON is told in one sentence what will happen.
    """
    if request.method != "POST":
        return render(request, "diary/snooze.html")
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return render(request, "diary/snooze.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    patient, now = access.patient(request), timezone.now()
    answered = {"patient": patient, "day": form.cleaned_data["day"], "now": now}
    if form.cleaned_data["wait"] == SnoozeForm.TOMORROW:
        snoozed = snoozing.until_tomorrow(**answered)
    else:
        snoozed = snoozing.snooze(
            **answered,
            number=form.cleaned_data["number"],
            minutes=int(form.cleaned_data["wait"]),
        )
    said = reminder_pages.sentence(snoozed, patient, now)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"said": said})
    return _done(request, said, "home")


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def fewer(request: HttpRequest) -> HttpResponse:
    """Fewer reminders, or none, in one tap; what a message after silence leads to."""
    form = FewerForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "diary/fewer_reminders.html")
    patient, now = access.patient(request), timezone.now()
    if form.cleaned_data["choice"] == FewerForm.STOP:
        reminders.stop_reminders(patient=patient, now=now)
        return _done(request, _("You get no reminders any more. Your times are kept."))
    reminders.remind_less(patient=patient, now=now)
    return _done(request, _("From now on only on Mondays and Thursdays."))
