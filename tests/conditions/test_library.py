"""The files of the library: the full form, a sentence for each mistake, and the real ones."""

import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from conditions import library, linting, proofreading
from conditions.enums import Provenance
from tests.conditions.small_library import both, small, write


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def problems_of(folder, files):
    return library.read(write(folder, files)).problems


def at(files, *path):
    """The thing that holds the last key of a path."""
    for key in path[:-1]:
        files = files[key]
    return files


PHASE = ("hip", "plans", 0, "phases", 0)
RULE = (*PHASE, "rules", 0)


def test_a_whole_library_has_no_problems(tmp_path):
    assert problems_of(tmp_path, small()) == []


def test_a_statement_takes_over_what_stands_around_it(tmp_path):
    [condition] = library.read(write(tmp_path, small() | {})).conditions
    [plan] = condition["plans"]
    first = plan["phases"][0]

    def mark(data):
        return (data["provenance"], data["sources"])

    assert mark(condition["facts"][0]) == ("cited", ["book"])
    assert mark(condition["icd10"]) == ("cited", ["book"])
    assert mark(plan) == mark(first["limit"]) == mark(first["pain_limits"]) == ("convention", [])
    assert mark(first["rules"][0]) == ("cited", ["book"])
    assert mark(first["rules"][1]) == ("convention", [])


def test_keys_that_are_left_out_say_what_their_absence_means(tmp_path):
    read = library.read(write(tmp_path, small()))
    [plan] = read.conditions[0]["plans"]
    assert (plan["version"], plan["brisk_shift"]) == (1, False)
    assert plan["day_zero_help"] == {"nl": "", "en": ""}
    assert plan["phases"][1]["to_day"] is None
    assert plan["phases"][1]["pain_limits"] is None
    assert read.activities[0]["minutes"] is True


def test_a_review_date_of_the_file_holds_for_all_its_statements(tmp_path):
    files = small()
    files["hip"]["review_on"] = date(2027, 11, 1)
    files["hip"]["facts"][0]["review_on"] = date(2026, 12, 1)
    [condition] = library.read(write(tmp_path, files)).conditions
    assert condition["facts"][0]["review_on"] == date(2026, 12, 1)
    assert condition["plans"][0]["milestones"][0]["review_on"] == date(2027, 11, 1)


PLAN = ("hip", "plans", 0)
MISTAKES = [
    (("sources", 0, "kind"), "rumour", "sources.yaml, line 2: book: kind cannot be 'rumour'."),
    (("sources", 0, "key"), "a b", "a b: key may have letters, digits, - and _ only, not 'a b'."),
    (("sources", 0, "title"), "", "sources.yaml, line 3: book: title has to be 1 or more"),
    (("sources", 0, "year"), "2020", "book: year has to be a whole number, not '2020'"),
    (("activities", 0, "minutes"), 1, "activities.yaml, line 1: walking: minutes has to be true"),
    (("activities", 0, "name"), None, "Activity “walking”: the name has nothing in Dutch."),
    (("red_flags", 0, "urgency"), "soon", "calf: urgency cannot be 'soon'."),
    (("red_flags", 0, "action"), both("call {phone}"), "what to do has “{phone}” in Dutch"),
    (("red_flags", 0, "action"), both("call {clinic"), "what to do has “{” in English, which is"),
    (
        ("red_flags", 0, "sources"),
        ["film"],
        "red_flags.yaml, line 9: Red flag “en calf?”: there is",
    ),
    (("hip", "slug"), None, "hip.yaml, line 119: slug has to be text, not None."),
    (("hip", "colour"), "red", "hip.yaml, line 1: unknown key 'colour'."),
    (("hip", "name"), {"nl": "heup"}, "hip.yaml, line 9: The condition: the name has nothing in E"),
    (("hip", "name"), "heup", "hip.yaml, line 8: name has to be a text in each language, not 'he"),
    (("hip", "name"), both("hip") | {"fr": "hanche"}, "line 8: name has a text in “fr”, no langua"),
    (("hip", "name"), both("x" * 201), "line 10: name in “nl” is longer than 200 characters."),
    (("hip", "summary"), both("x" * 10_001), "summary in “nl” is longer than 10000 characters."),
    (("hip", "summary"), both("a cure"), "line 128: The condition: the summary says “cure” in Eng"),
    (("hip", "red_flags"), ["calf", "toe"], "hip.yaml, line 117: The condition: there is no red f"),
    (("hip", "red_flags"), "calf", "hip.yaml, line 117: red_flags has to be a list, not 'calf'."),
    (("hip", "red_flags"), ["calf", []], "red_flags may hold text only, not ['calf', []]."),
    (("hip", "stages"), [], "The condition: it names no stage."),
    (("hip", "facts"), {"topic": "who"}, "hip.yaml, line 2: facts: expected a list, found"),
    (("hip", "facts", 0), "people", "facts 1: expected keys and values, found 'people'."),
    (("hip", "facts", 0, "topic"), "gossip", "hip.yaml, line 5: facts 1: topic cannot be 'gossip'"),
    (("hip", "facts", 0, "sources"), [], "Fact “en people”: it names no source."),
    (("hip", "facts", 0, "sources"), ["film"], "Fact “en people”: there is no source “film”."),
    (("hip", "facts", 0, "sources"), "book", "facts 1: sources has to be a list, not 'book'."),
    (("hip", "facts", 0, "sources"), None, "facts 1: sources has to be a list, not None."),
    (("hip", "facts", 0, "provenance"), "heard", "facts 1: provenance cannot be 'heard'."),
    (("hip", "facts", 0, "review_on"), "soon", "facts 1: review_on has to be a date, not 'soon'."),
    (("hip", "symptoms", 1, "question"), "limp", "there is no question of the day “limp”."),
    (("hip", "icd10", "code"), "", "hip.yaml, line 7: icd10: code has to be 1 or more"),
    ((*PLAN, "code"), "x" * 61, "code has to be 60 characters or less, not 61."),
    ((*PLAN, "version"), 0, "hip.yaml, line 116: plans hip: version has to be 1 or more, not 0."),
    ((*PLAN, "stages"), ["two"], "hip.yaml, line 106: The plan: there is no stage “two”."),
    ((*PLAN, "stages"), [], "The plan: it names no stage."),
    ((*PLAN, "asks"), ["limp"], "The plan: there is no question of the day “limp”."),
    ((*PLAN, "channels"), ["itch"], "The plan: there is no kind of pain “itch”."),
    ((*PLAN, "phases"), [], "The plan: it has no phase."),
    ((*PLAN, "pain_curve", "points"), [{"day": 1}], "The pain curve: a point is {day, mean}."),
    ((*PLAN, "pain_curve", "points"), [1], "pain curve: points may hold keys and values only"),
    ((*PHASE, "from_day"), "start", "line 54: plans hip: phases A: from_day has to be a whole nu"),
    ((*PHASE, "to_day"), 12, "hip.yaml, line 86: Phase B: it begins on day 14, and phase A ends o"),
    ((*PHASE, "to_day"), None, "Phase B: it follows on phase A, which has no last day."),
    ((*PHASE, "to_day"), -8, "hip.yaml, line 84: Phase A: it ends before it begins."),
    ((*PHASE, "code"), "B", "Phase B: it stands there twice."),
    ((*PHASE, "limit"), None, "hip.yaml, line 55: plans hip: phases A: limit is missing."),
    ((*PHASE, "limit", "aids"), [], "Phase A, the load limit: it names no walking aid."),
    ((*PHASE, "limit", "aids"), ["skates"], "load limit: there is no walking aid “skates”."),
    ((*PHASE, "limit", "aids"), ["cane"], "“cane” does not go with “part of your weight”."),
    ((*PHASE, "limit", "percent"), None, "part of the weight asks for a share."),
    ((*PHASE, "limit", "percent"), 101, "limit: percent has to be 100 or less, not 101."),
    ((*PHASE, "limit", "level"), "wbat", "only part of the weight has a share."),
    ((*PHASE, "pain_limits", "loading"), 11, "pain limits: loading has to be 10 or less, not 11."),
    ((*PHASE, "criteria", 0, "kind"), "maybe", "criteria 1: kind cannot be 'maybe'."),
    ((*RULE, "activity"), "flying", "Phase A, flying: there is no activity “flying”."),
    (
        (*RULE, "switch"),
        "moon",
        "en walking (only with “moon”): there is no switch “moon”.",
    ),
    (
        (*RULE, "switch"),
        "rules",
        "en walking (only with “en rules”): it stands there twice.",
    ),
    ((*RULE, "minutes"), 0, "rules walking: minutes has to be 1 or more, not 0."),
    ((*RULE, "minutes"), True, "rules walking: minutes has to be a whole number, not True."),
    ((*RULE, "dose"), {"nl": "weinig"}, "Phase A, en walking: the dose has nothing in English."),
    ((*PLAN, "milestones", 0, "phase"), "C", "Milestone “en far”: there is no phase “C”."),
    ((*PLAN, "milestones", 0, "late_day"), 13, "early, typical and late are out of order."),
    ((*PLAN, "switches", 0, "key"), None, "switches 1: key has to be text, not None."),
]


@pytest.mark.parametrize(("path", "value", "sentence"), MISTAKES)
def test_a_mistake_is_a_sentence_with_its_place(tmp_path, path, value, sentence):
    files = small()
    at(files, *path)[path[-1]] = value
    found = problems_of(tmp_path, files)
    assert [problem for problem in found if sentence in problem], found
    assert all(problem.endswith(".") for problem in found)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (("sources",), "Source “A book”: it stands there twice."),
        (("activities",), "Activity “en walking”: it stands there twice."),
        (("red_flags",), "Red flag “en calf?”: it stands there twice."),
        (("hip", "stages"), "Stage “en one”: it stands there twice."),
        (("hip", "plans"), "The plan: it stands there twice."),
        ((*PLAN, "switches"), "Switch “en rules”: it stands there twice."),
        ((*PLAN, "milestones"), "Milestone “en far”: it stands there twice."),
        ((*PHASE, "rules"), "Phase A, en walking: it stands there twice."),
        ((*PHASE, "limit", "aids"), "the load limit: “two crutches” stands in it twice."),
    ],
)
def test_what_stands_twice_is_named(tmp_path, path, sentence):
    files = small()
    items = at(files, *path)[path[-1]]
    items.append(items[0])
    found = problems_of(tmp_path, files)
    assert [problem for problem in found if sentence in problem], found


@pytest.mark.parametrize("key", ["rule", "activity", "reason"])
def test_a_key_that_is_missing_is_named(tmp_path, key):
    files = small()
    del at(files, *RULE, key)[key]
    [problem] = {each.partition(" in ")[0] for each in problems_of(tmp_path, files)}
    assert problem in {
        "hip.yaml, line 69: plans hip: phases A: rules walking: rule is missing.",
        "hip.yaml, line 69: plans hip: phases A: rules 1: activity is missing.",
        "hip.yaml, line 69: Phase A, en walking: the reason has nothing",
    }


def test_two_conditions_with_one_key_are_named(tmp_path):
    files = small()
    files["hip2"] = files["hip"] | {"plans": []}
    [problem] = problems_of(tmp_path, files)
    assert problem.startswith("hip2.yaml, line 15: The condition: it stands there twice.")


def test_a_mark_at_the_beginning_of_a_file_is_no_text(tmp_path):
    folder = write(tmp_path, small())
    path = folder / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert library.read(folder).problems == []


@pytest.mark.parametrize("value", ["2026-02-30", "2026-11-23T25:00:00", "9" * 5000])
def test_a_value_that_there_cannot_be_is_a_mistake_with_its_line(tmp_path, value):
    folder = write(tmp_path, small())
    (folder / "hip.yaml").write_text(f"slug: hip\nreview_on: {value}\n", encoding="utf-8")
    [problem] = library.read(folder).problems
    assert problem == (
        f"hip.yaml, line 2: cannot be read as YAML: '{value[:40]}' is no such value."
    )


def test_a_missing_file_is_named(tmp_path):
    write(tmp_path, small())
    (tmp_path / "sources.yaml").unlink()
    assert library.read(tmp_path).problems == ["sources.yaml: the file is missing."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("slug: [", "hip.yaml, line 2: cannot be read as YAML:"),
        ("slug: a\nslug: b\n", "the key 'slug' stands twice."),
        ("- slug: a\n", "hip.yaml: expected keys and values at the top."),
        ("", "hip.yaml: expected keys and values at the top."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, text, sentence):
    write(tmp_path, small())
    (tmp_path / "hip.yaml").write_text(text)
    [problem] = library.read(tmp_path).problems
    assert problem.startswith("hip.yaml")
    assert sentence in problem


def paths(content, prefix=()):
    """Every place in a structure that something else could stand in."""
    items = enumerate(content) if isinstance(content, list) else content.items()
    for key, value in items:
        yield (*prefix, key)
        if isinstance(value, list | dict):
            yield from paths(value, (*prefix, key))


JUNK = st.sampled_from(
    [None, "", "x", 0, -1, 10**9, 1.5, True, [], [None], ["x"], [[]], {}, {"x": 1}, {"nl": 5}]
)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(paths(small()), key=str)), JUNK)
def test_nothing_a_file_says_makes_reading_fail(path, junk):
    files = small()
    at(files, *path)[path[-1]] = junk
    with tempfile.TemporaryDirectory() as folder:
        found = library.read(write(Path(folder), files))
    assert all(problem.endswith((".", "}")) for problem in found.problems)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dit geneest de heup.", ["geneest"]),
        ("Genezing kan even duren.", ["Genezing"]),
        ("Vraag een geneesmiddel.", []),
        ("A cure.", ["cure"]),
        ("Secure the rug.", []),
        ("De diagnose is gesteld.", ["diagnose"]),
        ("This prevents pain and predicts rain.", ["prevents", "predict"]),
        ("Het komt vaak voor.", []),
        ("Dit voorkomt klachten.", ["voorkomt"]),
        ("An alarm, an alert.", ["alarm", "alert"]),
    ],
)
def test_words_that_claim_too_much_are_found_and_others_are_not(text, found):
    claims = proofreading.claims(text)
    assert [claim[: len(word)] for claim, word in zip(claims, found, strict=True)] == found


def phases(conditions):
    return [
        (plan["code"], phase)
        for condition in conditions
        for plan in condition["plans"]
        for phase in plan["phases"]
    ]


# The files that ship.


@pytest.fixture(scope="module")
def shipped() -> library.Library:
    return library.read()


def test_what_ships_is_whole(shipped):
    assert shipped.problems == []
    assert linting.lint_library(shipped) == ()


@pytest.mark.parametrize(
    ("plan", "phase", "days", "level", "percent"),
    [
        ("toh", "T1", (0, 41), "pwb", 30),
        ("toh", "T2", (42, 119), "pwb", 50),
        ("toh", "T3", (120, 269), "wbat", None),
        ("toh", "T4", (270, None), "fwb", None),
        ("thp", "P0", (-90, -1), "wbat", None),
        ("thp", "P1", (0, 14), "wbat", None),
        ("thp", "P2", (15, 42), "wbat", None),
        ("thp", "P3", (43, 84), "fwb", None),
        ("thp", "P4", (85, None), "fwb", None),
        ("thp-partial", "P1", (0, 14), "pwb", 50),
        ("thp-partial", "P2", (15, 42), "pwb", 50),
        ("thp-partial", "P3", (43, 84), "wbat", None),
        ("avn-0", "A0", (0, None), "wbat", None),
        ("avn-1", "A1", (0, None), "protected", None),
        ("avn-2", "A2", (0, None), "pwb", 50),
        ("avn-3", "A3", (0, None), "protected", None),
        ("avn-4", "A4", (0, None), "wbat", None),
    ],
)
def test_phases_have_their_windows_and_levels(shipped, plan, phase, days, level, percent):
    [found] = [
        each for code, each in phases(shipped.conditions) if (code, each["code"]) == (plan, phase)
    ]
    assert (found["from_day"], found["to_day"]) == days
    assert (found["limit"]["level"], found["limit"]["percent"]) == (level, percent)


def test_only_stages_one_and_two_make_a_short_rise_important(shipped):
    brisk = {
        plan["code"]
        for condition in shipped.conditions
        for plan in condition["plans"]
        if plan["brisk_shift"]
    }
    assert brisk == {"avn-1", "avn-2"}


@pytest.mark.parametrize(
    ("milestone", "window"),
    [
        ("home", (1, 2, 5)),
        ("indoors-without-aid", (21, 42, 56)),
        ("stairs-normal", (28, 35, 42)),
        ("outdoors-without-aid", (56, 63, 70)),
    ],
)
def test_milestones_after_a_prosthesis_hold_the_spread_of_their_sources(shipped, milestone, window):
    [plan] = [
        plan
        for condition in shipped.conditions
        for plan in condition["plans"]
        if plan["code"] == "thp"
    ]
    [found] = [each for each in plan["milestones"] if each["code"] == milestone]
    assert (found["early_day"], found["typical_day"], found["late_day"]) == window
    assert found["provenance"] == Provenance.CITED


def test_no_rule_gives_minutes_on_the_authority_of_a_source_that_gives_none(shipped):
    marked = {
        rule["provenance"]
        for _plan, phase in phases(shipped.conditions)
        for rule in phase["rules"]
        if rule["minutes"] is not None
    }
    assert marked == {Provenance.CONVENTION}


def test_precautions_hold_only_with_their_switch(shipped):
    switches = {
        (code, rule["switch"])
        for code, phase in phases(shipped.conditions)
        for rule in phase["rules"]
        if rule["activity"] == "crossing-legs"
    }
    assert switches == {
        (plan, "precautions-posterior")
        for plan in ("thp", "thp-partial", "hemi", "hip-fracture-prosthesis")
    }


def test_each_emergency_says_112_or_113_and_each_urgent_question_whom_to_call(shipped):
    for red_flag in shipped.red_flags:
        for action in red_flag["action"].values():
            if red_flag["urgency"] == "emergency":
                assert "112" in action
            elif red_flag["code"] not in {"medicine", "ill"}:  # these go to the own doctor
                assert "{clinic}" in action
                assert ": {clinic_phone}" in action


def test_every_condition_asks_what_must_never_wait(shipped):
    for condition in shipped.conditions:
        hip = {"child-cannot-walk"} if condition["paediatric"] else {"dislocation", "cannot-stand"}
        assert {"chest", "calf", "self-harm"} | hip <= set(condition["red_flags"])


def test_every_source_and_activity_and_red_flag_is_used(shipped):
    used = [shipped.conditions, shipped.questions, shipped.red_flags, shipped.guides]
    text = yaml.safe_dump(json.loads(json.dumps(used, default=str)), allow_unicode=True)
    unused = [
        *(source["key"] for source in shipped.sources if f"- {source['key']}\n" not in text),
        *(
            activity["slug"]
            for activity in shipped.activities
            if f"activity: {activity['slug']}\n" not in text
        ),
        *(flag["code"] for flag in shipped.red_flags if f"- {flag['code']}\n" not in text),
    ]
    assert unused == []
