"""What has happened since a patient last looked, computed from rows: nothing is kept as read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from conditions.enums import Side
from conditions.labels import LABELS
from diary.models import AidStep, Episode, MilestoneReached

# Convention: who looks in twice a month still reads it.
LASTS = timedelta(days=14)
MOST = 5


@dataclass(frozen=True)
class News:
    """One thing that happened on a local day, and the page that tells more."""

    on: date
    text: str
    url: str


def of(episodes: Sequence[Episode], step: AidStep | None, day: date) -> tuple[News, ...]:
    """At most five, the newest first. The episodes have phases and milestones loaded.

    A check-up that is near or past stands first, as long as its day is not changed.
    """
    found: list[News] = []
    for episode in episodes:
        side = _side(episode) if len(episodes) > 1 else ""
        found += [
            News(each.on, f"{side}{each.text}", each.url)
            for each in (
                *_checkup(episode, day),
                *_plan(episode, day),
                *_milestones(episode, day),
            )
        ]
    if step is not None and _is_fresh(step.from_on, day):
        said = _("You went back to %(aid)s.") % {"aid": step.get_aid_display()}
        found.append(News(step.from_on, said, reverse("diary:aids")))
    return tuple(sorted(found, key=lambda each: each.on, reverse=True)[:MOST])


def _side(episode: Episode) -> str:
    return capfirst(str(LABELS[Side(episode.side)])) + ": "


def _is_fresh(on: date, day: date) -> bool:
    return on <= day < on + LASTS


def is_checkup_news(episode: Episode, day: date) -> bool:
    """Whether the day of the check-up that the plan names is near, or past."""
    if not episode.plan.checkup or episode.checkup_on is None:
        return False
    return episode.checkup_on <= day + LASTS


def checkup_words(episode: Episode, day: date) -> str:
    """The check-up that the plan names: when it is, or that its day has passed."""
    if not episode.plan.checkup or episode.checkup_on is None:
        return ""
    words = {"checkup": capfirst(episode.plan.checkup), "day": date_format(episode.checkup_on)}
    if episode.checkup_on >= day:
        return _("%(checkup)s: %(day)s.") % words
    return _("%(checkup)s was on %(day)s; ask your physiotherapist for the next date.") % words


def _checkup(episode: Episode, day: date) -> Iterable[News]:
    if is_checkup_news(episode, day):
        yield News(day, checkup_words(episode, day), reverse("diary:plan"))


def _plan(episode: Episode, day: date) -> Iterable[News]:
    """The last change of phase or version that is fresh. The first phase is no change."""
    rows = [row for row in episode.phases.all() if row.from_on <= day]
    ordered = sorted(rows, key=lambda row: row.from_on)
    changes = [
        (before.phase, after.phase, after.from_on)
        for before, after in pairwise(ordered)
        if before.phase != after.phase and _is_fresh(after.from_on, day)
    ]
    for before, after, on in changes[-1:]:
        if before.plan_id != after.plan_id:
            said = _("Your plan has a new version. See what has changed.")
        else:
            said = _("Your physiotherapist moved you to phase %(code)s, %(name)s.") % {
                "code": after.code,
                "name": after.name,
            }
        yield News(on, said, reverse("diary:plan"))


def _milestones(episode: Episode, day: date) -> Iterable[News]:
    """What a physiotherapist said of milestones."""
    for row in episode.milestones_reached.all():
        news = _answered(row, episode, day)
        if news is not None:
            yield news


def _answered(row: MilestoneReached, episode: Episode, day: date) -> News | None:
    at = row.confirmed_at or row.not_yet_at
    if at is None:
        return None
    on = at.astimezone(episode.patient.zone).date()
    if not _is_fresh(on, day):
        return None
    words = {"milestone": row.milestone.name, "why": row.why_not_yet}
    if row.confirmed_at:
        said = _("Milestone confirmed: %(milestone)s.") % words
    elif row.why_not_yet:
        said = _("Not yet, says your physiotherapist: %(milestone)s. “%(why)s”") % words
    else:
        said = _("Not yet, says your physiotherapist: %(milestone)s.") % words
    url = reverse("diary:milestone", args=[episode.uuid, row.milestone.code])
    return News(on, said, url)
