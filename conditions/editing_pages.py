"""A plan as its editor reads it: chapters of lines, with what the linter says beside each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from conditions import export, lint_words, linting, parts, queries, shapes
from conditions.enums import Channel, CriterionKind, Rule, Voice, WalkingAid
from conditions.labels import LABELS
from conditions.linting import Finding
from conditions.models import Activity, Phase, Plan
from conditions.parts import Data, Kind
from conditions.shapes import LANGUAGES

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Text:
    """One text in both languages; `is_main` is what one reads first."""

    name: str
    nl: str
    en: str
    is_main: bool


@dataclass(frozen=True)
class Line:
    """One statement of a plan, with its row and the findings about it."""

    kind: Kind
    item: Any
    label: str
    texts: tuple[Text, ...]
    findings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    is_overdue: bool = False

    @property
    def anchor(self) -> str:
        return f"{self.kind.slug}-{self.item.pk}"

    @property
    def can_move(self) -> bool:
        return self.kind.is_list


@dataclass(frozen=True)
class Group:
    """Lines that belong together under a heading, and what can be added there.

    `preset` is what the address of an addition says of it beforehand.
    """

    title: str
    lines: tuple[Line, ...]
    adds: tuple[Kind, ...] = ()
    preset: str = ""
    css: str = ""


@dataclass(frozen=True)
class Chapter:
    head: Line
    phase: Phase
    window: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class PlanPage:
    plan: Plan
    said: Data
    head: Line
    facts: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    chapters: tuple[Chapter, ...]
    blocking: int
    warnings: int

    @property
    def to_mend(self) -> list[Line]:
        """The lines that keep the plan from being published, from top to bottom."""
        groups = [*self.groups, *(group for each in self.chapters for group in each.groups)]
        lines = [self.head, *(each.head for each in self.chapters)]
        lines += [line for group in groups for line in group.lines]
        return [line for line in lines if line.findings]


def page_of(plan_id: int, today: date) -> PlanPage:
    """A plan with all its lines, in a constant number of queries. Raises Http404."""
    plan = queries.plan_for_reading(plan_id)
    said = export.data_of_plan(plan)
    activities = {each.slug: parts.read(parts.ACTIVITY, each) for each in Activity.objects.all()}
    findings = linting.lint_plan(said, activities=activities)
    reader = _Reader(plan, findings, today)
    phases = list(plan.phases.all())
    return PlanPage(
        plan=plan,
        said=said,
        head=reader.line(parts.PLAN, plan, (), shapes.PLAN.texts + shapes.PLAN.optional),
        facts=tuple(_facts(plan)),
        groups=tuple(reader.plan_groups()),
        chapters=tuple(reader.chapter(number, phase) for number, phase in enumerate(phases)),
        blocking=sum(finding.is_blocking for finding in findings),
        warnings=sum(not finding.is_blocking for finding in findings),
    )


def _facts(plan: Plan) -> Iterable[tuple[str, str]]:
    channels = [str(LABELS[Channel(each)]) for each in plan.channels]
    questions = [str(each.question) for each in plan.asks.all()]
    yield _("Stages"), ", ".join(str(stage.name) for stage in plan.stages.all()) or _("none")
    yield _("Day 0"), str(plan.get_anchor_display())
    yield _("Pain that is asked"), ", ".join(channels) or _("none")
    yield _("Questions of the day"), " ".join(questions) or _("none")
    if plan.brisk_shift:
        yield _("Worsening"), _("Three days of a clear rise are important at once.")


class _Reader:
    """Makes lines of rows, and gives each the findings about its place."""

    def __init__(self, plan: Plan, findings: Iterable[Finding], today: date):
        self.plan, self.today = plan, today
        self.findings: dict[Place, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.findings[_thing(finding.place)].append(finding)

    def line(self, kind: Kind, item: Any, place: Place, texts: Iterable[str] = ()) -> Line:
        about = self.findings.get(place, [])
        names = tuple(texts) or (*kind.shape.texts, *kind.shape.optional)
        review_on = getattr(item, "review_on", None)
        return Line(
            kind=kind,
            item=item,
            label=describe(kind, item),
            texts=tuple(_texts(kind, item, names)),
            findings=tuple(lint_words.sentence(each) for each in about if each.is_blocking),
            warnings=tuple(lint_words.sentence(each) for each in about if not each.is_blocking),
            is_overdue=review_on is not None and review_on < self.today,
        )

    def lines(self, kind: Kind, rows: Iterable[Any], place: Place) -> list[Line]:
        return [self.line(kind, row, (*place, number)) for number, row in enumerate(rows)]

    def plan_groups(self) -> Iterable[Group]:
        switches = sorted(self.plan.switches.all(), key=lambda each: each.key)
        yield Group(
            _("Switches"),
            tuple(self.lines(parts.SWITCH, switches, ("switches",))),
            (parts.SWITCH,),
        )
        curve = getattr(self.plan, "pain_curve", None)
        yield Group(
            _("Expected pain"),
            (self.line(parts.PAIN_CURVE, curve, ("pain_curve",)),) if curve else (),
            () if curve else (parts.PAIN_CURVE,),
        )
        loose = [
            (number, each)
            for number, each in enumerate(self.plan.milestones.all())
            if each.phase_id is None
        ]
        yield Group(
            _("Milestones without a phase"),
            tuple(
                self.line(parts.MILESTONE, each, ("milestones", number)) for number, each in loose
            ),
        )

    def chapter(self, number: int, phase: Phase) -> Chapter:
        place: Place = ("phases", number)
        if getattr(phase, "limit", None) is None:
            # What is missing has no line of its own: its phase says so.
            self.findings[place] += self.findings.pop((*place, "limit"), [])
        return Chapter(
            head=self.line(parts.PHASE, phase, place),
            phase=phase,
            window=window_words(phase),
            groups=tuple(self._groups(phase, place)),
        )

    def _groups(self, phase: Phase, place: Place) -> Iterable[Group]:
        limit, pain = getattr(phase, "limit", None), getattr(phase, "pain_limit", None)
        yield self._one(_("Load limit and walking aids"), parts.LIMIT, limit, (*place, "limit"))
        rules = self.lines(parts.RULE, phase.rules.all(), (*place, "rules"))
        advice = self.lines(parts.ADVICE, phase.advice.all(), (*place, "advice"))
        for rule in Rule:
            yield Group(
                capfirst(str(LABELS[rule])),
                tuple(line for line in (*rules, *advice) if line.item.rule == rule),
                (parts.RULE, parts.ADVICE),
                preset=f"rule={rule}",
                css=f"rule-{rule}",
            )
        yield self._one(
            _("Pain that belongs to this phase"), parts.PAIN_LIMIT, pain, (*place, "pain_limits")
        )
        criteria = self.lines(parts.CRITERION, phase.criteria.all(), (*place, "criteria"))
        for kind, title in (
            (CriterionKind.ENTRY, _("To begin this phase")),
            (CriterionKind.EXIT, _("To go on to the next phase")),
        ):
            yield Group(
                title,
                tuple(line for line in criteria if line.item.kind == kind),
                (parts.CRITERION,),
                preset=f"kind={kind}",
            )
        milestones = self.lines(parts.MILESTONE, self.plan.milestones.all(), ("milestones",))
        yield Group(
            _("Milestones"),
            tuple(line for line in milestones if line.item.phase_id == phase.pk),
            (parts.MILESTONE,),
        )

    def _one(self, title: str, kind: Kind, item: Any, place: Place) -> Group:
        """A part of which a phase has one at most."""
        lines = (self.line(kind, item, place),) if item else ()
        return Group(title, lines, () if item else (kind,))


def line_of(kind: Kind, item: Any, today: date | None = None) -> Line:
    """One statement by itself, with what the linter says of it alone."""
    names = (*kind.shape.texts, *kind.shape.optional)
    review_on = getattr(item, "review_on", None)
    about = linting.lint_statement(kind.shape, parts.read(kind, item))
    return Line(
        kind=kind,
        item=item,
        label=describe(kind, item),
        texts=tuple(_texts(kind, item, names)),
        findings=tuple(lint_words.sentence(each) for each in about if each.is_blocking),
        warnings=tuple(lint_words.sentence(each) for each in about if not each.is_blocking),
        is_overdue=bool(today and review_on and review_on < today),
    )


def _thing(place: Place) -> Place:
    """The place of the thing that a finding is about, without the key within it."""
    depth = 0
    rest: Place = place
    containers = {"phases", "milestones", "switches", "rules", "advice", "criteria"}
    while rest:
        if rest[0] in containers and len(rest) > 1:
            depth, rest = depth + 2, rest[2:]
        elif rest[0] in ("limit", "pain_limits", "pain_curve"):
            depth, rest = depth + 1, rest[1:]
        else:
            break
    return place[:depth]


def _texts(kind: Kind, item: Any, names: Iterable[str]) -> Iterable[Text]:
    for name in names:
        nl, en = (getattr(item, f"{name}_{language}") for language in LANGUAGES)
        if nl or en or name in kind.shape.texts:
            yield Text(name, nl, en, is_main=name in kind.shape.texts)


def window_words(phase: Phase) -> str:
    """The days of a phase."""
    if phase.to_day is None:
        return _("from day %(first)s on") % {"first": phase.from_day}
    return _("day %(first)s to %(last)s") % {"first": phase.from_day, "last": phase.to_day}


def describe(kind: Kind, item: Any) -> str:
    """A part in a few words: what it is about, with its numbers."""
    speak = _DESCRIBED.get(kind.slug)
    return " · ".join(str(word) for word in speak(item) if word) if speak else ""


def _of_rule(item: Any) -> Iterable[Any]:
    yield capfirst(str(item.activity.name)) if item.activity_id else ""
    yield _("at most %(minutes)s min a day") % {"minutes": item.minutes} if item.minutes else ""
    yield _only_with(item)


def _of_advice(item: Any) -> Iterable[Any]:
    yield _("advice")
    yield _only_with(item)


def _only_with(item: Any) -> str:
    return _("only with “%(switch)s”") % {"switch": item.switch.name} if item.switch else ""


def _of_limit(item: Any) -> Iterable[Any]:
    yield capfirst(str(item.get_level_display()))
    yield f"{item.percent} %" if item.percent is not None else ""
    yield ", ".join(str(LABELS[WalkingAid(aid)]) for aid in item.aids)


def _of_pain_limit(item: Any) -> Iterable[Any]:
    for channel in Channel:
        score = getattr(item, channel)
        if score is not None:
            words = {"channel": LABELS[channel], "score": score}
            yield _("%(channel)s at most %(score)s") % words


def _of_milestone(item: Any) -> Iterable[Any]:
    yield _("early day %(early)s, typical %(typical)s, late %(late)s") % {
        "early": item.early_day,
        "typical": item.typical_day,
        "late": item.late_day,
    }


def _of_switch(item: Any) -> Iterable[Any]:
    yield item.key
    yield _("on unless told otherwise") if item.default else _("off unless told otherwise")


def _of_pain_curve(item: Any) -> Iterable[Any]:
    yield capfirst(str(item.get_channel_display()))
    yield points_words(item.points)


def points_words(points: Iterable[Mapping[str, Any]]) -> str:
    """The points of a pain curve."""
    return ", ".join(
        _("day %(day)s: %(mean)s") % {"day": point["day"], "mean": point["mean"]}
        for point in points
    )


def _of_symptom(item: Any) -> Iterable[Any]:
    if item.channel:
        yield _("asked as %(channel)s") % {"channel": item.get_channel_display()}
    elif item.question:
        yield _("asked as “%(question)s”") % {"question": item.question.question}
    else:
        yield _("not asked daily")


def _of_stage(item: Any) -> Iterable[Any]:
    yield item.code
    yield f"ICD-10 {item.icd10}" if item.icd10 else ""


def _of_source(item: Any) -> Iterable[Any]:
    yield item.title
    yield item.publisher
    yield item.year
    yield item.get_kind_display()


def _of_activity(item: Any) -> Iterable[Any]:
    yield item.slug
    yield _("asks for minutes") if item.has_minutes else _("no minutes")


def _of_question(item: Any) -> Iterable[Any]:
    yield item.code
    yield item.get_kind_display()
    yield _("at most %(most)s") % {"most": item.most} if item.most else ""
    yield item.get_voice_display() if item.voice != Voice.PATIENT else ""
    yield _("an answer above 0 asks the red flags") if item.asks_red_flags else ""


def _of_red_flag(item: Any) -> Iterable[Any]:
    yield item.code
    yield item.get_urgency_display()


def _of_guide(item: Any) -> Iterable[Any]:
    yield item.get_topic_display()
    yield item.code


_DESCRIBED: Mapping[str, Any] = {
    "symptom": _of_symptom,
    "stage": _of_stage,
    "source": _of_source,
    "activity": _of_activity,
    "question": _of_question,
    "red-flag": _of_red_flag,
    "guide": _of_guide,
    "rule": _of_rule,
    "advice": _of_advice,
    "limit": _of_limit,
    "pain-limit": _of_pain_limit,
    "milestone": _of_milestone,
    "switch": _of_switch,
    "pain-curve": _of_pain_curve,
    "phase": lambda item: (item.code, window_words(item)),
}
