"""Publishing freezes a whole plan; a correction begins as a new version."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from conditions import completeness, export, services
from conditions.models import ActivityRule, LoadLimit, Phase, Plan, PlanIsFrozen, Source
from tests import factories
from tests.conditions.small_library import small, write
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def plan(tmp_path, db) -> Plan:
    services.load_library(write(tmp_path, small()), now=NOW)
    return Plan.objects.get()


@pytest.fixture
def draft(plan, editor) -> Plan:
    return services.new_version(plan=plan, by=editor)


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
    assert entry.change_message == "Made from version 1."


def test_changing_the_draft_leaves_the_published_plan_as_it_was(plan, draft):
    before = content_of(plan)
    rule = draft.phases.first().rules.first()
    rule.minutes = 45
    rule.save()
    rule.sources.clear()
    assert content_of(plan) == before
    assert content_of(draft) != before


def test_there_is_one_draft_at_a_time(plan, draft, editor):
    with pytest.raises(services.DraftExists) as refused:
        services.new_version(plan=plan, by=editor)
    assert refused.value.draft == draft
    assert Plan.objects.count() == 2


def test_a_version_is_made_from_any_version_and_gets_the_next_number(plan, draft, editor):
    services.publish_plan(plan=draft, by=editor, now=LATER)
    third = services.new_version(plan=plan, by=editor)
    assert third.version == 3


def test_publishing_freezes_and_retires_the_version_before(plan, draft, editor):
    published = services.publish_plan(plan=draft, by=editor, now=LATER)
    plan.refresh_from_db()
    assert (published.published_at, published.published_by) == (LATER, editor)
    assert (published.retired_at, plan.retired_at) == (None, LATER)
    with pytest.raises(PlanIsFrozen):
        draft.phases.first().save()
    assert LogEntry.objects.filter(change_message="Published.", user=editor).count() == 1


def test_publishing_twice_has_one_effect(draft, editor):
    services.publish_plan(plan=draft, by=editor, now=NOW)
    stale = Plan.objects.get(pk=draft.pk)
    again = services.publish_plan(plan=stale, by=editor, now=LATER)
    assert again.published_at == NOW
    assert LogEntry.objects.filter(change_message="Published.").count() == 1


def test_two_people_who_publish_at_once_publish_once(draft, editor):
    one, other = Plan.objects.get(pk=draft.pk), Plan.objects.get(pk=draft.pk)
    services.publish_plan(plan=one, by=editor, now=NOW)
    services.publish_plan(plan=other, by=factories.make_person("editor"), now=LATER)
    assert (other.published_at, other.published_by) == (NOW, editor)
    assert LogEntry.objects.filter(change_message="Published.").count() == 1


def test_publishing_leaves_other_plans_alone(draft, editor):
    foreign = factories.make_plan(code="foreign")
    services.publish_plan(plan=draft, by=editor, now=LATER)
    foreign.refresh_from_db()
    assert foreign.retired_at is None


def first(model, draft, **fields):
    return model.objects.filter(phase__plan=draft, **fields)


def unmarked(draft):
    rule = first(ActivityRule, draft, provenance="cited").get()
    rule.sources.clear()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda draft: draft.stages.clear(), "The plan names no stage."),
        (lambda draft: draft.phases.all().delete(), "The plan has no phase."),
        (
            lambda draft: first(LoadLimit, draft, level="pwb").delete(),
            "Phase A has no load limit.",
        ),
        (
            lambda draft: first(ActivityRule, draft, phase__code="B").delete(),
            "Phase B has no activity rule.",
        ),
        (
            lambda draft: draft.phases.filter(code="A").update(to_day=20),
            "Phase B does not begin the day after A ends.",
        ),
        (
            lambda draft: first(LoadLimit, draft, level="pwb").update(aids=["cane"]),
            "Phase A: cane does not go with its load limit.",
        ),
        (unmarked, "hip A walking: name a source, or mark it as convention."),
        (
            lambda draft: Plan.objects.filter(pk=draft.pk).update(summary_en=""),
            "hip: summary has nothing in “en”.",
        ),
        (
            lambda draft: first(ActivityRule, draft, switch__isnull=True).update(dose_nl="weinig"),
            "hip A walking: dose has nothing in “en”.",
        ),
        (
            lambda draft: draft.milestones.update(name_nl="", name_en=""),
            "hip far: name has nothing in “nl”.",
        ),
        (
            lambda draft: draft.switches.update(help_en="This cures.", help_nl="Regels."),
            "hip rules: “cures” promises or claims too much.",
        ),
    ],
)
def test_an_incomplete_plan_is_refused_with_a_sentence(draft, editor, spoil, sentence):
    spoil(draft)
    with pytest.raises(services.PlanIncomplete) as refused:
        services.publish_plan(plan=draft, by=editor, now=LATER)
    assert sentence in refused.value.problems
    assert not Plan.objects.get(pk=draft.pk).is_published


def test_sentences_come_in_the_language_of_the_reader(draft):
    draft.stages.clear()
    with translation.override("nl"):
        assert completeness.plan_problems(draft) == ["Het plan noemt geen stadium."]


def test_a_whole_plan_misses_nothing(plan, draft):
    assert completeness.plan_problems(plan) == completeness.plan_problems(draft) == []


def test_a_convention_needs_no_source_and_may_have_one(draft):
    rule = first(ActivityRule, draft, provenance="convention").first()
    assert not rule.sources.exists()
    rule.sources.add(Source.objects.get())
    assert completeness.plan_problems(draft) == []


def test_phases_are_numbered_by_their_first_day(draft):
    Phase.objects.filter(plan=draft, code="A").update(from_day=100, to_day=None)
    Phase.objects.filter(plan=draft, code="B").update(from_day=0, to_day=99)
    services.order_phases(draft)
    assert [(phase.code, phase.order) for phase in draft.phases.all()] == [("B", 0), ("A", 1)]
    services.order_phases(draft)
    assert [(phase.code, phase.order) for phase in draft.phases.all()] == [("B", 0), ("A", 1)]
