"""All published content held against the linter, on a page."""

import pytest
from pytest_django.asserts import assertContains

from conditions.models import Activity, RedFlag, Source
from tests import factories
from tests.conditions.editing import client_of, load_small

CHECK = "/content/check/"


@pytest.fixture
def own(tmp_path, editor):
    load_small(tmp_path)
    return client_of(editor)


def blocking(client) -> list[tuple[str, str]]:
    found = client.get(CHECK).context["findings"]
    return [(where, sentence) for where, sentence, is_blocking in found if is_blocking]


def test_content_that_fits_together_has_nothing_that_must_change(own):
    assert blocking(own) == []


def test_a_list_that_changed_under_a_published_plan_is_named(own):
    Activity.objects.filter(slug="walking").update(has_minutes=False)
    [(where, sentence)] = blocking(own)
    assert where == "en hip"
    assert "minutes" in sentence


def test_a_red_flag_that_nobody_is_asked_is_named(own):
    RedFlag.objects.create(
        code="lonely",
        urgency="same_day",
        provenance="convention",
        **factories.both(question="lonely?", action="call {clinic}"),
    )
    assertContains(own.get(CHECK), "no condition asks it")


def test_a_source_that_is_no_address_is_named(own):
    Source.objects.update(url="javascript:alert(1)")
    [(where, _sentence)] = blocking(own)
    assert where == "sources"
