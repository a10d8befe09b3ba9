"""A relation of trust: begun, ended, and what it opens in between."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.http import Http404
from django.test import RequestFactory

from accounts import access, services
from accounts.enums import Role
from accounts.models import Relation, User
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


def test_a_relation_starts_once_and_ends_once(clinic):
    patient, physio = factories.make_patient(clinic), factories.make_physiotherapist(clinic)
    relation = services.start_relation(patient=patient, physiotherapist=physio, now=NOW)
    again = services.start_relation(patient=patient, physiotherapist=physio, now=NOW + DAY)
    assert again == relation
    assert (relation.started_at, relation.clinic) == (NOW, clinic)

    assert services.end_relation(relation=relation, now=NOW + DAY) is True
    assert services.end_relation(relation=relation, now=NOW + 2 * DAY) is False
    relation.refresh_from_db()
    assert relation.ended_at == NOW + DAY


def test_a_relation_that_ended_can_begin_anew(clinic):
    patient, physio = factories.make_patient(clinic), factories.make_physiotherapist(clinic)
    first = services.start_relation(patient=patient, physiotherapist=physio, now=NOW)
    services.end_relation(relation=first, now=NOW + DAY)
    second = services.start_relation(patient=patient, physiotherapist=physio, now=NOW + 2 * DAY)
    assert first != second
    assert not access.patients_of(physio, NOW + DAY).exists()
    assert list(access.patients_of(physio, NOW + 2 * DAY)) == [patient]


def test_a_relation_needs_a_patient_and_a_physiotherapist_of_one_clinic(
    clinic, patient, physiotherapist, foreign_patient, clinic_manager
):
    closed = factories.make_patient(clinic, is_active=False)
    for one, other in (
        (foreign_patient, physiotherapist),
        (physiotherapist, patient),
        (patient, clinic_manager),
        (clinic_manager, physiotherapist),
        (closed, physiotherapist),
    ):
        with pytest.raises(services.RelationRefused):
            services.start_relation(patient=one, physiotherapist=other, now=NOW)
    assert Relation.objects.count() == 1  # of the cast


def test_patients_of_holds_active_relations_only(clinic):
    physio = factories.make_physiotherapist(clinic)
    current, ended, later, unrelated = (factories.make_patient(clinic) for _ in range(4))
    factories.relate(current, physio)
    factories.relate(ended, physio, ended_at=NOW - DAY)
    factories.relate(later, physio, started_at=NOW + DAY)
    factories.relate(unrelated, factories.make_physiotherapist(clinic))

    assert list(access.patients_of(physio, NOW)) == [current]
    assert set(access.patients_of(physio, NOW - 2 * DAY)) == {current, ended}
    assert set(access.patients_of(physio, NOW + DAY)) == {current, later}


def test_a_relation_ends_at_its_moment(clinic):
    patient, physio = factories.make_patient(clinic), factories.make_physiotherapist(clinic)
    factories.relate(patient, physio, ended_at=NOW)
    assert list(access.patients_of(physio, NOW - timedelta(microseconds=1))) == [patient]
    assert list(access.patients_of(physio, NOW)) == []


def test_a_physiotherapist_who_moves_to_another_clinic_leaves_the_patients(
    patient, physiotherapist
):
    assert list(access.patients_of(physiotherapist, NOW)) == [patient]
    physiotherapist.clinic = factories.make_clinic()
    assert list(access.patients_of(physiotherapist, NOW)) == []


def test_a_patient_who_moves_to_another_clinic_is_left_by_the_physiotherapist(
    patient, physiotherapist
):
    User.objects.filter(pk=patient.pk).update(clinic=factories.make_clinic())
    patient.refresh_from_db()
    assert list(access.patients_of(physiotherapist, NOW)) == []
    assert list(services.physiotherapists_of(patient, NOW)) == []


def test_a_relation_of_a_clinic_that_both_have_left_opens_nothing(patient, physiotherapist):
    elsewhere = factories.make_clinic()
    User.objects.filter(pk__in=[patient.pk, physiotherapist.pk]).update(clinic=elsewhere)
    patient.refresh_from_db()
    physiotherapist.refresh_from_db()
    assert list(access.patients_of(physiotherapist, NOW)) == []
    assert list(services.physiotherapists_of(patient, NOW)) == []


@pytest.mark.parametrize("role", [Role.PATIENT, Role.CLINIC_MANAGER, Role.EDITOR, ""])
def test_no_other_role_has_patients(patient, physiotherapist, role):
    physiotherapist.role = role
    assert list(access.patients_of(physiotherapist, NOW)) == []


def test_no_clinic_matches_nobody(patient, physiotherapist):
    """Two missing clinics are not one clinic."""
    physiotherapist.clinic = None
    assert list(access.patients_of(physiotherapist, NOW)) == []
    assert list(access.invitations_of(physiotherapist)) == []
    patient.clinic = None
    assert list(services.physiotherapists_of(patient, NOW)) == []


def test_physiotherapists_of_are_those_who_may_sign_in(clinic, patient, physiotherapist):
    closed = factories.make_physiotherapist(clinic, is_active=False)
    former = factories.make_physiotherapist(clinic)
    factories.relate(patient, closed)
    factories.relate(patient, former, ended_at=NOW)
    assert list(services.physiotherapists_of(patient, NOW)) == [physiotherapist]
    assert list(services.physiotherapists_of(physiotherapist, NOW)) == []


def test_a_view_gets_the_own_patient_and_404_for_any_other(
    patient, physiotherapist, foreign_patient
):
    request = RequestFactory().get("/")
    request.user = physiotherapist
    with time_machine.travel(NOW, tick=False):
        assert access.patient_for_physiotherapist(request, patient.uuid) == patient
        for other in (foreign_patient.uuid, physiotherapist.uuid, uuid.uuid4()):
            with pytest.raises(Http404):
                access.patient_for_physiotherapist(request, other)
        services.end_relation(relation=Relation.objects.get(patient=patient), now=NOW)
        with pytest.raises(Http404):
            access.patient_for_physiotherapist(request, patient.uuid)
