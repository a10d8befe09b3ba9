"""Which episodes are due for review, and that a tick has one effect however often it comes."""

import logging
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.db import IntegrityError, OperationalError

from accounts.models import Notice, User
from care import cases, reviews, tasks
from care.models import EpisodeReview, Flag, FlagEvent
from care.reviews import Tally
from diary.models import Episode
from tests import factories
from tests.factories import NOW, TODAY

RISEN = [3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3, 5, 6, 5, 6]


def day(days_ago: int) -> date:
    return TODAY - timedelta(days_ago)


def changed(episode: Episode, at: datetime) -> None:
    Episode.objects.filter(pk=episode.pk).update(changed_at=at)


def reviewed() -> list[tuple[int, date]]:
    return list(EpisodeReview.objects.order_by("pk").values_list("episode", "reviewed_for"))


@pytest.fixture
def episode(patient, physiotherapist) -> Episode:
    episode = factories.make_episode(
        patient, started_on=day(60), changed_at=NOW - timedelta(minutes=5)
    )
    factories.log_days(patient, RISEN)
    return episode


@pytest.fixture
def calm_episode(episode, patient) -> Episode:
    patient.entries.filter(day__gt=day(4)).delete()
    factories.log_days(patient, [3, 3, 3, 3])
    return episode


def test_a_tick_reviews_what_was_never_reviewed(episode):
    assert reviews.review_due(NOW) == Tally(patients=1, episodes=1, raised=1)
    assert reviewed() == [(episode.pk, TODAY)]


def test_a_second_tick_does_nothing(episode):
    with time_machine.travel(NOW, tick=False):
        for _ in range(2):
            tasks.review_due_episodes()
    assert (Flag.objects.count(), FlagEvent.objects.count(), Notice.objects.count()) == (1, 1, 1)
    assert reviews.review_due(NOW + timedelta(minutes=1)) == Tally()


def test_a_change_makes_an_episode_due_at_once_and_another_one_not(calm_episode):
    other = factories.make_episode(factories.make_patient(), started_on=TODAY)
    reviews.review_due(NOW)
    changed(calm_episode, NOW + timedelta(seconds=10))
    assert reviews.review_due(NOW + timedelta(minutes=1)) == Tally(patients=1, episodes=1)
    assert (other.pk, TODAY) in reviewed()


def test_an_entry_that_began_before_the_review_and_landed_after_it_is_reviewed(calm_episode):
    reviews.review_due(NOW)
    changed(calm_episode, NOW - timedelta(seconds=1))
    assert reviews.review_due(NOW + timedelta(minutes=1)).episodes == 1


def test_an_entry_that_lands_during_the_review_is_reviewed_again(calm_episode, patient):
    def land(*args, **kwargs):
        changed(calm_episode, NOW + timedelta(seconds=1))
        return decide(*args, **kwargs)

    decide = cases.decide
    with mock.patch("care.cases.decide", land):
        reviews.review_due(NOW)
    assert reviews.review_due(NOW + timedelta(minutes=1)).episodes == 1
    assert reviews.review_due(NOW + timedelta(minutes=2)).episodes == 0


@pytest.mark.parametrize(
    ("hour", "minute", "episodes"),
    [
        pytest.param(22, 59, 0, id="before midnight"),
        pytest.param(23, 1, 0, id="a new day, before three"),
        pytest.param(1, 59, 0, id="just before three"),
        pytest.param(2, 0, 1, id="three o'clock in Amsterdam"),
    ],
)
def test_each_episode_is_due_once_a_local_day_from_three_o_clock(
    calm_episode, hour, minute, episodes
):
    reviews.review_due(NOW)
    night = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC).replace(
        hour=hour, minute=minute
    )
    if hour < 12:
        night += timedelta(1)
    assert reviews.review_due(night).episodes == episodes
    assert reviews.review_due(night + timedelta(seconds=30)).episodes == 0


def test_the_local_day_is_that_of_the_patient(calm_episode, patient):
    User.objects.filter(pk=patient.pk).update(time_zone="Pacific/Auckland")
    reviews.review_due(NOW)  # a quarter past one at night there, of the next day
    assert reviewed() == [(calm_episode.pk, TODAY + timedelta(1))]


def test_silence_is_found_without_an_entry(patient, physiotherapist):
    episode = factories.make_episode(patient, started_on=day(5), changed_at=NOW - timedelta(5))
    for ago in range(5, 0, -1):
        assert reviews.review_due(NOW - timedelta(ago)).raised == 0
    assert reviews.review_due(NOW) == Tally(patients=1, episodes=1, raised=1)
    assert reviewed() == [(episode.pk, TODAY)]


@pytest.mark.parametrize("ended", ["episode", "patient"])
def test_what_has_ended_is_not_reviewed(episode, patient, ended):
    if ended == "episode":
        Episode.objects.update(ended_on=TODAY)
    else:
        User.objects.filter(pk=patient.pk).update(is_active=False)
    assert reviews.review_due(NOW) == Tally()


def three_episodes() -> list[Episode]:
    episodes = []
    for _ in range(3):
        patient = factories.make_patient()
        episodes.append(
            factories.make_episode(patient, started_on=day(60), changed_at=NOW - timedelta(1))
        )
        factories.log_days(patient, RISEN)
    return episodes


def test_an_episode_that_cannot_be_reviewed_stops_no_other(db, caplog):
    poison = three_episodes()[0]
    decide = cases.decide

    def fail_on_poison(case):
        if case.episode.pk == poison.pk:
            raise RuntimeError("note: it hurts")
        return decide(case)

    with mock.patch("care.cases.decide", fail_on_poison), caplog.at_level(logging.INFO):
        assert reviews.review_due(NOW) == Tally(patients=3, episodes=2, raised=2, failed=1)
    assert f"Episode {poison.uuid} was not reviewed: RuntimeError" in caplog.text
    assert "hurts" not in caplog.text
    assert reviews.review_due(NOW + timedelta(minutes=1)).episodes == 1


def test_an_episode_that_cannot_be_read_stops_no_other(db):
    poison = three_episodes()[0]
    Flag.objects.create(
        patient=poison.patient,
        side="left",
        reason="spike",
        severity="notice",
        since_on=TODAY,
        evidence={"on": "yesterday"},
        rule_version="0",
        opened_at=NOW,
    )
    assert reviews.review_due(NOW) == Tally(patients=3, episodes=2, raised=2, failed=1)


def test_a_review_that_breaks_halfway_leaves_nothing_of_its_episode(db):
    three_episodes()
    with mock.patch("care.telling.notices.owe", side_effect=RuntimeError):
        factories.relate(
            Episode.objects.first().patient,
            factories.make_physiotherapist(Episode.objects.first().patient.clinic),
        )
        tally = reviews.review_due(NOW)
    assert tally == Tally(patients=3, episodes=2, raised=2, failed=1)
    assert (Flag.objects.count(), FlagEvent.objects.count()) == (2, 2)
    assert EpisodeReview.objects.count() == 2


@pytest.mark.parametrize("doing", ["care.cases.gather", "care.raising.carry_out"])
def test_a_database_that_is_away_is_no_fault_of_an_episode(db, doing):
    three_episodes()
    with mock.patch(doing, side_effect=OperationalError), pytest.raises(OperationalError):
        reviews.review_due(NOW)


def test_more_episodes_than_a_batch_are_all_reviewed_once(db):
    three_episodes()
    with mock.patch("care.reviews.BATCH", 2):
        assert reviews.review_due(NOW) == Tally(patients=3, episodes=3, raised=3)


def test_a_sweep_that_takes_too_long_leaves_the_rest_for_the_next(db, monkeypatch):
    three_episodes()
    monkeypatch.setattr(reviews, "BATCH", 1)
    with mock.patch("care.reviews.monotonic", side_effect=[0, 1, 1000]):
        assert reviews.review_due(NOW).episodes == 1
    assert reviews.review_due(NOW).episodes == 2


def test_an_episode_that_went_away_meanwhile_stops_no_other(db, monkeypatch):
    one, two, three = three_episodes()
    for episode in (one, two, three):
        episode.patient.entries.filter(day__gt=day(4)).delete()
    with mock.patch.object(reviews, "_remember", side_effect=_refusing(reviews._remember, one.pk)):
        assert reviews.review_due(NOW) == Tally(patients=3, episodes=2, failed=1)
    assert reviewed() == [(two.pk, TODAY), (three.pk, TODAY)]


def _refusing(remember, gone):
    def refuse(some, now):
        if any(case.episode.pk == gone for case in some):
            raise IntegrityError
        return remember(some, now)

    return refuse


@pytest.mark.parametrize("patients", [1, 3])
def test_the_queries_of_a_calm_sweep_do_not_grow(db, patients, django_assert_num_queries):
    for _ in range(patients):
        patient = factories.make_patient()
        factories.make_episode(patient, started_on=day(60))
        factories.log_days(patient, [3] * 20)
    # Zones, a batch, its cases in six, and the review rows in four with their savepoint.
    with django_assert_num_queries(12):
        assert reviews.review_due(NOW).episodes == patients
