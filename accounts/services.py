"""Changes to people: invitations, their acceptance, relations of trust, own settings.

Each service is one whole change: it happens completely or not at all.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import consent, notices, queries
from accounts.enums import Role
from accounts.models import Clinic, Consent, Invitation, Relation, User

INVITATION_LASTS = timedelta(days=7)
# Whom each role may invite to its own clinic; every other role invites nobody.
MAY_INVITE: dict[str, str] = {
    Role.PHYSIOTHERAPIST: Role.PATIENT,
    Role.CLINIC_MANAGER: Role.PHYSIOTHERAPIST,
}


class InvitationRefused(Exception):
    """The inviter may not give this role, or somebody of the clinic has the address."""


class AlreadyPatientHere(InvitationRefused):
    """The address belongs to a patient of this clinic: start a relation instead."""

    def __init__(self, patient: User):
        super().__init__()
        self.patient = patient


class InvitationNotOpen(Exception):
    """The link is unknown, altered, expired, withdrawn or used."""


class AddressTaken(InvitationNotOpen):
    """The invitation is good, but somebody signs in with this address already."""


class ConsentMissing(Exception):
    """Nobody gets an account without agreeing to the text."""


class RelationRefused(Exception):
    """Only a patient and a physiotherapist of one clinic can have a relation."""


def may_invite(inviter: User, role: str) -> bool:
    return (
        inviter.is_active and inviter.clinic_id is not None and MAY_INVITE.get(inviter.role) == role
    )


@transaction.atomic
def invite(
    *, by: User, email: str, name: str, role: str, language: str, now: datetime
) -> Invitation:
    """Owe somebody a single-use link to the clinic of `by`, good for seven days.

    An earlier open invitation of the same address to this clinic is withdrawn.

    Raises AlreadyPatientHere for a patient of this clinic and InvitationRefused where
    somebody else of this clinic has the address, or the role is not `by`'s to give. An
    address that is known only outside this clinic gets an invitation like an unknown one,
    or inviting would tell a clinic who is treated elsewhere. Its holder is the only one to
    learn that it cannot be accepted (AddressTaken).
    """
    if by.clinic_id is None or not may_invite(by, role):
        raise InvitationRefused
    # Two invitations of one address at the same moment take turns.
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic_id)
    email = email.strip().lower()
    known = User.objects.filter(clinic=clinic, email=email).first()
    if known and known.is_patient and known.is_active and role == Role.PATIENT:
        raise AlreadyPatientHere(known)
    if known:
        raise InvitationRefused
    for earlier in Invitation.objects.filter(
        clinic=clinic, email__iexact=email, accepted_at__isnull=True, revoked_at__isnull=True
    ):
        withdraw_invitation(invitation=earlier, now=now)
    invitation = Invitation.objects.create(
        clinic=clinic,
        email=email,
        name=name,
        role=role,
        language=language,
        invited_by=by,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    notices.owe_invitation(invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, now: datetime) -> bool:
    """Close an invitation that nobody accepted; False where there was nothing to withdraw."""
    is_withdrawn = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)
    notices.cancel_invitation(invitation)
    return bool(is_withdrawn)


def open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation that can be accepted with this link, or InvitationNotOpen, AddressTaken.

    It closes with its inviter: somebody who left the clinic lets nobody in.
    """
    return _must_be_open(queries.invitation_of_token(token), now)


def _must_be_open(invitation: Invitation | None, now: datetime) -> Invitation:
    if (
        invitation is None
        or not invitation.is_open(now)
        or not may_invite(invitation.invited_by, invitation.role)
        or invitation.invited_by.clinic_id != invitation.clinic_id
    ):
        raise InvitationNotOpen
    if User.objects.filter(email=invitation.email).exists():
        raise AddressTaken
    return invitation


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    password: str,
    consented: bool,
    language: str,
    channel: str,
    now: datetime,
    name: str = "",
    birth_year: int | None = None,
    consent_language: str = "",
) -> User:
    """Make the invited person: account, consent and the relation with who invited them.

    `language` is what the person wants from now on, `consent_language` the one in which the
    text was read (the same when not given). The address, the role and the clinic are those of
    the invitation. Raises InvitationNotOpen, AddressTaken or ConsentMissing.
    """
    if not consented:
        raise ConsentMissing
    # A second acceptance at the same moment waits here, and then finds the first.
    invitation = _must_be_open(queries.invitation_of_token(token, for_update=True), now)
    user = _make_person(
        invitation, password, language=language, name=name, birth_year=birth_year, now=now
    )
    accepted = Invitation.objects.filter(
        pk=invitation.pk,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now,
    ).update(accepted_at=now, accepted_by=user)
    if accepted != 1:
        raise InvitationNotOpen
    Consent.objects.create(
        user=user,
        text_version=consent.CURRENT_VERSION,
        language=consent_language or language,
        channel=channel,
        given_at=now,
    )
    if user.is_patient:
        start_relation(patient=user, physiotherapist=invitation.invited_by, now=now)
    return user


def _make_person(
    invitation: Invitation,
    password: str,
    *,
    language: str,
    name: str,
    birth_year: int | None,
    now: datetime,
) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(
                invitation.email,
                password,
                name=name or invitation.name,
                role=invitation.role,
                clinic=invitation.clinic,
                language=language,
                birth_year=birth_year,
                date_joined=now,
            )
    except IntegrityError as error:
        raise AddressTaken from error
    except ValidationError as error:
        if "email" in error.message_dict:
            raise AddressTaken from error
        raise


@transaction.atomic
def start_relation(*, patient: User, physiotherapist: User, now: datetime) -> Relation:
    """The active relation of the two, begun now unless it is there already.

    Raises RelationRefused unless they are an active patient and physiotherapist of one clinic.
    """
    if (
        not (patient.is_patient and patient.is_active)
        or not (physiotherapist.is_physiotherapist and physiotherapist.is_active)
        or physiotherapist.clinic_id is None
        or patient.clinic_id != physiotherapist.clinic_id
    ):
        raise RelationRefused
    relation, _ = Relation.objects.get_or_create(
        patient=patient,
        physiotherapist=physiotherapist,
        ended_at=None,
        defaults={"clinic_id": physiotherapist.clinic_id, "started_at": now},
    )
    return relation


@transaction.atomic
def end_relation(*, relation: Relation, now: datetime) -> bool:
    """End a relation; False where it had ended before, whose moment then stays."""
    return bool(Relation.objects.filter(pk=relation.pk, ended_at__isnull=True).update(ended_at=now))


def physiotherapists_of(patient: User, at: datetime) -> QuerySet[User]:
    """Who treats this patient at that moment and may sign in."""
    return queries.physiotherapists_of(patient, at)


@transaction.atomic
def change_clinic(*, clinic: Clinic, name: str, phone: str, treats_children: bool) -> Clinic:
    """Keep what a clinic is called, its telephone, and whether children's plans are offered.

    Episodes that run already go on. Raises ValidationError for an empty name or telephone.
    """
    clinic.name, clinic.phone, clinic.treats_children = name, phone, treats_children
    clinic.clean_fields()
    clinic.save(update_fields=["name", "phone", "treats_children"])
    return clinic


@transaction.atomic
def change_settings(*, person: User, name: str, language: str, time_zone: str) -> User:
    """Keep what somebody chose for themselves. Raises ValidationError on an unknown choice."""
    person.name, person.language, person.time_zone = name, language, time_zone
    person.clean_fields(exclude=["password"])
    person.save(update_fields=["name", "language", "time_zone"])
    return person
