"""Two voices in one entry: a child's own numbers and what a parent saw, kept apart."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import keys
from conditions.enums import Channel, Side, Voice
from diary import asking, charts, entries, progress, queries, services, verdicts
from diary.models import Entry, ParentReading, Reading
from diary.verdicts import DayAnswers
from tests import factories, sealing
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

ALL = [channel.value for channel in Channel]


@pytest.fixture
def child(clinic):
    """Somebody with a child's plan in a clinic that treats children."""
    clinic.treats_children = True
    clinic.save()
    patient = factories.make_patient(clinic, name="Own Child")
    factories.make_episode(patient, factories.make_plan(is_of_child=True, pain={"loading": 5}))
    return patient


@pytest.fixture
def phone(child) -> Client:
    client = Client()
    client.force_login(child)
    return client


def url(day=TODAY) -> str:
    return reverse("diary:log_day", args=[day])


def send(phone: Client, **fields):
    sent = {"client_uuid": str(uuid4()), "note": "", "painkillers": ""} | fields
    return phone.post(url(), sent)


def record(patient, **answers):
    return services.record_entry(
        patient=patient,
        day=TODAY,
        answers=DayAnswers(**answers),
        client_uuid=uuid4(),
        by=patient,
        now=NOW,
    )


def numbers(**given) -> dict:
    return {Side.LEFT: {Channel(name): score for name, score in given.items()}}


class TestTheForm:
    def test_a_parent_has_grids_of_their_own_with_nothing_chosen(self, phone):
        html = phone.get(url()).content.decode()
        parts = html.split("A parent fills in this part")
        radios = [
            re.findall(r'type="radio" name="((?:observed_)?left_\w+)"', part) for part in parts
        ]
        assert radios[0] == [f"left_{channel}" for channel in ALL for _score in range(11)]
        assert radios[1] == [f"observed_left_{channel}" for channel in ALL for _score in range(11)]
        assert not re.search(r"<input[^>]*\schecked", html)
        assert "Pain on loading, as you saw it" in parts[1]

    def test_both_voices_become_rows_of_their_own(self, phone):
        assert send(phone, left_loading="3", observed_left_loading="5").status_code == 303
        entry = Entry.objects.get()
        assert list(entry.readings.values_list("loading", "rest")) == [(3, None)]
        assert list(entry.observed.values_list("loading", "rest")) == [(5, None)]

    def test_what_only_a_parent_saw_is_saved_and_the_child_did_not_answer(self, phone):
        assert send(phone, observed_left_night="4").status_code == 303
        entry = Entry.objects.get()
        assert list(entry.readings.values_list(*ALL)) == [(None, None, None)]
        assert list(entry.observed.values_list(*ALL)) == [(None, None, 4)]

    def test_what_only_the_child_answered_leaves_no_row_of_a_parent(self, phone):
        send(phone, left_loading="0")
        assert (Reading.objects.count(), ParentReading.objects.count()) == (1, 0)

    def test_no_number_of_either_is_refused(self, phone):
        response = send(phone, note="nothing")
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["left_loading"]
        needs = response.context["form"].limits["needs"]
        assert "observed_left_night" in needs

    def test_what_was_saved_is_shown_again_in_its_own_place(self, phone):
        send(phone, left_loading="3", observed_left_loading="5")
        html = phone.get(url()).content.decode()
        on = re.findall(r'<input[^>]*name="(\w+)" value="(\d+)"[^>]*\schecked', html)
        assert on == [("left_loading", "3"), ("observed_left_loading", "5")]

    def test_an_edit_takes_the_voice_of_the_parent_back(self, phone):
        send(phone, left_loading="3", observed_left_loading="5")
        send(phone, left_loading="3")
        assert ParentReading.objects.count() == 0
        first = Entry.objects.get().revisions.get(number=1)
        assert entries.answers_from(first.payload).observed[Side.LEFT][Channel.LOADING] == 5

    def test_what_a_parent_saw_is_0_to_10(self, phone):
        response = send(phone, left_loading="3", observed_left_rest="11")
        assert list(response.context["form"].errors) == ["observed_left_rest"]
        assert Entry.objects.count() == 0

    def test_the_parents_questions_stand_under_the_same_heading(self, child, phone):
        asks = (factories.make_question("limp", voice=Voice.PARENT),)
        plan = factories.make_plan(is_of_child=True, asks=asks)
        factories.make_episode(child, plan, side="right")
        html = phone.get(url()).content.decode()
        assert html.count("A parent fills in this part") == 1
        heading = html.index("A parent fills in this part")
        assert heading < html.index('name="observed_left_loading"') < html.index("answer_limp")

    def test_of_two_hips_only_those_of_a_childs_plan_are_observed(self, child, phone):
        factories.make_episode(child, factories.make_plan(), side="right")
        html = phone.get(url()).content.decode()
        assert 'name="right_loading"' in html
        assert "observed_right" not in html
        assert "observed_left" in html

    def test_a_plan_that_asks_one_channel_asks_a_parent_for_that_one(self, child, phone):
        child.episodes.all().delete()
        plan = factories.make_plan(is_of_child=True, channels=["night"])
        factories.make_episode(child, plan)
        asked = asking.asked_on(child, TODAY)
        assert asked.observed == asked.channels == {Side.LEFT: (Channel.NIGHT,)}


class TestWhoIsAsked:
    @pytest.mark.parametrize(
        ("treats_children", "is_of_child", "is_asked"),
        [(True, True, True), (True, False, False), (False, True, False), (False, False, False)],
    )
    def test_a_parent_only_of_a_childs_plan_where_children_are_treated(
        self, clinic, client, treats_children, is_of_child, is_asked
    ):
        clinic.treats_children = treats_children
        clinic.save()
        patient = factories.make_patient(clinic)
        factories.make_episode(patient, factories.make_plan(is_of_child=is_of_child))
        client.force_login(patient)
        html = client.get(url()).content.decode()
        assert ("observed_left_loading" in html) is is_asked
        assert ("face-10" in html) is is_asked
        send(client, left_loading="3", observed_left_loading="5")
        assert ParentReading.objects.exists() is is_asked

    @pytest.mark.parametrize("is_of_child", [True, False])
    def test_what_waited_on_a_phone_is_kept_of_a_child_and_refused_of_anybody_else(
        self, clinic, client, is_of_child
    ):
        """The clinic may have stopped to treat children since the form was filled in."""
        patient = factories.make_patient(clinic)
        factories.make_episode(patient, factories.make_plan(is_of_child=is_of_child))
        client.force_login(patient)
        said = {"left_loading": "3", "observed_left_loading": "5"}
        sent = sealing.seal(patient, keys.sealing_key(NOW), fields=said)
        answer = client.post(
            reverse("diary:sync"), json.dumps(sent), content_type="application/json"
        )
        assert answer.status_code == (201 if is_of_child else 422)
        assert ParentReading.objects.exists() is is_of_child


class TestFaces:
    def test_the_childs_own_grids_have_six_and_a_parents_none(self, phone):
        html = phone.get(url()).content.decode()
        own, of_parent = html.split("A parent fills in this part")
        assert re.findall(r'<use href="#face-(\d+)"', own) == ["0", "2", "4", "6", "8", "10"] * 3
        assert "#face-" not in of_parent
        assert re.findall(r'<symbol id="face-(\d+)"', html) == ["0", "2", "4", "6", "8", "10"]

    def test_the_name_of_an_answer_is_its_number(self, phone):
        html = phone.get(url()).content.decode()
        label = re.search(r'<label[^>]*for="id_left_loading_4">(.*?)</label>', html, re.DOTALL)
        read = re.sub(r'<svg[^>]*aria-hidden="true".*?</svg>', "", label.group(1))
        assert re.sub(r"<[^>]+>", "", read) == "4 of 10"


class TestItIsNeverTheChildsOwn:
    """A parent's 10 beside a child's 1: nobody who judges or draws may meet the 10."""

    @pytest.fixture
    def logged(self, child):
        record(child, readings=numbers(loading=1), observed=numbers(loading=10, rest=9))
        return child

    def test_a_verdict_judges_the_childs_numbers(self, child):
        rules = queries.phase_rules(queries.episodes_on(child, TODAY), TODAY)
        seen = DayAnswers(readings=numbers(loading=1), observed=numbers(loading=10))
        alone = DayAnswers(readings=numbers(loading=1))
        own = DayAnswers(readings=numbers(loading=10))
        assert verdicts.judge(seen, rules) == verdicts.judge(alone, rules)
        assert verdicts.judge(seen, rules) != verdicts.judge(own, rules)

    def test_the_series_of_trends_has_the_childs_numbers(self, logged):
        scores = queries.series([logged], TODAY, TODAY)[logged.pk]["left"][TODAY]
        assert (scores.loading, scores.rest, scores.night) == (1, None, None)

    def test_a_sudden_rise_is_the_childs(self, child):
        for back in range(14, 0, -1):
            factories.log_day(child, TODAY - timedelta(days=back))
        record(child, readings=numbers(loading=3), observed=numbers(loading=10))
        assert queries.has_sudden_rise(child, TODAY) is False
        record(child, readings=numbers(loading=10), observed=numbers(loading=3))
        assert queries.has_sudden_rise(child, TODAY) is True

    def test_the_line_of_the_chart_is_the_childs(self, logged, monkeypatch):
        drawn = []
        build = charts.build
        monkeypatch.setattr(
            charts, "build", lambda *a, **k: drawn.append(build(*a, **k)) or drawn[-1]
        )
        progress.of_patient(logged, first=TODAY, today=TODAY)
        dots = [dot.score for chart in drawn for line in chart.lines for dot in line.dots]
        assert dots == [1]

    def test_pain_that_only_a_parent_saw_is_not_answered(self, child):
        record(child, readings=numbers(loading=None), observed=numbers(loading=8))
        scores = queries.series([child], TODAY, TODAY)[child.pk]["left"][TODAY]
        assert scores.loading is None


class TestWhereItIsRead:
    @pytest.fixture
    def logged(self, child):
        observed = numbers(loading=5, rest=None, night=0)
        record(child, readings=numbers(loading=3, rest=1, night=None), observed=observed)
        return child

    def test_the_saved_page_names_the_voice(self, logged, phone):
        html = " ".join(phone.get(reverse("diary:saved", args=[TODAY])).content.decode().split())
        told = re.findall(
            r"<dt>Left hip, pain on loading( <span class=\"aside\">\(a parent\)</span>)?</dt>"
            r'<dd><span class="number">(\d+)</span>',
            html,
        )
        assert [(bool(voice), score) for voice, score in told] == [(False, "3"), (True, "5")]

    def test_the_diary_has_a_line_for_each(self, logged, phone):
        html = phone.get(reverse("diary:history")).content.decode()
        lines = re.findall(r'<span class="day-scores">(.*?)</span>', html)
        assert lines == [
            "pain on loading 3, pain at rest 1, pain at night not answered",
            "A parent saw: pain on loading 5, pain at rest not answered, pain at night 0",
        ]

    def test_the_physiotherapist_reads_child_and_parent(self, logged, client):
        physiotherapist = factories.make_physiotherapist(logged.clinic)
        factories.relate(logged, physiotherapist)
        client.force_login(physiotherapist)
        html = client.get(reverse("care:patient", args=[logged.uuid])).content.decode()
        row = next(r for r in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if "Mon 23 Nov" in r)
        cell = re.search(r"<td>(.*?)</td>", row, re.DOTALL).group(1)
        said = " ".join(re.sub(r"<[^>]+>", " ", cell).split())
        assert said == "child 3 · 1 · – parent 5 · – · 0"

    def test_an_entry_without_a_parents_voice_names_none(self, child, phone, client):
        record(child, readings=numbers(loading=3))
        assert "A parent saw" not in phone.get(reverse("diary:history")).content.decode()
        physiotherapist = factories.make_physiotherapist(child.clinic)
        factories.relate(child, physiotherapist)
        client.force_login(physiotherapist)
        html = client.get(reverse("care:patient", args=[child.uuid])).content.decode()
        assert '<span class="aside">child</span>' not in html


class TestThePayload:
    def test_one_of_before_says_that_no_parent_answered(self, child):
        answers = DayAnswers(readings=numbers(loading=3))
        older = entries.payload_of(TODAY, answers)
        del older["observed"]
        assert entries.answers_from(older) == answers
        asked = DayAnswers(readings=numbers(loading=3), observed=numbers(loading=None))
        assert entries.is_same(older, entries.payload_of(TODAY, asked))

    def test_another_number_of_the_parent_is_another_answer(self):
        one, other = (
            entries.payload_of(TODAY, DayAnswers(observed=numbers(loading=score)))
            for score in (0, 1)
        )
        assert not entries.is_same(one, other)
        nothing = entries.payload_of(TODAY, DayAnswers(observed=numbers(loading=None)))
        assert not entries.is_same(one, nothing)

    def test_the_same_form_with_another_voice_is_not_the_same_saving(self, child):
        same = uuid4()
        said = {"patient": child, "day": TODAY, "client_uuid": same, "by": child, "now": NOW}
        own = DayAnswers(readings=numbers(loading=3))
        services.record_entry(answers=own, **said)
        with pytest.raises(services.AlreadySavedOtherwise):
            services.record_entry(
                answers=DayAnswers(readings=numbers(loading=3), observed=numbers(loading=3)),
                **said,
            )


@pytest.mark.parametrize("wrong", [{"loading": 11}, {"side": "left"}])
def test_the_database_keeps_a_parents_numbers_to_the_same_rules(child, wrong):
    entry = factories.log_day(child, TODAY)
    ParentReading.objects.create(entry=entry, side="left", loading=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        ParentReading.objects.create(entry=entry, **{"side": "right"} | wrong)
    ParentReading.objects.create(entry=entry, side="right", loading=10)
    assert entry.observed.count() == 2


def test_an_editor_sees_both_voices(client, editor):
    plans = {
        is_of_child: factories.make_plan(is_of_child=is_of_child) for is_of_child in (True, False)
    }
    client.force_login(editor)
    for is_of_child, plan in plans.items():
        address = reverse("diary:preview_phone", args=[plan.uuid])
        html = client.get(address, {"page": "log", "day": 3, "language": "en"}).content.decode()
        assert ("observed_left_loading" in html) is is_of_child
        assert ("#face-4" in html) is is_of_child
        assert "left_loading" in html
