"""What an editor may enter, on the pages themselves."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from conditions import export, publishing, services
from conditions.models import (
    Activity,
    ActivityRule,
    Condition,
    Fact,
    LoadLimit,
    Phase,
    Plan,
    RedFlag,
    Source,
    Stage,
    Switch,
)
from tests import factories
from tests.conditions.small_library import small, write
from tests.factories import NOW


@pytest.fixture
def published(tmp_path, db) -> Plan:
    services.load_library(write(tmp_path, small()), now=NOW)
    return Plan.objects.get()


@pytest.fixture
def draft(published, editor) -> Plan:
    return publishing.new_version(plan=published, by=editor)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def address(item, page="change"):
    return reverse(f"admin:conditions_{item._meta.model_name}_{page}", args=[item.pk])


def fields_of(answer) -> dict[str, object]:
    """What a browser would send back from this page, unchanged."""
    forms = [answer.context["adminform"].form]
    for formset in answer.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        field.html_name: "" if value is None else value
        for form in forms
        for field in form
        if (value := field.value()) is not False
    }


def save(client, item, **changes):
    """Open the page of an item, change some fields, and save; the answer of that."""
    fields = fields_of(client.get(address(item))) | changes
    return client.post(address(item), {k: v for k, v in fields.items() if v is not None})


def mistakes(answer) -> list[str]:
    """The sentences a page shows beside its fields."""
    assert answer.status_code == 200
    forms = [answer.context["adminform"].form]
    for formset in answer.context["inline_admin_formsets"]:
        forms += formset.formset.forms
    return [error for form in forms for errors in form.errors.values() for error in errors]


def is_saved(answer) -> bool:
    return answer.status_code == 302


def test_a_page_saved_as_it_is_changes_nothing(desk, draft):
    before = export.plan_as_data(draft.pk)
    for item in (draft, *draft.phases.all()):
        assert is_saved(save(desk, item))
    assert export.plan_as_data(draft.pk) == before


def test_limit_rules_and_texts_of_a_draft_are_changed(desk, draft):
    phase = draft.phases.first()
    answer = save(
        desk,
        phase,
        **{
            "goal_nl": "doel",
            "goal_en": "goal",
            "limit-0-percent": "20",
            "limit-0-aids": ["two_crutches", "walking_frame"],
            "rules-0-minutes": "25",
            "rules-0-reason_en": "Because.",
        },
    )
    assert is_saved(answer)
    phase.refresh_from_db()
    assert (phase.goal_nl, phase.goal_en) == ("doel", "goal")
    assert (phase.limit.percent, set(phase.limit.aids)) == (20, {"two_crutches", "walking_frame"})
    rule = phase.rules.get(switch__isnull=True)
    assert (rule.minutes, rule.reason_en) == (25, "Because.")


def test_the_published_plan_beside_it_stays_as_it_was(desk, published, draft):
    before = export.plan_as_data(published.pk)
    save(desk, draft.phases.first(), **{"limit-0-percent": "20"})
    assert export.plan_as_data(published.pk) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit-0-percent": ""}, "Give a share for partial weight, and only for that."),
        (
            {"limit-0-level": "nwb"},
            "Give a share for partial weight, and only for that.",
        ),
        ({"limit-0-aids": ["cane"]}, "One of these aids does not go with this level."),
        ({"limit-0-aids": None}, "This field is required."),
        ({"pain_limit-0-loading": "11"}, "Ensure this value is less than or equal to 10."),
        ({"to_day": "-8"}, "The last day comes before the first."),
    ],
)
def test_a_phase_that_contradicts_itself_is_not_saved(desk, draft, changes, sentence):
    phase = draft.phases.first()
    assert sentence in mistakes(save(desk, phase, **changes))
    limit = LoadLimit.objects.get(phase=phase)
    assert (limit.level, limit.percent, limit.aids) == ("pwb", 30, ["two_crutches"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"milestones-0-late_day": "13"}, "Early, typical and late are out of order."),
        (
            {"pain_curve-0-points": '[{"day": 1, "mean": 11}]'},
            "Give a list of {day, mean}: days rising, means from 0 to 10.",
        ),
        ({"phases-1-to_day": "3"}, "The last day comes before the first."),
    ],
)
def test_a_plan_that_contradicts_itself_is_not_saved(desk, draft, changes, sentence):
    before = export.plan_as_data(draft.pk)
    assert sentence in mistakes(save(desk, draft, **changes))
    assert export.plan_as_data(draft.pk) == before


def test_a_phase_added_in_between_takes_its_place_by_its_days(desk, draft):
    answer = save(
        desk,
        draft,
        **{
            "phases-TOTAL_FORMS": "3",
            "phases-0-to_day": "6",
            "phases-2-id": "",
            "phases-2-plan": draft.pk,
            "phases-2-code": "AB",
            "phases-2-name_nl": "ertussen",
            "phases-2-name_en": "between",
            "phases-2-from_day": "7",
            "phases-2-to_day": "13",
        },
    )
    assert is_saved(answer)
    assert [(phase.code, phase.order) for phase in draft.phases.all()] == [
        ("A", 0),
        ("AB", 1),
        ("B", 2),
    ]


def test_a_new_plan_is_a_draft_that_then_gets_its_phases(desk, published):
    page = reverse("admin:conditions_plan_add")
    texts = {f"{key}_{language}": "x" for key in ("name", "summary") for language in ("nl", "en")}
    fields = texts | {
        "condition": Condition.objects.get().pk,
        "code": "other",
        "stages": [Stage.objects.get().pk],
        "anchor": "start",
        "provenance": "convention",
    }
    assert is_saved(desk.post(page, fields))
    made = Plan.objects.get(code="other")
    assert (made.version, made.is_published) == (1, False)
    shown = desk.get(address(made)).content.decode()
    assert "The plan has no phase." in shown
    again = desk.post(page, fields)
    assert mistakes(again) == ["There is a plan with this key. Make a new version of that one."]


def test_a_plan_is_not_for_stages_of_another_condition(desk, published):
    foreign = factories.make_plan(code="foreign").stages.get()
    fields = {
        "condition": Condition.objects.get(slug="hip").pk,
        "code": "other",
        "stages": [foreign.pk],
        "anchor": "start",
        "provenance": "convention",
        "name_nl": "x",
        "summary_nl": "x",
    }
    answer = desk.post(reverse("admin:conditions_plan_add"), fields)
    assert mistakes(answer) == ["These stages belong to another condition."]


def test_a_phase_offers_the_switches_of_its_own_plan(desk, draft):
    factories.make_plan(code="foreign")
    answer = desk.get(address(draft.phases.first()))
    [rules] = [
        each.formset
        for each in answer.context["inline_admin_formsets"]
        if each.formset.model is ActivityRule
    ]
    offered = {value for value, _name in rules.forms[0].fields["switch"].choices if value}
    assert offered == {Switch.objects.get(plan=draft).pk}


def test_a_draft_says_what_is_missing_and_a_whole_one_nothing(desk, draft):
    assert "Nothing." in desk.get(address(draft)).content.decode()
    draft.phases.first().limit.delete()
    shown = desk.get(address(draft)).content.decode()
    assert "<li>Phase A has no load limit.</li>" in shown


# What has no versions is read as soon as it is saved, so it has to be whole.


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"action_en": ""}, "Say it in both languages."),
        ({"question_en": "An alarm?"}, "“alarm” promises or claims too much."),
        (
            {"action_nl": "Bel {phone}."},
            "{phone} is filled in by nobody; use {clinic} and {clinic_phone}.",
        ),
        ({"provenance": "cited"}, "Name a source, or mark it as convention."),
    ],
)
def test_a_red_flag_that_is_not_whole_is_not_saved(desk, published, changes, sentence):
    red_flag = RedFlag.objects.get()
    assert mistakes(save(desk, red_flag, **changes)) == [sentence]
    assert RedFlag.objects.get().action_en == "en call {clinic}: {clinic_phone}"


def test_a_red_flag_is_changed_at_once(desk, published):
    red_flag = RedFlag.objects.get()
    answer = save(
        desk,
        red_flag,
        action_en="Call {clinic} now.",
        provenance="cited",
        sources=[Source.objects.get().pk],
    )
    assert is_saved(answer)
    red_flag.refresh_from_db()
    assert (red_flag.action_en, red_flag.provenance) == ("Call {clinic} now.", "cited")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"facts-0-text_en": ""}, "Say it in both languages."),
        ({"facts-0-title_en": "Half"}, "Say it in both languages."),
        ({"facts-0-sources": []}, "Name a source, or mark it as convention."),
        ({"stages-0-name_en": ""}, "Say it in both languages."),
        ({"summary_nl": "Dit geneest."}, "“geneest” promises or claims too much."),
    ],
)
def test_a_condition_that_is_not_whole_is_not_saved(desk, published, changes, sentence):
    assert mistakes(save(desk, Condition.objects.get(), **changes)) == [sentence]
    assert Fact.objects.get().text_en == "en people"


def test_a_fact_is_changed_and_taken_away(desk, published):
    condition = Condition.objects.get()
    assert is_saved(save(desk, condition, **{"facts-0-text_en": "Mostly people."}))
    assert Fact.objects.get().text_en == "Mostly people."
    assert is_saved(save(desk, condition, **{"facts-0-DELETE": "on"}))
    assert not Fact.objects.exists()


def test_what_files_and_plans_point_to_keeps_its_key(desk, published):
    for item, key in (
        (Activity.objects.get(slug="walking"), "slug"),
        (RedFlag.objects.get(), "code"),
        (Condition.objects.get(), "slug"),
        (Source.objects.get(), "key"),
    ):
        before = getattr(item, key)
        assert f'name="{key}"' not in desk.get(address(item)).content.decode()
        save(desk, item, **{key: "other"})
        item.refresh_from_db()
        assert getattr(item, key) == before


# Who may do what.


def test_a_published_plan_and_its_phases_take_no_change(desk, published):
    before = export.plan_as_data(published.pk)
    for item in (published, *published.phases.all()):
        assert desk.post(address(item), {"name_nl": "anders"}).status_code == 403
        assert desk.post(address(item, "delete"), {"post": "yes"}).status_code == 403
    assert export.plan_as_data(published.pk) == before


def test_a_published_phase_shows_its_aids_in_words(desk, published):
    shown = desk.get(address(published.phases.first())).content.decode()
    assert "two crutches" in shown
    assert "two_crutches" not in shown


def test_a_draft_can_be_thrown_away_whole(desk, published, draft):
    assert is_saved(desk.post(address(draft, "delete"), {"post": "yes"}))
    assert list(Plan.objects.all()) == [published]
    assert set(Phase.objects.values_list("plan", flat=True)) == {published.pk}


def test_what_plans_point_to_is_never_deleted(desk, published):
    for item in (
        Source.objects.get(),
        Activity.objects.first(),
        RedFlag.objects.get(),
        Condition.objects.get(),
    ):
        assert desk.post(address(item, "delete"), {"post": "yes"}).status_code == 403
        item.refresh_from_db()


@pytest.mark.parametrize("role", [Role.PATIENT, Role.PHYSIOTHERAPIST, Role.CLINIC_MANAGER])
def test_a_mark_as_staff_alone_opens_nothing(client, published, role):
    person = factories.make_person(role)
    person.is_staff = True
    person.save()
    client.force_login(person)
    for item in (published, published.phases.first(), Source.objects.get()):
        assert client.get(address(item)).status_code == 403
    assert "/admin/conditions/" not in client.get(reverse("admin:index")).content.decode()


def test_a_superuser_may_do_what_an_editor_may(client, draft, db):
    person = factories.make_person(Role.EDITOR)
    person.role, person.is_superuser = "", True
    person.save()
    client.force_login(person)
    assert is_saved(save(client, draft.phases.first(), **{"limit-0-percent": "10"}))
    assert LoadLimit.objects.get(phase=draft.phases.first()).percent == 10


def test_an_editor_who_is_no_longer_active_gets_nothing(client, editor, published):
    client.force_login(editor)
    editor.is_active = False
    editor.save()
    assert client.get(address(published)).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    desk, number, django_assert_num_queries
):
    for each in range(number):
        factories.make_plan(code=f"plan-{each}")
        factories.make_red_flag(f"flag-{each}")
        Source.objects.create(key=f"source-{each}", title="Book", kind="study")
    for model in ("plan", "activity", "source", "condition", "redflag"):
        with django_assert_num_queries(5):
            desk.get(reverse(f"admin:conditions_{model}_changelist"))
