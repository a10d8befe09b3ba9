"""Guides: the ladder in order, what is one's own, and one's own kilograms."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from conditions.enums import GuideTopic
from conditions.limits import Limit
from diary import guide_pages
from tests import factories

pytestmark = pytest.mark.usefixtures("at_noon")

QUERIES_OF_THE_LIST = 8
QUERIES_OF_ONE = 8


@pytest.fixture
def opened(client, patient):
    client.force_login(patient)

    def open_page(code: str = "") -> str:
        url = reverse("diary:guide", args=[code]) if code else reverse("diary:guides")
        return " ".join(client.get(url).content.decode().split())

    return open_page


@pytest.fixture
def ladder(db) -> None:
    """Aids and levels, stored in another order than the ladder's."""
    for subject in ("none", "cane", "two_crutches", "wheelchair"):
        factories.make_guide(
            f"with-{subject.replace('_', '-')}", GuideTopic.AID, subject=subject, picture="cane"
        )
    for subject in ("fwb", "pwb", "nwb"):
        factories.make_guide(
            subject, GuideTopic.LEVEL, subject=subject, aids=["two_crutches", "wheelchair"]
        )
    factories.make_guide("stairs", order=2)
    factories.make_guide("scale", order=1)


def titles(html: str) -> list[str]:
    return re.findall(r'href="/plan/guide/([\w-]+)/"', html)


def own(html: str) -> list[str]:
    lines = re.findall(r'<li( class="guide-own")?> <a href="/plan/guide/([\w-]+)/"', html)
    return [code for mark, code in lines if mark]


def test_the_ladder_the_levels_and_the_techniques_stand_in_order(ladder, opened):
    html = opened()
    assert titles(html) == [
        "with-wheelchair",
        "with-two-crutches",
        "with-cane",
        "with-none",
        "nwb",
        "pwb",
        "fwb",
        "scale",
        "stairs",
    ]
    assert html.count('class="picture"') == 9


def test_ones_own_aids_and_level_are_marked(ladder, patient, opened):
    factories.make_episode(patient, body_weight_kg=Decimal("73"))
    html = opened()
    assert own(html) == ["with-two-crutches", "pwb"]
    assert html.count("goes with your phase") == 2
    assert "Your leg may bear: at most 36 kg (50 % of your weight)." in html
    assert "This goes with your phase." in opened("pwb")
    assert "This goes with your phase." not in opened("nwb")


def test_of_two_hips_the_stricter_limit_counts(ladder, patient, opened):
    factories.make_episode(patient, factories.make_plan(level="fwb", aids=("none", "cane")))
    factories.make_episode(
        patient, factories.make_plan(level="nwb", aids=("wheelchair",)), side="right"
    )
    assert own(opened()) == ["with-wheelchair", "nwb"]


def test_without_a_plan_nothing_is_marked(ladder, opened):
    html = opened()
    assert own(html) == []
    assert "Your leg may bear" not in html


def test_without_guides_the_page_says_so(opened):
    assert "There are no guides yet." in opened()


@pytest.mark.parametrize(
    ("percent", "weight", "kilograms", "share"),
    [
        (50, "73", "36 kg", "50 %"),
        (30, "72", "21 kg", "30 %"),
        (50, None, "the kilograms your physiotherapist gives you", "50 %"),
    ],
)
def test_a_guide_names_ones_own_kilograms(patient, opened, percent, weight, kilograms, share):
    text = "At most **{kilograms}**, {percent} {other} {0}."
    factories.make_guide("scale", text_en=text)
    plan = factories.make_plan(percent=percent)
    factories.make_episode(patient, plan, body_weight_kg=weight and Decimal(weight))
    html = opened("scale")
    assert f"<p>At most <strong>{kilograms}</strong>, {share} {{other}} {{0}}.</p>" in html


def test_where_the_whole_weight_is_allowed_there_is_no_number():
    said = guide_pages.fill_in("{kilograms} · {percent}", Limit("fwb", frozenset()))
    assert said == (
        "the kilograms your physiotherapist gives you · the part your physiotherapist gives you"
    )
    assert guide_pages.fill_in("{kilograms}", None) == said.partition(" · ")[0]


def test_a_guide_has_its_picture_with_words_and_the_aids_that_go_with_it(ladder, opened):
    html = opened("pwb")
    assert 'role="img" aria-label="en somebody doing pwb"' in html
    assert titles(html) == ["with-wheelchair", "with-two-crutches"]
    assert "Convention, awaiting clinical sign-off." in html


def test_without_its_drawing_a_guide_stands_without_a_picture(opened):
    factories.make_guide("odd", picture="not-drawn-yet")
    html = opened("odd")
    assert 'class="picture"' not in html
    assert "<h1>en odd</h1>" in html
    assert "en step by step" in html


def test_markdown_of_a_guide_is_shown_and_html_is_not(opened):
    factories.make_guide("odd", text_en="- one\n- **two**\n\n<script>alert(1)</script>")
    html = opened("odd")
    assert "<li><strong>two</strong></li>" in html
    assert "&lt;script&gt;" in html


def test_an_unknown_guide_is_unknown(client, patient):
    client.force_login(patient)
    assert client.get(reverse("diary:guide", args=["unheard-of"])).status_code == 404


def test_today_shows_the_picture_of_the_level_and_leads_to_its_guide(ladder, client, patient):
    client.force_login(patient)
    factories.make_episode(patient)
    html = client.get(reverse("home")).content.decode()
    assert 'aria-label="en somebody doing pwb"' in html
    assert 'href="/plan/guide/pwb/"' in html


def test_today_stands_without_a_guide(client, patient):
    client.force_login(patient)
    factories.make_episode(patient)
    html = client.get(reverse("home")).content.decode()
    assert "limit-card" in html
    assert "/plan/guide/" not in html


def test_the_plan_leads_to_both(client, patient):
    client.force_login(patient)
    factories.make_episode(patient)
    html = client.get(reverse("diary:plan")).content.decode()
    assert f'href="{reverse("diary:about")}"' in html
    assert f'href="{reverse("diary:guides")}"' in html


@pytest.mark.parametrize("more", [0, 5])
def test_many_guides_need_the_same_queries(
    ladder, client, patient, more, django_assert_num_queries
):
    for number in range(more):
        factories.make_guide(f"more-{number}")
    factories.make_episode(patient)
    client.force_login(patient)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("diary:guides"))
    with django_assert_num_queries(QUERIES_OF_ONE):
        client.get(reverse("diary:guide", args=["pwb"]))
