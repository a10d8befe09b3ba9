"""The list of invitations, and the form that makes one."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from accounts import notices, services, tokens
from accounts.enums import InvitationState, Role
from accounts.models import Invitation, Relation
from tests import factories
from tests.factories import NOW, PASSWORD

GOOD = {"name": "New Person", "email": "New@Example.org", "language": "nl"}
# session, person, how many invitations, invitations
QUERIES = 4


@pytest.fixture(autouse=True)
def _frozen_clock():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(client) -> str:
    return " ".join(client.get("/invitations/").content.decode().split())


@pytest.mark.parametrize(
    ("inviter", "invited"),
    [("physiotherapist", Role.PATIENT), ("clinic_manager", Role.PHYSIOTHERAPIST)],
)
def test_inviting_gives_the_role_that_the_inviter_may_give(client, request, inviter, invited):
    person = request.getfixturevalue(inviter)
    client.force_login(person)
    response = client.post("/invitations/", {**GOOD, "role": "editor", "clinic": "1"})
    assert response.url == "/invitations/"
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.clinic, invitation.invited_by) == (
        invited,
        person.clinic,
        person,
    )
    assert (invitation.email, invitation.name, invitation.language) == (
        "new@example.org",
        "New Person",
        "nl",
    )
    assert "The invitation is on its way." in page_of(client)
    assert notices.send_due(NOW) == notices.Tally(sent=1)
    assert tokens.make(invitation.nonce) in mail.outbox[0].body


@pytest.mark.parametrize("role", [Role.PATIENT, Role.EDITOR])
def test_other_roles_have_no_such_page(client, db, role):
    client.force_login(factories.make_person(role))
    assert client.get("/invitations/").status_code == 404
    assert client.post("/invitations/", GOOD).status_code == 404
    assert Invitation.objects.count() == 0


def test_bad_input_keeps_the_answers(client, physiotherapist):
    client.force_login(physiotherapist)
    page = client.post("/invitations/", {**GOOD, "email": "no address"}).content.decode()
    assert 'href="#id_email"' in page
    assert 'value="no address"' in page
    assert 'value="New Person"' in page
    assert '<option value="nl" selected>' in page
    assert Invitation.objects.count() == 0


def test_the_language_offered_first_is_the_inviters(client, physiotherapist):
    client.force_login(physiotherapist)
    assert '<option value="en" selected>' in page_of(client)


def test_a_patient_of_the_clinic_is_taken_onto_the_caseload(client, physiotherapist, clinic):
    known = factories.make_patient(clinic, email="known@example.org", name="Known Person")
    client.force_login(physiotherapist)
    for _ in range(2):
        client.post("/invitations/", {**GOOD, "email": "known@example.org"})
    assert "Known Person is a patient of your clinic already" in page_of(client)
    assert Relation.objects.filter(patient=known, physiotherapist=physiotherapist).count() == 1
    assert Invitation.objects.count() == 0


def test_somebody_else_of_the_clinic_is_refused_with_a_sentence(
    client, physiotherapist, clinic_manager
):
    client.force_login(physiotherapist)
    page = client.post("/invitations/", {**GOOD, "email": clinic_manager.email}).content.decode()
    assert "Somebody of your clinic has this address already." in page
    assert Invitation.objects.count() == 0


def test_an_address_known_elsewhere_is_answered_like_an_unknown_one(
    client, physiotherapist, foreign_patient
):
    client.force_login(physiotherapist)
    answers = []
    for email in ("nobody@example.org", foreign_patient.email):
        response = client.post("/invitations/", {**GOOD, "email": email}, follow=True)
        answers.append((response.redirect_chain, [str(m) for m in response.context["messages"]]))
        assert f'<span class="aside">{email}</span>' in page_of(client)
    assert answers[0] == answers[1]


def test_the_list_says_how_each_invitation_stands(client, physiotherapist):
    client.force_login(physiotherapist)
    factories.make_invitation(physiotherapist, name="Open One")
    factories.make_invitation(physiotherapist, name="Late One", created_at=NOW - timedelta(days=8))
    withdrawn = factories.make_invitation(physiotherapist, name="Withdrawn One")
    services.withdraw_invitation(invitation=withdrawn, now=NOW)
    accepted = factories.make_invitation(physiotherapist, name="Accepted One")
    services.accept_invitation(
        token=tokens.make(accepted.nonce),
        password=PASSWORD,
        consented=True,
        language="en",
        channel="web",
        now=NOW,
    )
    response = client.get("/invitations/")
    assert {line.invitation.name: line.state for line in response.context["lines"]} == {
        "Open One": InvitationState.OPEN,
        "Late One": InvitationState.EXPIRED,
        "Withdrawn One": InvitationState.WITHDRAWN,
        "Accepted One": InvitationState.ACCEPTED,
    }
    page = " ".join(response.content.decode().split())
    assert "until Mon 30 Nov, 13:00" in page
    assert page.count(">Withdraw<") == 1


def test_the_list_says_when_the_mail_was_sent_or_that_it_could_not_be(client, physiotherapist):
    client.force_login(physiotherapist)
    client.post("/invitations/", GOOD)
    assert "The mail is on its way." in page_of(client)
    notices.send_due(NOW)
    assert "The mail was sent Mon 23 Nov, 13:00." in page_of(client)
    notices.Notice.objects.update(state="failed", sent_at=None)
    assert "The mail could not be delivered. Check the address." in page_of(client)


def test_an_empty_list_says_what_it_is_for(client, physiotherapist):
    client.force_login(physiotherapist)
    assert "Nobody is invited yet." in page_of(client)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_row_as_for_three(
    client, clinic_manager, clinic, rows, django_assert_num_queries
):
    for _ in range(rows):
        services.invite(
            by=factories.make_physiotherapist(clinic),
            email=f"{uuid.uuid4()}@example.org",
            name="New Person",
            role=Role.PATIENT,
            language="en",
            now=NOW,
        )
    client.force_login(clinic_manager)
    with django_assert_num_queries(QUERIES):
        response = client.get("/invitations/")
    assert len(response.context["lines"]) == rows


def test_fifty_stand_on_a_page(client, physiotherapist):
    for _ in range(51):
        factories.make_invitation(physiotherapist)
    client.force_login(physiotherapist)
    assert len(client.get("/invitations/").context["lines"]) == 50
    assert len(client.get("/invitations/?page=2").context["lines"]) == 1


def test_a_physiotherapist_sees_own_invitations_and_a_manager_those_of_the_clinic(
    client, clinic, physiotherapist, clinic_manager, foreign_physiotherapist
):
    own = factories.make_invitation(physiotherapist)
    of_colleague = factories.make_invitation(factories.make_physiotherapist(clinic))
    foreign = factories.make_invitation(foreign_physiotherapist, name="Canary of another clinic")

    def seen_by(person):
        client.force_login(person)
        response = client.get("/invitations/")
        assert foreign.name not in response.content.decode()
        return {line.invitation for line in response.context["lines"]}

    assert seen_by(physiotherapist) == {own}
    assert seen_by(clinic_manager) == {own, of_colleague}


def test_withdrawing_closes_the_invitation_once(client, physiotherapist):
    invitation = factories.make_invitation(physiotherapist)
    client.force_login(physiotherapist)
    address = f"/invitations/{invitation.uuid}/withdraw/"
    assert client.post(address).url == "/invitations/"
    assert "The invitation is withdrawn." in page_of(client)
    client.post(address)
    assert "This invitation was not open any more." in page_of(client)
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW


def test_somebody_elses_invitation_cannot_be_withdrawn_and_answers_like_an_unknown_one(
    client, clinic, physiotherapist, patient, foreign_physiotherapist
):
    others = [
        factories.make_invitation(foreign_physiotherapist),
        factories.make_invitation(factories.make_physiotherapist(clinic)),
    ]
    client.force_login(physiotherapist)
    unknown = client.post(f"/invitations/{uuid.uuid4()}/withdraw/")
    assert unknown.status_code == 404
    for invitation in others:
        response = client.post(f"/invitations/{invitation.uuid}/withdraw/")
        assert response.status_code == 404
        assert len(response.content) == len(unknown.content)
        invitation.refresh_from_db()
        assert invitation.revoked_at is None

    client.force_login(patient)
    assert client.post(f"/invitations/{others[0].uuid}/withdraw/").status_code == 404


def test_withdrawing_is_not_a_thing_of_get(client, physiotherapist):
    invitation = factories.make_invitation(physiotherapist)
    client.force_login(physiotherapist)
    assert client.get(f"/invitations/{invitation.uuid}/withdraw/").status_code == 405
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_a_manager_withdraws_an_invitation_of_the_clinic(client, physiotherapist, clinic_manager):
    invitation = factories.make_invitation(physiotherapist)
    client.force_login(clinic_manager)
    client.post(f"/invitations/{invitation.uuid}/withdraw/")
    invitation.refresh_from_db()
    assert invitation.revoked_at == NOW


def test_a_name_with_markup_is_shown_as_text(client, physiotherapist):
    factories.make_invitation(physiotherapist, name="<script>x</script>")
    client.force_login(physiotherapist)
    page = page_of(client)
    assert "<script>x</script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
