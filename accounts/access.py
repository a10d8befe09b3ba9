"""How people and their things reach a view: scoped to who asks, a 404 for everything else."""

import uuid
from datetime import datetime
from typing import cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts import queries
from accounts.models import Clinic, Invitation, PushSubscription, User


def signed_in(request: HttpRequest) -> User:
    """The person who asks. Only for views that are not public."""
    return cast(User, request.user)


def clinic_of_manager(request: HttpRequest) -> Clinic:
    """The clinic that the person who asks manages, or Http404."""
    manager = signed_in(request)
    if not manager.is_clinic_manager or manager.clinic is None:
        raise Http404
    return manager.clinic


def patients_of(physiotherapist: User, at: datetime) -> QuerySet[User]:
    """The patients whom this physiotherapist treats at that moment, by name."""
    return queries.patients_of(physiotherapist, at)


def patient_for_physiotherapist(request: HttpRequest, patient_uuid: uuid.UUID) -> User:
    """A patient in an active relation with the person who asks, or Http404."""
    return get_object_or_404(patients_of(signed_in(request), timezone.now()), uuid=patient_uuid)


def invitations_of(inviter: User) -> QuerySet[Invitation]:
    """What this person sees of invitations.

    A clinic manager sees those of the clinic, a physiotherapist their own at their clinic.
    """
    if inviter.clinic_id is None:
        return Invitation.objects.none()
    of_clinic = Invitation.objects.filter(clinic=inviter.clinic_id)
    if inviter.is_clinic_manager:
        return of_clinic
    if inviter.is_physiotherapist:
        return of_clinic.filter(invited_by=inviter)
    return Invitation.objects.none()


def invitation_for_inviter(request: HttpRequest, invitation_uuid: uuid.UUID) -> Invitation:
    """An invitation that the person who asks may see, or Http404."""
    return get_object_or_404(invitations_of(signed_in(request)), uuid=invitation_uuid)


def device_of_person(request: HttpRequest, device_uuid: uuid.UUID) -> PushSubscription:
    """A device on which the person who asks takes push messages, or Http404."""
    own = PushSubscription.objects.filter(user=signed_in(request))
    return get_object_or_404(own, uuid=device_uuid)
