"""Every address, walked by people who have no business there.

The addresses are found, not listed: a new one is walked without being named here, and one
with a slot that nobody knows how to fill fails. A new slot goes into `World.slots`.
"""

import re
import uuid
from dataclasses import dataclass
from functools import cache

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts import keys, tokens
from accounts.enums import Role
from accounts.models import User
from accounts.policies import PUBLIC, SIGNED_IN, SUPERUSER
from care.enums import Reason, Severity
from care.models import Flag
from conditions import parts
from conditions.models import Proposal
from diary.models import RedFlagReport
from tests import factories
from tests.push_service import Device

CANARY = "CANARY"
ROOMS = ("accounts", "conditions", "diary", "care")
PUBLIC_NAMES = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "accounts:accept",
    "health_live",
    "health_ready",
    "manifest",
    "offline",
    "service_worker",
}
# Content is about nobody: every editor may open it, and no stranger is an editor.
CONTENT_SLOTS = {"plan_uuid", "proposal_uuid"}
# What changes from one answer to the next and tells nothing.
FICKLE = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|name="client_uuid" value="[^"]+"')


@dataclass(frozen=True)
class Route:
    name: str
    slots: tuple[str, ...]
    policy: frozenset[str]

    def url(self, values: dict[str, object]) -> str:
        own = {slot: values.get(f"{self.name} {slot}", values[slot]) for slot in self.slots}
        return reverse(self.name, kwargs=own)


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns, namespace):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield Route(
                name=f"{namespace}:{each.name}" if namespace else str(each.name),
                slots=tuple(each.pattern.converters or each.pattern.regex.groupindex),
                policy=getattr(each.callback, "policy", frozenset()),
            )
        elif each.namespace != "admin":  # it has its own guard, see tests/conditions
            yield from _walk(each.url_patterns, each.namespace or namespace)


NAMES = [route.name for route in routes()]


def route(name: str) -> Route:
    return next(each for each in routes() if each.name == name)


class ContentOfTheWorld:
    """A draft with its parts, and a proposal: what an editor's addresses name."""

    def __init__(self, editor: User) -> None:
        draft = factories.make_plan(publish=False)
        phase = draft.phases.first()
        flag = factories.make_red_flag("proposed")
        proposal = Proposal.objects.create(
            kind="red-flag",
            base=None,
            data=parts.read(parts.RED_FLAG, flag),
            made_at=factories.NOW,
            made_by=editor,
        )
        self.slots: dict[str, object] = {
            "plan_uuid": draft.uuid,
            "proposal_uuid": proposal.uuid,
            "slug": draft.condition.slug,
            "kind": "phase",
            "pk": phase.pk,
        }
        for name in ("thing", "add_thing", "list", "looked_at"):
            self.slots |= {f"conditions:{name} kind": "red-flag", f"conditions:{name} pk": flag.pk}


class World:
    """Somebody whose every row carries a canary, and people who must not see it."""

    def __init__(self) -> None:
        clinic = factories.make_clinic(f"{CANARY} clinic")
        self.physiotherapist = factories.make_physiotherapist(clinic, name=f"{CANARY} physio")
        self.patient = factories.make_patient(
            clinic, name=f"{CANARY} patient", email="canary@example.org"
        )
        factories.relate(self.patient, self.physiotherapist)
        self.manager = factories.make_person(Role.CLINIC_MANAGER, clinic=clinic)
        # A page hands out the key there is, and makes one only where there is none.
        keys.sealing_key(timezone.now())
        keys.push_key(timezone.now())
        factories.make_red_flag()
        factories.make_guide("outdoors")
        plan = factories.make_plan(**factories.both(checkup="scan"))
        episode = factories.make_episode(self.patient, plan)
        factories.log_day(self.patient, factories.TODAY, note=f"{CANARY} note")
        moment = factories.make_moment(self.patient, note=f"{CANARY} moment")
        flag = Flag.objects.create(
            patient=self.patient,
            reason=Reason.SILENT,
            severity=Severity.IMPORTANT,
            since_on=factories.TODAY,
            evidence={},
            rule_version="1",
            opened_at=factories.NOW,
        )
        report = RedFlagReport.objects.create(
            patient=self.patient,
            client_uuid=uuid.uuid4(),
            day=factories.TODAY,
            reported_at=factories.NOW,
            answers={},
        )
        invitation = factories.make_invitation(
            self.physiotherapist, name=f"{CANARY} invited", email="canary.invited@example.org"
        )
        self.editor = factories.make_person(Role.EDITOR)
        content = ContentOfTheWorld(self.editor)
        self.slots: dict[str, object] = content.slots | {
            "patient_uuid": self.patient.uuid,
            "episode_uuid": episode.uuid,
            "flag_uuid": flag.uuid,
            "report_uuid": report.uuid,
            "moment_uuid": moment.uuid,
            "invitation_uuid": invitation.uuid,
            "device_uuid": factories.make_push(
                self.patient, Device("https://fcm.googleapis.com/send/1"), device=f"{CANARY} phone"
            ).uuid,
            "code": "outdoors",
            "day": factories.TODAY.isoformat(),
            "token": tokens.make(invitation.nonce),
            "uidb36": "1",
            "key": "set-password",
        }
        self.unknown = self.slots | {
            slot: uuid.uuid4() for slot in self.slots if slot.endswith("_uuid")
        }
        self.strangers: dict[str, User | None] = {
            "nobody": None,
            "patient": factories.make_patient(),
            "physiotherapist": factories.make_physiotherapist(),
            "editor": factories.make_person(Role.EDITOR),
            "clinic manager": factories.make_person(Role.CLINIC_MANAGER),
        }
        self.owners: dict[str, User] = {
            Role.PATIENT: self.patient,
            Role.PHYSIOTHERAPIST: self.physiotherapist,
            Role.CLINIC_MANAGER: self.manager,
            Role.EDITOR: self.editor,
        }


@pytest.fixture
def world(db) -> World:
    return World()


def client_of(person: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


def rows() -> str:
    """Everything the rooms hold, but for the moment of the last sign-in."""

    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    text = "".join(
        serializers.serialize("json", model._default_manager.order_by("pk")) for model in models
    )
    return re.sub(r'"last_login": [^,]+,', "", text)


def is_about_somebody(each: Route) -> bool:
    return any(slot.endswith("_uuid") for slot in set(each.slots) - CONTENT_SLOTS)


def leads_to_sign_in(answer) -> bool:
    """A program is told so in JSON, a person is led there."""
    if answer.status_code == 401:
        return answer.json() == {"error": "signed_out"}
    return answer.status_code == 302 and answer.url.startswith("/sign-in/")


@pytest.mark.parametrize("name", NAMES)
def test_every_view_names_its_policy(name):
    known = {PUBLIC, SIGNED_IN, SUPERUSER, *Role.values}
    assert route(name).policy
    assert route(name).policy <= known


def test_nothing_else_is_public():
    assert {each.name for each in routes() if PUBLIC in each.policy} == PUBLIC_NAMES


def test_every_slot_can_be_filled(world):
    named = {slot for slot in world.slots if " " not in slot}
    assert {slot for each in routes() for slot in each.slots} == named


@pytest.mark.service
@pytest.mark.parametrize("name", NAMES)
def test_strangers_get_nothing_and_change_nothing(name, world):
    each = route(name)
    clients = {who: client_of(person) for who, person in world.strangers.items()}
    before = rows()
    for who, person in world.strangers.items():
        if person is not None and each.policy == {Role.EDITOR} == {person.role}:
            continue
        for method in ("get", "post"):
            client = client_of(person) if name == "account_logout" else clients[who]
            answer = getattr(client, method)(each.url(world.slots))
            told = f"{who} {method} {name}: {answer.status_code}"
            if name != "accounts:accept":  # the link itself is the right to read it
                assert CANARY.encode() not in answer.content, told
                assert b"canary@" not in answer.content, told
            if person is None and PUBLIC not in each.policy:
                assert leads_to_sign_in(answer) or answer.status_code == 405, told
            elif is_about_somebody(each) or (
                person is not None and not each.policy & {PUBLIC, SIGNED_IN, person.role}
            ):
                assert answer.status_code in (404, 405), told
    assert rows() == before


@pytest.mark.parametrize("name", [each.name for each in routes() if is_about_somebody(each)])
def test_what_is_foreign_and_what_is_unknown_answer_alike(name, world):
    each = route(name)
    for role in each.policy & set(Role.values):
        stranger = next(
            person for person in world.strangers.values() if person and person.role == role
        )
        for method in ("get", "post"):
            foreign, unknown = (
                getattr(client_of(stranger), method)(each.url(slots))
                for slots in (world.slots, world.unknown)
            )
            assert foreign.status_code == unknown.status_code
            assert FICKLE.sub(b"", foreign.content) == FICKLE.sub(b"", unknown.content)


@pytest.mark.parametrize("name", [each.name for each in routes() if PUBLIC not in each.policy])
def test_whoever_may_open_it_can(name, world):
    """The other half: a walk that refuses everybody would pass the tests above."""
    each = route(name)
    for role, person in world.owners.items():
        if each.policy & {SIGNED_IN, role}:
            answer = client_of(person).get(each.url(world.slots))
            status = answer.status_code
            if status != 405:
                assert status in (200, 302), (name, role)
                if role == Role.EDITOR:  # who never sees a patient
                    assert CANARY.encode() not in answer.content
                assert not (status == 302 and name not in {"home", "diary:saved"}), (name, role)
