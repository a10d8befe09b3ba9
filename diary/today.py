"""What the first page says of a day: the limit, the rules in short, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conditions import queries as plans
from conditions.enums import Anchor, LoadLevel, Rule, Side
from conditions.labels import LABELS
from conditions.models import Guide, Milestone, Phase
from diary import asking, queries, verdicts, wording
from diary.asking import Listed
from diary.models import Episode
from diary.verdicts import BindingLimit, PhaseRules

# Convention: who looks in twice a month still reads it. It stays on the plan page.
NEWS_LASTS = timedelta(days=14)


@dataclass(frozen=True)
class LimitCard:
    """What a leg may bear: `amount` is said large, `share` beside it; `side` where it differs.

    `guide` explains the level, where there is one.
    """

    amount: str
    share: str
    aids: str
    text: str
    side: str
    guide: Guide | None


@dataclass(frozen=True)
class Hip:
    """One episode on this day; `own_limit` is filled where another hip asks for less."""

    side: str
    plan: str
    day: str
    phase: Phase | None
    own_limit: str
    next_milestone: Milestone | None
    checkup: str
    new_version_from: date | None


@dataclass(frozen=True)
class Overview:
    limit: LimitCard | None
    hips: tuple[Hip, ...]
    rules: tuple[tuple[Rule, str, tuple[str, ...]], ...]


def overview(episodes: Sequence[Episode], day: date) -> Overview:
    """The day of somebody's open episodes, the hip with the stricter limit first."""
    queries.load_milestones(episodes)
    phases = {episode.pk: queries.phase_of(episode, day) for episode in episodes}
    rules = queries.phase_rules(episodes, day)
    binding = verdicts.binding_limit(rules)
    strict = binding.phase.episode if binding else ""
    ordered = sorted(episodes, key=lambda episode: str(episode.uuid) != strict)
    limits = {each.episode: each for each in rules}
    held = {phase.pk: phase for phase in phases.values() if phase}
    spoken_of = {rule.activity for phase in held.values() for rule in phase.rules.all()}
    activities = sorted(spoken_of, key=lambda activity: (activity.order, activity.slug))
    return Overview(
        limit=_limit_card(binding, held[binding.phase.key]) if binding else None,
        hips=tuple(
            _hip(episode, phases[episode.pk], limits.get(str(episode.uuid)), binding, day)
            for episode in ordered
        ),
        rules=_rules_in_short(asking.listed_activities(rules, activities)),
    )


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


def _limit_card(binding: BindingLimit, phase: Phase) -> LimitCard:
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
        side=capfirst(str(LABELS[Side(episode.side)])),
        plan=episode.plan.condition.name,
        day=day_words(episode, day),
        phase=phase,
        own_limit=_own_limit(own.level, own.percent, own.kilograms) if own and is_other else "",
        next_milestone=next_milestone(episode),
        checkup=checkup_words(episode, day),
        new_version_from=new_version_from(episode, day),
    )


def _own_limit(level: LoadLevel, percent: int | None, kilograms: int | None) -> str:
    return wording.limit_words(level.value, percent, kilograms)


def next_milestone(episode: Episode) -> Milestone | None:
    """The first milestone of the plan, in the plan's order, that is not reached yet."""
    reached = queries.reached(episode)
    waiting = (each for each in episode.plan.milestones.all() if each.code not in reached)
    return next(waiting, None)


def new_version_from(episode: Episode, day: date) -> date | None:
    """Since when the plan has another version, for as long as that is news."""
    move = queries.last_move(episode)
    if move is None or not move.from_on <= day < move.from_on + NEWS_LASTS:
        return None
    return move.from_on


def checkup_words(episode: Episode, day: date) -> str:
    """The check-up that the plan names: when it is, or that its day has passed."""
    if not episode.plan.checkup or episode.checkup_on is None:
        return ""
    words = {"checkup": capfirst(episode.plan.checkup), "day": date_format(episode.checkup_on)}
    if episode.checkup_on >= day:
        return _("%(checkup)s: %(day)s.") % words
    return _("%(checkup)s was on %(day)s; ask your physiotherapist for the next date.") % words


def _rules_in_short(listed: Sequence[Listed]) -> tuple[tuple[Rule, str, tuple[str, ...]], ...]:
    """For each rule its name and the activities, with their most minutes a day."""
    return tuple(
        (rule, capfirst(str(LABELS[rule])), names)
        for rule in Rule
        if (names := tuple(_in_short(each) for each in listed if each.rule == rule))
    )


def _in_short(listed: Listed) -> str:
    if listed.minutes is None or listed.rule == Rule.DONT:
        return str(listed.activity.name)
    words = {"activity": listed.activity.name, "minutes": listed.minutes}
    return _("%(activity)s (at most %(minutes)s min)") % words
