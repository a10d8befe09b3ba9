"""Verdicts as sentences in the reader's language, for patients and physiotherapists alike.

The words about a finding are ours; the reason is the plan's own, read from the rule or the
limit that the finding names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conditions.enums import Channel, LoadLevel, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import Activity, ActivityRule, LoadLimit, PainLimit
from diary.enums import Outcome
from diary.verdicts import Code, Finding, Param, Verdict


@dataclass(frozen=True)
class SpokenFinding:
    """What was found, why the plan says so, and what one can do. The last two may be empty."""

    text: str
    why: str = ""
    what_to_do: str = ""
    is_deviation: bool = False


@dataclass(frozen=True)
class Spoken:
    """A verdict to read. `note` says what was checked and what cannot be."""

    headline: str
    findings: tuple[SpokenFinding, ...]
    note: str
    outcome: Outcome | None


@dataclass(frozen=True)
class Texts:
    """The plan's own words that findings name: by activity key, rule key and phase key."""

    activities: Mapping[str, Activity] = field(default_factory=dict)
    rules: Mapping[int, ActivityRule] = field(default_factory=dict)
    limits: Mapping[int, LoadLimit] = field(default_factory=dict)
    pain_limits: Mapping[int, PainLimit] = field(default_factory=dict)

    def activity(self, slug: Param) -> str:
        found = self.activities.get(str(slug))
        return capfirst(found.name if found else str(slug))

    def reason(self, params: Mapping[str, Param]) -> str:
        found = self.rules.get(_key(params.get("reason")))
        return found.reason if found else ""

    def dose(self, params: Mapping[str, Param]) -> str:
        """The dose of a rule as a sentence: in the plan it stands as a few words."""
        found = self.rules.get(_key(params.get("reason")))
        words = capfirst(found.dose) if found else ""
        return f"{words}." if words and words[-1] not in ".!?" else words

    def limit(self, params: Mapping[str, Param]) -> str:
        found = self.limits.get(_key(params.get("phase")))
        return found.text if found else ""

    def pain(self, params: Mapping[str, Param]) -> str:
        found = self.pain_limits.get(_key(params.get("phase")))
        return found.text if found else ""


def texts_for(verdicts: Iterable[Verdict]) -> Texts:
    """All words that these verdicts need, in four queries however many they are."""
    params = [finding.params for verdict in verdicts for finding in verdict.findings]
    slugs = {str(each["activity"]) for each in params if "activity" in each}
    rules = {_key(each["reason"]) for each in params if "reason" in each}
    phases = {_key(each["phase"]) for each in params if "phase" in each}
    return Texts(
        activities={row.slug: row for row in Activity.objects.filter(slug__in=slugs)},
        rules={row.pk: row for row in ActivityRule.objects.filter(pk__in=rules)},
        limits={row.phase_id: row for row in LoadLimit.objects.filter(phase__in=phases)},
        pain_limits={row.phase_id: row for row in PainLimit.objects.filter(phase__in=phases)},
    )


def sentences(verdict: Verdict, texts: Texts | None = None) -> Spoken:
    """The verdict in the active language.

    For a list of verdicts give `texts_for(all of them)`, so that the queries stay four.
    """
    texts = texts_for([verdict]) if texts is None else texts
    return Spoken(
        headline=headline(verdict),
        findings=tuple(_speak(finding, texts) for finding in verdict.findings),
        note=_("Aid and activities are checked, not the force on your leg."),
        outcome=verdict.outcome,
    )


def headline(verdict: Verdict) -> str:
    """The verdict in one calm sentence."""
    if verdict.outcome == Outcome.WITHIN:
        return _("Within your plan.")
    if verdict.outcome == Outcome.CAREFUL:
        return _("Something to be careful with.")
    if verdict.outcome == Outcome.BEYOND:
        return _("Something went beyond your plan.")
    if any(finding.code == Code.NO_PHASE for finding in verdict.findings):
        return _("No plan held on this day, so nothing was checked.")
    return _("There was nothing to check against your plan.")


def in_short(verdict: Verdict, activities: Mapping[str, str]) -> str:
    """The verdict in a few words to go after "Yesterday:", by the worst of its deviations.

    `activities` gives names by key, as far as they are at hand.
    """
    deviations = [finding for finding in verdict.findings if finding.deviation]
    if deviations:
        said = _IN_SHORT[deviations[0].code](deviations[0].params, activities)
        if len(deviations) == 1:
            return said
        more = ngettext("and %(number)s more", "and %(number)s more", len(deviations) - 1)
        return f"{said}, {more % {'number': len(deviations) - 1}}"
    if verdict.outcome is None:
        return _("saved")
    return _("within your plan")


def limit_words(level: str, percent: int | None, kilograms: int | None) -> str:
    """What a leg may bear: in kilograms where the body weight is known, else as a share."""
    if percent is not None and kilograms is not None:
        return _("at most %(kilograms)s kg (%(percent)s %% of your weight)") % {
            "kilograms": kilograms,
            "percent": percent,
        }
    if percent is not None:
        return _("at most %(percent)s %% of your weight") % {"percent": percent}
    return str(LABELS[LoadLevel(level)])


def aid_words(aids: Iterable[str]) -> str:
    """Walking aids as a list with "or"."""
    # Translators: joins the last two of a list of walking aids: "two crutches or a cane".
    return get_text_list([str(LABELS[WalkingAid(aid)]) for aid in aids], _("or"))


def _speak(finding: Finding, texts: Texts) -> SpokenFinding:
    text, why, what_to_do = _SPEAKERS[finding.code](finding.params, texts)
    return SpokenFinding(text, why, what_to_do, finding.deviation)


Words = tuple[str, str, str]
Params = Mapping[str, Param]


def _no_phase(params: Params, texts: Texts) -> Words:
    return _("On this day no phase of a plan had begun."), "", ""


def _stricter_limit(params: Params, texts: Texts) -> Words:
    said = _("The stricter of your two limits was used, that of the %(side)s: %(limit)s.")
    words = {"side": LABELS[Side(str(params["side"]))], "limit": _limit(params)}
    return said % words, _("Both legs walk with the same aid."), ""


def _aid_beyond(params: Params, texts: Texts) -> Words:
    return (
        _("Walking aid: %(aid)s. Phase %(phase)s asks for: %(aids)s.") % _aid(params),
        _because_of_limit(params, texts),
        _("Use the aid of this phase until your physiotherapist moves you on: %(aids)s.")
        % _aid(params),
    )


def _aid_keeps(params: Params, texts: Texts) -> Words:
    said = _("Walking aid: %(aid)s. That fits phase %(phase)s.") % _aid(params)
    return said, _because_of_limit(params, texts), ""


def _aid_not_answered(params: Params, texts: Texts) -> Words:
    return _("The walking aid was not filled in, so it was not checked."), "", ""


def _activity_dont(params: Params, texts: Texts) -> Words:
    return (
        _("%(activity)s: not in this phase.") % {"activity": texts.activity(params["activity"])},
        texts.reason(params),
        _("Leave this out until your physiotherapist says that you can."),
    )


def _activity_over(params: Params, texts: Texts) -> Words:
    numbers = {**params, "activity": texts.activity(params["activity"])}
    said = _("%(activity)s: %(minutes)s min, %(over)s min more than the plan's %(most)s min a day.")
    return (
        said % numbers,
        texts.reason(params),
        _("Keep it to %(most)s min a day, with rest in between.") % numbers,
    )


def _activity_caution(params: Params, texts: Texts) -> Words:
    return (
        _("%(activity)s: with care in this phase.")
        % {"activity": texts.activity(params["activity"])},
        texts.reason(params),
        texts.dose(params) or _("Do a little at a time, and stop when the pain rises."),
    )


def _activity_kept(params: Params, texts: Texts) -> Words:
    said = _("%(activity)s, with care in this phase: %(minutes)s of the %(most)s min a day.")
    numbers = {**params, "activity": texts.activity(params["activity"])}
    return said % numbers, texts.reason(params), texts.dose(params)


def _activity_minutes_unknown(params: Params, texts: Texts) -> Words:
    said = _("%(activity)s: no minutes were filled in, so the %(most)s min a day were not checked.")
    return said % {**params, "activity": texts.activity(params["activity"])}, "", ""


def _activity_not_in_plan(params: Params, texts: Texts) -> Words:
    return (
        _("%(activity)s: your plan says nothing about this, so it was not checked.")
        % {"activity": texts.activity(params["activity"])},
        "",
        _("Ask your physiotherapist whether it suits this phase."),
    )


def _pain_over(params: Params, texts: Texts) -> Words:
    said = _("%(side)s, %(channel)s: %(score)s. Phase %(phase)s expects at most %(highest)s.")
    words = {
        "side": capfirst(str(LABELS[Side(str(params["side"]))])),
        "channel": LABELS[Channel(str(params["channel"]))],
        "score": params["score"],
        "highest": params["highest"],
        "phase": params["phase_code"],
    }
    return (
        said % words,
        texts.pain(params),
        _("Not back to usual by the next morning? Then do less, and call your physiotherapist."),
    )


def _aid_in_short(params: Params, activities: Mapping[str, str]) -> str:
    words = _aid(params)
    if params["aid"] == WalkingAid.NONE:
        return _("without an aid; this phase asks for %(aids)s") % words
    return _("with %(aid)s; this phase asks for %(aids)s") % words


def _dont_in_short(params: Params, activities: Mapping[str, str]) -> str:
    words = {"activity": _activity_in_short(params, activities)}
    return _("%(activity)s, which is not for this phase") % words


def _over_in_short(params: Params, activities: Mapping[str, str]) -> str:
    words = {**params, "activity": _activity_in_short(params, activities)}
    return _("%(activity)s, %(minutes)s min; this phase allows %(most)s min") % words


def _activity_in_short(params: Params, activities: Mapping[str, str]) -> str:
    return activities.get(str(params["activity"])) or _("an activity")


def _pain_in_short(params: Params, activities: Mapping[str, str]) -> str:
    words = {**params, "channel": LABELS[Channel(str(params["channel"]))]}
    return _("%(channel)s %(score)s; this phase expects at most %(highest)s") % words


_IN_SHORT = {
    Code.AID_BEYOND: _aid_in_short,
    Code.ACTIVITY_DONT: _dont_in_short,
    Code.ACTIVITY_OVER: _over_in_short,
    Code.PAIN_OVER: _pain_in_short,
}

_SPEAKERS = {
    Code.NO_PHASE: _no_phase,
    Code.STRICTER_LIMIT: _stricter_limit,
    Code.AID_BEYOND: _aid_beyond,
    Code.AID_KEEPS: _aid_keeps,
    Code.AID_NOT_ANSWERED: _aid_not_answered,
    Code.ACTIVITY_DONT: _activity_dont,
    Code.ACTIVITY_OVER: _activity_over,
    Code.ACTIVITY_CAUTION: _activity_caution,
    Code.ACTIVITY_KEPT: _activity_kept,
    Code.ACTIVITY_MINUTES_UNKNOWN: _activity_minutes_unknown,
    Code.ACTIVITY_NOT_IN_PLAN: _activity_not_in_plan,
    Code.PAIN_OVER: _pain_over,
}


def _aid(params: Params) -> dict[str, str]:
    return {
        "aid": aid_words([str(params["aid"])]),
        "aids": aid_words(_list(params["aids"])),
        "phase": str(params["phase_code"]),
    }


def _limit(params: Params) -> str:
    return limit_words(
        str(params["level"]), _number(params["percent"]), _number(params["kilograms"])
    )


def _because_of_limit(params: Params, texts: Texts) -> str:
    """The limit in numbers, then the plan's own words about it."""
    said = _("Load limit: %(limit)s.") % {"limit": _limit(params)}
    return f"{said} {texts.limit(params)}".strip()


def _key(param: Param) -> int:
    return param if isinstance(param, int) else 0


def _number(param: Param) -> int | None:
    return param if isinstance(param, int) else None


def _list(param: Param) -> list[str]:
    return param if isinstance(param, list) else []
