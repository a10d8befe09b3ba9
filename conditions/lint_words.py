"""The findings of the linter as sentences, in the active language: where, what, and what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conditions import naming
from conditions.findings import Code, Finding
from conditions.naming import label
from conditions.readability import EASY

WORDS: Mapping[Code, str | Promise] = {
    Code.NO_TEXT: gettext_lazy("%(key)s has nothing in %(language)s. Say it in both languages."),
    Code.NO_SOURCE: gettext_lazy("it names no source. Name a source, or mark it as convention."),
    Code.CLAIM: gettext_lazy(
        "%(key)s says “%(word)s” in %(language)s, which promises or claims too much. "
        "Say it without that word."
    ),
    Code.PLACEHOLDER: gettext_lazy(
        "%(key)s has “%(mistake)s” in %(language)s, which is filled in by nobody. "
        "Take the braces out."
    ),
    Code.HARD_TO_READ: gettext_lazy(
        "%(key)s may be hard to read in %(language)s: it scores %(score)s, and %(easy)s is good. "
        "Make the sentences shorter and the words simpler."
    ),
    Code.NO_WEB_ADDRESS: gettext_lazy(
        "its address is no page on the web. Let it begin with https://, or leave it out."
    ),
    Code.HIGHEST_NUMBER: gettext_lazy(
        "it needs a highest number where one counts, and only there. Add it, or take it out."
    ),
    Code.ASKED_TWO_WAYS: gettext_lazy(
        "the log would ask it as pain and as a question. Choose one of them."
    ),
    Code.UNKNOWN: gettext_lazy(
        "there is no %(what)s “%(name)s”. Choose one that is there, or add it first."
    ),
    Code.TWICE: gettext_lazy("it stands there twice. Take one out, or give it another key."),
    Code.NO_STAGE: gettext_lazy("it names no stage. Choose at least one."),
    Code.NO_PHASE: gettext_lazy("it has no phase. Add the first one."),
    Code.CURVE_POINTS: gettext_lazy(
        "a point is {day, mean}. Let the days rise, and the means be from 0 to 10."
    ),
    Code.GAP: gettext_lazy(
        "it begins on day %(from_day)s, and phase %(before)s ends on day %(to_day)s. "
        "Let it begin on day %(next_day)s, so that every day has a phase."
    ),
    Code.OVERLAP: gettext_lazy(
        "it begins on day %(from_day)s, before phase %(before)s ends on day %(to_day)s. "
        "Let that one end on day %(day_before)s, or this one begin later."
    ),
    Code.EMPTY_WINDOW: gettext_lazy("it ends before it begins. Mend its first or its last day."),
    Code.NO_LIMIT: gettext_lazy("it has no load limit. Say how much the leg may bear."),
    Code.NO_RULE: gettext_lazy("it has no activity rule. Add at least one."),
    Code.NO_CRITERION: gettext_lazy("it has no criterion “%(criterion)s”. Say what must hold."),
    Code.TOO_FEW: gettext_lazy(
        "rules and advice for everybody with “%(rule)s”: %(number)s. It needs at least %(fewest)s."
    ),
    Code.NO_AID: gettext_lazy("it names no walking aid. Name at least one."),
    Code.AID_TOO_WEAK: gettext_lazy(
        "“%(aid)s” does not go with “%(level)s”. Take the aid out, or choose another level."
    ),
    Code.NO_PERCENT: gettext_lazy(
        "part of the weight asks for a share. Give the percentage of body weight."
    ),
    Code.NEEDLESS_PERCENT: gettext_lazy(
        "only part of the weight has a share. Take the percentage out."
    ),
    Code.STRICTER_LATER: gettext_lazy(
        "it lets the leg bear less than phase %(before)s before it. "
        "Check which of the two is meant."
    ),
    Code.FORBIDDEN_AGAIN: gettext_lazy(
        "it is forbidden here, and phase %(before)s before it allows it. "
        "Check which of the two is meant."
    ),
    Code.SWITCH_CHANGES_NOTHING: gettext_lazy(
        "everybody has “%(rule)s” for this already, so this rule changes nothing. "
        "Make it stricter, or take it out."
    ),
    Code.SWITCH_UNUSED: gettext_lazy("no rule or advice depends on it. Use it, or take it out."),
    Code.MINUTES_FORBIDDEN: gettext_lazy(
        "what is forbidden needs no minutes. Take them out, or change the rule."
    ),
    Code.MINUTES_NOT_ASKED: gettext_lazy(
        "the log asks no minutes of this activity. Take the minutes out."
    ),
    Code.MINUTES_ALL_DAY: gettext_lazy(
        "nobody can do more than a whole day. Give fewer minutes, or leave them out."
    ),
    Code.PAIN_NOT_ASKED: gettext_lazy(
        "the log of this plan does not ask “%(channel)s”. Ask it, or take the limit out."
    ),
    Code.MILESTONE_ORDER: gettext_lazy(
        "early, typical and late are out of order. Let the days rise."
    ),
    Code.MILESTONE_BEFORE_PHASE: gettext_lazy(
        "it is late on day %(late_day)s, before its phase %(of)s begins on day %(from_day)s. "
        "Choose an earlier phase, or later days."
    ),
    Code.MILESTONE_UNREACHABLE: gettext_lazy(
        "no day falls in its phase %(of)s. Mend the days of the phases."
    ),
    Code.SYMPTOM_NOT_ASKED: gettext_lazy(
        "no plan of this condition asks “%(question)s”. "
        "Let a plan ask it, or take the question away from the symptom."
    ),
    Code.NO_RED_FLAG: gettext_lazy(
        "it asks no red flag. Choose those that somebody with this condition must be asked."
    ),
    Code.RED_FLAG_UNUSED: gettext_lazy(
        "no condition asks it. Add it to a condition, or take it out."
    ),
}
PLACEHOLDER_OF_ITS_KIND = gettext_lazy(
    "%(key)s has “%(mistake)s” in %(language)s, which is filled in by nobody. "
    "Use %(known)s, or take the braces out."
)
TWICE_IN_A_LIST = gettext_lazy("“%(name)s” stands in it twice. Take one out.")
OVERLAP_OF_AN_OPEN_PHASE = gettext_lazy(
    "it follows on phase %(before)s, which has no last day. Let that one end on day %(day_before)s."
)
# What a key points to.
POINTS_TO: Mapping[str, str | Promise] = {
    "channels": gettext_lazy("kind of pain"),
    "aids": gettext_lazy("walking aid"),
    "subject": gettext_lazy("aid or level"),
    "activity": naming.KINDS["activities"],
    "switch": naming.KINDS["switches"],
    "phase": naming.KINDS["phases"],
    "sources": naming.KINDS["sources"],
    "red_flags": naming.KINDS["red_flags"],
    "question": naming.KINDS["questions"],
    "asks": naming.KINDS["questions"],
    "stages": naming.KINDS["stages"],
}


def sentence(finding: Finding) -> str:
    """One finding, with the place that a reader would look for. Asks nothing of the database."""
    words = {"where": where(finding), "what": _words(finding) % _filled(finding)}
    return _("%(where)s: %(what)s") % words


def in_file(file: str, line: int, finding: Finding) -> str:
    """One finding with the file and line where it stands."""
    words = {"file": file, "line": line}
    place = _("%(file)s, line %(line)s") % words if line else file
    return f"{place}: {sentence(finding)}"


def where(finding: Finding) -> str:
    """The thing that a finding is about: 'Phase A, walking'."""
    params = finding.params
    thing = naming.thing(params["kind"], params["item"], {}, switches=params.get("switches"))
    if params["phase"] is None or params["kind"] == "phases":
        return capfirst(thing)
    return _("Phase %(phase)s, %(thing)s") % {"phase": params["phase"], "thing": thing}


def _words(finding: Finding) -> str:
    params = finding.params
    if finding.code == Code.PLACEHOLDER and params["known"]:
        return str(PLACEHOLDER_OF_ITS_KIND)
    if finding.code == Code.TWICE and "name" in params:
        return str(TWICE_IN_A_LIST)
    if finding.code == Code.OVERLAP and params["to_day"] is None:
        return str(OVERLAP_OF_AN_OPEN_PHASE)
    return str(WORDS[finding.code])


def _filled(finding: Finding) -> dict[str, Any]:
    """The params as words: choices by their names, keys and languages too."""
    params: dict[str, Any] = {**finding.params, "easy": round(EASY)}
    for name in ("aid", "level", "rule", "channel", "criterion"):
        if name in params:
            params[name] = label(params[name])
    if finding.code == Code.TWICE and "name" in params:
        params["name"] = label(params["name"])
    if "what" in params:
        params["what"] = POINTS_TO[params["what"]]
    if "to_day" in params:
        params["next_day"] = (params["to_day"] or 0) + 1
        params["day_before"] = params["from_day"] - 1
    params["key"] = naming.KEYS.get(params.get("key", ""), "")
    params["language"] = naming.LANGUAGE_NAMES.get(finding.language, "")
    return params
