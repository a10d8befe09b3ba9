"""A second editor publishes a whole plan; a correction begins as a new version."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from accounts.models import User
from conditions import completeness, drafting, export, publishing, services
from conditions.models import (
    ActivityRule,
    Fact,
    LoadLimit,
    Plan,
    PlanIsFrozen,
    RedFlag,
    Source,
    Stage,
    Statement,
)
from tests import factories
from tests.conditions.small_library import small, write
from tests.factories import NOW, TODAY

LATER = NOW + timedelta(days=1)


@pytest.fixture
def plan(tmp_path, db) -> Plan:
    services.load_library(write(tmp_path, small()), now=NOW)
    return Plan.objects.get()


@pytest.fixture
def draft(plan, editor) -> Plan:
    return publishing.new_version(plan=plan, by=editor)


@pytest.fixture
def second(db) -> User:
    return factories.make_person("editor", name="Second Editor")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def content_of(plan: Plan) -> dict:
    data = export.plan_as_data(plan.pk)
    del data["version"]
    return data


def test_a_new_version_is_a_draft_with_everything_the_plan_says(plan, draft, editor):
    assert (draft.version, draft.published_at) == (2, None)
    assert content_of(draft) == content_of(plan)
    assert {phase.pk for phase in plan.phases.all()}.isdisjoint(draft.phases.all())
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (editor, str(draft.pk))
    assert entry.change_message == "Made from version:\n1"


def test_changing_the_draft_leaves_the_published_plan_as_it_was(plan, draft):
    before = content_of(plan)
    rule = draft.phases.first().rules.first()
    rule.minutes = 45
    rule.save()
    rule.sources.clear()
    assert content_of(plan) == before
    assert content_of(draft) != before


def test_there_is_one_draft_at_a_time(plan, draft, editor):
    with pytest.raises(publishing.DraftExists) as refused:
        publishing.new_version(plan=plan, by=editor)
    assert refused.value.draft == draft
    assert Plan.objects.count() == 2


def publish(draft, editor, second, *, now=LATER) -> Plan:
    publishing.submit_plan(plan=draft, by=editor, now=now)
    return publishing.publish_plan(plan=draft, by=second, now=now)


def history(plan) -> list[tuple[str, str]]:
    entries = LogEntry.objects.filter(object_id=str(plan.pk)).order_by("pk")
    return [(entry.user.name, entry.change_message) for entry in entries]


def test_a_version_is_made_from_any_version_and_gets_the_next_number(plan, draft, editor, second):
    publish(draft, editor, second)
    third = publishing.new_version(plan=plan, by=editor)
    assert third.version == 3


def test_publishing_freezes_and_retires_the_version_before(plan, draft, editor, second):
    published = publish(draft, editor, second)
    plan.refresh_from_db()
    assert (published.published_at, published.published_by) == (LATER, second)
    assert (published.retired_at, plan.retired_at) == (None, LATER)
    with pytest.raises(PlanIsFrozen):
        draft.phases.first().save()
    assert history(draft) == [
        ("Own Editor", "Made from version:\n1"),
        ("Own Editor", "Handed in for review."),
        ("Second Editor", "Published."),
    ]


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_handed_it_in_does_not_publish_it(draft, editor, second, is_superuser):
    User.objects.filter(pk=editor.pk).update(is_superuser=is_superuser)
    editor.refresh_from_db()
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    with pytest.raises(publishing.SecondEditorNeeded):
        publishing.publish_plan(plan=draft, by=editor, now=LATER)
    assert not Plan.objects.get(pk=draft.pk).is_published
    assert publishing.publish_plan(plan=draft, by=second, now=LATER).is_published


def test_a_draft_that_was_not_handed_in_is_not_published(draft, second):
    with pytest.raises(publishing.SecondEditorNeeded):
        publishing.publish_plan(plan=draft, by=second, now=LATER)
    assert not Plan.objects.get(pk=draft.pk).is_published


def test_what_was_handed_in_anew_is_read_anew(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    publishing.touch_draft(draft, editor, NOW)
    publishing.submit_plan(plan=draft, by=editor, now=LATER)
    with pytest.raises(publishing.HandedInAnew):
        publishing.publish_plan(plan=draft, by=second, now=LATER, handed_in_at=NOW)
    assert not Plan.objects.get(pk=draft.pk).is_published
    done = publishing.publish_plan(plan=draft, by=second, now=LATER, handed_in_at=LATER)
    assert done.is_published


def test_handing_in_twice_leaves_it_with_the_first(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    again = publishing.submit_plan(plan=draft, by=second, now=LATER)
    assert (again.submitted_by, again.submitted_at) == (editor, NOW)
    assert [what for _who, what in history(draft)].count("Handed in for review.") == 1


def test_a_plan_sent_back_is_a_draft_with_the_reason_in_its_history(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    returned = publishing.return_plan(plan=draft, by=second, note="Name the book.", now=LATER)
    assert (returned.submitted_by, returned.submitted_at) == (None, None)
    assert history(draft)[-1] == ("Second Editor", "Sent back:\nName the book.")
    with pytest.raises(publishing.SecondEditorNeeded):
        publishing.publish_plan(plan=draft, by=second, now=LATER)


def test_a_draft_is_not_sent_back(draft, second):
    before = history(draft)
    publishing.return_plan(plan=draft, by=second, note="No.", now=LATER)
    assert history(draft) == before


def test_a_change_takes_a_plan_in_review_back_to_draft(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    touched = publishing.touch_draft(draft, second, LATER)
    assert (touched.submitted_by, touched.submitted_at) == (None, None)
    assert history(draft)[-1] == ("Second Editor", "Back to draft, because it was changed.")
    before = history(draft)
    publishing.touch_draft(draft, second, LATER)
    assert history(draft) == before


def test_a_published_plan_is_neither_changed_nor_handed_in_nor_sent_back(plan, editor):
    for refused in (
        lambda: publishing.touch_draft(plan, editor, LATER),
        lambda: publishing.submit_plan(plan=plan, by=editor, now=LATER),
        lambda: publishing.return_plan(plan=plan, by=editor, note="", now=LATER),
    ):
        with pytest.raises(PlanIsFrozen):
            refused()
    assert history(plan) == []


def test_publishing_twice_has_one_effect(draft, editor, second):
    publish(draft, editor, second, now=NOW)
    stale = Plan.objects.get(pk=draft.pk)
    again = publishing.publish_plan(plan=stale, by=second, now=LATER)
    assert again.published_at == NOW
    assert LogEntry.objects.filter(change_message="Published.").count() == 1


def test_two_people_who_publish_at_once_publish_once(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    one, other = Plan.objects.get(pk=draft.pk), Plan.objects.get(pk=draft.pk)
    publishing.publish_plan(plan=one, by=second, now=NOW)
    third = factories.make_person("editor")
    answer = publishing.publish_plan(plan=other, by=third, now=LATER)
    assert (answer.published_at, answer.published_by) == (NOW, second)
    assert LogEntry.objects.filter(change_message="Published.").count() == 1


def test_publishing_leaves_other_plans_alone(draft, editor, second):
    foreign = factories.make_plan(code="foreign")
    publish(draft, editor, second)
    foreign.refresh_from_db()
    assert foreign.retired_at is None


# Who looked at what.

LOOKED = ("Second Editor", TODAY + timedelta(days=1), TODAY + timedelta(days=366))
BEFORE = ("Earlier Editor", date(2026, 1, 2), date(2027, 1, 2))


def stamps(statement) -> tuple[str, date | None, date | None]:
    statement.refresh_from_db()
    return (statement.reviewer, statement.reviewed_on, statement.review_on)


def statements_of(plan) -> list[Statement]:
    rows = [plan, plan.pain_curve, *plan.switches.all(), *plan.milestones.all()]
    for phase in plan.phases.all():
        rows += [phase.limit, *phase.criteria.all(), *phase.rules.all(), *phase.advice.all()]
    return [*rows, plan.phases.first().pain_limit]


def stamp_all(plan) -> None:
    names = ("reviewer", "reviewed_on", "review_on")
    for row in statements_of(plan):
        type(row).objects.filter(pk=row.pk).update(**dict(zip(names, BEFORE, strict=True)))


def test_a_first_version_is_stamped_whole(plan, editor, second):
    data = export.plan_as_data(plan.pk) | {"code": "new"}
    draft = drafting.make_plan(plan.condition, data, drafting.Names.stored())
    publish(draft, editor, second)
    assert [stamps(row) for row in statements_of(draft)] == [LOOKED] * 12
    assert {stamps(row) for row in statements_of(plan)} == {("", None, None)}


@pytest.mark.parametrize(
    ("change", "looked_at"),
    [
        (lambda draft: None, []),
        (lambda draft: draft.phases.last().rules.update(reason_nl="omdat"), ["rule B"]),
        (lambda draft: draft.phases.last().rules.update(reviewer="Me"), []),
        (
            lambda draft: draft.phases.last().rules.first().sources.add(Source.objects.get()),
            ["rule B"],
        ),
        (lambda draft: draft.phases.last().rules.update(order=7), []),
        (lambda draft: draft.milestones.update(late_day=21), ["milestone"]),
        (lambda draft: draft.asks.clear(), ["plan"]),
        (lambda draft: draft.phases.filter(code="B").update(goal_nl="x", goal_en="x"), ["limit B"]),
        (
            lambda draft: draft.phases.filter(code="A").update(code="C"),
            ["limit A", "pain A", "criterion A", "rule A", "rule A with", "advice A"],
        ),
    ],
)
def test_only_what_changed_counts_as_looked_at(plan, draft, editor, second, change, looked_at):
    stamp_all(draft)
    first, last = draft.phases.all()
    rows = {
        "plan": draft,
        "curve": draft.pain_curve,
        "switch": draft.switches.get(),
        "milestone": draft.milestones.get(),
        "limit A": first.limit,
        "pain A": first.pain_limit,
        "criterion A": first.criteria.get(),
        "rule A": first.rules.get(switch=None),
        "rule A with": first.rules.exclude(switch=None).get(),
        "advice A": first.advice.get(),
        "limit B": last.limit,
        "rule B": last.rules.get(),
    }
    change(draft)
    publish(draft, editor, second)
    assert [name for name, row in rows.items() if stamps(row) == LOOKED] == looked_at
    kept = [row for name, row in rows.items() if name not in {*looked_at, "rule B"}]
    assert {stamps(row) for row in kept} == {BEFORE}


def test_a_look_at_the_version_before_is_not_lost(plan, draft, editor, second):
    """Somebody looked at the published plan while the draft was being written."""
    rule, same = plan.phases.last().rules.get(), draft.phases.last().rules.get()
    publishing.review_statement(statement=rule, by=editor, today=TODAY)
    publish(draft, editor, second)
    assert stamps(same) == ("Own Editor", TODAY, TODAY + timedelta(days=365))
    assert stamps(draft.milestones.get()) == ("", None, None)


def test_a_look_at_any_statement_is_kept_and_changes_nothing_else(plan, draft, editor):
    before = export.without_stamps(export.plan_as_data(plan.pk))
    things = [
        *statements_of(plan),
        *statements_of(draft),
        Fact.objects.get(),
        RedFlag.objects.get(),
    ]
    for statement in things:
        publishing.review_statement(statement=statement, by=editor, today=TODAY)
        assert stamps(statement) == ("Own Editor", TODAY, TODAY + timedelta(days=365))
    assert export.without_stamps(export.plan_as_data(plan.pk)) == before
    assert stamps(Stage.objects.get()) == ("", None, None)


# What keeps a draft from being published.


def first(model, draft, **fields):
    return model.objects.filter(phase__plan=draft, **fields)


def unmarked(draft):
    rule = first(ActivityRule, draft, provenance="cited").get()
    rule.sources.clear()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda draft: draft.stages.clear(), "The plan: it names no stage. Choose at least one."),
        (
            lambda draft: draft.phases.all().delete(),
            "The plan: it has no phase. Add the first one.",
        ),
        (
            lambda draft: first(LoadLimit, draft, level="pwb").delete(),
            "Phase A: it has no load limit. Say how much the leg may bear.",
        ),
        (
            lambda draft: first(ActivityRule, draft, phase__code="B").delete(),
            "Phase B: it has no activity rule. Add at least one.",
        ),
        (
            lambda draft: draft.phases.filter(code="A").update(to_day=20),
            "Phase B: it begins on day 14, before phase A ends on day 20. "
            "Let that one end on day 13, or this one begin later.",
        ),
        (
            lambda draft: first(LoadLimit, draft, level="pwb").update(aids=["cane"]),
            "Phase A, the load limit: “cane” does not go with “part of your weight”. "
            "Take the aid out, or choose another level.",
        ),
        (
            unmarked,
            "Phase A, en walking: it names no source. Name a source, or mark it as convention.",
        ),
        (
            lambda draft: Plan.objects.filter(pk=draft.pk).update(summary_en=""),
            "The plan: the summary has nothing in English. Say it in both languages.",
        ),
        (
            lambda draft: first(ActivityRule, draft, switch__isnull=True).update(dose_nl="weinig"),
            "Phase A, en walking: the dose has nothing in English. Say it in both languages.",
        ),
        (
            lambda draft: draft.milestones.update(name_nl="", name_en=""),
            "Milestone “far”: the name has nothing in Dutch. Say it in both languages.",
        ),
        (
            lambda draft: draft.switches.update(help_en="This cures.", help_nl="Regels."),
            "Switch “en rules”: the help says “cures” in English, which promises or claims too "
            "much. Say it without that word.",
        ),
    ],
)
def test_an_incomplete_plan_is_refused_with_a_sentence(draft, editor, spoil, sentence):
    spoil(draft)
    with pytest.raises(publishing.PlanIncomplete) as refused:
        publishing.submit_plan(plan=draft, by=editor, now=LATER)
    assert sentence in refused.value.problems
    assert Plan.objects.get(pk=draft.pk).submitted_at is None


def test_a_plan_that_was_spoiled_since_is_not_published(draft, editor, second):
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    draft.stages.clear()
    with pytest.raises(publishing.PlanIncomplete):
        publishing.publish_plan(plan=draft, by=second, now=LATER)
    assert not Plan.objects.get(pk=draft.pk).is_published


def test_sentences_come_in_the_language_of_the_reader(draft):
    draft.stages.clear()
    with translation.override("nl"):
        assert completeness.plan_problems(draft) == [
            "Het plan: noemt geen stadium. Kies er ten minste één."
        ]


def test_a_whole_plan_misses_nothing(plan, draft):
    assert completeness.plan_problems(plan) == completeness.plan_problems(draft) == []


def test_a_convention_needs_no_source_and_may_have_one(draft):
    rule = first(ActivityRule, draft, provenance="convention").first()
    assert not rule.sources.exists()
    rule.sources.add(Source.objects.get())
    assert completeness.plan_problems(draft) == []
