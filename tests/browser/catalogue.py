"""Every page that a patient can meet, in each of its states, to be looked at by machines.

The people are those of the demo with the shipped content: real texts are longer than those of
a factory. Which pages exist is found from the addresses; `without_visit` names those forgotten.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts import tokens
from accounts.enums import Role
from accounts.models import Clinic, User
from accounts.policies import PUBLIC, SIGNED_IN
from care.demo import clinic as demo
from conditions import services as content
from conditions.models import Plan
from diary import services
from diary.models import RedFlagReport
from tests import factories
from tests.browser import phone
from tests.test_every_url_is_guarded import routes

# They answer with JSON or a file, or only take something in: no page to look at.
NO_PAGES = {
    "health_live",
    "health_ready",
    "manifest",
    "service_worker",
    "account_signup",
    "diary:session",
    "diary:sync",
    "diary:mend",  # the log page again
    "accounts:push",
    "accounts:remove_push",
    "accounts:test_push",
    "diary:undo",
    "diary:moment",
    "diary:step_back_up",
    "diary:step_down",
    "diary:unmark_milestone",
    "diary:pause_reminders",
    "diary:resume_reminders",
}


@dataclass(frozen=True)
class Visit:
    """A page in a state: its route's name, who sees it, where, and what is done before."""

    name: str
    state: str
    address: str
    person: User | None = None
    act: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    def pay(self, page: Page) -> None:
        """Open the page and bring it into its state."""
        page.goto(self.address)
        if self.act:
            self.act(page)


def with_plan(clinic: Clinic, condition: str, today: date, **fields) -> User:
    """Somebody who began a plan three days ago and has not filled in a day."""
    person = factories.make_patient(clinic, **fields)
    plan = Plan.objects.filter(condition__slug=condition, published_at__isnull=False).first()
    services.start_episode(
        patient=person,
        plan=plan,
        stage=plan.stages.first(),
        side="left",
        day_zero_on=today - timedelta(days=3),
        started_on=today - timedelta(days=3),
        body_weight_kg=62,
        switches=[],
        by=person,
        now=timezone.now(),
    )
    return person


@dataclass(frozen=True)
class People:
    """The demo's patient, somebody without a plan, one without a day, and a child."""

    patient: User
    newcomer: User
    beginner: User
    child: User
    today: date


def make_people(language: str) -> People:
    now = timezone.now()
    content.load_library(now=now)
    demo.make(patients=2, days=40, seed=1, password=factories.PASSWORD, now=now)
    patient = User.objects.select_related("clinic").get(email="patient@example.org")
    today = now.astimezone(patient.zone).date()
    children = factories.make_clinic("Kinderpraktijk")
    children.treats_children = True
    children.save()
    people = People(
        patient=patient,
        newcomer=factories.make_patient(patient.clinic),
        beginner=with_plan(patient.clinic, "total-hip-prosthesis", today),
        child=with_plan(children, "perthes-and-slipped-epiphysis", today),
        today=today,
    )
    User.objects.update(language=language)
    for person in (people.patient, people.newcomer, people.beginner, people.child):
        person.refresh_from_db()
    return people


def send_empty(page: Page) -> None:
    """Send the page's form without an answer, so that it comes back with what is wrong."""
    page.evaluate(
        """() => {
            const form = [...document.querySelectorAll("main form[method=post]")]
                .find((form) => form.querySelector("input:not([type=hidden]), textarea"));
            for (const field of form.querySelectorAll("input:not([type=hidden]), textarea")) {
                if (["checkbox", "radio"].includes(field.type)) field.checked = false;
                else field.value = "";
            }
            form.submit();
        }"""
    )
    page.wait_for_selector(".error-summary, .alert, .invalid-feedback")


def signed_out(people: People) -> list[Visit]:
    invitation = factories.make_invitation(
        factories.make_physiotherapist(people.patient.clinic),
        created_at=timezone.now(),
        language=people.patient.language,
    )
    patient = people.patient
    new_password = reverse(
        "account_reset_password_from_key",
        args=[user_pk_to_url_str(patient), default_token_generator.make_token(patient)],
    )
    accept = tokens.link(invitation.nonce).removeprefix(settings.BASE_URL)
    open_ = [
        ("account_login", "/sign-in/", True),
        ("account_reset_password", "/password/reset/", True),
        ("account_reset_password_from_key", new_password, True),
        ("accounts:accept", accept, True),
        ("account_reset_password_done", "/password/reset/sent/", False),
        ("account_reset_password_from_key_done", "/password/reset/changed/", False),
        ("account_inactive", "/sign-in/closed/", False),
        ("offline", "/offline/", False),
    ]
    return [
        visit
        for name, address, has_form in open_
        for visit in (
            Visit(name, "empty", address),
            *([Visit(name, "error", address, act=send_empty)] if has_form else []),
        )
    ]


def filled(people: People) -> list[Visit]:
    """The pages of somebody with a diary of forty days."""
    person, today = people.patient, people.today
    entry = person.entries.first()
    episode = person.episodes.filter(ended_on__isnull=True).first()
    report = RedFlagReport.objects.create(
        patient=person,
        client_uuid=uuid4(),
        day=today,
        reported_at=timezone.now(),
        answers={"calf": True},
        urgency="emergency",
    )
    milestone = episode.plan.milestones.last()
    addresses = [
        ("home", "/"),
        ("diary:log", "/log/"),
        ("diary:log_day", f"/log/{entry.day}/"),
        ("diary:log_day", f"/log/{today - timedelta(days=25)}/"),
        ("diary:log_day", f"/log/{today + timedelta(days=1)}/"),
        ("diary:moments", f"/log/{today}/moments/"),
        ("diary:saved", f"/log/{entry.day}/saved/"),
        ("diary:history", "/history/"),
        ("diary:plan", "/plan/"),
        ("diary:about", "/plan/about/"),
        ("diary:aids", "/plan/aids/"),
        ("diary:guides", "/plan/guide/"),
        ("diary:guide", "/plan/guide/two-crutches/"),
        ("diary:milestone", f"/milestones/{episode.uuid}/{milestone.code}/"),
        ("diary:progress", "/progress/"),
        ("diary:progress", "/progress/?weeks=all"),
        ("diary:numbers", "/progress/numbers/?weeks=all"),
        ("diary:reminders", "/reminders/"),
        ("diary:snooze", "/reminders/snooze/"),
        ("diary:fewer_reminders", "/reminders/fewer/"),
        ("care:red_flags", "/red-flags/"),
        ("care:red_flags_answer", f"/red-flags/{report.uuid}/"),
        ("accounts:settings", "/settings/"),
        ("account_change_password", "/password/change/"),
        ("account_logout", "/sign-out/"),
        ("diary:log_offline", "/log/offline/"),
    ]
    return [Visit(name, "filled", address, person) for name, address in addresses]


def empty(people: People) -> list[Visit]:
    """What there is before there is a plan, and before there is a day."""
    addresses = [
        ("home", "/"),
        ("diary:log", "/log/"),
        ("diary:history", "/history/"),
        ("diary:plan", "/plan/"),
        ("diary:about", "/plan/about/"),
        ("diary:aids", "/plan/aids/"),
        ("diary:guides", "/plan/guide/"),
        ("diary:progress", "/progress/"),
        ("diary:reminders", "/reminders/"),
        ("diary:log_offline", "/log/offline/"),
    ]
    return [
        Visit(name, state, address, person)
        for state, person in (
            ("without a plan", people.newcomer),
            ("without a day", people.beginner),
            ("of a child", people.child),
        )
        for name, address in addresses
    ]


def in_error(people: People) -> list[Visit]:
    """The forms, sent without an answer."""
    addresses = [
        ("diary:log", "/log/", people.beginner),
        ("diary:log", "/log/", people.child),
        ("diary:moments", f"/log/{people.today}/moments/", people.patient),
        ("diary:reminders", "/reminders/", people.patient),
        ("care:red_flags", "/red-flags/", people.patient),
        ("accounts:settings", "/settings/", people.patient),
        ("account_change_password", "/password/change/", people.patient),
    ]
    return [
        Visit(name, "error", address, person, send_empty) for name, address, person in addresses
    ]


def offline(people: People) -> list[Visit]:
    """Without a connection: what there is to fill in, and what is kept on the phone."""

    def lose_connection(page: Page) -> None:
        phone.make_ready(page)
        phone.go_offline(page, "/log/")

    def keep_a_day(page: Page) -> None:
        lose_connection(page)
        field = page.locator(".pain-grid input[type=radio]").first.get_attribute("name")
        phone.choose(page, field, 3)
        phone.save(page)
        page.locator(".queue-told").wait_for()

    return [
        Visit("diary:log_offline", state, "/", person, act)
        for person in (people.beginner, people.child)
        for state, act in (("offline", lose_connection), ("kept offline", keep_a_day))
    ]


def all_visits(people: People) -> list[Visit]:
    makers: Sequence[Callable[[People], list[Visit]]] = (
        signed_out,
        empty,
        filled,
        in_error,
        offline,
    )
    return [visit for make in makers for visit in make(people)]


def without_visit(visits: Sequence[Visit]) -> set[str]:
    """The names of a patient's pages that nobody looks at."""
    visited = {visit.name for visit in visits}
    return {
        route.name
        for route in routes()
        if route.policy & {Role.PATIENT, SIGNED_IN, PUBLIC} and route.name not in visited | NO_PAGES
    }
