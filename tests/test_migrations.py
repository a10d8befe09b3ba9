"""Migrations say what the models say, and every one of them can be undone."""

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOMS = ("accounts", "conditions", "diary", "care")


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_can_be_undone(room):
    migrations = MigrationLoader(None).disk_migrations
    operations = [
        operation
        for (app, _name), migration in migrations.items()
        if app == room
        for operation in migration.operations
    ]
    assert operations
    assert [operation for operation in operations if not operation.reversible] == []
