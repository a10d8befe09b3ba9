"""What a new version says otherwise: every change is seen, and nothing else is."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from conditions import difference_words, differences, library, services, shapes
from conditions.differences import Code
from tests.conditions import small_library
from tests.factories import NOW

NAMES = {
    "activities": {"home-trainer": "home trainer", "walking": "walking", "stairs": "stairs"},
    "questions": {"falls": "How often did you fall?"},
    "sources": {"book": "A book", "film": "A film"},
    "stages": {"one": "stage one"},
}


@cache
def plans() -> list[dict[str, Any]]:
    return [plan for condition in library.read().conditions for plan in condition["plans"]]


def toh() -> dict[str, Any]:
    [plan] = [plan for plan in plans() if plan["code"] == "toh"]
    return deepcopy(plan)


def told(old, new, language="en", **options) -> list[str]:
    with translation.override(language):
        return difference_words.sentences(differences.between(old, new, **options), NAMES)


def rule(plan, phase, activity):
    return next(each for each in plan["phases"][phase]["rules"] if each["activity"] == activity)


def test_a_stationary_bike_that_moves_from_caution_to_do_is_told_in_words():
    old, new = toh(), toh()
    rule(old, 1, "home-trainer")["rule"] = "caution"
    number = old["phases"][1]["rules"].index(rule(old, 1, "home-trainer"))
    [difference] = differences.between(old, new)
    assert difference.code == Code.RULE
    assert difference.place == ("phases", 1, "rules", number, "rule")
    assert told(old, new) == ["Phase T2: home trainer moves from “with care” to “do”."]
    assert told(old, new, "nl") == ["Fase T2: home trainer gaat van “met mate” naar “wel”."]


def advice(words: str) -> dict[str, Any]:
    texts = {"nl": f"nl {words}", "en": words}
    return {"rule": "do", "switch": None, "text": texts, "provenance": "convention", "sources": []}


def small() -> dict[str, Any]:
    """A plan with one of everything."""
    plan = deepcopy(next(plan for plan in plans() if plan["code"] == "thp"))
    plan["phases"] = plan["phases"][:2]
    phase = plan["phases"][1]
    phase["code"] = "B"
    walking = next(each for each in phase["rules"] if each["activity"] == "walking")
    walking |= {"rule": "do", "minutes": 20, "dose": {"nl": "kort", "en": "short"}}
    walking |= {"reason": {"nl": "daarom", "en": "because"}}
    walking |= {"provenance": "convention", "sources": []}
    stairs = deepcopy(walking) | {"activity": "stairs", "switch": None}
    phase["rules"] = [walking, stairs]
    phase["limit"] |= {"level": "pwb", "percent": 30, "aids": ["two_crutches"]}
    phase["pain_limits"] |= {"loading": 5, "rest": None}
    phase["advice"] = [advice("Use two crutches for each step."), advice("Sleep on your back.")]
    plan["switches"] = plan["switches"][:1]
    plan["switches"][0] |= {"key": "rules", "name": {"nl": "regels", "en": "rules"}}
    plan["milestones"] = plan["milestones"][:1]
    plan["milestones"][0] |= {"name": {"nl": "naar huis", "en": "home"}, "phase": "B"}
    plan["milestones"][0] |= {"early_day": 1, "typical_day": 2, "late_day": 5}
    plan["checkup"] = {"nl": "", "en": ""}
    plan["channels"], plan["asks"], plan["stages"] = ["loading", "rest"], [], ["one"]
    return plan


PHASE = ("phases", 1)
WALKING = (*PHASE, "rules", 0)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ((*WALKING, "minutes"), 30, "Phase B: walking goes from 20 to 30 minutes a day at most."),
        (
            (*WALKING, "minutes"),
            None,
            "Phase B: walking no longer has a most in minutes. It was 20 a day.",
        ),
        (
            (*WALKING, "dose", "en"),
            "long",
            "Phase B: walking: the dose is now “long”. It was “short”.",
        ),
        (
            (*WALKING, "dose"),
            {"nl": "", "en": ""},
            "Phase B: walking: the dose is taken out. It was “short”.",
        ),
        (
            (*WALKING, "reason", "nl"),
            "anders",
            "Phase B: walking: the reason is worded anew in Dutch.",
        ),
        ((*WALKING, "switch"), "rules", "Phase B: walking now holds only with “rules”."),
        (
            (*WALKING, "sources"),
            ["book", "film"],
            "Phase B: walking: the sources are now: A book; A film. They were: –.",
        ),
        (
            (*WALKING, "provenance"),
            "cited",
            "Phase B: walking: where it comes from is now: from a public source. It was: "
            "convention, awaiting clinical sign-off.",
        ),
        (
            (*PHASE, "limit", "percent"),
            50,
            "Phase B: the load limit goes from 30 to 50 % of body weight.",
        ),
        (
            (*PHASE, "limit", "aids"),
            ["two_crutches", "walking_frame"],
            "Phase B: the walking aids are now: two crutches, walking frame. "
            "They were: two crutches.",
        ),
        (
            (*PHASE, "pain_limits", "loading"),
            4,
            "Phase B: the limit for pain on loading goes from 5 to 4.",
        ),
        (
            (*PHASE, "pain_limits", "loading"),
            None,
            "Phase B: pain on loading no longer has a limit. It was 5.",
        ),
        ((*PHASE, "pain_limits", "rest"), 2, "Phase B: pain at rest now has a limit of 2."),
        ((*PHASE, "pain_limits"), None, "Phase B: the pain limit is taken out."),
        ((*PHASE, "to_day"), None, "Phase B is now day 0 and on. It was day 0 to 14."),
        (
            ("milestones", 0, "late_day"),
            6,
            "Milestone “home”: early, typical and late are now day 1–2–6. They were 1–2–5.",
        ),
        (("milestones", 0, "phase"), None, "Milestone “home” belongs to no phase any more."),
        (("switches", 0, "default"), True, "Switch “rules” is now on unless told otherwise."),
        (("pain_curve", "points"), [], "The pain curve has other points."),
        (("asks",), ["falls"], "The log now asks: “How often did you fall?”."),
        (
            ("channels",),
            ["loading"],
            "The pain that the log asks is now: pain on loading. "
            "It was: pain on loading, pain at rest.",
        ),
        (("stages",), [], "The plan is now for: –. It was for: stage one."),
        (
            ("anchor",),
            "start",
            "Day 0 is now: first day of the plan. It was: day of surgery.",
        ),
        (("brisk_shift",), True, "Three days of a clear rise in pain are now important."),
        (
            ("checkup",),
            {"nl": "foto", "en": "X-ray"},
            "The plan: the next check-up is new: “X-ray”.",
        ),
    ],
)
def test_each_kind_of_change_has_its_sentence(path, value, sentence):
    old, new = small(), small()
    holder = new
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert told(old, new) == [sentence]


def test_a_question_that_is_no_longer_asked_is_told():
    old = small() | {"asks": ["falls"]}
    assert told(old, small()) == ["The log no longer asks: “How often did you fall?”."]


def test_another_level_is_told_with_its_share_in_one_sentence():
    old, new = small(), small()
    new["phases"][1]["limit"] |= {"level": "wbat", "percent": None}
    assert told(old, new) == [
        "Phase B: the load limit goes from “part of your weight (30 %)” to "
        "“as much as is comfortable”."
    ]


def test_what_comes_and_goes_and_moves_is_named():
    old, new = small(), small()
    rules, advices = new["phases"][1]["rules"], new["phases"][1]["advice"]
    rules.reverse()
    advices[0] = advice("Take the lift where there is one.") | {"rule": "dont"}
    assert told(old, new) == [
        "Phase B: walking now comes after stairs.",
        "Phase B: advice “Use two crutches for each step.” is taken out.",
        "Phase B: advice “Take the lift where there is one.” is new, as “don't”.",
    ]


def test_a_rule_for_one_switch_is_told_apart_from_the_rule_for_everybody():
    old, new = small(), small()
    switched = deepcopy(rule(new, 1, "walking")) | {"switch": "rules", "rule": "dont"}
    new["phases"][1]["rules"].append(switched)
    assert told(old, new) == ["Phase B: walking (only with “rules”) is new, as “don't”."]
    assert told(new, old) == ["Phase B: walking (only with “rules”) is taken out."]


def test_a_reworded_advice_is_the_same_advice():
    old, new = small(), small()
    new["phases"][1]["advice"][0]["text"]["en"] = "Use two crutches for every step."
    [difference] = differences.between(old, new)
    assert (difference.code, difference.place[-2:]) == (Code.REWORDED, (0, "text"))


def test_a_phase_that_is_new_or_gone_is_told_once():
    old, new = small(), small()
    new["phases"].append(deepcopy(new["phases"][1]) | {"code": "C", "from_day": 15})
    assert told(old, new) == ["Phase C is new."]
    assert told(new, old) == ["Phase C is taken out."]


def test_who_looked_when_and_the_number_of_the_version_are_no_difference():
    old, new = small(), small()
    new["version"] += 1
    for each in (new, new["phases"][1]["limit"], rule(new, 1, "walking")):
        each |= {"reviewer": "somebody", "reviewed_on": "2026-11-25", "review_on": None}
    assert differences.between(old, new) == ()


def test_other_things_than_plans_are_compared_too():
    old = library.read().conditions[0]["facts"][0]
    new = deepcopy(old)
    new["topic"] = "living"
    assert [each.code for each in differences.between(old, new, kind="facts")] == [Code.CHANGED]
    assert differences.between(old, deepcopy(old), kind="facts") == ()


def edits(shape: shapes.Shape, data: Any, place: tuple[Any, ...] = ()):
    """Every single edit of a thing, as (place, what is done there)."""
    yield from ((*place, key) for key in shape.plain if key != "version")
    for key in (*shape.texts, *shape.optional):
        yield from ((*place, key, language) for language in shapes.LANGUAGES)
    if shape.is_statement:
        yield from ((*place, key) for key in ("provenance", "sources"))
    for key, part in shape.only.items():
        if data[key] is not None:
            yield (*place, key)
            yield from edits(part, data[key], (*place, key))
    for key, part in shape.parts.items():
        for number, item in enumerate(data[key]):
            yield (*place, key, number)
            yield from edits(part, item, (*place, key, number))


NUMBERS = {"minutes", "to_day", "percent", "loading", "rest", "night"}


def is_sorted(place) -> bool:
    """Whether the full form itself says in which order such things stand."""
    return place[-2] == "switches"


def edited(plan, place, draw):
    """The plan with another value at the place, or with the part there gone, twice or moved."""
    new = deepcopy(plan)
    *way, last = place
    holder = new
    for key in way:
        holder = holder[key]
    value = holder[last]
    if isinstance(last, int):
        how = draw(st.sampled_from(["gone", "twice", "moved"]))
        if how == "moved" and len(holder) > 1 and not is_sorted(place):
            other = draw(st.integers(0, len(holder) - 1).filter(lambda each: each != last))
            holder.insert(other, holder.pop(last))
        elif how == "twice":
            holder.insert(last, deepcopy(value))
        else:
            del holder[last]
    elif isinstance(value, bool):
        holder[last] = not value
    elif value is None and last in NUMBERS:
        holder[last] = 7
    elif isinstance(value, int):
        holder[last] = draw(st.sampled_from([value + 1, value - 1]))
    elif isinstance(value, list):
        holder[last] = draw(st.sampled_from([[*value, "more"], *([value[:-1]] if value else [])]))
    elif isinstance(value, dict):
        holder[last] = None
    else:
        holder[last] = draw(st.sampled_from([f"{value or ''} more", *([""] if value else [])]))
    return new


@st.composite
def plans_with_one_edit(draw):
    plan = draw(st.sampled_from(plans()))
    place = draw(st.sampled_from(list(edits(shapes.PLAN, plan))))
    return plan, edited(plan, place, draw)


@settings(max_examples=200, deadline=None)
@given(plans_with_one_edit())
def test_no_single_edit_of_a_plan_goes_unseen_and_each_has_words(pair):
    old, new = pair
    if old != new:
        sentences = told(old, new)
        assert sentences
        assert all(sentence.endswith((".", "”")) for sentence in sentences)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(range(len(plans()))))
def test_a_plan_does_not_differ_from_itself(number):
    assert differences.between(plans()[number], deepcopy(plans()[number])) == ()


@pytest.mark.django_db
def test_names_are_looked_up_where_none_are_given(tmp_path):
    services.load_library(small_library.write(tmp_path, small_library.small()), now=NOW)
    [plan] = library.read(tmp_path).conditions[0]["plans"]
    new = deepcopy(plan)
    new["phases"][0]["rules"][0]["rule"] = "caution"
    new["asks"] = []
    with translation.override("nl"):
        assert difference_words.sentences(differences.between(plan, new)) == [
            "Het dagboek vraagt niet meer: “nl how often?”.",
            "Fase A: nl walking gaat van “wel” naar “met mate”.",
        ]
        assert difference_words.sentences([]) == []
