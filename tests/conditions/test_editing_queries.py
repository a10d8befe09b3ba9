"""What editors find to do: what is due, what is begun, what waits for a second pair of eyes."""

from datetime import timedelta

import pytest
from django.utils import translation

from conditions import editing_queries, publishing, services
from conditions.editing_queries import DueStatement, OpenWork, PlanEvent
from conditions.models import ActivityRule, Fact, Plan, Proposal, Symptom
from tests import factories
from tests.conditions.small_library import small, write
from tests.factories import NOW, TODAY

LATER = NOW + timedelta(days=1)
QUERIES = 15


@pytest.fixture
def plan(tmp_path, db) -> Plan:
    """Of a library in which everything is to be looked at in a year."""
    files = small()
    for name in ("red_flags", "questions", "guides"):
        files[name][0]["review_on"] = TODAY + timedelta(days=365)
    files["hip"]["review_on"] = TODAY + timedelta(days=365)
    services.load_library(write(tmp_path, files), now=NOW)
    return Plan.objects.get()


def due() -> list[DueStatement]:
    return editing_queries.overdue_statements(TODAY)


def set_due(rows, day) -> None:
    rows.update(review_on=day)


def test_nothing_is_due_before_its_day(plan):
    assert due() == []
    set_due(Fact.objects, TODAY)
    assert due() == []


def test_a_statement_is_due_after_its_day_or_without_one(plan):
    set_due(ActivityRule.objects.filter(phase__code="B"), TODAY - timedelta(days=1))
    set_due(Fact.objects, None)
    set_due(Symptom.objects.filter(channel="loading"), TODAY - timedelta(days=2))
    hip = {"condition": "en hip", "condition_slug": "hip"}
    rule = ActivityRule.objects.get(phase__code="B")
    assert due() == [
        DueStatement("fact", Fact.objects.get().pk, "en people", None, **hip),
        DueStatement(
            "symptom",
            Symptom.objects.get(channel="loading").pk,
            "en it hurts",
            TODAY - timedelta(days=2),
            **hip,
        ),
        DueStatement(
            "rule",
            rule.pk,
            "en walking",
            TODAY - timedelta(days=1),
            **hip,
            plan="hip",
            plan_uuid=plan.uuid,
            phase="B",
        ),
    ]
    with translation.override("nl"):
        assert [row.words for row in due()] == ["nl people", "nl it hurts", "nl walking"]


def test_every_kind_of_statement_becomes_due(plan):
    rows = editing_queries.overdue_statements(TODAY + timedelta(days=366))
    assert {row.kind: row.words for row in rows} == {
        "red-flag": "en calf?",
        "question": "en how often?",
        "guide": "en two crutches",
        "fact": "en people",
        "symptom": "en they fall",
        "stage": "en one",
        "plan": "en plan",
        "switch": "en rules",
        "pain-curve": "pain curve",
        "milestone": "en far",
        "limit": "en all",
        "pain-limit": "pain limit",
        "criterion": "en calm",
        "rule": "en walking",
        "advice": "en mind",
    }


def test_drafts_and_retired_versions_are_not_due(plan, editor):
    draft = publishing.new_version(plan=plan, by=editor)
    set_due(ActivityRule.objects.filter(phase__plan=draft), None)
    assert due() == []
    Plan.objects.filter(pk=draft.pk).update(published_at=LATER)
    Plan.objects.filter(pk=plan.pk).update(retired_at=LATER)
    set_due(ActivityRule.objects.filter(phase__plan=plan), None)
    assert {row.plan_uuid for row in due()} == {draft.uuid}


def test_a_look_takes_a_statement_off_the_list(plan, editor):
    set_due(Fact.objects, None)
    publishing.review_statement(statement=Fact.objects.get(), by=editor, today=TODAY)
    assert due() == []


@pytest.mark.parametrize("number", [0, 3])
def test_what_is_due_takes_as_many_queries_for_many_as_for_none(
    db, number, django_assert_num_queries
):
    for each in range(number):
        factories.make_plan(code=f"plan-{each}")
    with django_assert_num_queries(QUERIES):
        assert (len(due()) > 0) == (number > 0)


def test_what_nobody_looked_at_is_counted(plan, editor):
    """Of each kind one or two; the draft beside the plan does not count."""
    publishing.new_version(plan=plan, by=editor)
    assert editing_queries.count_never_reviewed() == 19
    publishing.review_statement(statement=Fact.objects.get(), by=editor, today=TODAY)
    assert editing_queries.count_never_reviewed() == 18


def propose(by, **fields) -> Proposal:
    return Proposal.objects.create(kind="fact", made_at=NOW, made_by=by, **fields)


def test_open_work_tells_what_others_made_from_ones_own(plan, editor):
    second = factories.make_person("editor")
    other = factories.make_plan(code="other", publish=False)
    draft = publishing.new_version(plan=plan, by=editor)
    own = propose(editor)
    propose(editor, decided_at=NOW, decided_by=second)

    def work(person) -> OpenWork:
        return editing_queries.open_work(person)

    assert work(editor) == OpenWork((), (), (draft, other), (own,))
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    assert work(editor) == OpenWork((), (), (draft, other), (own,))
    assert work(second) == OpenWork((draft,), (own,), (other,), ())
    publishing.publish_plan(plan=draft, by=second, now=LATER)
    assert work(second) == OpenWork((), (own,), (other,), ())


def test_open_work_takes_two_queries(plan, editor, django_assert_num_queries):
    publishing.new_version(plan=plan, by=editor)
    propose(editor)
    with django_assert_num_queries(2):
        work = editing_queries.open_work(editor)
        [draft] = work.drafts
        assert (draft.condition.slug, draft.submitted_by) == ("hip", None)
        assert work.own_proposals[0].made_by == editor


def test_the_history_of_a_plan_is_told_in_the_readers_language(plan, editor):
    second = factories.make_person("editor", name="Second Editor")
    draft = publishing.new_version(plan=plan, by=editor)
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    publishing.return_plan(plan=draft, by=second, note="Name the\nbook: which?", now=LATER)
    with translation.override("nl"):
        events = editing_queries.history(draft)
    assert events == [
        PlanEvent(events[0].at, "Second Editor", "Teruggestuurd: Name the\nbook: which?"),
        PlanEvent(events[1].at, "Own Editor", "Ingeleverd voor beoordeling."),
        PlanEvent(events[2].at, "Own Editor", "Gemaakt van versie: 1"),
    ]
    assert editing_queries.history(plan) == []
