"""The linter: each finding beside what is nearly it and is none, and its sentence."""

from copy import deepcopy

import pytest
from django.utils import translation

from conditions import library, lint_words, linting, shapes
from conditions.linting import Code
from tests.conditions.linting import codes, lint, read_small, spoilt
from tests.conditions.small_library import both


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path) -> library.Library:
    return read_small(tmp_path)


@pytest.fixture
def plan(files):
    return deepcopy(files.conditions[0]["plans"][0])


A, B = ("phases", 0), ("phases", 1)
WALKING, SWITCHED = (*A, "rules", 0), (*A, "rules", 1)
EMPTY = {"nl": "", "en": ""}


@pytest.mark.parametrize(
    ("edit", "found", "other", "sentence"),
    [
        (
            (*WALKING, "reason", "en", ""),
            {Code.NO_TEXT},
            (*WALKING, "dose", EMPTY),
            "Phase A, en walking: the reason has nothing in English. Say it in both languages.",
        ),
        (
            (*WALKING, "sources", []),
            {Code.NO_SOURCE},
            (*SWITCHED, "sources", []),
            "Phase A, en walking: it names no source. Name a source, or mark it as convention.",
        ),
        (
            (*WALKING, "reason", {"nl": "Dit voorkomt pijn.", "en": "This helps."}),
            {Code.CLAIM},
            (*WALKING, "reason", {"nl": "Dit komt voor.", "en": "To avoid a fall."}),
            "Phase A, en walking: the reason says “voorkomt” in Dutch, which promises or claims "
            "too much. Say it without that word.",
        ),
        (
            (*WALKING, "reason", both("call {clinic}")),
            {Code.PLACEHOLDER},
            (*WALKING, "reason", both("call the clinic")),
            "Phase A, en walking: the reason has “{clinic}” in Dutch, which is filled in by "
            "nobody. Take the braces out.",
        ),
        (
            ("stages", []),
            {Code.NO_STAGE},
            ("stages", ["one"]),
            "The plan: it names no stage. Choose at least one.",
        ),
        (
            ("phases", []),
            {Code.NO_PHASE, Code.UNKNOWN},
            ("milestones", []),
            "The plan: it has no phase. Add the first one.",
        ),
        (
            ("pain_curve", "points", [{"day": 8, "mean": 2}, {"day": 1, "mean": 3}]),
            {Code.CURVE_POINTS},
            ("pain_curve", "points", [{"day": 1, "mean": 0}, {"day": 8, "mean": 10}]),
            "The pain curve: a point is {day, mean}. Let the days rise, and the means be from 0 to "
            "10.",
        ),
        (
            (*B, "from_day", 15),
            {Code.GAP},
            (*B, "to_day", 14),
            "Phase B: it begins on day 15, and phase A ends on day 13. Let it begin on day 14, so "
            "that every day has a phase.",
        ),
        (
            (*B, "from_day", 13),
            {Code.OVERLAP},
            (*B, "from_day", 14),
            "Phase B: it begins on day 13, before phase A ends on day 13. Let that one end on day "
            "12, or this one begin later.",
        ),
        (
            (*A, "to_day", None),
            {Code.OVERLAP},
            (*B, "to_day", None),
            "Phase B: it follows on phase A, which has no last day. Let that one end on day 13.",
        ),
        (
            (*B, "to_day", 13),
            {Code.EMPTY_WINDOW},
            (*B, "to_day", 14),
            "Phase B: it ends before it begins. Mend its first or its last day.",
        ),
        (
            (*B, "limit", None),
            {Code.NO_LIMIT},
            (*B, "pain_limits", None),
            "Phase B: it has no load limit. Say how much the leg may bear.",
        ),
        (
            (*B, "rules", []),
            {Code.NO_RULE},
            (*B, "advice", []),
            "Phase B: it has no activity rule. Add at least one.",
        ),
        (
            (*A, "limit", "aids", []),
            {Code.NO_AID},
            (*A, "limit", "aids", ["wheelchair"]),
            "Phase A, the load limit: it names no walking aid. Name at least one.",
        ),
        (
            (*A, "limit", "aids", ["two_crutches", "cane"]),
            {Code.AID_TOO_WEAK},
            (*B, "limit", "aids", ["two_crutches", "cane"]),
            "Phase A, the load limit: “cane” does not go with “part of your weight”. Take the aid "
            "out, or choose another level.",
        ),
        (
            (*A, "limit", "percent", None),
            {Code.NO_PERCENT},
            (*A, "limit", "percent", 1),
            "Phase A, the load limit: part of the weight asks for a share. Give the percentage of "
            "body weight.",
        ),
        (
            (*B, "limit", "percent", 50),
            {Code.NEEDLESS_PERCENT},
            (*B, "limit", "percent", None),
            "Phase B, the load limit: only part of the weight has a share. Take the percentage "
            "out.",
        ),
        (
            (*SWITCHED, "rule", "do"),
            {Code.SWITCH_CHANGES_NOTHING},
            (*SWITCHED, "rule", "caution"),
            "Phase A, en walking (only with “en rules”): everybody has “do” for this already, so "
            "this rule changes nothing. Make it stricter, or take it out.",
        ),
        (
            ("switches", 0, "key", "unused"),
            {Code.UNKNOWN, Code.SWITCH_UNUSED},
            ("switches", 0, "default", True),
            "Switch “en rules”: no rule or advice depends on it. Use it, or take it out.",
        ),
        (
            (*SWITCHED, "minutes", 20),
            {Code.MINUTES_FORBIDDEN},
            (*SWITCHED, "minutes", None),
            "Phase A, en walking (only with “en rules”): what is forbidden needs no minutes. Take "
            "them out, or change the rule.",
        ),
        (
            (*WALKING, "activity", "jumping"),
            {Code.MINUTES_NOT_ASKED},
            (*B, "rules", 0, "activity", "jumping"),
            "Phase A, en jumping: the log asks no minutes of this activity. Take the minutes out.",
        ),
        (
            (*WALKING, "minutes", 1440),
            {Code.MINUTES_ALL_DAY},
            (*WALKING, "minutes", 1439),
            "Phase A, en walking: nobody can do more than a whole day. Give fewer minutes, or "
            "leave them out.",
        ),
        (
            ("channels", ["rest"]),
            {Code.PAIN_NOT_ASKED},
            ("channels", ["loading"]),
            "Phase A, the pain limit: the log of this plan does not ask “pain on loading”. Ask it, "
            "or take the limit out.",
        ),
        (
            ("milestones", 0, "early_day", 15),
            {Code.MILESTONE_ORDER},
            ("milestones", 0, "early_day", 14),
            "Milestone “en far”: early, typical and late are out of order. Let the days rise.",
        ),
        (
            (*B, "from_day", 21),
            {Code.MILESTONE_BEFORE_PHASE, Code.GAP},
            ("milestones", 0, "late_day", 14),
            "Milestone “en far”: it is late on day 20, before its phase B begins on day 21. Choose "
            "an earlier phase, or later days.",
        ),
        (
            ("milestones", 0, "phase", "C"),
            {Code.UNKNOWN},
            ("milestones", 0, "phase", None),
            "Milestone “en far”: there is no phase “C”. Choose one that is there, or add it first.",
        ),
        (
            (*WALKING, "activity", "flying"),
            {Code.UNKNOWN},
            (*B, "rules", 0, "activity", "jumping"),
            "Phase A, flying: there is no activity “flying”. Choose one that is there, or add it "
            "first.",
        ),
        (
            (*A, "advice", 0, "switch", "moon"),
            {Code.UNKNOWN},
            (*A, "advice", 0, "switch", None),
            "Phase A, advice “en mind”: there is no switch “moon”. Choose one that is there, or "
            "add it first.",
        ),
    ],
)
def test_what_is_wrong_is_found_and_what_is_nearly_so_is_not(
    files, plan, edit, found, other, sentence
):
    wrong = spoilt(plan, *edit)
    assert codes(files, wrong) == found
    assert codes(files, spoilt(plan, *other)) == set()
    sentences = [lint_words.sentence(finding) for finding in lint(files, wrong)]
    assert sentence in sentences


def with_phase(plan, **changes):
    """The plan with a third phase after the other two, like the second but for the changes."""
    new = deepcopy(plan)
    new["phases"][1]["to_day"] = 20
    third = deepcopy(new["phases"][1]) | {"code": "C", "from_day": 21, "to_day": None}
    for key, value in changes.items():
        third[key] = third[key] | value if isinstance(value, dict) else value
    new["phases"].append(third)
    return new


@pytest.mark.parametrize(
    ("limit", "is_stricter"),
    [
        ({"level": "wbat"}, True),
        ({"level": "pwb", "percent": 100, "aids": ["two_crutches"]}, True),
        ({"level": "fwb", "aids": ["none"]}, False),
    ],
)
def test_a_later_phase_that_lets_the_leg_bear_less_is_named(files, plan, limit, is_stricter):
    new = with_phase(plan, limit=limit)
    assert codes(files, new) == ({Code.STRICTER_LATER} if is_stricter else set())


def test_a_smaller_share_of_the_weight_later_is_named(files, plan):
    for phase, percent in ((0, 50), (1, 30)):
        limit = {"level": "pwb", "percent": percent, "aids": ["two_crutches"]}
        plan["phases"][phase]["limit"] |= limit
    plan["phases"][0]["from_day"] = 0
    assert codes(files, plan) == {Code.STRICTER_LATER}
    plan["phases"][1]["limit"]["percent"] = 50
    assert codes(files, plan) == set()


def forbid_later(plan):
    new = deepcopy(plan)
    new["phases"][1]["rules"][0] |= {"rule": "dont"}
    return new


def test_what_is_forbidden_after_it_was_allowed_is_named(files, plan):
    new = forbid_later(plan)
    new["phases"][0]["from_day"] = 0
    assert codes(files, new) == {Code.FORBIDDEN_AGAIN}
    [told] = [
        lint_words.sentence(each) for each in lint(files, new) if each.code == Code.FORBIDDEN_AGAIN
    ]
    assert told == (
        "Phase B, en walking: it is forbidden here, and phase A before it allows it. "
        "Check which of the two is meant."
    )


def test_a_rule_for_a_switch_may_forbid_what_an_earlier_phase_allows(files, plan):
    new = deepcopy(plan)
    new["phases"][0]["from_day"] = 0
    new["phases"][1]["rules"].append(deepcopy(new["phases"][0]["rules"][1]))
    assert codes(files, new) == set()


def test_surgery_may_take_back_what_was_allowed_and_borne_before(files, plan):
    new = forbid_later(plan)
    new["phases"][0]["to_day"], new["phases"][1]["from_day"] = -1, 0
    new["phases"][0]["limit"], new["phases"][1]["limit"] = (
        deepcopy(new["phases"][1]["limit"]),
        deepcopy(new["phases"][0]["limit"]),
    )
    assert codes(files, new) == set()
    assert codes(files, new | {"anchor": "start"}) == {Code.STRICTER_LATER, Code.FORBIDDEN_AGAIN}


@pytest.mark.parametrize(("minutes", "adds"), [(None, False), (20, False), (19, True)])
def test_a_rule_for_a_switch_with_fewer_minutes_adds_something(files, plan, minutes, adds):
    new = deepcopy(plan)
    new["phases"][0]["rules"][1] |= {"rule": "do", "minutes": minutes}
    assert codes(files, new) == (set() if adds else {Code.SWITCH_CHANGES_NOTHING})


def test_a_milestone_of_a_phase_in_which_no_day_falls_is_named(files, plan):
    new = with_phase(plan, from_day=14)
    assert Code.MILESTONE_UNREACHABLE in codes(files, new)
    assert Code.MILESTONE_UNREACHABLE not in codes(files, with_phase(plan))


@pytest.mark.parametrize(
    ("key", "item"), [("switches", 0), ("milestones", 0), ("phases", 0), ("phases", 1)]
)
def test_what_stands_in_a_plan_twice_is_named(files, plan, key, item):
    plan[key].append(deepcopy(plan[key][item]))
    assert Code.TWICE in codes(files, plan)


def test_a_rule_stands_twice_only_with_the_same_switch(files, plan):
    rules = plan["phases"][0]["rules"]
    rules.append(deepcopy(rules[1]))
    assert codes(files, plan) == {Code.TWICE}


def test_a_phase_needs_a_criterion_to_begin_and_to_go_on(files, plan):
    def missing():
        return [
            (finding.params["phase"], finding.params["criterion"])
            for finding in lint(files, plan)
            if finding.code == Code.NO_CRITERION
        ]

    assert missing() == [("A", "entry"), ("B", "entry"), ("B", "exit")]
    entry = deepcopy(plan["phases"][0]["criteria"][0]) | {"kind": "entry"}
    plan["phases"][0]["criteria"].append(entry)
    assert missing() == [("B", "entry"), ("B", "exit")]


def too_few(files, plan) -> list[tuple[str, str, int]]:
    return [
        (finding.params["phase"], finding.params["rule"], finding.params["number"])
        for finding in lint(files, plan)
        if finding.code == Code.TOO_FEW
    ]


def test_a_thin_phase_is_named(files, plan):
    thin = [("A", "do", 1), ("A", "caution", 0), ("B", "do", 1), ("B", "caution", 0)]
    assert too_few(files, plan) == thin
    plan["phases"][0]["from_day"] = 0
    assert ("A", "dont", 0) in too_few(files, plan)


@pytest.mark.parametrize(("number", "is_thin"), [(2, True), (3, False)])
def test_three_things_to_do_are_enough_and_two_are_not(files, plan, number, is_thin):
    advice = deepcopy(plan["phases"][0]["advice"][0]) | {"rule": "do", "switch": None}
    plan["phases"][0]["advice"] = [advice] * (number - 1)  # and one rule
    assert (("A", "do", number) in too_few(files, plan)) == is_thin


HARD = {
    "nl": "Multidisciplinaire revalidatiegeneeskundige behandelmogelijkheden worden in "
    "overeenstemming met internationaal geaccepteerde evidencebased richtlijnen geïndividualiseerd "
    "aan de hand van functionele belastbaarheidsparameters en comorbiditeit vastgesteld.",
    "en": "Multidisciplinary rehabilitation interventions are individualised in accordance with "
    "internationally accepted evidence-based recommendations considering functional capacity "
    "parameters, comorbidity, radiological progression and socioeconomic circumstances.",
}
PLAIN = {
    "nl": "U mag op het been staan. Loop elke dag een klein stuk. Neem uw krukken mee. Doet het "
    "meer pijn? Dan doet u de dag erna wat minder. Vraag uw fysiotherapeut om raad.",
    "en": "You may stand on the leg. Walk a short way each day. Take your crutches with you. Does "
    "it hurt more? Then do a little less on the day after. Ask your physiotherapist.",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_long_text_that_is_hard_to_read_is_a_warning(files, plan, language):
    text = PLAIN | {language: HARD[language]}
    [finding] = [
        finding
        for finding in lint(files, spoilt(plan, "summary", text))
        if finding.code == Code.HARD_TO_READ
    ]
    assert (finding.place, finding.language, finding.is_blocking) == (("summary",), language, False)
    assert codes(files, spoilt(plan, "summary", PLAIN)) == set()


def test_a_long_list_of_names_is_no_text_to_read(files):
    condition = files.conditions[0]
    condition["synonyms"] = {each: "\n".join(HARD[each].split()) for each in ("nl", "en")}
    assert linting.lint_statement(shapes.CONDITION, condition) == ()


@pytest.mark.parametrize(
    "word",
    ["diagnose", "behandelt", "voorspelt", "voorkomt", "genezing", "medisch hulpmiddel"],
)
def test_the_forbidden_claims_are_found(files, word):
    fact = files.conditions[0]["facts"][0] | {"text": {"nl": f"Dit {word} iets.", "en": "This."}}
    [finding] = linting.lint_statement(shapes.FACT, fact)
    assert (finding.code, finding.place, finding.language) == (Code.CLAIM, ("text",), "nl")
    assert finding.params["word"] == word
    assert linting.lint_statement(shapes.FACT, files.conditions[0]["facts"][0]) == ()


@pytest.mark.parametrize(
    ("thing", "wrong", "code", "right"),
    [
        ("sources", {"url": "javascript:alert(1)"}, Code.NO_WEB_ADDRESS, {"url": ""}),
        ("sources", {"url": "https://"}, Code.NO_WEB_ADDRESS, {"url": "https://example.org/a"}),
        ("questions", {"most": None}, Code.HIGHEST_NUMBER, {"most": 5}),
        ("questions", {"kind": "grade"}, Code.HIGHEST_NUMBER, {"kind": "grade", "most": None}),
        ("symptoms", {"question": "falls"}, Code.ASKED_TWO_WAYS, {"question": None}),
        ("guides", {"subject": "stilts"}, Code.UNKNOWN, {"subject": "cane"}),
        ("guides", {"aids": ["stilts"]}, Code.UNKNOWN, {"aids": ["cane"]}),
        ("guides", {"topic": "level"}, Code.UNKNOWN, {"topic": "level", "subject": "pwb"}),
        ("guides", {"topic": "technique"}, Code.UNKNOWN, {"topic": "technique", "subject": ""}),
    ],
)
def test_what_does_not_fit_within_one_thing_is_found(files, thing, wrong, code, right):
    [item, *_more] = (
        files.conditions[0]["symptoms"] if thing == "symptoms" else getattr(files, thing)
    )
    [finding] = linting.lint_statement(shapes.KINDS[thing], item | wrong)
    assert (finding.code, finding.is_blocking) == (code, True)
    assert lint_words.sentence(finding).endswith(".")
    assert linting.lint_statement(shapes.KINDS[thing], item | right) == ()


def test_one_statement_is_linted_by_itself(files):
    red_flag = files.red_flags[0]
    assert linting.lint_statement(shapes.RED_FLAG, red_flag) == ()
    found = linting.lint_statement(
        shapes.RED_FLAG, red_flag | {"provenance": "cited", "question": {"nl": "Kuit?", "en": ""}}
    )
    assert [(each.code, each.place, each.language) for each in found] == [
        (Code.NO_TEXT, ("question",), "en"),
        (Code.NO_SOURCE, ("sources",), ""),
    ]


def test_each_kind_of_thing_has_its_own_placeholders(files):
    def lint_guide(text):
        guide = files.guides[0] | {"text": both(text)}
        return {each.code for each in linting.lint_statement(shapes.GUIDE, guide)}

    assert lint_guide("{kilograms}, {percent}") == set()
    assert lint_guide("{clinic}") == {Code.PLACEHOLDER}
