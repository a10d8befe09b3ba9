"""A published plan is frozen by the database itself, whatever asks it for a change.

Triggers refuse to add, change or take away any part of a plan that has been published, and to
change or delete the plan; only `retired_at` may still be set, and the stamps of a review,
which say who looked at a statement and not what it says. PostgreSQL and SQLite.

What is frozen follows from the models: each table that cannot be without a plan, through
however many others. A migration that adds such a table, or changes one, does so between `thaw`
and `freeze`, because SQLite makes an altered table anew and stops at triggers that mention it:

    operations = [
        migrations.RunPython(freezing.thaw, freezing.freeze),
        ...
        migrations.RunPython(freezing.freeze, freezing.thaw),
    ]
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CASCADE

from conditions.shapes import STAMPS

PLAN = "conditions_plan"
# Of a published plan itself; its parts have the stamps only.
STILL_OPEN = STAMPS | {"retired_at"}
_LOOK = "conditions_refuse_published"


@dataclass(frozen=True)
class Table:
    """A table of plans or their parts, and the columns that a published plan keeps.

    `owner` is SQL for the plan that a row belongs to, with {row} for the row.
    """

    name: str
    columns: tuple[str, ...]
    owner: str

    def owner_of(self, row: str) -> str:
        return self.owner.replace("{row}", row)

    def differs(self, distinct: str) -> str:
        """SQL for whether an update changes what must stay."""
        return " OR ".join(f'NEW."{name}" {distinct} OLD."{name}"' for name in self.columns)


def tables(apps: Any) -> list[Table]:
    """The tables to freeze, by name; `apps` are those of Django, or a migration's."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        owner = _owner(model) if model._meta.app_label == "conditions" else None
        if owner is not None:
            still_open = STILL_OPEN if model._meta.db_table == PLAN else STAMPS
            columns = [field.column for field in model._meta.concrete_fields]
            kept = tuple(column for column in columns if column not in still_open)
            found.append(Table(model._meta.db_table, kept, owner))
    return sorted(found, key=lambda table: table.name)


def _owner(model: Any) -> str | None:
    """SQL for the plan of a row; None for what can be without a plan."""
    if model._meta.db_table == PLAN:
        return "{row}.id"
    for field in model._meta.concrete_fields:
        if field.remote_field is None or field.null or field.remote_field.on_delete is not CASCADE:
            continue
        table = field.related_model._meta.db_table
        if table == PLAN:
            return f'{{row}}."{field.column}"'
        above = _owner(field.related_model)
        if above is not None:
            inside = above.replace("{row}", table)
            return f'(SELECT {inside} FROM {table} WHERE {table}.id = {{row}}."{field.column}")'
    return None


def freeze(apps: Any, schema_editor: Any) -> None:
    """Make the triggers, in place of those that may be there."""
    thaw(apps, schema_editor)
    for sql in freezing_sql(schema_editor.connection.vendor, tables(apps)):
        schema_editor.execute(sql, params=None)


def thaw(apps: Any, schema_editor: Any) -> None:
    for sql in thawing_sql(schema_editor.connection.vendor, tables(apps)):
        schema_editor.execute(sql, params=None)


def freezing_sql(vendor: str, frozen: list[Table]) -> list[str]:
    if vendor == "postgresql":
        return [_POSTGRESQL_LOOK, *(sql for table in frozen for sql in _on_postgresql(table))]
    return [sql for table in frozen for sql in _on_sqlite(table)]


def thawing_sql(vendor: str, frozen: list[Table]) -> list[str]:
    if vendor == "postgresql":
        drops = [f"DROP FUNCTION IF EXISTS {table.name}_frozen() CASCADE" for table in frozen]
        return [*drops, f"DROP FUNCTION IF EXISTS {_LOOK}(bigint)"]
    return [
        f"DROP TRIGGER IF EXISTS {table.name}_frozen_{event}"
        for table in frozen
        for event in ("insert", "update", "delete")
    ]


# The plan's row is locked, so that a part cannot slip in while the plan is being published: who
# publishes locks it too, and one of the two waits and then sees what the other did.
_POSTGRESQL_LOOK = f"""
CREATE FUNCTION {_LOOK}(plan bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found timestamptz;
BEGIN
    SELECT published_at INTO found FROM {PLAN} WHERE id = plan FOR SHARE;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'plan % is published; make a new version', plan
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$
"""


def _on_postgresql(table: Table) -> Iterator[str]:
    # A new plan is no part of another.
    look_at_new = f"PERFORM {_LOOK}({table.owner_of('NEW')});" if table.name != PLAN else ""
    look_at_old = f"PERFORM {_LOOK}({table.owner_of('OLD')});"
    yield f"""
CREATE FUNCTION {table.name}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {look_at_new}
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        {look_at_old}
        RETURN OLD;
    ELSIF {table.differs("IS DISTINCT FROM")} THEN
        {look_at_old}
        {look_at_new}
    END IF;
    RETURN NEW;
END $$
"""
    yield (
        f"CREATE TRIGGER {table.name}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table.name} "
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_frozen()"
    )


def _on_sqlite(table: Table) -> Iterator[str]:
    """SQLite has one writer at a time, and no number in a message of its own."""

    def published(row: str) -> str:
        if table.name == PLAN:
            return f"{row}.published_at IS NOT NULL"
        plan = table.owner_of(row)
        return f"EXISTS (SELECT 1 FROM {PLAN} WHERE id = {plan} AND published_at IS NOT NULL)"

    either = published("OLD")
    if table.name != PLAN:
        either += f" OR {published('NEW')}"
        yield _sqlite_trigger(table, "insert", published("NEW"))
    yield _sqlite_trigger(table, "update", f"({either}) AND ({table.differs('IS NOT')})")
    yield _sqlite_trigger(table, "delete", published("OLD"))


def _sqlite_trigger(table: Table, event: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {table.name}_frozen_{event} BEFORE {event.upper()} ON {table.name} "
        f"WHEN {condition} BEGIN "
        f"SELECT RAISE(ABORT, 'the plan is published; make a new version ({table.name})'); END"
    )
