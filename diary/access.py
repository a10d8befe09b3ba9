"""How the diary reaches a patient's view: always the signed-in patient's own, else a 404."""

import uuid
from datetime import date, timedelta

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import signed_in
from accounts.models import User
from conditions.models import Plan
from diary import repeating, services
from diary.models import Entry, Episode, Moment


def patient(request: HttpRequest) -> User:
    """The patient who asks. Only for views whose policy lets patients in."""
    return signed_in(request)


def entry_for_patient(request: HttpRequest, day: date) -> Entry:
    """The patient's own entry of a day, or Http404."""
    return get_object_or_404(Entry, patient=patient(request), day=day)


def find_entry_for_patient(request: HttpRequest, day: date) -> Entry | None:
    """The patient's own entry of a day, where there is one."""
    return Entry.objects.filter(patient=patient(request), day=day).first()


def episode_for_patient(request: HttpRequest, episode_uuid: uuid.UUID) -> Episode:
    """An open episode of the patient's own, or Http404."""
    episodes = Episode.objects.select_related("patient", "plan")
    return get_object_or_404(
        episodes, uuid=episode_uuid, patient=patient(request), ended_on__isnull=True
    )


def recent_entries(request: HttpRequest, today: date) -> dict[date, Entry]:
    """The patient's own entries of the days that can be filled in, and of the few before.

    One that was taken back is among them.
    """
    back = timedelta(days=services.DAYS_BACK + repeating.DAYS_BACK)
    days = (today - back, today)
    found = Entry.with_taken_back.filter(patient=patient(request), day__range=days)
    return {entry.day: entry for entry in found}


def moment_for_patient(request: HttpRequest, moment_uuid: uuid.UUID) -> Moment:
    """One of the patient's own moments, one that was taken back too, or Http404."""
    return get_object_or_404(Moment, patient=patient(request), uuid=moment_uuid)


def find_day_for_patient(request: HttpRequest, day: date) -> Entry | None:
    """The patient's own entry of a day, also one that was taken back."""
    return Entry.with_taken_back.filter(patient=patient(request), day=day).first()


def day_for_patient(request: HttpRequest, day: date) -> Entry:
    """The patient's own entry of a day, also one that was taken back, or Http404."""
    return get_object_or_404(Entry.with_taken_back, patient=patient(request), day=day)


def plan_for_editor(request: HttpRequest, plan_uuid: uuid.UUID) -> Plan:
    """A plan in any state, or Http404: content is nobody's, and every editor may look at it."""
    return get_object_or_404(Plan.objects.prefetch_related("switches"), uuid=plan_uuid)
