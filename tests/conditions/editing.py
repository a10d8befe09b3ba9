"""Helpers of the tests that edit: a draft to work on, and a form as a browser would send it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from conditions import publishing, services
from conditions.models import Plan
from tests import factories
from tests.conditions.small_library import small, write


def load_small(folder) -> Plan:
    """The small library in the database; answers its published plan."""
    services.load_library(write(folder, small()), now=factories.NOW)
    return Plan.objects.get()


def make_draft(folder, by: User) -> Plan:
    return publishing.new_version(plan=load_small(folder), by=by)


def make_editor(name: str) -> User:
    return factories.make_person(Role.EDITOR, name=name)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, plan: Plan, *more: object) -> str:
    return reverse(f"conditions:{name}", args=[plan.uuid, *more])


def filled_in(answer: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends back of the form in an answer, with some fields changed."""
    sent = {}
    for field in answer.context["form"]:
        value = field.field.prepare_value(field.value())
        if value is not None and value is not False:
            sent[field.html_name] = value
    return sent | changes


def decide(client: Client, proposal: Any, step: str, **more: Any) -> Any:
    """Read a proposal and press one of its buttons."""
    page = f"/content/proposals/{proposal.uuid}/"
    seen = client.get(page).context["seen"]
    return client.post(f"{page}decide/", {"step": step, "seen": seen} | more)
