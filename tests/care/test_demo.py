"""The demo: believable people, the same for the same seed, and never where it could do harm."""

import contextlib
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.enums import NoticeState
from accounts.models import Clinic, Notice, User
from care.demo import clinic
from care.enums import Reason
from care.models import Flag
from conditions import services
from diary import aid_steps, queries
from diary.enums import Outcome
from diary.models import (
    AidStep,
    Entry,
    EntryRevision,
    Episode,
    MilestoneReached,
    Moment,
    Reminder,
)

PATIENTS, DAYS = 8, 30


class Undo(Exception):
    """Takes back everything that a demo made."""


@pytest.fixture
def content(db):
    services.load_library(now=timezone.now())


def make(now):
    return clinic.make(patients=PATIENTS, days=DAYS, seed=1, password="x" * 20, now=now)


def told():
    """What the people of the demo answered, and what came of it."""
    return list(
        EntryRevision.objects.order_by("entry__patient__email", "number", "entry__day").values_list(
            "entry__patient__name", "entry__day", "payload", "verdict__outcome", "client_uuid"
        )
    )


def make_and_undo(now):
    answers = []
    with contextlib.suppress(Undo), transaction.atomic():
        make(now)
        answers = told()
        raise Undo
    assert User.objects.count() == 0
    return answers


@pytest.mark.service
def test_the_people_are_believable_and_the_same_for_the_same_seed(content):
    now = timezone.now()
    first = make_and_undo(now)
    made = make(now)
    assert told() == first
    today = timezone.localdate()
    assert (made.patients, made.entries) == (PATIENTS, Entry.objects.count())
    assert Clinic.objects.count() == 2
    two_hips = [
        person
        for person in User.objects.all()
        if Episode.objects.filter(patient=person).count() == 2
    ]
    assert len(two_hips) == 1
    assert Entry.objects.filter(outcome=Outcome.BEYOND).exists()
    assert Entry.objects.filter(outcome=Outcome.WITHIN).exists()
    days = (today - Episode.objects.earliest("started_on").started_on).days + 1
    assert 0 < Entry.objects.count() < PATIENTS * days  # some days are missing
    silent = User.objects.get(name="Els Voorbeeld")
    assert silent.entries.latest("day").day < today - timedelta(days=4)
    assert Flag.objects.count() == made.flags > 0
    # What people did by themselves: a milestone, a step back up, a bad hour, a late entry.
    marked = MilestoneReached.objects.get(confirmed_at__isnull=True)
    assert marked.by.email == "patient@example.org"
    step = AidStep.objects.get()
    assert aid_steps.held_by(queries.open_episodes(step.patient), today) == step
    assert min(Moment.objects.values_list("score", flat=True)) >= clinic.BAD_FROM
    assert any(queries.was_late(each, each.patient.zone) for each in Entry.objects.all())
    # Nothing of the past is mailed, and one reminder is due at once.
    red_flag = Flag.objects.get(reason=Reason.RED_FLAG)
    waiting = Notice.objects.filter(state=NoticeState.WAITING)
    assert [notice.key for notice in waiting] == [str(red_flag.uuid)]
    reminder = Reminder.objects.get(patient__email="patient@example.org")
    assert timedelta() < reminder.next_at - now <= timedelta(minutes=1)


def test_without_content_it_says_what_to_do_first(db):
    with pytest.raises(CommandError, match="run load_content first"):
        call_command("demo", yes=True)
    assert User.objects.count() == 0


@pytest.mark.parametrize(("debug", "yes", "is_refused"), [(False, False, True)])
def test_it_refuses_where_it_could_be_a_real_installation(
    content, settings, debug, yes, is_refused
):
    settings.DEBUG = debug
    with pytest.raises(CommandError, match="Add --yes"):
        call_command("demo", yes=yes)
    assert User.objects.count() == 0


def test_it_is_not_made_twice(content, settings):
    User.objects.create_superuser("patient@example.org", "x" * 20)
    with pytest.raises(CommandError, match="there already"):
        call_command("demo", yes=True)
    assert User.objects.count() == 1
