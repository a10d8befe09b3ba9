"""A plan, published or not, as a patient of it would see it on a day.

Built from an episode that is made up here and never stored: nobody's row is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.html import escape

from accounts.enums import Role
from accounts.models import User
from conditions import queries as content
from conditions.enums import Side, Voice
from conditions.models import Activity, Plan, Stage, Switch
from diary import asking, plan_pages, questions, today
from diary.asking import Asked
from diary.forms import EntryForm
from diary.models import Episode, EpisodePhase

ANCHOR = re.compile(r'(<a\b[^>]*?) href="([^"]*)"')


@dataclass(frozen=True)
class Wish:
    """Who to be: somebody on a day of the plan, of a weight that may be unknown."""

    day: int = 0
    weight: Decimal | None = None
    language: str = "nl"
    switches: frozenset[str] = frozenset()


def somebody(language: str) -> User:
    """A patient who is nobody."""
    return User(role=Role.PATIENT, language=language)


def episode_of(plan_id: int, wish: Wish, day: date) -> Episode:
    """An episode in which `day` is the wished day of the plan, in the phase of that day."""
    plan = content.plan_for_reading(plan_id)
    day_zero_on = day - timedelta(days=wish.day)
    episode = Episode(
        pk=0,  # what hangs on it can only be asked for with a key
        plan=plan,
        stage=next(iter(plan.stages.all()), Stage()),
        side=Side.LEFT,
        day_zero_on=day_zero_on,
        started_on=min(day_zero_on, day),
        body_weight_kg=wish.weight,
    )
    phases = list(plan.phases.all())
    held = [content.phase_on(phases, wish.day)] if phases else []
    loaded: dict[str, list[Any]] = {
        "phases": [EpisodePhase(phase=phase, from_on=episode.started_on) for phase in held],
        "switches": _switched_on(plan, wish),
        "milestones_reached": [],
    }
    episode._prefetched_objects_cache = loaded  # type: ignore[attr-defined]
    return episode


def _switched_on(plan: Plan, wish: Wish) -> list[Switch]:
    return [switch for switch in plan.switches.all() if switch.key in wish.switches]


def today_page(episode: Episode, day: date) -> dict[str, Any]:
    return {"day": day, "greeting": today.greeting(8), "overview": today.overview([episode], day)}


def log_page(episode: Episode, day: date) -> dict[str, Any]:
    """The form of the day; a parent is asked where the condition is one of children."""
    found = questions.asked_by([episode.plan])
    is_of_child = asking.is_of_child(episode.plan)
    asked = Asked(
        day=day,
        episodes=(episode,),
        plans=(episode.plan,),
        activities=tuple(Activity.objects.all()),
        questions=questions.of_patient(found),
        of_parent=tuple(each for each in found if each.voice == Voice.PARENT and is_of_child),
        has_parent=is_of_child,
    )
    form = EntryForm(asked=asked, today=day)
    return {"day": day, "today": day, "days": [(day, False)], "form": form}


def plan_page(episode: Episode, day: date) -> dict[str, Any]:
    return {"plans": [plan_pages.page_of(episode, day)]}


def lead_within(html: str, addresses: Mapping[str, str]) -> str:
    """A page whose links stay within the preview; a link to anywhere else leads nowhere."""

    def lead(link: re.Match[str]) -> str:
        start, address = link.groups()
        if address.startswith("#"):
            return link[0]
        return f'{start} href="{escape(addresses[address])}"' if address in addresses else start

    return ANCHOR.sub(lead, html)
