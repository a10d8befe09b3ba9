"""The drawings: which go into a page, what stands for them, and what they may hold."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.template import Context, Template

from conditions import library, pictures

FOLDER = Path(finders.find("pictures/pwb.svg")).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_only_draws(name):
    """What stands in a page runs nothing, loads nothing and brings no style of its own."""
    for element in ElementTree.parse(FOLDER / f"{name}.svg").iter():  # noqa: S314
        assert element.tag.removeprefix(SVG) in {"svg", "g", "path", "circle"}
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert attribute not in {"style", "href", "id", "width", "height"}
            assert "url(" not in value


def test_every_guide_of_the_library_has_its_drawing():
    guides = yaml.safe_load((library.HOME / "guides.yaml").read_text(encoding="utf-8"))
    assert {guide["picture"] for guide in guides} - set(NAMES) == set()


def test_a_drawing_has_a_text_that_stands_for_it():
    drawing = pictures.svg("pwb", 'a <scale> "here"')
    assert drawing.startswith("<svg xmlns=")
    assert 'class="picture" focusable="false" role="img"' in drawing
    assert 'aria-label="a &lt;scale&gt; &quot;here&quot;"' in drawing
    assert drawing.endswith("</svg>")


def test_an_ornament_is_hidden_from_who_cannot_see_it():
    drawing = pictures.svg("pwb")
    assert 'aria-hidden="true"' in drawing
    assert "role=" not in drawing
    assert "aria-label" not in drawing


@pytest.mark.parametrize(
    "name",
    ["", "unheard-of", "../icons/sprite", "..", "/etc/passwd", "pwb.svg", "PWB", "pwb\n", "a/b"],
)
def test_what_is_no_drawing_is_left_out(name):
    assert pictures.svg(name, "text") == ""


def test_a_template_can_put_it_in():
    template = Template("{% load pictures %}{% picture name text %}")
    html = template.render(Context({"name": "cane", "text": "a & b"}))
    assert html.count("<svg") == 1
    assert 'aria-label="a &amp; b"' in html
