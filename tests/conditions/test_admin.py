"""Editors see content in the admin, change what is a draft, and nothing else."""

import pytest
from django.urls import reverse

from conditions.models import Activity, Plan
from tests import factories


@pytest.fixture
def draft(db):
    return factories.make_plan(code="draft", publish=False)


@pytest.fixture
def published(db):
    return factories.make_plan(code="published")


def change(item):
    return reverse(f"admin:conditions_{item._meta.model_name}_change", args=[item.pk])


def sections(page):
    return {part.partition('"')[0] for part in page.split('class="app-')[1:]}


def test_an_editor_sees_content_and_no_people(client, editor):
    client.force_login(editor)
    page = client.get(reverse("admin:index")).content.decode()
    assert [room for room in ("accounts", "diary", "care") if f"/admin/{room}/" in page] == []
    assert reverse("admin:conditions_plan_changelist") in page


@pytest.mark.parametrize("who", ["patient", "physiotherapist", "clinic_manager"])
def test_nobody_else_opens_it(client, request, who, draft):
    client.force_login(request.getfixturevalue(who))
    for url in (reverse("admin:index"), change(draft)):
        assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize(
    "name",
    ["plan", "phase", "condition", "activity", "redflag", "source"],
)
def test_every_list_opens_for_an_editor(client, editor, draft, published, name):
    factories.make_red_flag()
    client.force_login(editor)
    answer = client.get(reverse(f"admin:conditions_{name}_changelist"))
    assert (answer.status_code, 'id="result_list"' in answer.content.decode()) == (
        200,
        name != "source",  # the factories make none
    )


def test_an_editor_changes_an_activity(client, editor, draft):
    activity = Activity.objects.first()
    client.force_login(editor)
    client.post(
        change(activity),
        {"slug": activity.slug, "name_nl": "nieuw", "name_en": "new", "order": "3"},
    )
    activity.refresh_from_db()
    assert (activity.name_nl, activity.name_en, activity.order) == ("nieuw", "new", 3)


@pytest.mark.parametrize(("name", "can_save"), [("draft", True), ("published", False)])
def test_a_plan_and_its_phases_can_be_changed_as_long_as_it_is_a_draft(
    client, editor, request, name, can_save
):
    plan = request.getfixturevalue(name)
    client.force_login(editor)
    for item in (plan, plan.phases.first()):
        page = client.get(change(item)).content.decode()
        assert ('name="_save"' in page) == can_save
        assert ('name="name_nl"' in page) == can_save
        assert client.post(change(item), {}).status_code == (200 if can_save else 403)


def test_plans_cannot_be_deleted_in_one_go(client, editor, published):
    client.force_login(editor)
    url = reverse("admin:conditions_plan_changelist")
    client.post(url, {"action": "delete_selected", "_selected_action": [published.pk]})
    assert Plan.objects.filter(pk=published.pk).exists()
