"""Extra moments: kept beside the day's entry, taken back with one tap, never a statistic."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notice
from conditions.enums import Side
from conditions.models import Activity
from diary import moments, queries, reminding, services
from diary.models import Entry, Moment
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

LOCAL_NOON = time(13)  # NOW in Amsterdam


def url(day=TODAY) -> str:
    return reverse("diary:moments", args=[day])


def send(phone: Client, day=TODAY, **fields):
    return phone.post(url(day), {"client_uuid": str(uuid4()), "note": ""} | fields)


def record(patient, **fields):
    said = {"day": TODAY, "at": time(9), "score": 5, "client_uuid": uuid4()} | fields
    return moments.record_moment(patient=patient, by=patient, now=NOW, **said)


class TestTheService:
    def test_a_moment_is_kept_with_when_it_was_and_when_it_was_entered(self, patient):
        walking = factories.make_activity("walking")
        kept = record(
            patient, side=Side.LEFT, activity=walking, note="on the stairs", device="Firefox"
        ).moment
        kept.refresh_from_db()
        assert (kept.day, kept.at, kept.side, kept.score) == (TODAY, time(9), "left", 5)
        assert (kept.activity, kept.note, kept.device) == (walking, "on the stairs", "Firefox")
        assert (kept.entered_at, kept.received_at, kept.utc_offset_minutes) == (NOW, NOW, 60)
        assert (kept.by, kept.is_queued, kept.taken_back_at) == (patient, False, None)

    def test_nought_is_an_answer_and_nothing_is_none(self, patient):
        record(patient, score=0)
        record(patient, score=None, note="a stitch")
        assert list(Moment.objects.order_by("pk").values_list("score", flat=True)) == [0, None]

    def test_what_waited_on_a_phone_keeps_when_it_was_entered(self, patient):
        entered = NOW - timedelta(days=10)
        day = TODAY - timedelta(days=20)
        kept = record(patient, day=day, entered_at=entered, is_queued=True).moment
        assert (kept.entered_at, kept.received_at, kept.is_queued) == (entered, NOW, True)
        with pytest.raises(services.DayNotOpen):
            record(patient, day=day)

    def test_the_same_form_twice_is_kept_once(self, patient):
        same = uuid4()
        first, second = (record(patient, client_uuid=same) for _ in range(2))
        assert (first.is_new, second.is_new) == (True, False)
        assert first.moment == second.moment
        assert Moment.objects.count() == 1

    @pytest.mark.parametrize(
        "other", [{"score": 6}, {"at": time(10)}, {"note": "x"}, {"side": Side.RIGHT}]
    )
    def test_the_same_form_with_other_words_is_refused_and_the_first_stays(self, patient, other):
        same = uuid4()
        first = record(patient, client_uuid=same).moment
        with pytest.raises(services.AlreadySavedOtherwise) as refused:
            record(patient, client_uuid=same, **other)
        assert refused.value.moment == first
        assert Moment.objects.get().score == 5

    def test_two_patients_may_have_made_the_same_id(self, patient, foreign_patient):
        same = uuid4()
        for person in (patient, foreign_patient):
            assert record(person, client_uuid=same).is_new
        assert Moment.objects.count() == 2

    @pytest.mark.parametrize(
        ("days", "is_open"), [(1, False), (0, True), (-14, True), (-15, False)]
    )
    def test_the_window_is_that_of_entries(self, patient, days, is_open):
        day = TODAY + timedelta(days=days)
        if is_open:
            record(patient, day=day)
        else:
            with pytest.raises(services.DayNotOpen):
                record(patient, day=day)
        assert Moment.objects.exists() is is_open

    def test_taking_back_and_putting_back_each_happen_once(self, patient):
        moment = record(patient).moment
        told = [moments.take_back_moment(moment=moment, now=NOW) for _ in range(2)]
        assert told == [True, False]
        assert moments.of_day(patient, TODAY) == ()
        assert [line.moment for line in moments.taken_back(patient, TODAY)] == [moment]
        assert [moments.put_back_moment(moment=moment) for _ in range(2)] == [True, False]
        assert [line.moment for line in moments.of_day(patient, TODAY)] == [moment]

    def test_one_that_was_taken_back_does_not_come_back_with_its_form(self, patient):
        same = uuid4()
        moments.take_back_moment(moment=record(patient, client_uuid=same).moment, now=NOW)
        assert record(patient, client_uuid=same).is_new is False
        assert moments.of_day(patient, TODAY) == ()


class TestItIsNoEntry:
    def test_the_day_still_has_none(self, patient):
        factories.make_episode(patient)
        record(patient, score=10)
        assert Entry.objects.count() == 0
        assert list(queries.entries_between(patient, TODAY, TODAY)) == []

    def test_it_is_in_no_series_and_asks_no_review(self, patient):
        episode = factories.make_episode(patient)
        changed_at = episode.changed_at
        record(patient, score=10)
        episode.refresh_from_db()
        assert episode.changed_at == changed_at
        assert queries.series([patient], TODAY, TODAY) == {}
        assert queries.has_sudden_rise(patient, TODAY) is False

    def test_the_reminder_of_the_day_still_comes(self, patient):
        factories.make_episode(patient)
        factories.log_day(patient, TODAY - timedelta(days=1))
        at = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
        factories.make_reminder(patient, next_at=at, zone="Europe/Amsterdam")
        record(patient)
        reminding.queue_due(at)
        assert Notice.objects.filter(recipient=patient).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": 11},
        {"side": "mid"},
        {"score": None, "note": "", "activity": None},
    ],
)
def test_the_database_refuses_what_is_no_moment(patient, wrong):
    said = {"score": 3, "side": "left", "note": "", "activity": None} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Moment.objects.create(
            patient=patient,
            day=TODAY,
            at=time(9),
            client_uuid=uuid4(),
            entered_at=NOW,
            received_at=NOW,
            utc_offset_minutes=60,
            by=patient,
            **said,
        )
    assert Moment.objects.count() == 0


class TestThePage:
    def test_nothing_is_chosen_beforehand(self, phone):
        html = phone.get(url()).content.decode()
        assert " checked" not in html
        assert 'data-queue="moment"' in html
        assert html.count('name="score"') == 11
        assert re.findall(r'name="activity" value="(\w+)"', html) == ["walking", "stairs"]
        assert 'name="side"' not in html

    def test_one_tap_is_enough_for_now(self, phone, patient):
        response = send(phone, score="7")
        moment = Moment.objects.get()
        assert (response.status_code, response.url) == (303, f"{url()}?added={moment.uuid}")
        assert (moment.at, moment.score, moment.side) == (LOCAL_NOON, 7, "left")
        assert (moment.activity, moment.note, moment.by) == (None, "", patient)

    def test_the_same_form_a_minute_later_is_still_one(self, phone):
        same = str(uuid4())
        first = send(phone, client_uuid=same, score="7")
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            again = send(phone, client_uuid=same, score="7")
            assert (again.status_code, again.url) == (303, first.url)
            other_time = send(phone, client_uuid=same, score="7", at="12:00")
        assert other_time.status_code == 409
        assert Moment.objects.get().at == LOCAL_NOON

    def test_a_time_an_activity_and_a_note_are_kept(self, phone):
        send(phone, at="09:30", activity="walking", note="two\r\nlines", score="")
        moment = Moment.objects.get()
        assert (moment.at, moment.score, moment.note) == (time(9, 30), None, "two\nlines")
        assert moment.activity == Activity.objects.get(slug="walking")

    def test_with_two_hips_the_side_is_asked_and_may_stay_open(self, phone, patient):
        factories.make_episode(patient, side="right")
        assert phone.get(url()).content.decode().count('name="side"') == 2
        send(phone, score="1", side="right")
        send(phone, score="2")
        assert list(Moment.objects.order_by("score").values_list("side", flat=True)) == [
            "right",
            "",
        ]

    @pytest.mark.parametrize(
        ("day", "sent", "field", "sentence"),
        [
            (0, {}, "score", "Say how bad it was, what you were doing, or write a note."),
            (0, {"score": "5", "at": "13:01"}, "at", "This time has not come yet."),
            (-1, {"score": "5"}, "at", "Fill in at what time it was."),
            (0, {"score": "11"}, "score", "Select a valid choice."),
            (0, {"score": "5", "at": "25:00"}, "at", "Enter a valid time."),
            (0, {"activity": "flying"}, "activity", "Select a valid choice."),
            (0, {"note": "x" * 2001}, "note", "at most 2000 characters"),
        ],
    )
    def test_bad_input_comes_back_and_keeps_nothing(self, phone, day, sent, field, sentence):
        response = send(phone, TODAY + timedelta(days=day), **sent)
        html = response.content.decode()
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert sentence in html
        assert "<title>Error: Extra moments" in html
        assert Moment.objects.count() == 0

    def test_a_time_of_yesterday_may_be_later_than_now(self, phone):
        assert send(phone, TODAY - timedelta(days=1), score="5", at="23:00").status_code == 303

    def test_it_can_be_taken_back_and_put_back_from_the_page(self, phone):
        send(phone, score="4")
        address = reverse("diary:moment", args=[Moment.objects.get().uuid])
        page = phone.post(address, follow=True).content.decode()
        assert "The moment is taken back." in page
        assert "Put it back" in page
        page = phone.post(address, {"put_back": "1"}, follow=True).content.decode()
        assert "The moment is there again." in page
        assert Moment.objects.get().taken_back_at is None

    def test_the_same_form_with_other_words_offers_to_add_another(self, phone):
        same = str(uuid4())
        send(phone, client_uuid=same, score="4")
        response = send(phone, client_uuid=same, score="6")
        assert response.status_code == 409
        assert "The moment you kept stays as it was." in response.content.decode()
        again = re.search(r'name="client_uuid" value="([^"]+)"', response.content.decode()).group(1)
        assert UUID(again) != UUID(same)
        send(phone, client_uuid=again, score="6")
        assert set(Moment.objects.values_list("score", flat=True)) == {4, 6}

    @pytest.mark.parametrize("day", [1, -15])
    def test_outside_the_window_nothing_can_be_added(self, phone, day):
        day = TODAY + timedelta(days=day)
        assert "none can be added any more" in phone.get(url(day)).content.decode()
        assert send(phone, day, score="5", at="09:00").status_code == 422
        assert Moment.objects.count() == 0

    def test_somebody_elses_is_an_unknown_one(self, phone, foreign_patient):
        moment = record(foreign_patient, note="a foreign note").moment
        assert phone.post(reverse("diary:moment", args=[moment.uuid])).status_code == 404
        assert phone.post(reverse("diary:moment", args=[uuid4()])).status_code == 404
        assert "a foreign note" not in phone.get(url()).content.decode()
        moment.refresh_from_db()
        assert moment.taken_back_at is None

    def test_more_moments_take_no_more_queries(self, phone, patient, django_assert_num_queries):
        phone.get(url())  # the key is made
        for number in (1, 4):
            for _ in range(number):
                record(patient, activity=factories.make_activity("walking"))
            with django_assert_num_queries(9):
                phone.get(url())


class TestRedFlags:
    @pytest.mark.parametrize(("score", "asks"), [("7", False), ("8", True), ("10", True)])
    def test_much_pain_leads_to_the_questions(self, phone, score, asks):
        page = phone.post(
            url(), {"client_uuid": str(uuid4()), "score": score, "note": ""}, follow=True
        ).content.decode()
        assert ("That is a lot of pain." in page) is asks
        assert "Saved:" in page

    def test_they_are_offered_once_and_not_for_an_old_moment(self, phone, patient):
        record(patient, score=10)
        assert "That is a lot of pain." not in phone.get(url()).content.decode()

    def test_anothers_moment_offers_nothing(self, phone, foreign_patient):
        other = record(foreign_patient, score=10).moment
        assert "Saved:" not in phone.get(f"{url()}?added={other.uuid}").content.decode()


class TestWhereItIsRead:
    WORDS = "09:00 · pain 5 of 10"

    def test_the_patient_is_reminded_of_it_when_filling_in_the_day(self, phone, patient):
        record(patient)
        assert self.WORDS in phone.get(reverse("diary:log")).content.decode()
        yesterday = reverse("diary:log_day", args=[TODAY - timedelta(days=1)])
        assert self.WORDS not in phone.get(yesterday).content.decode()

    def test_the_diary_shows_it_on_a_day_with_and_without_an_entry(self, phone, patient):
        record(patient)
        for _ in range(2):
            assert phone.get(reverse("diary:history")).content.decode().count(self.WORDS) == 1
            Entry.objects.all().delete()
            factories.log_day(patient, TODAY)

    def test_a_closed_day_shows_it(self, phone, patient):
        day = TODAY - timedelta(days=20)
        record(patient, day=day, entered_at=NOW - timedelta(days=19), is_queued=True)
        assert self.WORDS in phone.get(reverse("diary:log_day", args=[day])).content.decode()

    @pytest.mark.parametrize("has_entry", [True, False])
    def test_the_physiotherapist_reads_it_in_the_row_of_the_day(
        self, client, patient, physiotherapist, has_entry
    ):
        factories.make_episode(patient)
        record(patient, note="at the till")
        if has_entry:
            factories.log_day(patient, TODAY)
        client.force_login(physiotherapist)
        html = client.get(reverse("care:patient", args=[patient.uuid])).content.decode()
        rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
        row = next(row for row in rows if "Mon 23 Nov" in row)
        assert self.WORDS in row
        assert "at the till" in row
        assert ("no entry" in row) is not has_entry

    def test_the_physiotherapists_chart_marks_it_on_its_own_side_only(
        self, client, patient, physiotherapist
    ):
        factories.make_episode(patient)
        factories.log_days(patient, [3, 4, 3])
        client.force_login(physiotherapist)
        marks = []
        for side in (Side.RIGHT, None, Side.LEFT):
            record(patient, side=side)
            html = client.get(reverse("care:patient", args=[patient.uuid])).content.decode()
            marks.append(re.findall(r"event-moment.*?<title>(.*?)</title>", html, re.DOTALL))
        one = f"23 Nov: {self.WORDS}"
        assert [len(each) for each in marks] == [0, 1, 1]
        assert marks[1] == [one]
        assert "(2×)" in marks[2][0]

    def test_nowhere_once_it_is_taken_back(self, phone, patient, physiotherapist, client):
        moments.take_back_moment(moment=record(patient).moment, now=NOW)
        client.force_login(physiotherapist)
        pages = [
            phone.get(reverse("diary:log")),
            phone.get(reverse("diary:history")),
            client.get(reverse("care:patient", args=[patient.uuid])),
        ]
        assert [self.WORDS in page.content.decode() for page in pages] == [False] * 3
