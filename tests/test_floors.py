"""Imports point down only: between the rooms, and between the layers of a room."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "conditions", "diary", "care")  # the lowest floor first
# Modules of a room by what they are, the lowest layer first. What is not named here is
# between queries and forms: services, and what pages and tasks are made of.
LAYERS = {
    0: (
        "enums",
        "labels",
        "limits",
        "statements",
        "shapes",
        "proofreading",
        "readability",
        "places",
        "differences",
        "merging",
        "linting",
        "plan_checks",
        "verdicts",
        "trends",
        "schedule",
        "charts",
        "scales",
        "sealing",
        "windows",
        "field_names",
        "taper",
        "flagging",
        "findings",
    ),
    1: ("models", "tokens", "consent"),
    2: ("queries",),
    4: (
        "forms",
        "sign_in_forms",
        "red_flag_forms",
        "reminder_forms",
        "layout",
        "moment_forms",
        "preview",
        "preview_forms",
        "milestone_forms",
        "queued",
    ),
    5: (
        "views",
        "moment_views",
        "preview_views",
        "sync_views",
        "reading_views",
        "taper_views",
        "reminder_views",
        "push_views",
        "episode_views",
        "offline_views",
        "red_flag_views",
        "tasks",
        "admin",
    ),
    6: ("urls", "sign_in_urls", "apps"),
}
BETWEEN = 3
PURE = (
    "conditions.enums",
    "conditions.limits",
    "conditions.shapes",
    "conditions.proofreading",
    "conditions.readability",
    "conditions.places",
    "conditions.differences",
    "conditions.merging",
    "conditions.statements",
    "conditions.findings",
    "conditions.plan_checks",
    "conditions.linting",
    "diary.verdicts",
    "diary.scales",
    "diary.trends",
    "diary.charts",
    "diary.schedule",
    "diary.taper",
    "diary.sealing",
    "diary.windows",
    "diary.field_names",
    "care.enums",
    "care.findings",
    "care.flagging",
    "care.ranking",
    "care.demo.courses",
    "care.demo.profiles",
)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield name.removesuffix(".__init__"), ast.parse(path.read_text())


def imported(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Full names of what is imported: `from care import flags` is care.flags."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def layer_of(name: str) -> int:
    module = name.split(".")[1] if "." in name else ""
    return next((layer for layer, names in LAYERS.items() if module in names), BETWEEN)


def upward(name: str, tree: ast.Module) -> list[str]:
    """Imports of a higher floor, or of the wiring."""
    room = name.split(".")[0]
    above = {"hiptrack", *ROOMS[ROOMS.index(room) + 1 :]}
    return [each for each, _node in imported(tree) if each.split(".")[0] in above]


def upward_inside(name: str, tree: ast.Module) -> list[str]:
    """Imports of a higher layer of the same room."""
    room = name.split(".")[0]
    return [
        each
        for each, _node in imported(tree)
        if each.split(".")[0] == room and layer_of(each) > layer_of(name)
    ]


def hidden(tree: ast.Module) -> list[str]:
    """Imports that do not stand at the top of their module."""
    return [each for each, node in imported(tree) if node not in tree.body]


@pytest.mark.parametrize("check", [upward, upward_inside])
def test_imports_point_down_only(check):
    assert {name: found for name, tree in modules() if (found := check(name, tree))} == {}


def test_imports_stand_at_the_top():
    assert {name: found for name, tree in modules() if (found := hidden(tree))} == {}


@pytest.mark.parametrize(
    ("check", "name", "source", "found"),
    [
        (upward, "diary.views", "from care import flags", ["care.flags"]),
        (upward, "diary.views", "import care.models", ["care.models"]),
        (upward, "accounts.models", "from hiptrack.settings import X", ["hiptrack.settings.X"]),
        (upward, "diary.views", "from accounts import services", []),
        (upward_inside, "diary.models", "from diary import services", ["diary.services"]),
        (upward_inside, "diary.services", "from diary import models, verdicts", []),
        (hidden, "", "def f():\n    import json", ["json"]),
        (hidden, "", "import json", []),
    ],
)
def test_the_check_finds_what_it_should(check, name, source, found):
    tree = ast.parse(source)
    assert (check(tree) if check is hidden else check(name, tree)) == found


def test_pure_modules_load_no_django():
    program = f"import {', '.join(PURE)}, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0
