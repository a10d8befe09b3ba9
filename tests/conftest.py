"""The cast, and the rules every test keeps to."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import translation

from accounts.enums import Role
from accounts.models import Clinic, User
from conditions import freezing
from hiptrack import translations
from tests import factories
from tests import push_service as push_service_module


def pytest_configure() -> None:
    translations.compile_all()
    let_sqlite_be_emptied()


def let_sqlite_be_emptied() -> None:
    """After tests of whole transactions all rows go; SQLite deletes them, also the frozen ones."""
    execute = DatabaseOperations.execute_sql_flush

    def with_triggers_aside(self: DatabaseOperations, sql_list: list[str]) -> None:
        frozen = freezing.tables(apps)
        thaw = freezing.thawing_sql("sqlite", frozen)
        execute(self, [*thaw, *sql_list, *freezing.freezing_sql("sqlite", frozen)])

    DatabaseOperations.execute_sql_flush = with_triggers_aside


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits count in the cache; each test begins at nought."""
    cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """Texts outside a request are English, whatever a test before this one left behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def push_service(settings) -> Iterator[push_service_module.PushService]:
    """A push service on this computer that the program may send to."""
    with push_service_module.running() as service:
        settings.PUSH_HOSTS = [service.netloc]
        yield service


@pytest.fixture
def clinic(db) -> Clinic:
    return factories.make_clinic("Clinic of the cast")


@pytest.fixture
def patient(clinic: Clinic) -> User:
    return factories.make_patient(clinic, name="Own Patient")


@pytest.fixture
def physiotherapist(clinic: Clinic, patient: User) -> User:
    """A physiotherapist with an active relation to `patient`."""
    person = factories.make_physiotherapist(clinic, name="Own Physiotherapist")
    factories.relate(patient, person)
    return person


@pytest.fixture
def foreign_patient(db) -> User:
    return factories.make_patient(name="Foreign Patient")


@pytest.fixture
def foreign_physiotherapist(db, foreign_patient: User) -> User:
    person = factories.make_physiotherapist(foreign_patient.clinic, name="Foreign Physio")
    factories.relate(foreign_patient, person)
    return person


@pytest.fixture
def editor(db) -> User:
    return factories.make_person(Role.EDITOR, name="Own Editor")


@pytest.fixture
def clinic_manager(clinic: Clinic) -> User:
    return factories.make_person(Role.CLINIC_MANAGER, clinic=clinic, name="Own Manager")
