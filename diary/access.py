"""How the diary reaches a patient's view: always the signed-in patient's own, else a 404."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import signed_in
from accounts.models import User
from diary.models import Entry


def patient(request: HttpRequest) -> User:
    """The patient who asks. Only for views whose policy lets patients in."""
    return signed_in(request)


def entry_for_patient(request: HttpRequest, day: date) -> Entry:
    """The patient's own entry of a day, or Http404."""
    return get_object_or_404(Entry, patient=patient(request), day=day)


def find_entry_for_patient(request: HttpRequest, day: date) -> Entry | None:
    """The patient's own entry of a day, where there is one."""
    return Entry.objects.filter(patient=patient(request), day=day).first()
