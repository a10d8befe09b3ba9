"""What each saving keeps and where it is read: when, on which device, by whom, how late."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from conditions.enums import Channel, Side
from diary import queries, services
from diary.models import Entry, EntryRevision
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def record(patient, score: int = 3, *, day=TODAY, now=NOW, **fields) -> services.Recorded:
    return services.record_entry(
        patient=patient,
        day=day,
        answers=DayAnswers(readings={Side.LEFT: {Channel.LOADING: score}}),
        client_uuid=uuid4(),
        by=patient,
        now=now,
        **fields,
    )


def queued(patient, score: int = 3, *, entered_at=NOW - HOUR, **fields) -> services.Recorded:
    return record(patient, score, entered_at=entered_at, is_queued=True, **fields)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_page_keeps_the_device_and_one_moment(phone):
    sent = {"client_uuid": str(uuid4()), "left_loading": "3"}
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    phone.post(reverse("diary:log"), sent, headers={"User-Agent": agent})
    revision = EntryRevision.objects.get()
    assert (revision.device, revision.is_queued, revision.has_counted) == (
        "Firefox, Linux",
        False,
        True,
    )
    assert (revision.entered_at, revision.received_at) == (NOW, NOW)


def test_a_moment_that_nobody_waited_for_is_our_own(phone, patient):
    """Only what waited on a phone may say by itself when it was entered."""
    record(patient, entered_at=NOW - 3 * DAY)
    assert EntryRevision.objects.get().entered_at == NOW


def test_a_saving_with_a_connection_counts_whatever_our_clocks_say(phone, patient):
    record(patient, 3, now=NOW + timedelta(seconds=2))
    assert record(patient, 8).counts is True
    assert Entry.objects.get().revision == 2


@pytest.mark.parametrize(("entered_at", "counts"), [(NOW - HOUR, False), (NOW, True)])
def test_what_was_entered_last_counts(phone, patient, entered_at, counts):
    record(patient, 8)
    assert queued(patient, 3, entered_at=entered_at).counts is counts
    assert Entry.objects.get().revision == (2 if counts else 1)


def test_an_older_edit_of_a_taken_back_day_makes_it_an_entry_again(phone, patient):
    """Only the other saving was taken back: this one is somebody's answer of that day."""
    record(patient, 8)
    services.undo_revision(patient=patient, day=TODAY, number=1, by=patient, now=NOW)
    assert queued(patient, 3).counts is True
    assert (Entry.objects.get().revision, Entry.objects.get().updated_at) == (2, NOW - HOUR)


@pytest.mark.parametrize("is_late", [True, False])
def test_late_is_what_was_first_entered_after_its_day(phone, patient, is_late):
    day = TODAY - DAY
    record(patient, day=day)
    if not is_late:
        queued(patient, day=day, entered_at=NOW - DAY)
    assert queries.was_late(Entry.objects.get(), patient.zone) is is_late


def test_the_day_says_of_each_saving_when_where_and_by_whom(phone, patient):
    record(patient, 3, now=NOW - 2 * HOUR, device="Firefox, Linux")
    record(patient, 8)
    queued(patient, 5, device="Chrome Mobile, Android")
    answer = phone.get(reverse("diary:log"))
    html = text(answer)
    assert "Saved 3 times; earlier versions" in html
    assert html.count("this is what counts now") == 1
    assert "on Firefox, Linux, by Own Patient" in html
    assert "on unknown device, by Own Patient" in html
    assert "on Chrome Mobile, Android, by Own Patient" in html
    assert "Waited on the phone; came in on" in html
    assert "Never counted: something that was filled in later had come in before." in html
    assert answer.context["form"].initial["left_loading"] == 8


@pytest.mark.parametrize(("seconds", "is_told"), [(119, False), (120, True)])
def test_what_was_sent_at_once_is_not_said_to_have_waited(phone, patient, seconds, is_told):
    queued(patient, entered_at=NOW - timedelta(seconds=seconds))
    assert ("Waited on the phone" in text(phone.get(reverse("diary:log")))) is is_told


def test_the_physiotherapist_reads_it_too(patient, physiotherapist, client):
    factories.make_episode(patient)
    record(patient, 3, device="Firefox, Linux")
    queued(patient, 5, device="Chrome Mobile, Android")
    client.force_login(physiotherapist)
    html = text(client.get(reverse("care:patient", args=[patient.uuid])))
    assert '<summary class="aside">saved 2 times</summary>' in html
    assert "on Firefox, Linux, by Own Patient" in html
    assert "on Chrome Mobile, Android, by Own Patient" in html
    assert "Never counted" in html


@pytest.mark.parametrize(("days_ago", "is_told"), [(0, False), (1, True)])
def test_of_a_day_that_was_simply_saved_nothing_more_is_told(
    patient, physiotherapist, client, days_ago, is_told
):
    factories.make_episode(patient)
    record(patient, day=TODAY - days_ago * DAY, device="Firefox, Linux")
    client.force_login(physiotherapist)
    html = text(client.get(reverse("care:patient", args=[patient.uuid])))
    assert ("on Firefox, Linux, by Own Patient" in html) is is_told


def test_of_an_entry_that_was_taken_back_the_physiotherapist_reads_nothing(
    patient, physiotherapist, client
):
    factories.make_episode(patient)
    record(patient, device="Firefox, Linux", day=TODAY - DAY)
    services.undo_revision(patient=patient, day=TODAY - DAY, number=1, by=patient, now=NOW)
    client.force_login(physiotherapist)
    html = text(client.get(reverse("care:patient", args=[patient.uuid])))
    assert "Firefox" not in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_at": NOW - HOUR},
        {"undoes": 1},
        {"undoes": 2},
        {"sealed_hash": "a" * 64},
    ],
)
def test_the_database_refuses_what_cannot_be(phone, patient, wrong):
    revision = record(patient).revision
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryRevision.objects.filter(pk=revision.pk).update(**wrong)


@pytest.mark.parametrize(
    "right", [{"received_at": NOW + HOUR}, {"sealed_hash": "a" * 64, "is_queued": True}]
)
def test_the_database_takes_what_can_be(phone, patient, right):
    revision = record(patient).revision
    assert EntryRevision.objects.filter(pk=revision.pk).update(**right) == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_there_came_in_when_it_was_entered():
    patient = factories.make_patient()
    factories.make_episode(patient)
    record(patient, now=NOW - 5 * DAY, day=TODAY - 5 * DAY)
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("diary")
    executor.migrate([("diary", "0010_where_an_entry_was_made")])
    EntryRevision.objects.update(received_at=NOW)
    executor.loader.build_graph()
    executor.migrate(latest)
    assert EntryRevision.objects.get().received_at == NOW - 5 * DAY
