"""What does not fit within one plan: its windows, limits, rules, switches and milestones.

Pure: no Django, no database, no clock. Takes a plan in the full form of the library.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from conditions import proofreading
from conditions.enums import Anchor, Channel, CriterionKind, LoadLevel, Rule, WalkingAid
from conditions.findings import Code, Finding, found
from conditions.limits import SATISFYING, STRICTNESS
from conditions.places import Data, Spot

RULE_STRICTNESS: Final = {rule: rank for rank, rule in enumerate(Rule)}
# What every phase needs enough of. What to leave is asked of phases from day 0 on in which the
# leg may not yet bear as much as is comfortable: after that there may be nothing to forbid.
FEWEST: Final = {Rule.DO: 3, Rule.CAUTION: 2, Rule.DONT: 3}
UNLOADED: Final = frozenset({LoadLevel.NWB, LoadLevel.TTWB, LoadLevel.PWB, LoadLevel.PROTECTED})
A_DAY: Final = 1440  # minutes


def of_plan(plan: Data, spot: Spot, activities: Mapping[str, Data]) -> Iterator[Finding]:
    """Everything about a plan that its statements do not say by themselves."""
    if not plan["stages"]:
        yield found(spot, Code.NO_STAGE, plan, "stages")
    if not plan["phases"]:
        yield found(spot, Code.NO_PHASE, plan, "phases")
    yield from unknown(plan["channels"], Channel, spot, plan, "channels")
    curve = plan["pain_curve"]
    if curve and not proofreading.are_points(curve["points"]):
        yield found(spot.part("pain_curve"), Code.CURVE_POINTS, curve, "points")
    for key, identity in (("switches", "key"), ("phases", "code"), ("milestones", "code")):
        yield from twice(plan[key], (identity,), spot, key)
    phases = [(_phase_spot(spot, number, phase), phase) for number, phase in _phases(plan)]
    for there, phase in phases:
        yield from _of_phase(plan, phase, there, activities)
    for before, after in pairwise(phases):
        yield from _windows(before[1], *after)
        yield from _stricter_later(plan, before[1], *after)
    yield from _forbidden_again(plan, phases)
    yield from _unused_switches(plan, spot)
    for number, milestone in enumerate(plan["milestones"]):
        yield from _of_milestone(plan, milestone, spot.part("milestones", number))


def _phases(plan: Data) -> Iterator[tuple[int, Data]]:
    yield from enumerate(plan["phases"])


def _phase_spot(spot: Spot, number: int, phase: Data) -> Spot:
    return replace(spot.part("phases", number), phase=phase["code"])


def unknown(
    names: Iterable[Any], known: Iterable[Any], spot: Spot, item: Data, key: str
) -> Iterator[Finding]:
    """A finding for each name under a key that names nothing; None is no name."""
    known = set(known)
    for name in names:
        if name is not None and name not in known:
            yield found(spot, Code.UNKNOWN, item, key, what=key, name=str(name))


def twice(
    items: Iterable[Data], identity: tuple[str, ...], spot: Spot, key: str
) -> Iterator[Finding]:
    """A finding for each thing of a list that stands in it before."""
    seen: set[tuple[Any, ...]] = set()
    for number, item in enumerate(items):
        name = tuple(item[each] for each in identity)
        if name in seen:
            yield found(spot.part(key, number), Code.TWICE, item)
        seen.add(name)


def _windows(before: Data, spot: Spot, after: Data) -> Iterator[Finding]:
    """Whether a phase begins on the day after the one before it ends."""
    ends = before["to_day"]
    days = {"before": before["code"], "from_day": after["from_day"], "to_day": ends}
    if ends is None or after["from_day"] <= ends:
        yield found(spot, Code.OVERLAP, after, "from_day", **days)
    elif after["from_day"] > ends + 1:
        yield found(spot, Code.GAP, after, "from_day", **days)


def _of_phase(
    plan: Data, phase: Data, spot: Spot, activities: Mapping[str, Data]
) -> Iterator[Finding]:
    if phase["to_day"] is not None and phase["to_day"] < phase["from_day"]:
        yield found(spot, Code.EMPTY_WINDOW, phase, "to_day")
    if not phase["rules"]:
        yield found(spot, Code.NO_RULE, phase, "rules")
    kinds = {criterion["kind"] for criterion in phase["criteria"]}
    for kind in CriterionKind:
        if kind not in kinds:
            yield found(spot, Code.NO_CRITERION, phase, "criteria", criterion=kind.value)
    if phase["limit"] is None:
        yield found(spot, Code.NO_LIMIT, phase, "limit")
    else:
        yield from _of_limit(phase["limit"], spot.part("limit"))
        yield from _too_few(phase, spot)
    for channel in Channel:
        pain = phase["pain_limits"]
        if pain and pain[channel] is not None and channel not in plan["channels"]:
            there = spot.part("pain_limits")
            yield found(there, Code.PAIN_NOT_ASKED, pain, channel.value, channel=channel.value)
    yield from twice(phase["rules"], ("activity", "switch"), spot, "rules")
    yield from _of_rules(plan, phase, spot, activities)


def _of_limit(limit: Data, spot: Spot) -> Iterator[Finding]:
    level = LoadLevel(limit["level"])
    aids: list[str] = limit["aids"]
    if not aids:
        yield found(spot, Code.NO_AID, limit, "aids")
    yield from unknown(aids, WalkingAid, spot, limit, "aids")
    for aid, number in Counter(aids).items():
        if number > 1:
            yield found(spot, Code.TWICE, limit, "aids", what="aids", name=aid)
        if aid in set(WalkingAid) - SATISFYING[level]:
            yield found(spot, Code.AID_TOO_WEAK, limit, "aids", aid=aid, level=level.value)
    if level == LoadLevel.PWB and limit["percent"] is None:
        yield found(spot, Code.NO_PERCENT, limit, "percent")
    if level != LoadLevel.PWB and limit["percent"] is not None:
        yield found(spot, Code.NEEDLESS_PERCENT, limit, "percent")


def _too_few(phase: Data, spot: Spot) -> Iterator[Finding]:
    """Whether a phase says enough of what to do, mind and leave to everybody."""
    counted = Counter(
        part["rule"] for part in (*phase["rules"], *phase["advice"]) if part["switch"] is None
    )
    is_spared = phase["from_day"] >= 0 and phase["limit"]["level"] in UNLOADED
    for rule, fewest in FEWEST.items():
        if counted[rule] < fewest and (rule != Rule.DONT or is_spared):
            numbers: dict[str, Any] = {"number": counted[rule], "fewest": fewest}
            yield found(spot, Code.TOO_FEW, phase, "rules", rule=rule.value, **numbers)


def _of_rules(
    plan: Data, phase: Data, spot: Spot, activities: Mapping[str, Data]
) -> Iterator[Finding]:
    keys = [switch["key"] for switch in plan["switches"]]
    for_everybody = {rule["activity"]: rule for rule in phase["rules"] if rule["switch"] is None}
    for number, rule in enumerate(phase["rules"]):
        there = spot.part("rules", number)
        yield from unknown([rule["activity"]], activities, there, rule, "activity")
        yield from unknown([rule["switch"]], keys, there, rule, "switch")
        yield from _of_minutes(rule, there, activities.get(rule["activity"]))
        plain = for_everybody.get(rule["activity"])
        if rule["switch"] is not None and plain is not None and not _adds(rule, plain):
            yield found(there, Code.SWITCH_CHANGES_NOTHING, rule, "switch", rule=plain["rule"])
    for number, advice in enumerate(phase["advice"]):
        yield from unknown([advice["switch"]], keys, spot.part("advice", number), advice, "switch")


def _of_minutes(rule: Data, spot: Spot, activity: Data | None) -> Iterator[Finding]:
    if rule["minutes"] is None:
        return
    if rule["rule"] == Rule.DONT:
        yield found(spot, Code.MINUTES_FORBIDDEN, rule, "minutes")
    elif activity is not None and not activity["minutes"]:
        yield found(spot, Code.MINUTES_NOT_ASKED, rule, "minutes")
    elif rule["minutes"] >= A_DAY:
        yield found(spot, Code.MINUTES_ALL_DAY, rule, "minutes")


def _adds(switched: Data, plain: Data) -> bool:
    """Whether a rule for a switch asks anything that the rule for everybody does not."""
    ranks = RULE_STRICTNESS[Rule(switched["rule"])], RULE_STRICTNESS[Rule(plain["rule"])]
    if ranks[0] != ranks[1]:
        return ranks[0] > ranks[1]
    fewer, most = switched["minutes"], plain["minutes"]
    return bool(fewer is not None and (most is None or fewer < most))


def _unused_switches(plan: Data, spot: Spot) -> Iterator[Finding]:
    used = {
        part["switch"] for phase in plan["phases"] for part in (*phase["rules"], *phase["advice"])
    }
    for number, switch in enumerate(plan["switches"]):
        if plan["phases"] and switch["key"] not in used:
            yield found(spot.part("switches", number), Code.SWITCH_UNUSED, switch)


def _surgery_between(plan: Data, before: Data, after: Data) -> bool:
    """Whether day 0 is an operation that lies between two phases: it may take back what was."""
    is_surgery: bool = plan["anchor"] == Anchor.SURGERY
    return is_surgery and before["from_day"] < 0 <= after["from_day"]


def _stricter_later(plan: Data, before: Data, spot: Spot, after: Data) -> Iterator[Finding]:
    """Whether a phase lets the leg bear less than the one before it."""
    limits = before["limit"], after["limit"]
    if None in limits or _surgery_between(plan, before, after):
        return
    allowed, now = map(_load, limits)
    if now < allowed:
        yield found(
            spot.part("limit"), Code.STRICTER_LATER, limits[1], "level", before=before["code"]
        )


def _load(limit: Data) -> tuple[int, int]:
    percent = limit["percent"]
    return STRICTNESS[LoadLevel(limit["level"])], 100 if percent is None else percent


def _forbidden_again(plan: Data, phases: list[tuple[Spot, Data]]) -> Iterator[Finding]:
    """What one phase lets everybody do and a later one forbids."""
    allowed: dict[str, Data] = {}
    for spot, phase in phases:
        for number, rule in enumerate(phase["rules"]):
            if rule["switch"] is not None:
                continue
            before = allowed.get(rule["activity"])
            if rule["rule"] != Rule.DONT:
                allowed[rule["activity"]] = phase
            elif before is not None and not _surgery_between(plan, before, phase):
                there = spot.part("rules", number)
                yield found(there, Code.FORBIDDEN_AGAIN, rule, "rule", before=before["code"])


def _of_milestone(plan: Data, milestone: Data, spot: Spot) -> Iterator[Finding]:
    days = [milestone[f"{when}_day"] for when in ("early", "typical", "late")]
    if days != sorted(days):
        yield found(spot, Code.MILESTONE_ORDER, milestone, "late_day")
    code = milestone["phase"]
    yield from unknown([code], [each["code"] for each in plan["phases"]], spot, milestone, "phase")
    for number, phase in _phases(plan):
        if phase["code"] != code:
            continue
        if milestone["late_day"] < phase["from_day"]:
            days_of = {"of": code, "late_day": milestone["late_day"]}
            days_of["from_day"] = phase["from_day"]
            yield found(spot, Code.MILESTONE_BEFORE_PHASE, milestone, "late_day", **days_of)
        # A phase is left for the next one on the day that one begins.
        later = plan["phases"][number + 1 :]
        if any(each["from_day"] <= phase["from_day"] for each in later):
            yield found(spot, Code.MILESTONE_UNREACHABLE, milestone, "phase", of=code)
