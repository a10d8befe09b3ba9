"""How patients, episodes and flags reach a physiotherapist: through an active relation, or not."""

import uuid
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts import access
from accounts.models import Relation, User
from care.models import Flag
from diary.models import Episode


def patients(request: HttpRequest, at: datetime) -> QuerySet[User]:
    """The patients of the person who asks."""
    return access.patients_of(access.signed_in(request), at)


def patient(request: HttpRequest, patient_uuid: uuid.UUID) -> User:
    """A patient of the person who asks, or Http404."""
    return access.patient_for_physiotherapist(request, patient_uuid)


def episode(request: HttpRequest, episode_uuid: uuid.UUID) -> Episode:
    """An open episode of a patient of the person who asks, or Http404."""
    episodes = Episode.objects.select_related("patient", "plan__condition", "stage")
    return get_object_or_404(
        episodes,
        uuid=episode_uuid,
        patient__in=patients(request, timezone.now()),
        ended_on__isnull=True,
    )


def flag(request: HttpRequest, flag_uuid: uuid.UUID) -> Flag:
    """A flag, open or closed, of a patient of the person who asks, or Http404."""
    flags = Flag.objects.select_related("patient", "episode__plan", "acknowledged_by", "closed_by")
    return get_object_or_404(flags, uuid=flag_uuid, patient__in=patients(request, timezone.now()))


def relation(request: HttpRequest, patient: User) -> Relation:
    """The active relation between a patient and the person who asks, or Http404."""
    return get_object_or_404(
        Relation, patient=patient, physiotherapist=request.user, ended_at__isnull=True
    )
