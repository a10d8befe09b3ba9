"""What the first page says of a day: the limit, the rules in short, and what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conditions import queries as plans
from conditions.enums import Anchor, LoadLevel, Rule, Side
from conditions.labels import LABELS
from conditions.models import Activity, Guide, Milestone, Phase
from diary import aid_steps, asking, news, queries, verdicts, wording
from diary.asking import Listed
from diary.models import AidStep, Entry, Episode
from diary.news import News
from diary.verdicts import BindingLimit, PhaseRules

MOST_IN_SHORT = 3
DAY = timedelta(days=1)
# Convention: shorter than this is a missed day or two, and nobody was away.
AWAY_FROM = 4  # days since the last entry


@dataclass(frozen=True)
class LimitCard:
    """What a leg may bear: `amount` is said large, `share` beside it; `side` where it differs.

    `own_aid` is the patient's own choice of more support, which then comes before the plan's.
    `offered` is an aid to go back to after pain above the limit: its key and its name. `guide`
    explains the level, where there is one.
    """

    amount: str
    share: str
    aids: str
    text: str
    side: str
    guide: Guide | None
    is_of_child: bool
    own_aid: str = ""
    own_aid_from: date | None = None
    offered: tuple[str, str] | None = None


@dataclass(frozen=True)
class InShort:
    """One of do, with care and don't: the first few activities, and whether there are more."""

    rule: Rule
    name: str
    activities: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True)
class Yesterday:
    """The day before in one line; without an entry `verdict` is empty."""

    day: date
    verdict: str


@dataclass(frozen=True)
class Hip:
    """One episode on this day; `own_limit` is filled where another hip asks for less."""

    episode: Episode
    side: str
    plan: str
    day: str
    phase: Phase | None
    own_limit: str
    next_milestone: Milestone | None
    checkup: str


@dataclass(frozen=True)
class Overview:
    """`was_away` greets somebody who comes back after days without an entry."""

    limit: LimitCard | None
    hips: tuple[Hip, ...]
    rules: tuple[InShort, ...]
    yesterday: Yesterday | None
    news: tuple[News, ...]
    was_away: bool

    @property
    def has_more_rules(self) -> bool:
        return any(line.has_more for line in self.rules)


def overview(episodes: Sequence[Episode], day: date, latest: Sequence[Entry] = ()) -> Overview:
    """The day of somebody's open episodes, the hip with the stricter limit first.

    `latest` are the two latest entries up to and with the day, the later one first.
    """
    queries.load_milestones(episodes)
    phases = {episode.pk: queries.phase_of(episode, day) for episode in episodes}
    rules = queries.phase_rules(episodes, day)
    binding = verdicts.binding_limit(rules)
    strict = binding.phase.episode if binding else ""
    ordered = sorted(episodes, key=lambda episode: str(episode.uuid) != strict)
    limits = {each.episode: each for each in rules}
    held = {phase.pk: phase for phase in phases.values() if phase}
    activities = _in_order_of_content(held.values())
    step = aid_steps.held_by(episodes, day)
    offered = None if step else _offered(episodes, binding, latest, day)
    return Overview(
        limit=_limit_card(binding, ordered[0], held[binding.phase.key], step, offered)
        if binding
        else None,
        hips=tuple(
            _hip(episode, phases[episode.pk], limits.get(str(episode.uuid)), binding, day)
            for episode in ordered
        ),
        rules=_rules_in_short(asking.listed_activities(rules, activities)),
        yesterday=_yesterday(episodes, latest, activities, day),
        news=news.of(episodes, step, day),
        was_away=_was_away(episodes, latest, day),
    )


def _in_order_of_content(phases: Iterable[Phase]) -> list[Activity]:
    """The activities that the phases speak of, in the order in which their content does."""
    place: dict[Activity, int] = {}
    for phase in phases:
        for rule in phase.rules.all():
            place[rule.activity] = min(rule.order, place.get(rule.activity, rule.order))
    return sorted(place, key=lambda activity: (place[activity], activity.order, activity.slug))


def _offered(
    episodes: Sequence[Episode],
    binding: BindingLimit | None,
    latest: Sequence[Entry],
    day: date,
) -> tuple[str, str] | None:
    """The aid to go back to, where the last entry is fresh and had pain above the limit."""
    if not latest or latest[0].day < day - DAY:
        return None
    aid = aid_steps.suggested(episodes, binding.limit if binding else None, latest[0])
    return (aid.value, str(LABELS[aid])) if aid else None


def _yesterday(
    episodes: Sequence[Episode], latest: Sequence[Entry], activities: Sequence[Activity], day: date
) -> Yesterday | None:
    """None where no plan had begun yesterday, or somebody was away longer than that."""
    before = day - DAY
    entry = next((each for each in latest if each.day == before), None)
    if entry is not None:
        names = {activity.slug: activity.name for activity in activities}
        return Yesterday(before, wording.in_short(verdicts.from_json(entry.verdict), names))
    has_begun = any(episode.started_on <= before for episode in episodes)
    if not has_begun or _was_away(episodes, latest, day):
        return None
    return Yesterday(before, "")


def _was_away(episodes: Sequence[Episode], latest: Sequence[Entry], day: date) -> bool:
    """Whether the last entry, or the first day where there is none, is days back."""
    begun = min((episode.started_on for episode in episodes), default=day)
    last = max((entry.day for entry in latest), default=begun)
    return (day - last).days >= AWAY_FROM


def greeting(hour: int) -> str:
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def day_words(episode: Episode, day: date) -> str:
    """Which day of the plan it is, or how many are left until day 0."""
    number = episode.day_number(day)
    if number >= 0:
        return _("Day %(number)s") % {"number": number}
    if episode.plan.anchor == Anchor.SURGERY:
        said = ngettext(
            "%(days)s day until the operation", "%(days)s days until the operation", -number
        )
    else:
        said = ngettext("%(days)s day until the start", "%(days)s days until the start", -number)
    return said % {"days": -number}


def _limit_card(
    binding: BindingLimit,
    episode: Episode,
    phase: Phase,
    step: AidStep | None,
    offered: tuple[str, str] | None,
) -> LimitCard:
    limit = binding.limit
    amount, share = capfirst(str(LABELS[limit.level])), ""
    if limit.percent is not None and limit.kilograms is not None:
        amount, share = f"{limit.kilograms} kg", f"{limit.percent} %"
    elif limit.percent is not None:
        amount = _("%(percent)s %% of your weight") % {"percent": limit.percent}
    return LimitCard(
        amount=amount,
        share=share,
        aids=capfirst(wording.aid_words(aid.value for aid in binding.aids)),
        text=phase.limit.text,
        side=str(LABELS[binding.phase.side]) if binding.is_stricter_of_several else "",
        guide=plans.guide_of_level(limit.level),
        is_of_child=asking.is_of_child(episode.plan),
        own_aid=capfirst(step.get_aid_display()) if step else "",
        own_aid_from=step.from_on if step else None,
        offered=offered,
    )


def _hip(
    episode: Episode,
    phase: Phase | None,
    rules: PhaseRules | None,
    binding: BindingLimit | None,
    day: date,
) -> Hip:
    own = rules.limit if rules else None
    is_other = binding is not None and binding.phase.episode != str(episode.uuid)
    return Hip(
        episode=episode,
        side=capfirst(str(LABELS[Side(episode.side)])),
        plan=episode.plan.condition.name,
        day=day_words(episode, day),
        phase=phase,
        own_limit=_own_limit(own.level, own.percent, own.kilograms) if own and is_other else "",
        next_milestone=next_milestone(episode),
        checkup="" if news.is_checkup_news(episode, day) else news.checkup_words(episode, day),
    )


def _own_limit(level: LoadLevel, percent: int | None, kilograms: int | None) -> str:
    return wording.limit_words(level.value, percent, kilograms)


def next_milestone(episode: Episode) -> Milestone | None:
    """The first milestone of the plan, in the plan's order, that is not reached yet."""
    reached = queries.reached(episode)
    waiting = (each for each in episode.plan.milestones.all() if each.code not in reached)
    return next(waiting, None)


def _rules_in_short(listed: Sequence[Listed]) -> tuple[InShort, ...]:
    """For each rule its name and the first activities, with their most minutes a day."""
    lines = []
    for rule in Rule:
        names = [_in_short(each) for each in listed if each.rule == rule]
        if names:
            first = tuple(names[:MOST_IN_SHORT])
            lines.append(InShort(rule, capfirst(str(LABELS[rule])), first, len(names) > len(first)))
    return tuple(lines)


def _in_short(listed: Listed) -> str:
    if listed.minutes is None or listed.rule == Rule.DONT:
        return str(listed.activity.name)
    words = {"activity": listed.activity.name, "minutes": listed.minutes}
    return _("%(activity)s (at most %(minutes)s min)") % words
