"""Inviting and accepting: who may, for whom, once, for how long."""

import base64
from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts import consent, services, tokens
from accounts.enums import InvitationState, NoticeState, Role
from accounts.models import Consent, Invitation, Notice, Relation, User
from tests import factories
from tests.factories import NOW, PASSWORD

WEEK = timedelta(days=7)


def invite(by: User, email: str = "new@example.org", role: str = Role.PATIENT, **fields):
    return services.invite(
        by=by, email=email, name="New Person", role=role, language="nl", now=NOW, **fields
    )


def accept(invitation: Invitation, **fields) -> User:
    given = {
        "token": tokens.make(invitation.nonce),
        "password": PASSWORD,
        "consented": True,
        "language": "en",
        "channel": "web",
        "now": NOW,
    }
    return services.accept_invitation(**given | fields)


def test_a_physiotherapist_invites_a_patient_to_the_own_clinic(physiotherapist):
    invitation = invite(physiotherapist, email=" New@Example.org ")

    assert invitation.clinic == physiotherapist.clinic
    assert (invitation.email, invitation.role) == ("new@example.org", Role.PATIENT)
    assert (invitation.created_at, invitation.expires_at) == (NOW, NOW + WEEK)
    notice = Notice.objects.get(invitation=invitation)
    assert (notice.due_at, notice.expires_at, notice.recipient) == (NOW, NOW + WEEK, None)


@pytest.mark.parametrize(
    ("inviter", "allowed"),
    [
        (Role.PHYSIOTHERAPIST, {Role.PATIENT}),
        (Role.CLINIC_MANAGER, {Role.PHYSIOTHERAPIST}),
        (Role.EDITOR, set()),
        (Role.PATIENT, set()),
    ],
)
def test_each_role_invites_only_whom_it_may(db, inviter, allowed):
    by = factories.make_person(inviter)
    given = set()
    for role in Role:
        try:
            invite(by, email=f"{role}@example.org", role=role)
            given.add(role)
        except services.InvitationRefused:
            pass
    assert given == allowed
    assert {invitation.role for invitation in Invitation.objects.all()} == allowed


def test_a_superuser_and_somebody_deactivated_invite_nobody(physiotherapist):
    superuser = User.objects.create_superuser("root@example.org", PASSWORD)
    physiotherapist.is_active = False
    for by in (superuser, physiotherapist):
        with pytest.raises(services.InvitationRefused):
            invite(by)
    assert Invitation.objects.count() == 0


def test_a_newer_invitation_withdraws_the_one_before(physiotherapist):
    earlier = invite(physiotherapist)
    later = invite(physiotherapist, email="NEW@example.org")

    earlier.refresh_from_db()
    assert earlier.state_at(NOW) == InvitationState.WITHDRAWN
    assert later.state_at(NOW) == InvitationState.OPEN
    assert Notice.objects.get(invitation=earlier).state == NoticeState.CANCELLED
    assert Notice.objects.get(invitation=later).state == NoticeState.WAITING
    with pytest.raises(services.InvitationNotOpen):
        accept(earlier)
    assert accept(later).email == "new@example.org"


def test_an_invitation_of_another_clinic_to_the_same_address_stays(
    physiotherapist, foreign_physiotherapist
):
    foreign = invite(foreign_physiotherapist)
    invite(physiotherapist)
    foreign.refresh_from_db()
    assert foreign.state_at(NOW) == InvitationState.OPEN


def test_a_patient_of_this_clinic_is_handed_over_instead_of_invited(physiotherapist, clinic):
    known = factories.make_patient(clinic, email="known@example.org")
    with pytest.raises(services.AlreadyPatientHere) as refusal:
        invite(physiotherapist, email="Known@example.org")
    assert refusal.value.patient == known
    assert Invitation.objects.count() == 0


def test_somebody_else_of_this_clinic_cannot_be_invited(physiotherapist, clinic_manager, patient):
    for by, email, role in (
        (physiotherapist, clinic_manager.email, Role.PATIENT),
        (clinic_manager, patient.email, Role.PHYSIOTHERAPIST),
        (clinic_manager, physiotherapist.email, Role.PHYSIOTHERAPIST),
    ):
        with pytest.raises(services.InvitationRefused) as refusal:
            invite(by, email=email, role=role)
        assert not isinstance(refusal.value, services.AlreadyPatientHere)
    assert Invitation.objects.count() == 0


def test_inviting_does_not_tell_who_has_an_account_elsewhere(
    physiotherapist, foreign_patient, editor
):
    unknown = invite(physiotherapist, email="nobody@example.org")
    for somebody in (foreign_patient, editor):
        invitation = invite(physiotherapist, email=somebody.email)
        assert invitation.state_at(NOW) == unknown.state_at(NOW) == InvitationState.OPEN
        assert Notice.objects.get(invitation=invitation).state == NoticeState.WAITING
        with pytest.raises(services.AddressTaken):
            accept(invitation)
    foreign_patient.refresh_from_db()
    assert foreign_patient.clinic != physiotherapist.clinic


def test_accepting_makes_the_person_the_consent_and_the_relation(physiotherapist):
    invitation = invite(physiotherapist)
    user = accept(
        invitation, name="Better Name", birth_year=1958, language="en", consent_language="nl"
    )

    user.refresh_from_db()
    assert (user.email, user.name, user.birth_year) == ("new@example.org", "Better Name", 1958)
    assert (user.role, user.clinic, user.language) == (
        Role.PATIENT,
        physiotherapist.clinic,
        "en",
    )
    assert (user.time_zone, user.is_staff, user.is_superuser) == ("Europe/Amsterdam", False, False)
    assert user.check_password(PASSWORD)
    assert Consent.objects.filter(user=user).values_list(
        "text_version", "language", "channel", "given_at", "withdrawn_at"
    ).get() == (consent.CURRENT_VERSION, "nl", "web", NOW, None)
    relation = Relation.objects.get(patient=user)
    assert (relation.physiotherapist, relation.clinic) == (physiotherapist, physiotherapist.clinic)
    assert (relation.started_at, relation.ended_at) == (NOW, None)
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.accepted_by) == (NOW, user)


def test_a_physiotherapist_who_accepts_has_no_relation(clinic_manager):
    user = accept(invite(clinic_manager, role=Role.PHYSIOTHERAPIST))
    assert (user.role, user.clinic) == (Role.PHYSIOTHERAPIST, clinic_manager.clinic)
    assert Relation.objects.count() == 0
    assert Consent.objects.filter(user=user).count() == 1


def test_an_invitation_is_accepted_once(physiotherapist):
    invitation = invite(physiotherapist)
    user = accept(invitation)
    with pytest.raises(services.InvitationNotOpen) as refusal:
        accept(invitation, password="another pass phrase")
    assert not isinstance(refusal.value, services.AddressTaken)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert Consent.objects.count() == 1


def test_of_two_acceptances_at_once_the_later_leaves_nothing(physiotherapist, monkeypatch):
    """The other one comes between the look at the invitation and its being marked as used."""
    invitation = invite(physiotherapist)
    make_user = User.objects.create_user

    def make_user_late(email, password, **fields):
        other = make_user("winner@example.org", password, **fields)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=NOW, accepted_by=other)
        return make_user(email, password, **fields)

    monkeypatch.setattr(User.objects, "create_user", make_user_late)
    with pytest.raises(services.InvitationNotOpen):
        accept(invitation)
    assert not User.objects.filter(email="new@example.org").exists()
    assert Consent.objects.count() == 0


def test_an_acceptance_that_fails_half_way_leaves_nothing(physiotherapist, monkeypatch):
    invitation = invite(physiotherapist)

    def break_down(**fields):
        raise IntegrityError

    monkeypatch.setattr(services, "start_relation", break_down)
    with pytest.raises(IntegrityError):
        accept(invitation)
    invitation.refresh_from_db()
    assert invitation.state_at(NOW) == InvitationState.OPEN
    assert not User.objects.filter(email="new@example.org").exists()
    assert Consent.objects.count() == 0


def test_nobody_is_made_without_consent(physiotherapist):
    invitation = invite(physiotherapist)
    with pytest.raises(services.ConsentMissing):
        accept(invitation, consented=False)
    assert not User.objects.filter(email="new@example.org").exists()
    assert invitation.state_at(NOW) == InvitationState.OPEN


def test_an_invitation_ends_after_seven_days(physiotherapist):
    invitation = invite(physiotherapist)
    last_moment = NOW + WEEK - timedelta(seconds=1)
    assert services.open_invitation(tokens.make(invitation.nonce), last_moment) == invitation
    with pytest.raises(services.InvitationNotOpen):
        accept(invitation, now=NOW + WEEK)
    assert invitation.state_at(NOW + WEEK) == InvitationState.EXPIRED


def test_a_withdrawn_invitation_cannot_be_accepted(physiotherapist):
    invitation = invite(physiotherapist)
    assert services.withdraw_invitation(invitation=invitation, now=NOW) is True
    with pytest.raises(services.InvitationNotOpen):
        accept(invitation)
    assert services.withdraw_invitation(invitation=invitation, now=NOW + WEEK) is False
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW


def test_an_accepted_invitation_cannot_be_withdrawn(physiotherapist):
    invitation = invite(physiotherapist)
    accept(invitation)
    assert services.withdraw_invitation(invitation=invitation, now=NOW) is False
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_an_invitation_closes_when_its_inviter_leaves(physiotherapist):
    invitation = invite(physiotherapist)
    elsewhere = factories.make_clinic()
    for change in ({"is_active": False}, {"clinic": elsewhere}, {"role": Role.PATIENT}):
        before = {field: getattr(physiotherapist, field) for field in change}
        User.objects.filter(pk=physiotherapist.pk).update(**change)
        with pytest.raises(services.InvitationNotOpen):
            accept(invitation)
        User.objects.filter(pk=physiotherapist.pk).update(**before)
    assert accept(invitation).email == "new@example.org"


def test_the_nonce_is_random_and_long_enough(physiotherapist):
    nonces = {invite(physiotherapist, email=f"n{number}@example.org").nonce for number in range(20)}
    assert len(nonces) == 20
    assert {len(base64.urlsafe_b64decode(nonce)) * 8 for nonce in nonces} == {192}


def test_a_forged_or_altered_link_opens_nothing(physiotherapist, settings):
    invitation = invite(physiotherapist)
    other = invite(physiotherapist, email="other@example.org")
    token = tokens.make(invitation.nonce)
    signature = token.rpartition(".")[2]
    settings_key, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    forged = tokens.make(invitation.nonce)
    settings.SECRET_KEY = settings_key

    for bad in (
        invitation.nonce,
        str(invitation.uuid),
        f"{other.nonce}.{signature}",
        token[:-1],
        token.swapcase(),
        forged,
        "é.é",
        "",
    ):
        with pytest.raises(services.InvitationNotOpen):
            services.open_invitation(bad, NOW)
    assert services.open_invitation(token, NOW) == invitation
