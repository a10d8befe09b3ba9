"""The small part under a statement that says where it comes from."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from conditions.models import RedFlag, Source
from tests import factories


def shown(red_flag: RedFlag) -> str:
    return render_to_string("conditions/_sources.html", {"statement": red_flag})


@pytest.fixture
def red_flag(db) -> RedFlag:
    return factories.make_red_flag()


def test_a_convention_says_so_and_needs_no_list(red_flag):
    part = shown(red_flag)
    assert "<details" in part
    assert "Convention, awaiting clinical sign-off." in part
    assert "<ul" not in part


def test_a_source_is_linked_with_its_publisher_and_year(red_flag):
    red_flag.provenance = "cited"
    red_flag.sources.add(
        Source.objects.create(
            key="book",
            title="A <book>",
            publisher="House",
            year=2020,
            url="https://example.org/book",
            kind="study",
        )
    )
    part = shown(red_flag)
    assert "From a public source." in part
    assert (
        '<a href="https://example.org/book" rel="external noreferrer">A &lt;book&gt;</a>, '
        "House (2020)" in part
    )


def test_a_source_without_an_address_is_named_and_not_linked(red_flag):
    red_flag.sources.add(Source.objects.create(key="book", title="A book", kind="seed"))
    part = shown(red_flag)
    assert "<li>A book</li>" in part
    assert "<a " not in part


def test_who_reviewed_it_and_when_to_look_again_is_said(red_flag):
    red_flag.reviewer, red_flag.reviewed_on = "A. <Clinician>", date(2026, 11, 3)
    red_flag.review_on = date(2027, 11, 1)
    part = shown(red_flag)
    assert "Reviewed by A. &lt;Clinician&gt; on 3 Nov 2026." in part
    assert "To be looked at again by 1 Nov 2027." in part
    assert "Not yet reviewed." not in part


def test_what_nobody_reviewed_says_so(red_flag):
    part = shown(red_flag)
    assert "Not yet reviewed." in part
    assert "To be looked at again" not in part
