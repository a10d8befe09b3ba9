"""What there is to read about one's own condition."""

import re
from datetime import date

import pytest
from django.urls import reverse

from conditions.enums import Topic, Voice
from conditions.models import Condition, Fact, Plan, Source, Symptom
from tests import factories
from tests.factories import both

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES = 12


@pytest.fixture
def opened(client, patient):
    client.force_login(patient)
    return lambda: " ".join(client.get(reverse("diary:about")).content.decode().split())


def add_fact(condition: Condition, topic: str, words: str, **fields) -> Fact:
    given = both(text=words) | {"provenance": "convention"} | fields
    return Fact.objects.create(condition=condition, topic=topic, **given)


def add_symptom(condition: Condition, words: str, **fields) -> Symptom:
    return Symptom.objects.create(
        condition=condition, provenance="convention", **both(text=words), **fields
    )


@pytest.fixture
def plan(patient) -> Plan:
    """The plan of the patient: it asks for pain on loading and at night, and about locking."""
    plan = factories.make_plan(
        asks=(factories.make_question("locking"),), channels=["loading", "night"]
    )
    factories.make_episode(patient, plan)
    return plan


def test_facts_stand_by_topic_in_a_fixed_order(plan, opened):
    for topic in (Topic.LIVING, Topic.WHO, Topic.COURSE):
        add_fact(plan.condition, topic, f"fact about {topic}")
    html = opened()
    assert re.findall(r"<h3>([^<]+)</h3>", html)[1:] == [
        "Who gets it",
        "How it goes",
        "Living with it",
    ]
    assert "en fact about course" in html


def test_name_summary_and_ones_own_stage_are_there(plan, opened):
    condition = plan.condition
    condition.synonyms_en = "one name\nanother"
    condition.save()
    html = opened()
    assert f"<h2>en {condition.slug}</h2>" in html
    assert "Also called: one name, another." in html
    assert "<p>en summary</p>" in html
    assert "<h3>Yours: en standard</h3>" in html


def test_each_symptom_says_how_the_log_asks_it(plan, opened, patient):
    asked = plan.asks.get()
    other = factories.make_question("falls")
    of_parent = factories.make_question("parent-limp", voice=Voice.PARENT)
    for number, fields in enumerate(
        (
            {"channel": "loading"},
            {"channel": "rest"},
            {"question": asked},
            {"question": other},
            {"question": of_parent},
            {},
        )
    ):
        add_symptom(plan.condition, f"feeling {number}", order=number, **fields)
    html = opened()
    asked_as = {
        words: re.sub("<[^>]+>", "", rest).strip()
        for words, rest in re.findall(r"<li>(en feeling \d)(.*?)<details", html)
    }
    assert asked_as == {
        "en feeling 0": "The log asks: pain on loading, from 0 to 10.",
        "en feeling 1": "",
        "en feeling 2": "The log asks: “en locking?”",
        "en feeling 3": "",
        "en feeling 4": "",
        "en feeling 5": "",
    }


@pytest.mark.parametrize("treats_children", [True, False])
def test_what_a_parent_is_asked_counts_where_one_is_asked(patient, opened, treats_children):
    patient.clinic.treats_children = treats_children
    patient.clinic.save()
    question = factories.make_question("parent-limp", voice=Voice.PARENT)
    plan = factories.make_plan(asks=(question,))
    factories.make_episode(patient, plan)
    add_symptom(plan.condition, "limping", question=question)
    assert ("The log asks: “en parent-limp?”" in opened()) is treats_children


def test_questions_open_to_their_answers(plan, opened):
    add_fact(plan.condition, Topic.QUESTION, "no, it is not", **both(title="is it bad?"))
    html = opened()
    assert '<details class="question"> <summary>en is it bad?</summary> <p>en no' in html
    assert "Questions and answers" in html


def test_markdown_is_shown_and_html_is_not(plan, opened):
    fact = add_fact(plan.condition, Topic.WHO, "")
    fact.text_en = "- many\n- *some*\n\n<script>alert(1)</script>"
    fact.save()
    html = opened()
    assert "<li><em>some</em></li>" in html
    assert "&lt;script&gt;alert(1)" in html


def test_each_statement_says_where_it_comes_from_and_who_looked_at_it(plan, opened):
    fact = add_fact(
        plan.condition,
        Topic.WHO,
        "people",
        provenance="cited",
        reviewer="A. Clinician",
        reviewed_on=date(2026, 11, 3),
        review_on=date(2027, 11, 1),
    )
    fact.sources.add(Source.objects.create(key="book", title="A book", kind="study"))
    html = opened()
    part = html[html.index("en people") :]
    assert "From a public source." in part
    assert "<li>A book</li>" in part
    assert "Reviewed by A. Clinician on 3 Nov 2026. To be looked at again by 1 Nov 2027." in part


def test_of_another_condition_nothing_is_there(plan, opened, foreign_patient):
    other = factories.make_plan()
    factories.make_episode(foreign_patient, other)
    add_fact(other.condition, Topic.WHO, "a foreign fact")
    assert "a foreign fact" not in opened()


def test_two_hips_with_one_condition_read_it_once(plan, patient, opened):
    factories.make_episode(patient, plan, side="right")
    assert opened().count('<article class="about">') == 1
    other = patient.episodes.get(side="right")
    other.plan = factories.make_plan()
    other.save()
    assert opened().count('<article class="about">') == 2


def test_without_a_plan_there_is_nothing_to_read(opened):
    assert "Your physiotherapist has not started a plan for you yet." in opened()


@pytest.mark.parametrize("number", [1, 4])
def test_many_facts_need_the_same_queries(plan, client, patient, number, django_assert_num_queries):
    for each in range(number):
        add_fact(plan.condition, Topic.WHO, f"fact {each}")
        add_symptom(plan.condition, f"feeling {each}", question=plan.asks.get())
    client.force_login(patient)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("diary:about"))
