# ruff: noqa: S608  (SQL of names from the models alone)
"""A published plan takes no change, whoever asks the database, and a draft takes all."""

from datetime import timedelta
from threading import Thread

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from conditions import freezing, models, publishing, services
from conditions.models import Plan
from conditions.models.plans import PlanPart
from tests.conditions.small_library import small, write
from tests.factories import NOW, TODAY

LATER = NOW + timedelta(days=1)
# Of each column something else than what stands there; the rest becomes NULL, or 1 where it is.
NEW_VALUES = {
    "id": 10**6,
    "reviewer": "Somebody",
    "reviewed_on": TODAY,
    "review_on": TODAY,
    "submitted_at": LATER,
    "published_at": LATER,
    "retired_at": LATER,
}
TABLES = {table.name: table for table in freezing.tables(apps)}
FROZEN = "is published; make a new version"


def parts_of_plans() -> list[type[PlanPart]]:
    """The models of parts, found another way than by the module under test."""
    return [
        model
        for model in apps.get_app_config("conditions").get_models()
        if issubclass(model, PlanPart)
    ]


@pytest.fixture
def plans(tmp_path, db, editor) -> dict[bool, Plan]:
    """A published plan and a draft of the same content, with rows in every table."""
    files = small()
    [plan] = files["hip"]["plans"]
    plan["sources"] = ["book"]
    services.load_library(write(tmp_path, files), now=NOW)
    published = Plan.objects.get()
    draft = publishing.new_version(plan=published, by=editor)
    return {True: published, False: draft}


def first_row(table: str, plan: Plan) -> dict[str, object]:
    owner = TABLES[table].owner_of(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {owner} = %s ORDER BY id", [plan.pk])
        return dict(
            zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True)
        )


def answer(*statements: tuple[str, list[object]]) -> str:
    """What the database says about the last of some statements, of which it keeps nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error)
    return ""


def insertion(table: str, row: dict[str, object]) -> tuple[str, list[object]]:
    names = ", ".join(f'"{name}"' for name in row)
    holes = ", ".join(["%s"] * len(row))
    return f"INSERT INTO {table} ({names}) VALUES ({holes})", list(row.values())


def test_every_part_of_a_plan_is_found_and_nothing_else():
    expected = {Plan, *parts_of_plans()}
    links = {
        field.remote_field.through._meta.db_table
        for model in expected
        for field in model._meta.local_many_to_many
    }
    assert set(TABLES) == {model._meta.db_table for model in expected} | links
    assert {"conditions_plan_stages", "conditions_plan_asks", "conditions_switch_sources"} < links


@pytest.mark.parametrize("table", TABLES)
def test_a_row_is_taken_away_from_a_draft_alone(plans, table):
    for is_published, plan in plans.items():
        row = first_row(table, plan)
        said = answer((f"DELETE FROM {table} WHERE id = %s", [row["id"]]))
        assert (FROZEN in said) == is_published


@pytest.mark.parametrize("table", sorted(set(TABLES) - {freezing.PLAN}))
def test_a_row_is_added_to_a_draft_alone(plans, table):
    row = first_row(table, plans[True])
    assert FROZEN in answer(insertion(table, row | {"id": 10**6}))
    row = first_row(table, plans[False])
    deletion = (f"DELETE FROM {table} WHERE id = %s", [row["id"]])
    assert answer(deletion, insertion(table, row)) == ""


@pytest.mark.parametrize("table", TABLES)
def test_no_column_of_a_published_plan_changes_but_the_stamps(plans, table):
    for is_published, plan in plans.items():
        row = first_row(table, plan)
        refused = set()
        for column, old in row.items():
            new = NEW_VALUES.get(column, 1 if old is None else None)
            assert old != new
            said = answer((f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [new, row["id"]]))
            refused |= {column} if FROZEN in said else set()
        still_open = {"reviewer", "reviewed_on", "review_on"}
        still_open |= {"retired_at"} if table == freezing.PLAN else set()
        assert refused == (set(row) - still_open if is_published else set())


@pytest.mark.parametrize("table", sorted(set(TABLES) - {freezing.PLAN}))
def test_a_row_of_a_draft_is_not_moved_into_a_published_plan(plans, table):
    own, other = first_row(table, plans[False]), first_row(table, plans[True])
    [link] = [name for name in ("plan_id", "phase_id", f"{table.split('_')[1]}_id") if name in own][
        :1
    ]
    said = answer((f'UPDATE {table} SET "{link}" = %s WHERE id = %s', [other[link], own["id"]]))
    assert FROZEN in said


def test_what_goes_around_the_models_is_refused(plans):
    phase, draft_phase = (plans[is_published].phases.first() for is_published in (True, False))
    book = models.Source.objects.create(key="new", title="New", kind="study")
    for change in (
        lambda phase: models.Advice.objects.bulk_create(
            [models.Advice(phase=phase, rule="do", provenance="convention", text_nl="x")]
        ),
        lambda phase: phase.rules.update(minutes=F("order") + 99),
        lambda phase: phase.rules.first().sources.add(book),
        lambda phase: phase.limit.sources.clear(),
        lambda phase: phase.plan.stages.clear(),
        lambda phase: phase.plan.asks.set([]),
        lambda phase: phase.criteria.all().delete(),
        lambda phase: Plan.objects.filter(pk=phase.plan_id).delete(),
    ):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            change(phase)
        change(draft_phase)


def test_what_a_published_plan_points_to_cannot_be_pulled_from_under_it(plans):
    for thing in (models.Stage.objects.get(), models.Source.objects.get(key="book")):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            thing.delete()


def test_a_plan_is_published_once_and_then_only_retired(plans, editor):
    draft = Plan.objects.filter(pk=plans[False].pk)
    assert draft.update(published_at=NOW, published_by=editor, name_en="better") == 1
    for change in (
        {"published_at": None},
        {"published_at": LATER},
        {"published_by": None},
        {"name_en": "worse"},
        {"retired_at": NOW, "name_en": "worse"},
    ):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
            draft.update(**change)
    assert draft.update(retired_at=LATER) == 1
    assert draft.values_list("published_at", "retired_at", "name_en").get() == (
        NOW,
        LATER,
        "better",
    )


def test_a_look_at_a_frozen_statement_is_stamped(plans):
    rule = plans[True].phases.first().rules.first()
    models.ActivityRule.objects.filter(pk=rule.pk).update(reviewer="Somebody", reviewed_on=TODAY)
    Plan.objects.filter(pk=plans[True].pk).update(review_on=TODAY)
    rule.refresh_from_db()
    assert (rule.reviewer, rule.reviewed_on) == ("Somebody", TODAY)


def test_the_sentence_names_the_plan(plans):
    said = answer((f"DELETE FROM conditions_phase WHERE plan_id = {plans[True].pk}", []))
    if connection.vendor == "postgresql":
        assert said.startswith(f"plan {plans[True].pk} is published; make a new version")
    else:
        assert said == "the plan is published; make a new version (conditions_phase)"


@pytest.mark.django_db(transaction=True)
def test_between_thawing_and_freezing_all_can_be_changed(plans):
    delete = ("DELETE FROM conditions_switch_sources", [])
    with connection.schema_editor() as schema_editor:
        freezing.thaw(apps, schema_editor)
        thawed = answer(delete)
        freezing.freeze(apps, schema_editor)
        freezing.freeze(apps, schema_editor)
    assert thawed == ""
    assert FROZEN in answer(delete)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("publishes", [True, False])
def test_no_part_slips_in_while_a_plan_is_being_published(tmp_path, editor, publishes):
    """The other connection waits for this one, and then sees what became of the plan."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    services.load_library(write(tmp_path, small()), now=NOW)
    draft = publishing.new_version(plan=Plan.objects.get(), by=editor)
    said: list[str] = []

    fields = {"code": "Z", "order": 99, "from_day": 99, "name_nl": "x", "name_en": "x"}

    def add_a_part() -> None:
        try:
            models.Phase.objects.bulk_create([models.Phase(plan=draft, **fields)])
            said.append("")
        except IntegrityError as error:
            said.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(published_at=LATER)
        other = Thread(target=add_a_part)
        other.start()
        other.join(0.5)
        assert (said, other.is_alive()) == ([], True)
        transaction.set_rollback(not publishes)
    other.join(5)
    assert [FROZEN in words for words in said] == [publishes]
