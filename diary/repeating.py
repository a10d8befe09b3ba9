"""What an earlier day offers for this one: walking aid and activities, never pain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext as _

from conditions.enums import WalkingAid
from conditions.labels import LABELS
from conditions.models import Activity
from diary.models import Entry

# Convention: somebody who missed a weekend still walks with the same aid, and after more days
# "the same" is a guess.
DAYS_BACK = 3
FIELD = "the_same"
_OFFERED = ("did_", "minutes_")


@dataclass(frozen=True)
class Offer:
    """An earlier day's aid and activities: `words` to read, `fields` as the form sends them."""

    day: date
    is_day_before: bool
    words: str
    fields: str


def offer_for(
    saved_days: Mapping[date, Entry], day: date, activities: Iterable[Activity]
) -> Offer | None:
    """The last of the few days before that has an aid or one of the activities, if one has."""
    known = {activity.pk: activity for activity in activities}
    days = [day - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    earlier = [saved_days[each] for each in days if each in saved_days]
    prefetch_related_objects(earlier, "activities")
    return next((offer for entry in earlier if (offer := _offer(entry, day, known))), None)


def _offer(entry: Entry, day: date, known: Mapping[int, Activity]) -> Offer | None:
    fields: dict[str, object] = {}
    words = []
    if entry.aid:
        fields["aid"] = entry.aid
        words.append(str(LABELS[WalkingAid(entry.aid)]))
    minutes_of = {row.activity_id: row.minutes for row in entry.activities.all()}
    for key, activity in known.items():
        minutes = minutes_of.get(key, 0)
        if minutes == 0:  # with 0 minutes it was not done
            continue
        fields[f"did_{activity.slug}"] = "on"
        if minutes is None:
            words.append(str(activity.name))
            continue
        fields[f"minutes_{activity.slug}"] = minutes
        words.append(
            _("%(activity)s %(minutes)s min") % {"activity": activity.name, "minutes": minutes}
        )
    if not fields:
        return None
    return Offer(
        day=entry.day,
        is_day_before=entry.day + timedelta(days=1) == day,
        words=", ".join(words),
        fields=urlencode(fields),
    )


def filled_in(sent: QueryDict) -> dict[str, Any]:
    """What was sent, with what was offered put where the question itself was left open.

    A browser without scripts sends the offer whole, as it was read on the page; with scripts
    its parts stand in their own fields and nothing is left to do.
    """
    whole: dict[str, Any] = {name: sent[name] for name in sent}
    for name, value in parse_qsl(str(whole.pop(FIELD, ""))):
        if (name == "aid" or name.startswith(_OFFERED)) and not whole.get(name):
            whole[name] = value
    return whole
