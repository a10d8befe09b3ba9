"""The files of the library: the full form, a sentence for each mistake, and the real ones."""

import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from conditions import library, proofreading
from conditions.enums import Provenance
from tests.conditions.small_library import both, small, write


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


P = "hip.yaml: plans hip"
MISTAKES = [
    (("sources", 0, "kind"), "rumour", "sources.yaml book: kind cannot be 'rumour'."),
    (("sources", 0, "key"), "a b", "sources.yaml a b: key may have letters, digits, - and _"),
    (("sources", 0, "title"), "", "sources.yaml book: title has to be 1 or more"),
    (
        ("sources", 0, "year"),
        "2020",
        "sources.yaml book: year has to be a whole number, not '2020'",
    ),
    (("activities", 0, "minutes"), 1, "activities.yaml walking: minutes has to be true or false"),
    (("activities", 0, "name"), None, "activities.yaml walking: name has nothing in nl."),
    (("red_flags", 0, "urgency"), "soon", "red_flags.yaml calf: urgency cannot be 'soon'."),
    (("red_flags", 0, "action"), both("call {phone}"), "calf: action in nl: {phone} is filled in"),
    (("red_flags", 0, "action"), both("call {clinic"), "calf: action in en: { is filled in by no"),
    (("hip", "slug"), None, "hip.yaml: slug has to be text, not None."),
    (("hip", "colour"), "red", "hip.yaml: unknown key 'colour'."),
    (("hip", "name"), {"nl": "heup"}, "hip.yaml: name has nothing in en."),
    (("hip", "name"), both("hip") | {"fr": "hanche"}, "hip.yaml: name has a text in 'fr'"),
    (("hip", "name"), both("x" * 201), "hip.yaml: name in nl is longer than 200 characters."),
    (("hip", "summary"), both("a cure"), "hip.yaml: summary in en says 'cure', which promises"),
    (("hip", "red_flags"), ["calf", "toe"], "hip: unknown red flag 'toe'."),
    (("hip", "red_flags"), "calf", "hip.yaml: red_flags has to be a list, not 'calf'."),
    (("hip", "stages"), [], "hip: has no stage."),
    (("hip", "facts"), {"topic": "who"}, "hip.yaml: facts: expected a list, found"),
    (("hip", "facts", 0), "people", "hip.yaml: facts 1: expected keys and values, found 'people'."),
    (("hip", "facts", 0, "topic"), "gossip", "hip.yaml: facts 1: topic cannot be 'gossip'."),
    (("hip", "facts", 0, "sources"), [], "hip.yaml: facts 1: cited needs a source."),
    (("hip", "facts", 0, "sources"), ["film"], "hip: unknown source 'film'."),
    (("hip", "facts", 0, "sources"), "book", "facts 1: sources has to be a list, not 'book'."),
    (("hip", "facts", 0, "sources"), None, "facts 1: sources has to be a list, not None."),
    (("hip", "facts", 0, "provenance"), "heard", "facts 1: provenance cannot be 'heard'."),
    (("hip", "facts", 0, "review_on"), "soon", "facts 1: review_on has to be a date, not 'soon'."),
    (("hip", "icd10", "code"), "", "hip.yaml: icd10: code has to be 1 or more"),
    (("hip", "plans", 0, "code"), "x" * 61, "code has to be 60 characters or less, not 61."),
    (("hip", "plans", 0, "version"), 0, f"{P}: version has to be 1 or more, not 0."),
    (("hip", "plans", 0, "stages"), ["two"], "hip: plan hip: unknown stage 'two'."),
    (("hip", "plans", 0, "stages"), [], "hip: plan hip: names no stage."),
    (("hip", "plans", 0, "phases"), [], "hip: plan hip: has no phase."),
    (
        ("hip", "plans", 0, "pain_curve", "points"),
        [{"day": 1}],
        "pain curve: points are {day, mean}",
    ),
    (
        ("hip", "plans", 0, "pain_curve", "points"),
        [{"day": 8, "mean": 2}, {"day": 1, "mean": 3}],
        "pain curve: points are {day, mean}, days rising",
    ),
    ((*PHASE, "from_day"), "start", f"{P}: phases A: from_day has to be a whole number"),
    ((*PHASE, "to_day"), 12, "hip: plan hip: phase B does not begin the day after A."),
    ((*PHASE, "to_day"), None, "hip: plan hip: phase B does not begin the day after A."),
    ((*PHASE, "to_day"), -8, "hip: plan hip: phase A: ends before it begins."),
    ((*PHASE, "code"), "B", "hip: plan hip: phase B stands twice."),
    ((*PHASE, "limit"), None, f"{P}: phases A: limit is missing."),
    ((*PHASE, "limit", "aids"), [], "phase A: limit: names no walking aid."),
    ((*PHASE, "limit", "aids"), ["skates"], "phase A: limit: unknown walking aid 'skates'."),
    ((*PHASE, "limit", "aids"), ["cane"], "phase A: limit: cane does not go with pwb."),
    ((*PHASE, "limit", "percent"), None, "limit: pwb, and only pwb, has a percent."),
    ((*PHASE, "limit", "percent"), 101, "limit: percent has to be 100 or less, not 101."),
    ((*PHASE, "limit", "level"), "wbat", "limit: pwb, and only pwb, has a percent."),
    ((*PHASE, "pain_limits", "loading"), 11, "pain limits: loading has to be 10 or less, not 11."),
    ((*PHASE, "criteria", 0, "kind"), "maybe", "criteria 1: kind cannot be 'maybe'."),
    ((*RULE, "activity"), "flying", "hip: plan hip: unknown activity 'flying'."),
    ((*RULE, "switch"), "moon", "hip: plan hip: phase A: unknown switch 'moon'."),
    ((*RULE, "switch"), "rules", "phase A: rule for walking with rules stands twice."),
    ((*RULE, "minutes"), 0, "rules walking: minutes has to be 1 or more, not 0."),
    ((*RULE, "minutes"), True, "rules walking: minutes has to be a whole number, not True."),
    ((*RULE, "dose"), {"nl": "weinig"}, "rules walking: dose has nothing in en."),
    (("hip", "plans", 0, "milestones", 0, "phase"), "C", "milestone far: unknown phase 'C'."),
    (("hip", "plans", 0, "milestones", 0, "late_day"), 13, "early, typical and late are out of"),
    (("hip", "plans", 0, "switches", 0, "key"), None, "switches 1: key has to be text, not None."),
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
        (("sources",), "sources.yaml: source book stands twice."),
        (("activities",), "activities.yaml: activity walking stands twice."),
        (("red_flags",), "red_flags.yaml: red flag calf stands twice."),
        (("hip", "stages"), "hip: stage one stands twice."),
        (("hip", "plans"), "the library: plan and version hip 1 stands twice."),
        (("hip", "plans", 0, "switches"), "hip: plan hip: switch rules stands twice."),
        (("hip", "plans", 0, "milestones"), "hip: plan hip: milestone far stands twice."),
        ((*PHASE, "rules"), "hip: plan hip: phase A: rule for walking stands twice."),
        ((*PHASE, "limit", "aids"), "phase A: limit: walking aid two_crutches stands twice."),
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
        f"{P}: phases A: rules walking: {key} is missing.",
        f"{P}: phases A: rules 1: {key} is missing.",
        f"{P}: phases A: rules walking: {key} has nothing",
    }


def test_two_conditions_with_one_key_are_named(tmp_path):
    files = small()
    files["hip2"] = files["hip"] | {"plans": []}
    assert problems_of(tmp_path, files) == ["the library: condition hip stands twice."]


def test_a_missing_file_is_named(tmp_path):
    write(tmp_path, small())
    (tmp_path / "sources.yaml").unlink()
    assert library.read(tmp_path).problems == ["sources.yaml: the file is missing."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("slug: [", "hip.yaml: cannot be read as YAML:"),
        ("slug: a\nslug: b\n", "the key 'slug' stands twice"),
        ("- slug: a\n", "hip.yaml: expected keys and values at the top."),
        ("", "hip.yaml: expected keys and values at the top."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, text, sentence):
    write(tmp_path, small())
    (tmp_path / "hip.yaml").write_text(text)
    [problem] = library.read(tmp_path).problems
    assert problem.startswith("hip.yaml: ")
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


def test_a_thin_phase_is_named(tmp_path):
    conditions = library.read(write(tmp_path, small())).conditions
    assert list(proofreading.thin_phases(conditions)) == [
        "hip: plan hip: phase A has 1 times do, and needs 3.",
        "hip: plan hip: phase A has 0 times caution, and needs 2.",
        "hip: plan hip: phase B has 1 times do, and needs 3.",
        "hip: plan hip: phase B has 0 times caution, and needs 2.",
    ]


def test_a_phase_from_day_nought_under_part_of_the_weight_needs_enough_to_leave(tmp_path):
    files = small()
    at(files, *PHASE, "from_day")["from_day"] = 0
    conditions = library.read(write(tmp_path, files)).conditions
    assert "hip: plan hip: phase A has 0 times dont, and needs 3." in list(
        proofreading.thin_phases(conditions)
    )


@pytest.mark.parametrize(("number", "is_thin"), [(2, True), (3, False)])
def test_three_things_to_do_are_enough_and_two_are_not(tmp_path, number, is_thin):
    files = small()
    advice = {"rule": "do", "text": both("do this")}
    at(files, *PHASE, "advice")["advice"] = [advice] * (number - 1)  # and one rule
    conditions = library.read(write(tmp_path, files)).conditions
    sentence = f"hip: plan hip: phase A has {number} times do, and needs 3."
    assert (sentence in proofreading.thin_phases(conditions)) == is_thin


def test_check_content_ends_with_the_sentences(tmp_path, capsys):
    files = small()
    files["hip"]["name"] = both("alarm")
    with pytest.raises(CommandError) as told:
        call_command("check_content", write(tmp_path, files))
    assert str(told.value).splitlines() == [
        f"hip.yaml: name in {language} says 'alarm', which promises or claims too much."
        for language in ("nl", "en")
    ]
    call_command("check_content")
    assert capsys.readouterr().out == "Content: 9 conditions, 20 plans, nothing missing.\n"


# The files that ship.


@pytest.fixture(scope="module")
def shipped() -> library.Library:
    return library.read()


def test_what_ships_is_whole(shipped):
    assert shipped.problems == []
    assert list(proofreading.thin_phases(shipped.conditions)) == []


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
