"""Taking a saving back: what was there before counts again, and nothing is thrown away."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice
from care import reviews
from care.models import Flag
from conditions.enums import Channel, Side, WalkingAid
from conditions.models import Activity
from diary import entries, history, queries, reminders, reminding, services, verdicts
from diary.models import Entry, EntryActivity, EntryAnswer, EntryRevision, Reading
from diary.services import CannotPutBack, DayNotOpen, Undone
from diary.verdicts import DayAnswers
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def episode(patient):
    return factories.make_episode(patient)


def answers(score: int = 3, **fields) -> DayAnswers:
    given = {
        "aid": WalkingAid.TWO_CRUTCHES,
        "readings": {Side.LEFT: {Channel.LOADING: score, Channel.REST: 0, Channel.NIGHT: None}},
        "activities": {"walking": 20},
        "note": f"pain {score}",
    }
    return DayAnswers(**given | fields)


def record(patient, score: int = 3, *, day=TODAY, now=NOW, **fields) -> services.Recorded:
    more = {name: fields.pop(name) for name in ("entered_at", "is_queued") if name in fields}
    return services.record_entry(
        patient=patient,
        day=day,
        answers=answers(score, **fields),
        client_uuid=uuid4(),
        by=patient,
        now=now,
        **more,
    )


def undo(patient, number: int, *, day=TODAY, now=NOW) -> Undone:
    return services.undo_revision(patient=patient, day=day, number=number, by=patient, now=now)


def score_of(patient) -> int:
    return Reading.objects.get(entry__patient=patient).loading


def test_the_answers_of_before_count_again_as_a_new_revision(patient, episode):
    first = record(patient, 3, now=NOW - HOUR)
    record(patient, 8, aid=WalkingAid.NONE, activities={"running": 5})
    later = NOW + HOUR
    assert undo(patient, 2, now=later) == Undone.PUT_BACK
    entry = Entry.objects.get()
    assert (entry.revision, entry.updated_at, entry.note) == (3, later, "pain 3")
    assert entries.answers_of(entry) == answers(3)
    assert verdicts.from_json(entry.verdict) == first.verdict
    one, two, three = EntryRevision.objects.order_by("number")
    assert (one.taken_back_at, two.taken_back_at, three.taken_back_at) == (None, later, None)
    assert (three.undoes, three.entered_at, three.received_at) == (2, later, later)
    assert (three.payload, three.by) == (one.payload, patient)


def test_what_came_in_late_is_not_put_back_before_what_was_entered_after_it(patient, episode):
    record(patient, 3, now=NOW - 2 * HOUR)
    record(patient, 8, now=NOW - HOUR)
    late = record(patient, 5, entered_at=NOW - 5 * HOUR, is_queued=True)
    assert (late.revision.number, late.counts) == (3, False)
    assert undo(patient, 2) == Undone.PUT_BACK
    assert score_of(patient) == 3


def test_what_is_put_back_is_judged_anew(patient):
    plan = factories.make_plan()
    episode = factories.make_episode(patient, plan, started_on=TODAY - 60 * DAY)
    record(patient, aid=WalkingAid.CANE)
    record(patient, aid=WalkingAid.TWO_CRUTCHES)
    services.move_to_phase(
        episode=episode, phase=plan.phases.last(), from_on=TODAY, reason="", by=patient, now=NOW
    )
    undo(patient, 2)
    judged = [verdicts.from_json(row.verdict) for row in EntryRevision.objects.order_by("number")]
    assert [verdict.outcome for verdict in judged] == ["beyond", "within", "within"]
    assert Entry.objects.get().outcome == "within"


def test_after_the_first_saving_there_is_no_entry_left(patient, episode):
    record(patient)
    assert undo(patient, 1) == Undone.TAKEN_BACK
    assert Entry.objects.count() == 0
    assert list(patient.entries.all()) == []
    assert (Reading.objects.count(), EntryActivity.objects.count()) == (0, 0)
    assert EntryAnswer.objects.count() == 0
    kept = Entry.with_taken_back.get()
    assert (kept.taken_back_at, kept.note, kept.aid, kept.verdict) == (NOW, "", "", {})
    assert EntryRevision.objects.get().payload["note"] == "pain 3"


def test_a_taken_back_day_is_no_entry_anywhere(patient, episode):
    record(patient, 9, day=TODAY - 3 * DAY)
    undo(patient, 1, day=TODAY - 3 * DAY)
    first, last = TODAY - 30 * DAY, TODAY
    assert queries.series([patient], first, last) == {}
    assert list(queries.entries_between(patient, first, last)) == []
    assert history.month_of(patient, TODAY, TODAY).rows[3].entry is None
    assert reminding.last_known([patient], first).filled_in == set()


@pytest.mark.parametrize(("is_taken_back", "days_ago"), [(True, 2), (False, 5)])
def test_a_diary_does_not_begin_with_a_taken_back_day(patient, is_taken_back, days_ago):
    factories.make_episode(patient, started_on=TODAY - 2 * DAY)
    record(patient, day=TODAY - 5 * DAY)
    if is_taken_back:
        undo(patient, 1, day=TODAY - 5 * DAY)
    assert history.first_day(patient) == TODAY - days_ago * DAY


def test_the_day_begins_anew_when_it_is_filled_in_again(patient, episode):
    record(patient, 3)
    undo(patient, 1)
    again = record(patient, 5, now=NOW + HOUR)
    assert (again.entry.revision, again.counts, score_of(patient)) == (2, True, 5)
    entry = Entry.objects.get()
    assert (entry.taken_back_at, entry.created_at) == (None, NOW + HOUR)
    assert entry == Entry.with_taken_back.get()
    assert undo(patient, 2, now=NOW + HOUR) == Undone.TAKEN_BACK


def test_an_undo_can_be_undone_and_that_too(patient, episode):
    record(patient, 3)
    record(patient, 8)
    seen = []
    for number in (2, 3, 4):
        undo(patient, number)
        seen.append((Entry.objects.get().revision, score_of(patient)))
    assert seen == [(3, 3), (4, 8), (5, 3)]


def test_an_edit_after_an_undo_is_undone_to_what_was_put_back(patient, episode):
    record(patient, 3)
    record(patient, 8)
    undo(patient, 2)
    record(patient, 1)
    undo(patient, 4)
    assert (Entry.objects.get().revision, score_of(patient)) == (5, 3)


def test_what_came_in_too_late_counts_once_the_later_one_is_taken_back(patient, episode):
    record(patient, 8)
    record(patient, 5, entered_at=NOW - HOUR, is_queued=True)
    assert undo(patient, 1) == Undone.PUT_BACK
    assert (Entry.objects.get().revision, score_of(patient)) == (3, 5)


@pytest.mark.parametrize("number", [0, 1, 3, 99])
def test_a_saving_that_does_not_count_cannot_be_taken_back(patient, episode, number):
    record(patient, 3)
    record(patient, 8)
    assert undo(patient, number) == Undone.NOTHING
    assert (Entry.objects.get().revision, score_of(patient)) == (2, 8)
    assert EntryRevision.objects.filter(taken_back_at__isnull=False).count() == 0


def test_a_second_tap_changes_nothing(patient, episode):
    record(patient, 3)
    record(patient, 8)
    assert [undo(patient, 2), undo(patient, 2)] == [Undone.PUT_BACK, Undone.NOTHING]
    assert EntryRevision.objects.count() == 3
    undo(patient, 3)
    undo(patient, 4)
    assert undo(patient, 4) == Undone.NOTHING


def test_a_second_tap_on_the_only_saving_changes_nothing(patient, episode):
    record(patient)
    assert [undo(patient, 1), undo(patient, 1)] == [Undone.TAKEN_BACK, Undone.NOTHING]


def test_the_database_keeps_a_revision_from_being_undone_twice(patient, episode):
    record(patient, 3)
    record(patient, 8)
    undo(patient, 2)
    undoing = EntryRevision.objects.get(number=3)
    undoing.pk, undoing.number, undoing.client_uuid = None, 4, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        undoing.save()


def test_a_closed_day_stays_as_it_is(patient, episode):
    record(patient)
    later = NOW + 15 * DAY
    with pytest.raises(DayNotOpen):
        undo(patient, 1, now=later)
    assert undo(patient, 1, now=later - DAY) == Undone.TAKEN_BACK


def test_somebody_elses_saving_stays(patient, foreign_patient, episode):
    record(patient)
    assert undo(foreign_patient, 1) == Undone.NOTHING
    assert Entry.objects.count() == 1


def test_what_content_no_longer_knows_is_not_half_put_back(patient, episode):
    record(patient, activities={"stairs": None})
    record(patient, 8, activities={})
    Activity.objects.filter(slug="stairs").update(slug="steps")
    with pytest.raises(CannotPutBack):
        undo(patient, 2)
    assert (Entry.objects.get().revision, score_of(patient)) == (2, 8)
    assert EntryRevision.objects.filter(taken_back_at__isnull=False).count() == 0


def test_the_reviews_look_again(patient, episode):
    record(patient)
    episode.refresh_from_db()
    before = episode.changed_at
    undo(patient, 1)
    episode.refresh_from_db()
    assert episode.changed_at > before


def test_a_flag_that_rested_on_a_taken_back_day_is_withdrawn(patient):
    factories.make_episode(patient, started_on=TODAY - 60 * DAY)
    calm = [3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3]
    factories.log_days(patient, [*calm, 5, 6], last=TODAY - DAY)
    reviews.review_due(NOW)
    assert Flag.objects.count() == 0
    record(patient, 9)
    reviews.review_due(NOW)
    assert Flag.objects.get().closed_at is None
    undo(patient, 1, now=NOW + HOUR)
    reviews.review_due(NOW + HOUR)
    assert (Flag.objects.get().closed_at, Flag.objects.get().outcome) == (NOW + HOUR, "")


class TestReminder:
    """A day without an entry is a day to be reminded of, but never twice."""

    def owe(self, patient, **fields) -> Notice:
        reminders.start_reminder(patient=patient, now=NOW)
        return Notice.objects.create(
            recipient=patient,
            kind=NoticeKind.REMINDER,
            key=TODAY.isoformat(),
            due_at=NOW,
            expires_at=NOW + 4 * HOUR,
            **fields,
        )

    def state_after(self, notice: Notice) -> str:
        notice.refresh_from_db()
        return notice.state

    def test_what_the_saving_stopped_is_owed_again(self, patient, episode):
        notice = self.owe(patient)
        record(patient)
        assert self.state_after(notice) == NoticeState.CANCELLED
        undo(patient, 1)
        assert self.state_after(notice) == NoticeState.WAITING
        assert reminding.hold(notice) is False

    def test_while_older_answers_count_there_is_nothing_to_remind_of(self, patient, episode):
        record(patient, 3)
        notice = self.owe(patient)
        record(patient, 8)
        undo(patient, 2)
        assert self.state_after(notice) == NoticeState.CANCELLED

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": NoticeState.SENT, "attempts": 1},
            {"state": NoticeState.UNCERTAIN},
            {"state": NoticeState.CANCELLED, "attempts": 1},  # it may have left all the same
        ],
    )
    def test_what_was_sent_is_not_sent_again(self, patient, episode, fields):
        notice = self.owe(patient, **fields)
        record(patient)
        undo(patient, 1)
        assert self.state_after(notice) == fields["state"]

    def test_what_would_come_too_late_does_not_come(self, patient, episode):
        notice = self.owe(patient)
        record(patient)
        undo(patient, 1, now=NOW + 4 * HOUR)
        assert self.state_after(notice) == NoticeState.CANCELLED


class TestThePage:
    @pytest.fixture
    def phone(self, patient, episode) -> Client:
        client = Client()
        client.force_login(patient)
        return client

    def press(self, phone: Client, number: object, day=TODAY):
        return phone.post(reverse("diary:undo", args=[day]), {"number": number}, follow=True)

    def text(self, answer) -> str:
        return " ".join(answer.content.decode().split())

    def test_the_saved_page_offers_it(self, phone, patient):
        record(patient)
        html = self.text(phone.get(reverse("diary:saved", args=[TODAY])))
        assert f'action="{reverse("diary:undo", args=[TODAY])}"' in html
        assert '<input type="hidden" name="number" value="1">' in html
        assert "This day then has no entry. You can fill in the same again." in html

    def test_a_closed_day_does_not(self, phone, patient):
        record(patient)
        with time_machine.travel(NOW + 15 * DAY, tick=False):
            phone.force_login(patient)
            html = self.text(phone.get(reverse("diary:saved", args=[TODAY])))
            assert "/undo/" not in html
            answer = self.press(phone, 1)
            assert "This day can no longer be changed." in self.text(answer)
        assert Entry.objects.count() == 1

    def test_an_edit_ends_on_the_saved_page_with_the_way_back(self, phone, patient):
        record(patient, 3)
        record(patient, 8)
        answer = self.press(phone, 2)
        html = self.text(answer)
        assert answer.redirect_chain == [(reverse("diary:saved", args=[TODAY]), 303)]
        assert "Undone. What was there before counts again." in html
        assert "Do it again after all" in html
        assert score_of(patient) == 3
        self.press(phone, 3)
        assert score_of(patient) == 8

    def test_a_first_saving_ends_on_an_empty_form_that_can_be_filled_again(self, phone, patient):
        record(patient, 7)
        answer = self.press(phone, 1)
        html = self.text(answer)
        assert answer.redirect_chain == [(reverse("diary:log_day", args=[TODAY]), 303)]
        assert "Undone. This day has no entry now." in html
        assert not answer.context["form"].initial
        assert "Taken back on" in html
        again = phone.get(reverse("diary:log_day", args=[TODAY]), {"from": "taken-back"})
        assert again.context["form"].initial["left_loading"] == 7

    def test_a_second_tap_is_answered_kindly(self, phone, patient):
        record(patient)
        self.press(phone, 1)
        html = self.text(self.press(phone, 1))
        assert "Nothing has changed: this was undone before" in html

    @pytest.mark.parametrize("number", ["", "x", "-1", "1" * 30, "١"])
    def test_nonsense_changes_nothing(self, phone, patient, number):
        record(patient)
        assert "Nothing has changed" in self.text(self.press(phone, number))
        assert Entry.objects.count() == 1

    def test_a_day_that_never_had_an_entry_is_unknown(self, phone, foreign_patient):
        factories.log_day(foreign_patient, TODAY)
        assert self.press(phone, 1).status_code == 404

    def test_only_a_post_takes_back(self, phone, patient):
        record(patient)
        assert phone.get(reverse("diary:undo", args=[TODAY])).status_code == 405
        assert Entry.objects.count() == 1
