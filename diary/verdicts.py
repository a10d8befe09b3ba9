"""One day's answers held against the phases they fall in.

Pure: no Django, no database, no clock. The answer is codes, numbers and keys, never prose:
`diary/wording.py` turns it into sentences in the reader's language.

What is checked is what somebody answered: the walking aid, the activities with their minutes
and the pain scores. The force on a leg is not known to anybody here. A question that was not
answered is never taken for a 0 and is never a deviation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conditions import limits
from conditions.enums import Channel, Rule, Side, WalkingAid
from conditions.limits import Limit
from diary.enums import Outcome

VERSION = "verdicts-1"

Readings = Mapping[Side, Mapping[Channel, int | None]]
Param = str | int | list[str] | None

CALM_FIRST = list(Outcome)


class Subject(StrEnum):
    """What can be held against a plan."""

    AID = "aid"
    ACTIVITIES = "activities"
    PAIN = "pain"


class Code(StrEnum):
    """What a verdict can say."""

    NO_PHASE = "no_phase"
    STRICTER_LIMIT = "stricter_limit"
    AID_BEYOND = "aid_beyond"
    AID_KEEPS = "aid_keeps"
    AID_NOT_ANSWERED = "aid_not_answered"
    ACTIVITY_DONT = "activity_dont"
    ACTIVITY_OVER = "activity_over"
    ACTIVITY_CAUTION = "activity_caution"
    ACTIVITY_KEPT = "activity_kept"
    ACTIVITY_MINUTES_UNKNOWN = "activity_minutes_unknown"
    ACTIVITY_NOT_IN_PLAN = "activity_not_in_plan"
    PAIN_OVER = "pain_over"


# Pain above what a phase expects asks for care and is counted, but is no act beyond the plan:
# pain-monitoring models use a zone of scores for doing less, not for forbidding (Silbernagel
# et al. 2007, American Journal of Sports Medicine 35:897–906).
OUTCOMES = {
    Code.AID_BEYOND: Outcome.BEYOND,
    Code.ACTIVITY_DONT: Outcome.BEYOND,
    Code.ACTIVITY_OVER: Outcome.BEYOND,
    Code.PAIN_OVER: Outcome.CAREFUL,
}
DEVIATIONS = frozenset({Code.AID_BEYOND, Code.ACTIVITY_DONT, Code.ACTIVITY_OVER, Code.PAIN_OVER})


@dataclass(frozen=True)
class DayAnswers:
    """What a patient answered for one day. None is "not answered"; 0 is an answer.

    `activities` gives minutes by the activity's key; an activity with 0 minutes was not done.
    `answers` gives the numbers that answer the questions of the day, by their codes. `observed`
    is the pain that a parent saw: another voice, that never stands for the child's own. These
    and the note are kept, not judged.
    """

    aid: WalkingAid | None = None
    readings: Readings = field(default_factory=dict)
    observed: Readings = field(default_factory=dict)
    activities: Mapping[str, int | None] = field(default_factory=dict)
    answers: Mapping[str, int | None] = field(default_factory=dict)
    painkillers: int | None = None
    note: str = ""


@dataclass(frozen=True)
class ActivityLine:
    """What a phase says of one activity; `reason` is the key of the rule that says why."""

    activity: str
    rule: Rule
    minutes: int | None
    reason: int


@dataclass(frozen=True)
class PhaseRules:
    """What one episode asks on a day, with the patient's switches already applied.

    `key` is the phase's own key. An activity may have several lines: the stricter one counts.
    """

    episode: str
    side: Side
    key: int
    code: str
    limit: Limit | None = None
    pain: Mapping[Channel, int | None] = field(default_factory=dict)
    rules: Sequence[ActivityLine] = ()


@dataclass(frozen=True)
class Finding:
    code: Code
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def deviation(self) -> bool:
        """Whether it counts as going beyond the plan."""
        return self.code in DEVIATIONS


@dataclass(frozen=True)
class Verdict:
    """The answer to one entry. `outcome` is None where there was nothing to judge.

    `judged` tells what was held against the plan; findings come worst first.
    """

    outcome: Outcome | None
    findings: tuple[Finding, ...]
    judged: tuple[Subject, ...]
    version: str = VERSION

    @property
    def deviations(self) -> int:
        return sum(finding.deviation for finding in self.findings)


@dataclass(frozen=True)
class BindingLimit:
    """The limit that holds for a person on a day, and whose it is.

    `aids` are the ones to name: those of the plan that also keep to every other limit.
    """

    phase: PhaseRules
    limit: Limit
    aids: tuple[WalkingAid, ...]
    is_stricter_of_several: bool


def judge(day: DayAnswers, phases: Iterable[PhaseRules]) -> Verdict:
    """Hold a day against every phase it falls in: for each question the strictest counts."""
    ordered = sorted(phases, key=lambda phase: (phase.side, phase.episode, phase.key))
    if not ordered:
        return Verdict(None, (Finding(Code.NO_PHASE),), ())
    findings: list[Finding] = []
    judged: list[Subject] = []
    for subject, check in (
        (Subject.AID, _check_aid),
        (Subject.ACTIVITIES, _check_activities),
        (Subject.PAIN, _check_pain),
    ):
        was_judged, found = check(day, ordered)
        findings.extend(found)
        if was_judged:
            judged.append(subject)
    outcomes = [OUTCOMES[finding.code] for finding in findings if finding.code in OUTCOMES]
    mildest = [Outcome.WITHIN] if judged else []
    return Verdict(
        outcome=max(outcomes + mildest, key=CALM_FIRST.index, default=None),
        findings=tuple(sorted(findings, key=_weight)),
        judged=tuple(judged),
    )


def binding_limit(phases: Iterable[PhaseRules]) -> BindingLimit | None:
    """The strictest limit of the phases, which for two hips is one for both legs.

    None where no phase has a limit.
    """
    ordered = sorted(phases, key=lambda phase: (phase.side, phase.episode, phase.key))
    given = [(phase, phase.limit) for phase in ordered if phase.limit is not None]
    if not given:
        return None
    limit = limits.strictest(each for _, each in given)
    phase, own = next(
        (phase, each)
        for phase, each in given
        if (each.level, each.percent) == (limit.level, limit.percent)
    )
    # With the least support first: that is what somebody on this limit usually walks with.
    named = tuple(aid for aid in reversed(WalkingAid) if aid in own.aids and limit.allows(aid))
    return BindingLimit(
        phase=phase,
        limit=limit,
        aids=named or tuple(aid for aid in reversed(WalkingAid) if aid in limit.aids),
        is_stricter_of_several=len({(e.level, e.percent, e.aids) for _, e in given}) > 1,
    )


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain JSON, for `from_json`."""
    return {
        "version": verdict.version,
        "outcome": verdict.outcome.value if verdict.outcome else None,
        "judged": [subject.value for subject in verdict.judged],
        "findings": [
            {"code": finding.code.value, "params": dict(finding.params)}
            for finding in verdict.findings
        ],
    }


def from_json(stored: Mapping[str, Any]) -> Verdict:
    """The verdict that `as_json` wrote; an empty one where none was ever made."""
    outcome = stored.get("outcome")
    return Verdict(
        outcome=Outcome(outcome) if outcome else None,
        findings=tuple(
            Finding(Code(found["code"]), found["params"]) for found in stored.get("findings", ())
        ),
        judged=tuple(Subject(subject) for subject in stored.get("judged", ())),
        version=stored.get("version", ""),
    )


def _weight(finding: Finding) -> int:
    outcome = OUTCOMES.get(finding.code)
    return -CALM_FIRST.index(outcome) if outcome else 1


def _check_aid(day: DayAnswers, phases: Sequence[PhaseRules]) -> tuple[bool, list[Finding]]:
    binding = binding_limit(phases)
    if binding is None:
        return False, []
    params: dict[str, Param] = {
        "side": binding.phase.side.value,
        "phase": binding.phase.key,
        "phase_code": binding.phase.code,
        "level": binding.limit.level.value,
        "percent": binding.limit.percent,
        "kilograms": binding.limit.kilograms,
        "aids": [aid.value for aid in binding.aids],
    }
    found = [Finding(Code.STRICTER_LIMIT, params)] if binding.is_stricter_of_several else []
    if day.aid is None:
        return False, [*found, Finding(Code.AID_NOT_ANSWERED, params)]
    code = Code.AID_KEEPS if binding.limit.allows(day.aid) else Code.AID_BEYOND
    return True, [*found, Finding(code, params | {"aid": day.aid.value})]


def _check_activities(day: DayAnswers, phases: Sequence[PhaseRules]) -> tuple[bool, list[Finding]]:
    was_judged = False
    found: list[Finding] = []
    for activity in sorted(day.activities):
        lines = [line for phase in phases for line in phase.rules if line.activity == activity]
        minutes = day.activities[activity]
        if lines:
            was_judged = True
        if minutes == 0:
            continue
        if lines:
            found.extend(_check_activity(activity, minutes, lines))
        else:
            found.append(Finding(Code.ACTIVITY_NOT_IN_PLAN, {"activity": activity}))
    return was_judged, found


def _check_activity(
    activity: str, minutes: int | None, lines: Sequence[ActivityLine]
) -> Iterator[Finding]:
    """One activity that was done: one finding about it, the worst, and what is unknown.

    What a plan allows "with care" keeps to the plan, and is mentioned: a day that reads
    "take care" each time somebody sat for long would soon be read no more.
    """
    forbidden = [line for line in lines if line.rule == Rule.DONT]
    timed = [(line.minutes, line.reason) for line in lines if line.minutes is not None]
    most, shortest = min(timed, default=(None, 0))
    careful = [line for line in lines if line.rule == Rule.CAUTION]
    unseen = [line for line in careful if minutes is None or line.minutes is None]
    params: dict[str, Param] = {"activity": activity}
    if forbidden:
        yield Finding(Code.ACTIVITY_DONT, params | {"reason": _first_reason(forbidden)})
        return
    if most is not None and minutes is not None and minutes > most:
        numbers: dict[str, Param] = {"minutes": minutes, "most": most, "over": minutes - most}
        yield Finding(Code.ACTIVITY_OVER, params | numbers | {"reason": shortest})
    elif unseen:
        yield Finding(Code.ACTIVITY_CAUTION, params | {"reason": _first_reason(unseen)})
    elif careful:
        kept: dict[str, Param] = {"minutes": minutes, "most": most}
        yield Finding(Code.ACTIVITY_KEPT, params | kept | {"reason": _first_reason(careful)})
    if most is not None and minutes is None:
        yield Finding(Code.ACTIVITY_MINUTES_UNKNOWN, params | {"most": most})


def _first_reason(lines: Sequence[ActivityLine]) -> int:
    return min(line.reason for line in lines)


def _check_pain(day: DayAnswers, phases: Sequence[PhaseRules]) -> tuple[bool, list[Finding]]:
    """Each side's scores against the phase of that side."""
    was_judged = False
    found: list[Finding] = []
    for phase in phases:
        reading = day.readings.get(phase.side, {})
        for channel in Channel:
            highest, score = phase.pain.get(channel), reading.get(channel)
            if highest is None or score is None:
                continue
            was_judged = True
            if score > highest:
                params: dict[str, Param] = {
                    "side": phase.side.value,
                    "phase": phase.key,
                    "phase_code": phase.code,
                    "channel": channel.value,
                    "score": score,
                    "highest": highest,
                }
                found.append(Finding(Code.PAIN_OVER, params))
    return was_judged, found
