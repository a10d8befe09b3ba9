"""The review in the foreground says what it did, and sees nothing later than its day."""

import re
from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
import time_machine
from django.core.management import CommandError, call_command

from care.models import EpisodeReview, Flag
from tests import factories
from tests.factories import NOW, TODAY

RISEN = [3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3, 5, 6, 5, 6]


def run(*arguments: str) -> str:
    answer = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("review_patients", *arguments, stdout=answer)
    return re.sub(r"\d+\.\d\d seconds", "N seconds", answer.getvalue().strip())


@pytest.fixture
def episode(patient, physiotherapist):
    factories.log_days(patient, RISEN)
    return factories.make_episode(patient, started_on=TODAY - timedelta(60))


def test_it_prints_patients_flags_and_seconds(episode, patient):
    factories.make_episode(patient, side="right")
    assert run() == "1 patients, 1 flags raised, N seconds"


def test_a_second_run_raises_nothing(episode):
    run()
    assert run() == "1 patients, 0 flags raised, N seconds"
    assert Flag.objects.count() == 1


def test_a_day_sees_only_entries_up_to_it(episode):
    four_days_ago = (TODAY - timedelta(4)).isoformat()
    assert run("--day", four_days_ago) == "1 patients, 0 flags raised, N seconds"
    assert EpisodeReview.objects.get().reviewed_for.isoformat() == four_days_ago
    assert run("--day", TODAY.isoformat()) == "1 patients, 1 flags raised, N seconds"
    assert Flag.objects.get().evidence["on"] == TODAY.isoformat()


def test_an_episode_that_had_not_begun_on_the_day_is_left_out(episode):
    assert run("--day", (TODAY - timedelta(61)).isoformat()) == (
        "0 patients, 0 flags raised, N seconds"
    )
    assert EpisodeReview.objects.count() == 0


def test_it_fails_when_an_episode_could_not_be_reviewed(episode):
    with (
        mock.patch("care.cases.decide", side_effect=RuntimeError),
        pytest.raises(CommandError, match="1 episodes could not be reviewed"),
    ):
        run()


def test_an_unknown_day_is_refused(db):
    with pytest.raises(CommandError, match="--day"):
        run("--day", "soon")
