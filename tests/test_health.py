"""What whoever watches over the program is told."""

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor


def test_the_process_is_live_without_asking_the_database(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


@pytest.mark.django_db
def test_the_program_is_ready_with_its_database(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_waiting_migrations_are_said(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations are waiting"})


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_said(client, monkeypatch):
    def refuse(*_):
        raise OperationalError

    monkeypatch.setattr(MigrationExecutor, "migration_plan", refuse)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "database does not answer"})
