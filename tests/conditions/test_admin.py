"""Superusers repair in the admin what has no versions; plans are there to look at."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from conditions import export, publishing, services
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    Plan,
    Question,
    RedFlag,
    Source,
    Symptom,
)
from tests import factories
from tests.conditions.small_library import small, write
from tests.factories import NOW

LISTS = ("plan", "phase", "condition", "activity", "redflag", "question", "guide", "source")


@pytest.fixture
def published(tmp_path, db) -> Plan:
    services.load_library(write(tmp_path, small()), now=NOW)
    return Plan.objects.get()


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.org", factories.PASSWORD, language="en")


@pytest.fixture
def desk(client, superuser):
    client.force_login(superuser)
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


def test_a_page_saved_as_it_is_changes_nothing(desk, published):
    def content() -> list:
        lists = (export.activities(), export.questions(), export.red_flags(), export.guides())
        return [export.conditions(), export.sources(), *lists]

    before = content()
    things = [model.objects.first() for model in (Condition, Source, Activity, RedFlag)]
    for item in (*things, Question.objects.get(), Guide.objects.get()):
        assert is_saved(save(desk, item))
    assert content() == before


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


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"help_en": "Half"}, "Say it in both languages."),
        ({"most": ""}, "Give a highest number where one counts, and only there."),
    ],
)
def test_a_question_that_is_not_whole_is_not_saved(desk, published, changes, sentence):
    assert sentence in mistakes(save(desk, Question.objects.get(), **changes))
    assert (Question.objects.get().help_en, Question.objects.get().most) == ("", 20)


def test_questions_guides_and_symptoms_are_changed(desk, published):
    assert is_saved(save(desk, Question.objects.get(), most="5"))
    assert is_saved(save(desk, Guide.objects.get(), aids=["cane", "none"]))
    assert is_saved(save(desk, Condition.objects.get(), **{"symptoms-0-text_en": "It aches."}))
    assert Question.objects.get().most == 5
    assert Guide.objects.get().aids == ["cane", "none"]
    assert Symptom.objects.first().text_en == "It aches."


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


# Plans.


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_plan_and_its_phases_are_shown_and_take_no_change(desk, editor, published, is_draft):
    plan = publishing.new_version(plan=published, by=editor) if is_draft else published
    before = export.plan_as_data(plan.pk)
    for item in (plan, *plan.phases.all()):
        shown = desk.get(address(item)).content.decode()
        assert 'name="_save"' not in shown
        assert item.name_nl in shown
        assert desk.post(address(item), {"name_nl": "anders"}).status_code == 403
        assert desk.post(address(item, "delete"), {"post": "yes"}).status_code == 403
    assert "en because" in desk.get(address(plan.phases.first())).content.decode()
    assert export.plan_as_data(plan.pk) == before
    for name in ("plan", "phase"):
        assert desk.get(reverse(f"admin:conditions_{name}_add")).status_code == 403


def test_what_plans_point_to_is_never_deleted(desk, published):
    for item in (
        Source.objects.get(),
        Activity.objects.first(),
        RedFlag.objects.get(),
        Condition.objects.get(),
    ):
        assert desk.post(address(item, "delete"), {"post": "yes"}).status_code == 403
        item.refresh_from_db()


# Who may.


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_for_a_superuser(desk, published, name):
    answer = desk.get(reverse(f"admin:conditions_{name}_changelist"))
    assert (answer.status_code, 'id="result_list"' in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("who", ["editor", "patient", "physiotherapist", "clinic_manager"])
def test_nobody_else_opens_it(client, request, who, published):
    client.force_login(request.getfixturevalue(who))
    for url in (reverse("admin:index"), address(published), address(Source.objects.get())):
        assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("role", [Role.PATIENT, Role.PHYSIOTHERAPIST, Role.EDITOR])
def test_a_mark_as_staff_alone_opens_nothing(client, published, role):
    person = factories.make_person(role)
    person.is_staff = True
    person.save()
    client.force_login(person)
    for item in (published, published.phases.first(), Source.objects.get()):
        assert client.get(address(item)).status_code == 403
    assert "/admin/conditions/" not in client.get(reverse("admin:index")).content.decode()


def test_a_superuser_who_is_no_longer_active_gets_nothing(desk, superuser, published):
    superuser.is_active = False
    superuser.save()
    assert desk.get(address(published)).status_code == 302


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
