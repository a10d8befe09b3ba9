"""What most tests of the diary begin with: a clock that stands still, and a patient's browser."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests import factories
from tests.factories import NOW


@pytest.fixture
def at_noon() -> Iterator[None]:
    """It is NOW, and stays so."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def phone(patient) -> Client:
    """The browser of a patient with one open episode."""
    factories.make_episode(patient)
    client = Client()
    client.force_login(patient)
    return client
