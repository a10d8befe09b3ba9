"""The one time of before becomes that of all weekdays, and can become one time again."""

from datetime import time

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import factories

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

BEFORE = [("diary", "0006_moments")]
AFTER = [("diary", "0009_remove_reminder_at")]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def before():
    """The tables as they were; afterwards as they are, whatever the test did."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        yield lambda: migrate(BEFORE)
    finally:
        migrate(leaves)


def test_one_time_becomes_seven_and_one_again(before, patient, foreign_patient):
    factories.make_reminder(patient, at=time(9, 15))
    other = factories.make_reminder(foreign_patient, times={0: time(20), 1: time(8), 2: time(8)})
    reminder = before().get_model("diary", "Reminder")
    assert list(reminder.objects.order_by("pk").values_list("at", "is_on")) == [
        (time(9, 15), True),
        (time(8), True),
    ]
    reminder.objects.filter(pk=other.pk).update(at=time(7, 30))
    times = migrate(AFTER).get_model("diary", "ReminderTime")
    found = {}
    for patient_id, weekday, at in times.objects.values_list("reminder__patient", "weekday", "at"):
        found.setdefault(patient_id, {})[weekday] = at
    assert found == {
        patient.pk: dict.fromkeys(range(7), time(9, 15)),
        foreign_patient.pk: dict.fromkeys(range(7), time(7, 30)),
    }


def test_who_chose_no_day_has_no_reminders_on_the_way_back(before, patient):
    factories.make_reminder(patient, times={})
    reminder = before().get_model("diary", "Reminder").objects.get()
    assert (reminder.at, reminder.is_on) == (time(20), False)
