"""The log asks what the plan's content asks, and nothing else."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import translation

from conditions.enums import QuestionKind, Voice
from conditions.models import Plan, Question
from diary import entries, questions, services
from diary.models import Entry, EntryAnswer, EntryRevision, Episode, Reading
from diary.verdicts import DayAnswers
from tests import factories
from tests.diary.asking import KINDS, make_questions, send, stored, url
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def plan(db) -> Plan:
    """A plan that asks one question of each kind, the three pains, and one more it does not."""
    factories.make_question("elsewhere")
    return factories.make_plan(asks=tuple(make_questions().values()))


@pytest.fixture
def phone(patient, plan) -> Client:
    factories.make_episode(patient, plan)
    client = Client()
    client.force_login(patient)
    return client


def form_of(phone: Client, day=TODAY) -> str:
    return " ".join(phone.get(url(day)).content.decode().split())


def asked_in(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="answer_([\w-]+)"', html)))


def test_the_form_asks_the_plans_questions_in_the_order_of_content(phone):
    assert asked_in(form_of(phone)) == list(KINDS)


def test_a_plan_without_questions_asks_none(patient, client):
    make_questions()
    factories.make_episode(patient)
    client.force_login(patient)
    html = form_of(client)
    assert asked_in(html) == []
    assert "Questions about this day" not in html


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("clicking", ["1", "0"]),
        ("limp", ["0", "1", "2", "3", "4"]),
        ("sport", [str(score) for score in range(11)]),
    ],
)
def test_a_choice_has_its_numbers_and_none_is_preselected(phone, code, values):
    html = form_of(phone)
    radios = re.findall(rf'<input[^>]*type="radio"[^>]*name="answer_{code}"[^>]*>', html)
    assert [re.search(r'value="(\d+)"', radio).group(1) for radio in radios] == values
    assert [radio for radio in radios if "checked" in radio] == []


def test_grades_have_words(phone):
    labels = re.findall(r'for="id_answer_limp_\d">([^<]+)<', form_of(phone))
    assert labels == ["Not", "A little", "Moderately", "Very", "Impossible"]


@pytest.mark.parametrize(("code", "unit"), [("locking", "times"), ("stiffness", "min")])
def test_what_is_counted_is_a_number_with_its_unit(phone, code, unit):
    field = rf'<input type="text" name="answer_{code}" inputmode="numeric"[^>]*> <span[^>]*>{unit}<'
    assert re.search(field, form_of(phone))


def test_an_answer_can_be_taken_back_as_pain_can(phone):
    html = form_of(phone)
    assert html.count('<fieldset class="choices"') == 2
    assert html.count('<fieldset class="pain-grid"') == 4
    script = finders.find("js/clear-answer.js")
    assert '".pain-grid, .aids, .choices"' in Path(script).read_text()


def test_answers_become_rows_and_come_back(phone):
    send(phone, answer_clicking="1", answer_locking="3", answer_limp="4", answer_sport="0")
    assert stored() == {"clicking": 1, "locking": 3, "limp": 4, "sport": 0}
    html = form_of(phone)
    checked = re.findall(r'id="(id_answer_\w+)" checked', html)
    assert checked == ["id_answer_clicking_0", "id_answer_limp_4", "id_answer_sport_0"]
    assert 'name="answer_locking" value="3"' in html
    assert not re.search(r'name="answer_stiffness" value', html)


def test_nought_and_not_answered_stay_apart(phone):
    send(phone, answer_clicking="0", answer_locking="0")
    assert stored() == {"clicking": 0, "locking": 0}
    assert EntryRevision.objects.get().payload["answers"] == {
        "clicking": 0,
        "limp": None,
        "locking": 0,
        "sport": None,
        "stiffness": None,
    }


def test_an_answer_can_be_taken_out_again(phone):
    send(phone, answer_clicking="1", answer_locking="2")
    send(phone, answer_locking="")
    assert stored() == {}
    payloads = EntryRevision.objects.order_by("number").values_list("payload", flat=True)
    assert [payload["answers"]["locking"] for payload in payloads] == [2, None]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("answer_clicking", "2", "Select a valid choice."),
        ("answer_limp", "5", "Select a valid choice."),
        ("answer_sport", "11", "Select a valid choice."),
        ("answer_sport", "-1", "Select a valid choice."),
        ("answer_locking", "21", "less than or equal to 20."),
        ("answer_locking", "-1", "greater than or equal to 0."),
        ("answer_stiffness", "1.5", "Enter a whole number."),
        ("answer_stiffness", "long", "Enter a whole number."),
    ],
)
def test_a_number_that_is_no_answer_stores_nothing(phone, field, value, sentence):
    response = send(phone, **{field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    html = response.content.decode()
    assert sentence in html
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}_error"' in html
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("code", ["elsewhere", "unheard-of", "", "clicking__code"])
def test_a_forged_code_stores_nothing(phone, code):
    assert send(phone, **{f"answer_{code}": "1"}).status_code == 303
    assert stored() == {}
    assert set(EntryRevision.objects.get().payload["answers"]) == set(KINDS)


def test_a_question_that_is_no_longer_asked_is_ignored(phone, plan):
    send(phone, answer_clicking="1", answer_locking="2")
    other = factories.make_plan(asks=tuple(plan.asks.exclude(code="clicking")))
    Episode.objects.update(plan=other)
    assert "clicking" not in asked_in(form_of(phone))
    assert send(phone, answer_clicking="1", answer_locking="4").status_code == 303
    assert stored() == {"locking": 4}


@pytest.mark.parametrize("answers", [{"unheard-of": 1}, {"clicking": 2}, {"limp": -1}])
def test_the_service_refuses_what_cannot_be_an_answer(phone, patient, answers):
    with pytest.raises((KeyError, ValueError)):
        services.record_entry(
            patient=patient,
            day=TODAY,
            answers=DayAnswers(answers=answers),
            client_uuid=uuid4(),
            by=patient,
            now=NOW,
        )
    assert Entry.objects.count() == 0


def test_an_earlier_day_asks_what_the_version_of_that_day_asked(phone, patient, plan):
    newer = factories.make_plan(asks=(Question.objects.get(code="elsewhere"),), channels=["rest"])
    episode = patient.episodes.get()
    episode.phases.create(phase=newer.phases.first(), from_on=TODAY, by=patient)
    Episode.objects.update(plan=newer)
    assert asked_in(form_of(phone)) == ["elsewhere"]
    before = form_of(phone, TODAY - timedelta(days=1))
    assert asked_in(before) == list(KINDS)
    assert ("left_loading" in form_of(phone), "left_loading" in before) == (False, True)


def test_two_hips_are_asked_each_question_once_and_each_side_its_own_pain(patient, client):
    made = make_questions()
    first = factories.make_plan(asks=(made["limp"], made["sport"]), channels=["loading", "night"])
    second = factories.make_plan(asks=(made["clicking"], made["limp"]), channels=["rest"])
    factories.make_episode(patient, first)
    factories.make_episode(patient, second, side="right")
    client.force_login(patient)
    html = form_of(client)
    assert asked_in(html) == ["clicking", "limp", "sport"]
    assert list(dict.fromkeys(re.findall(r'name="((?:left|right)_\w+)"', html))) == [
        "left_loading",
        "left_night",
        "right_rest",
    ]
    response = send(client, right_rest=None)
    assert response.context["form"].errors == {
        "right_rest": ["Choose at least one pain number for your right hip. 0 is no pain."]
    }
    assert send(client, right_rest="0").status_code == 303
    assert EntryRevision.objects.get().payload["readings"] == {
        "left": {"loading": 3, "night": None},
        "right": {"rest": 0},
    }


class TestAPlanWithoutPain:
    """Osteoporosis without a fracture: no daily pain, and nothing that asks for it."""

    @pytest.fixture
    def phone(self, patient) -> Client:
        plan = factories.make_plan(asks=(make_questions()["locking"],), channels=[])
        factories.make_episode(patient, plan)
        client = Client()
        client.force_login(patient)
        return client

    def test_there_is_no_pain_grid_and_no_pain_number_is_missed(self, phone):
        html = form_of(phone)
        assert "pain-grid" not in html
        assert "<h2>Left hip</h2>" not in html
        assert send(phone, left_loading=None, answer_locking="0").status_code == 303
        assert stored() == {"locking": 0}
        assert Reading.objects.count() == 0

    def test_a_pain_number_that_was_not_asked_is_not_stored(self, phone):
        send(phone, left_loading="9", answer_locking="0")
        assert Reading.objects.count() == 0

    @pytest.mark.parametrize(
        "something",
        [
            {"answer_locking": "0"},
            {"aid": "none"},
            {"did_walking": "on"},
            {"minutes_walking": "0"},
            {"no_painkillers": "on"},
            {"painkillers": "0"},
            {"note": "a word"},
        ],
    )
    def test_one_answer_of_any_kind_is_enough(self, phone, something):
        assert send(phone, left_loading=None, **something).status_code == 303

    def test_a_form_with_nothing_in_it_is_not_an_entry(self, phone):
        response = send(phone, left_loading=None)
        assert response.status_code == 422
        assert "Nothing is filled in yet. Answer at least one question." in (
            response.content.decode()
        )
        assert Entry.objects.count() == 0

    def test_every_page_copes(self, phone, patient):
        send(phone, left_loading=None, answer_locking="3", did_walking="on")
        progress = phone.get(reverse("diary:progress")).content.decode()
        assert "Your plan asks for no pain numbers, so there is no chart." in progress
        for page in ("home", "diary:plan", "diary:history"):
            assert phone.get(reverse(page)).status_code == 200
        assert phone.get(reverse("diary:saved", args=[TODAY])).status_code == 200


class TestAParent:
    @pytest.fixture
    def asked(self, patient, client) -> Client:
        made = make_questions()
        of_parent = factories.make_question(
            "parent-limp", QuestionKind.GRADE, voice=Voice.PARENT, order=0
        )
        plan = factories.make_plan(asks=(of_parent, made["limp"], made["sport"]))
        factories.make_episode(patient, plan)
        client.force_login(patient)
        return client

    def treat_children(self, patient, is_so: bool = True) -> None:
        patient.clinic.treats_children = is_so
        patient.clinic.save()

    def test_is_asked_after_the_patient_where_the_clinic_treats_children(self, asked, patient):
        self.treat_children(patient)
        html = form_of(asked)
        assert asked_in(html) == ["limp", "sport", "parent-limp"]
        heading = html.index("A parent fills in this part")
        assert html.index("answer_sport") < heading < html.index("answer_parent-limp")
        send(asked, answer_limp="1", **{"answer_parent-limp": "3"})
        assert stored() == {"limp": 1, "parent-limp": 3}
        saved = asked.get(reverse("diary:saved", args=[TODAY])).content.decode()
        assert "(a parent)" in saved

    def test_is_asked_nothing_elsewhere(self, asked, patient):
        assert patient.clinic.treats_children is False
        html = form_of(asked)
        assert asked_in(html) == ["limp", "sport"]
        assert "A parent fills in" not in html
        send(asked, **{"answer_parent-limp": "3"})
        assert stored() == {}


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("clicking", 1, "yes"),
        ("clicking", 0, "no"),
        ("locking", 0, "0 times"),
        ("locking", 1, "1 time"),
        ("locking", 3, "3 times"),
        ("stiffness", 0, "0 min"),
        ("stiffness", 15, "15 min"),
        ("limp", 0, "not"),
        ("limp", 4, "impossible"),
        ("limp", 7, "7"),
        ("sport", 0, "0 of 10"),
        ("sport", 10, "10 of 10"),
    ],
)
def test_an_answer_is_said_with_its_unit(db, code, value, said):
    assert questions.words(make_questions()[code], value) == said


def test_answers_are_said_in_dutch_too(db):
    made = make_questions()
    with translation.override("nl"):
        said = [questions.words(question, 1) for question in made.values()]
    assert said == ["ja", "1 keer", "1 min", "een beetje", "1 van de 10"]


def test_a_day_shows_answers_noughts_and_what_was_left_open(phone):
    send(phone, answer_clicking="1", answer_locking="0")
    html = " ".join(phone.get(reverse("diary:saved", args=[TODAY])).content.decode().split())
    rows = dict(re.findall(r"<dt>(en \w+\?)\s*</dt><dd>(.*?)</dd>", html))
    open_ = '<span aria-hidden="true">–</span><span class="visually-hidden">not answered</span>'
    assert {question: answer.strip() for question, answer in rows.items()} == {
        "en clicking?": "yes",
        "en locking?": "0 times",
        "en stiffness?": open_,
        "en limp?": open_,
        "en sport?": open_,
    }


def test_the_diary_says_how_many_were_answered(phone):
    send(phone, answer_clicking="1", answer_locking="0")
    html = " ".join(phone.get(reverse("diary:history")).content.decode().split())
    assert html.count("2 of 5 questions answered") == 1
    assert "<dd>0 times</dd>" in html
    assert html.count("no entry") == 20


def test_the_diary_says_nothing_of_pain_that_was_not_asked(patient, client):
    plan = factories.make_plan(channels=["loading"])
    factories.make_episode(patient, plan)
    client.force_login(patient)
    send(client)
    html = client.get(reverse("diary:history")).content.decode()
    assert "pain on loading 3<" in html
    assert "pain at night" not in html


def test_earlier_versions_keep_their_answers(phone):
    send(phone, answer_locking="7")
    send(phone, answer_locking="2")
    html = form_of(phone)
    revisions = html[html.index('class="revisions"') :]
    assert re.findall(r"<dd>(\d times)</dd>", revisions) == ["2 times", "7 times"]


def test_the_physiotherapist_reads_the_answers_in_words(phone, patient, physiotherapist, client):
    send(phone, answer_clicking="0", answer_locking="3")
    client.force_login(physiotherapist)
    html = " ".join(
        client.get(reverse("care:patient", args=[patient.uuid])).content.decode().split()
    )
    cells = re.findall(r'<div><span class="aside">(en \w+\?)</span> ([^<]+)</div>', html)
    assert cells == [
        ("en clicking?", "no"),
        ("en locking?", "3 times"),
        ("en stiffness?", "–"),
        ("en limp?", "–"),
        ("en sport?", "–"),
    ]


def test_without_questions_the_physiotherapist_sees_no_column_for_them(
    patient, physiotherapist, client
):
    factories.make_episode(patient)
    factories.log_day(patient, TODAY)
    client.force_login(physiotherapist)
    html = client.get(reverse("care:patient", args=[patient.uuid])).content.decode()
    assert '<th scope="col">Questions</th>' not in html


@pytest.mark.parametrize(("value", "is_asked"), [("1", True), ("0", False), ("", False)])
def test_a_fall_asks_the_red_flag_questions_at_once(patient, client, value, is_asked):
    falls = factories.make_question("falls", QuestionKind.COUNT, most=20, asks_red_flags=True)
    other = factories.make_question("clicking")
    factories.make_episode(patient, factories.make_plan(asks=(falls, other)))
    client.force_login(patient)
    send(client, answer_falls=value, answer_clicking="1")
    html = client.get(reverse("diary:saved", args=[TODAY])).content.decode()
    assert ("can be a sign of something that must not wait" in html) is is_asked
    assert html.count(reverse("care:red_flags")) == 1
    assert ("Is there something that cannot wait?" in html) is not is_asked


def test_a_revision_from_before_there_were_questions_still_reads(phone, patient):
    send(phone, answer_locking="3")
    revision = EntryRevision.objects.get()
    del revision.payload["answers"]
    revision.save()
    EntryAnswer.objects.all().delete()
    assert entries.answers_from(revision.payload).answers == {}
    assert phone.get(reverse("diary:history")).status_code == 200
    assert phone.get(reverse("diary:saved", args=[TODAY])).status_code == 200


def test_a_form_from_before_there_were_questions_arrives_once(phone, patient):
    """The revision has no answers and every channel; its second arrival is still the same."""
    sent = {"client_uuid": str(uuid4()), "left_loading": "3", "note": "", "painkillers": ""}
    phone.post(url(), sent)
    revision = EntryRevision.objects.get()
    del revision.payload["answers"]
    revision.payload["readings"] = {"left": {"loading": 3, "rest": None, "night": None}}
    revision.save()
    assert phone.post(url(), sent).status_code == 303
    assert phone.post(url(), sent | {"answer_locking": "1"}).status_code == 409
    assert EntryRevision.objects.count() == 1
