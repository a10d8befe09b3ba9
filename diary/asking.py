"""What the log page asks of a patient on a day, all of it said by the content of the plans."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from accounts.models import User
from conditions.enums import Channel, Rule, Side, Voice, WalkingAid
from conditions.models import Activity, Plan, Question
from diary import aid_steps, queries, questions, verdicts
from diary.field_names import Named
from diary.models import AidStep, Episode
from diary.verdicts import PhaseRules

MILD_FIRST = list(Rule)


@dataclass(frozen=True)
class Listed:
    """An activity of the plan, with the strictest that the day's phases say of it."""

    activity: Activity
    rule: Rule
    minutes: int | None


@dataclass(frozen=True)
class Asked:
    """The questions of one day. Without sides there is nobody's plan to fill in for.

    `plans` are the versions that hold on the day, one for each of the episodes.
    What comes first on the page (`aids`, `listed`) is read when a page is shown, and not for
    a form that is only taken in. `besides` are pain numbers that were asked when a form was
    filled in, and are taken although the plan asks them no more; `seen_besides` are such numbers
    of a parent, who is asked beside a child (`has_parent`).
    """

    day: date
    episodes: tuple[Episode, ...]
    plans: tuple[Plan, ...]
    activities: tuple[Activity, ...]
    questions: tuple[Question, ...] = ()
    of_parent: tuple[Question, ...] = ()
    besides: frozenset[tuple[Side, Channel]] = frozenset()
    has_parent: bool = False
    seen_besides: frozenset[tuple[Side, Channel]] = frozenset()

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        return tuple(sorted({Side(episode.side) for episode in self.episodes}))

    @cached_property
    def channels(self) -> Mapping[Side, tuple[Channel, ...]]:
        """The pain numbers that the plan of each side asks for; a side without any is left out."""
        return self._channels(zip(self.episodes, self.plans, strict=True), self.besides)

    @cached_property
    def observed(self) -> Mapping[Side, tuple[Channel, ...]]:
        """The same numbers as a parent sees them, of the sides with a child's plan."""
        pairs = zip(self.episodes, self.plans, strict=True) if self.has_parent else ()
        of_children = ((episode, plan) for episode, plan in pairs if is_of_child(plan))
        return self._channels(of_children, self.seen_besides)

    def _channels(
        self, pairs: Iterable[tuple[Episode, Plan]], besides: Set[tuple[Side, Channel]]
    ) -> Mapping[Side, tuple[Channel, ...]]:
        asked = {
            (Side(episode.side), channel) for episode, plan in pairs for channel in plan.channels
        }
        found = {
            side: tuple(channel for channel in Channel if (side, channel) in asked | besides)
            for side in sorted(Side)
        }
        return {side: channels for side, channels in found.items() if channels}

    @cached_property
    def rules(self) -> list[PhaseRules]:
        return queries.phase_rules(self.episodes, self.day)

    @cached_property
    def step(self) -> AidStep | None:
        """The patient's own choice of more support, where it holds on the day."""
        found = aid_steps.open_steps({each.patient_id for each in self.episodes}).values()
        return next(
            (step for step in found if aid_steps.holds(step, self.episodes, self.day)), None
        )

    @cached_property
    def aids(self) -> tuple[WalkingAid, ...]:
        """The whole ladder: one's own choice of more support first, then the aids of the plan."""
        binding = verdicts.binding_limit(self.rules)
        own = (WalkingAid(self.step.aid),) if self.step else ()
        first = (*own, *(aid for aid in (binding.aids if binding else ()) if aid not in own))
        return (*first, *(aid for aid in WalkingAid if aid not in first))

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        return listed_activities(self.rules, self.activities)

    @cached_property
    def others(self) -> tuple[Activity, ...]:
        """The activities that the plan says nothing about."""
        in_plan = {each.activity.pk for each in self.listed}
        return tuple(each for each in self.activities if each.pk not in in_plan)


def asked_on(patient: User, day: date, *, slugs: Set[str] | None = None) -> Asked:
    """The questions for a day: the patient's own, and a parent's where one is asked.

    For a form that is only taken in, give the keys of the activities in it: no others are read.
    """
    episodes = queries.episodes_to_log(patient, day)
    plans = tuple(queries.plan_on(episode, day) for episode in episodes)
    found = questions.asked_by(plans)
    return Asked(
        day=day,
        episodes=tuple(episodes),
        plans=plans,
        activities=_activities(episodes, day, slugs),
        questions=questions.of_patient(found),
        of_parent=questions.of_parent(found, patient),
        has_parent=any(map(is_of_child, plans)) and questions.asks_parents(patient),
    )


def _activities(
    episodes: Sequence[Episode], day: date, slugs: Set[str] | None
) -> tuple[Activity, ...]:
    if slugs is None:
        return tuple(Activity.objects.all())
    in_plan = {each.slug: each for each in queries.activities_in_phases(episodes, day)}
    if slugs <= in_plan.keys():
        return tuple(in_plan[slug] for slug in sorted(slugs))
    return tuple(Activity.objects.filter(slug__in=slugs))


def asked_with(patient: User, day: date, besides: Named, *, slugs: Set[str] | None = None) -> Asked:
    """The questions for a day, with those besides that were asked when a form was filled in.

    The plan may have changed since then: what was answered is not to get lost.
    """
    asked = asked_on(patient, day, slugs=slugs)
    return widened(asked, besides.pain, besides.questions, besides.seen)


def widened(
    asked: Asked,
    pain: Iterable[tuple[Side, Channel]],
    codes: Iterable[str],
    seen: Iterable[tuple[Side, Channel]] = (),
) -> Asked:
    """The same questions, with those besides that were asked when a form was filled in.

    A code that content does not know is left out, and so is what a parent saw of somebody whose
    plan is none for children.
    """
    pairs = zip(asked.episodes, asked.plans, strict=True)
    of_children = {Side(episode.side) for episode, plan in pairs if is_of_child(plan)}
    asked_now = {question.code for question in (*asked.questions, *asked.of_parent)}
    missing = set(codes) - asked_now
    more = list(Question.objects.filter(code__in=missing)) if missing else []
    return replace(
        asked,
        besides=frozenset(pain),
        seen_besides=frozenset(each for each in seen if each[0] in of_children),
        questions=(*asked.questions, *questions.of_patient(more)),
        of_parent=(*asked.of_parent, *(each for each in more if each.voice == Voice.PARENT)),
    )


def is_of_child(plan: Plan) -> bool:
    """Whether a plan is one for children: a child answers it, and a parent beside the child."""
    return bool(plan.condition.paediatric)


def listed_activities(
    rules: Sequence[PhaseRules], activities: Sequence[Activity]
) -> tuple[Listed, ...]:
    """The activities the phases speak of, mildest rule first; for two hips the stricter rule."""
    found = []
    for activity in activities:
        lines = [line for phase in rules for line in phase.rules if line.activity == activity.slug]
        if lines:
            strictest = max((line.rule for line in lines), key=MILD_FIRST.index)
            minutes = [line.minutes for line in lines if line.minutes is not None]
            found.append(Listed(activity, strictest, min(minutes, default=None)))
    return tuple(sorted(found, key=lambda each: MILD_FIRST.index(each.rule)))
