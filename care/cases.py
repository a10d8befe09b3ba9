"""What a review reads of many episodes, and what it finds in each.

`gather` takes the same number of queries for one episode and for many; `decide` works in
memory. Only entries up to and with the judged day count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from care import findings, flagging
from care.enums import FlagOutcome, Reason, Severity
from care.findings import WHOLE_PERSON, Finding, Key
from care.flagging import Decision, OpenFlag, Policy, ResolvedFlag
from care.models import Flag
from conditions.enums import Anchor, Channel
from conditions.models import Plan
from diary import queries, trends
from diary.enums import Outcome
from diary.models import Entry, Episode
from diary.queries import Scores
from diary.trends import Trend

# How far back an unseen flag is judged again when its finding is gone. Entries of earlier
# days can hardly be edited any more.
JUDGE_AGAIN_DAYS = 28


@dataclass(frozen=True)
class Case:
    """An episode with what its review needs, read at one time."""

    episode: Episode
    today: date
    scores: Mapping[date, Scores]
    care_from: date  # the first day of the patient's open episodes
    last_entry_on: date | None
    logged_this_week: int
    beyond: Sequence[date]
    flags: Sequence[Flag] = field(default=())
    versions: Sequence[tuple[date, Plan]] = field(default=())

    def plan_on(self, day: date) -> Plan:
        """The version of the plan that held on a day: an earlier day is judged by its own."""
        held = [plan for from_on, plan in self.versions if from_on <= day]
        return held[-1] if held else self.episode.plan

    @property
    def open_flags(self) -> list[Flag]:
        """The flags that the review decides about. Red flags are not among them."""
        return [flag for flag in self.flags if flag.is_open and flag.reason != Reason.RED_FLAG]


def gather(episodes: Sequence[Episode], *, today: date, now: datetime) -> list[Case]:
    """Read the cases of episodes whose patients have the same local day, in six queries.

    The episodes come with patient and plan loaded.
    """
    patients = {episode.patient_id: episode.patient for episode in episodes}
    flags = _flags(patients, now)
    first = _first_day(flags, today)
    scores = queries.series(patients.values(), first, today)
    entries = _entries(patients, today)
    starts = dict(
        Episode.objects.filter(patient__in=patients, ended_on__isnull=True)
        .order_by()
        .values_list("patient")
        .annotate(first=Min("started_on"))
    )
    beyond: dict[int, list[date]] = {}
    for patient, day in Entry.objects.filter(
        patient__in=patients, day__range=(first, today), outcome=Outcome.BEYOND
    ).values_list("patient", "day"):
        beyond.setdefault(patient, []).append(day)
    versions = queries.versions_held(episodes)
    cases = []
    for episode in episodes:
        patient = episode.patient_id
        last_entry_on, logged = entries.get(patient, (None, 0))
        sides = (episode.side, WHOLE_PERSON)
        cases.append(
            Case(
                episode=episode,
                today=today,
                scores=scores.get(patient, {}).get(episode.side, {}),
                care_from=starts.get(patient, episode.started_on),
                last_entry_on=last_entry_on,
                logged_this_week=logged,
                beyond=beyond.get(patient, []),
                flags=[flag for flag in flags.get(patient, []) if flag.side in sides],
                versions=versions.get(episode.pk, ()),
            )
        )
    return cases


def _flags(patients: Iterable[int], now: datetime) -> dict[int, list[Flag]]:
    """Open flags, and those closed so lately that they may keep a finding quiet."""
    policy = Policy()
    recently = now - timedelta(max(policy.quiet_days, policy.expected_days) + 1)
    found: dict[int, list[Flag]] = {}
    for flag in Flag.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=recently), patient__in=patients
    ).order_by("pk"):
        found.setdefault(flag.patient_id, []).append(flag)
    return found


def _first_day(flags: Mapping[int, Sequence[Flag]], today: date) -> date:
    """From when on to read: further back where an unseen flag may be judged again."""
    unseen = [
        judged_on(flag)
        for of_patient in flags.values()
        for flag in of_patient
        if flag.is_open and flag.acknowledged_at is None
    ]
    earliest = max(min([today, *unseen]), today - timedelta(JUDGE_AGAIN_DAYS))
    return earliest - timedelta(trends.HISTORY_DAYS)


def _entries(patients: Iterable[int], today: date) -> dict[int, tuple[date, int]]:
    """By patient: the day of the last entry, and how many entries the last seven days have."""
    week = today - timedelta(findings.BEYOND_DAYS)
    return {
        patient: (last, logged)
        for patient, last, logged in Entry.objects.filter(patient__in=patients, day__lte=today)
        .order_by()
        .values_list("patient")
        .annotate(last=Max("day"), logged=Count("pk", filter=Q(day__gt=week)))
    }


def judged_on(flag: Flag) -> date:
    """The local day for which a flag's evidence was last found."""
    on: Any = flag.evidence.get("on")
    return date.fromisoformat(on) if on else flag.opened_at.date()


def decide(case: Case) -> list[Decision]:
    """What to do about each side and reason of a case."""
    found = found_on(case, case.today)
    keys = {finding.key for finding in found}
    return flagging.decide(
        found,
        [_open_flag(flag, case, keys) for flag in case.open_flags],
        [
            ResolvedFlag(
                side=flag.side,
                reason=Reason(flag.reason),
                severity=Severity(flag.severity),
                outcome=FlagOutcome(flag.outcome),
                closed_on=flag.closed_at.astimezone(case.episode.patient.zone).date(),
            )
            for flag in case.flags
            if flag.outcome and flag.closed_at
        ],
        today=case.today,
    )


def found_on(case: Case, day: date) -> list[Finding]:
    """What a review of that day finds, seen with nothing later than the day."""
    found: list[Finding | None] = [
        *findings.rises_of_side(case.episode.side, rises(case, day), today=day),
        findings.beyond_plan(case.beyond, logged=case.logged_this_week, today=day),
    ]
    if day == case.today:
        found.append(_silence(case))
    return [finding for finding in found if finding is not None]


def rises(case: Case, day: date) -> dict[str, tuple[Trend, ...]]:
    """The arms' answers for the three channels. Pain on loading has most weight."""
    plan = case.plan_on(day)
    first = baseline_from(case.episode, plan, day)
    return {
        channel: trends.judge(
            {
                when: getattr(scores, channel)
                for when, scores in case.scores.items()
                if first <= when <= day
            },
            today=day,
            brisk=plan.brisk_shift,
            strict=channel != Channel.LOADING,
        )
        for channel in Channel
    }


def baseline_from(episode: Episode, plan: Plan, day: date) -> date:
    """From which day on scores are compared: an operation makes a new beginning."""
    is_operated = plan.anchor == Anchor.SURGERY and episode.day_zero_on <= day
    return max(episode.started_on, episode.day_zero_on) if is_operated else episode.started_on


def _silence(case: Case) -> Finding | None:
    last = case.last_entry_on
    days = [last] if last else []
    silent = trends.silence(days, started_on=case.care_from, today=case.today, after_rise=True)
    if not silent.is_found:
        return None
    after_rise = last is not None and any(
        trend.is_found for answers in rises(case, last).values() for trend in answers
    )
    silent = trends.silence(
        days, started_on=case.care_from, today=case.today, after_rise=after_rise
    )
    return findings.silence_of_person(silent, last_on=last, after_rise=after_rise, today=case.today)


def _open_flag(flag: Flag, case: Case, found: set[Key]) -> OpenFlag:
    return OpenFlag(
        side=flag.side,
        reason=Reason(flag.reason),
        severity=Severity(flag.severity),
        judged_on=judged_on(flag),
        evidence=flag.evidence,
        is_acknowledged=flag.acknowledged_at is not None,
        still_holds=(flag.side, flag.reason) in found or _still_holds(flag, case),
    )


def _still_holds(flag: Flag, case: Case) -> bool:
    """Whether the flag's own day, judged again, gives the same finding.

    Where that cannot be told (seen already, long ago, or by other rules) it is taken to hold.
    """
    day = judged_on(flag)
    is_unseen = flag.acknowledged_at is None and flag.reason != Reason.SILENT
    is_near = case.today - timedelta(JUDGE_AGAIN_DAYS) <= day <= case.today
    if not (is_unseen and is_near and flag.rule_version == flagging.RULES):
        return True
    key = (flag.side, flag.reason)
    return any(finding.key == key for finding in found_on(case, day))
