"""What is read about people: who treats whom, and how invitations stand."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import tokens
from accounts.enums import Role
from accounts.models import Invitation, Relation, User


def active_relations(at: datetime) -> QuerySet[Relation]:
    """Relations that have begun and have not ended at that moment."""
    return Relation.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=at), started_at__lte=at
    )


def patients_of(physiotherapist: User, at: datetime) -> QuerySet[User]:
    """The patients whom this physiotherapist treats at that moment.

    Patient, physiotherapist and relation are of one clinic: a relation from a clinic that
    somebody has left opens nothing. Without a clinic there are no patients.
    """
    if not physiotherapist.is_physiotherapist or physiotherapist.clinic_id is None:
        return User.objects.none()
    clinic = physiotherapist.clinic_id
    active = active_relations(at).filter(
        patient=OuterRef("pk"), physiotherapist=physiotherapist, clinic=clinic
    )
    return User.objects.filter(Exists(active), role=Role.PATIENT, clinic=clinic).order_by(
        "name", "pk"
    )


def physiotherapists_of(patient: User, at: datetime) -> QuerySet[User]:
    """Who treats this patient at that moment and may sign in."""
    if not patient.is_patient or patient.clinic_id is None:
        return User.objects.none()
    clinic = patient.clinic_id
    active = active_relations(at).filter(
        physiotherapist=OuterRef("pk"), patient=patient, clinic=clinic
    )
    return User.objects.filter(
        Exists(active), role=Role.PHYSIOTHERAPIST, clinic=clinic, is_active=True
    ).order_by("name", "pk")


def with_delivery(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """The same invitations, each with `mail_state` and `mailed_at` of its one notice."""
    return invitations.select_related("invited_by").annotate(
        mail_state=F("notices__state"), mailed_at=F("notices__sent_at")
    )


def invitation_of_token(token: str, *, for_update: bool = False) -> Invitation | None:
    """The invitation behind a link, open or not; None where the link is not ours.

    `for_update` locks it until the transaction ends, so that others wait for what comes of it.
    """
    nonce = tokens.read(token)
    if nonce is None:
        return None
    found = Invitation.objects.select_related("clinic", "invited_by").filter(nonce=nonce)
    return (found.select_for_update(of=("self",)) if for_update else found).first()
