"""Going on with another version of a plan: with which phase and switches, and what it changes."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.utils.translation import get_language

from conditions import difference_words, differences, export, naming
from conditions import queries as plans
from conditions.differences import Code, Difference
from conditions.models import Phase, Plan, Switch
from diary import queries
from diary.models import Episode

WORDED_ANEW = (Code.REWORDED, Code.DOSE)
# To read two whole plans takes some forty queries, and published versions stay what they are;
# the names in the sentences may change, so in seconds an hour.
KEPT = 3600


@dataclass(frozen=True)
class Changes:
    """What a version says otherwise than an earlier one, in sentences, one phase set apart."""

    in_phase: tuple[str, ...]
    elsewhere: tuple[str, ...]


def changes(earlier_id: int, later_id: int, phase: str) -> Changes:
    """The changes between two published versions, in the active language.

    `phase` is the code of the phase to set apart. What is worded anew in another language only
    is no change to who reads this one.
    """
    key = f"plan-changes:{earlier_id}:{later_id}:{get_language()}"
    said = cache.get(key)
    if said is None:
        said = _said(earlier_id, later_id)
        cache.set(key, said, KEPT)
    return Changes(
        in_phase=tuple(words for where, words in said if where == phase),
        elsewhere=tuple(words for where, words in said if where != phase),
    )


def _said(earlier_id: int, later_id: int) -> list[tuple[str | None, str]]:
    """Each change as the code of its phase and a sentence."""
    found = differences.between(export.plan_as_data(earlier_id), export.plan_as_data(later_id))
    read = [each for each in found if not _is_in_another_language(each)]
    sentences = difference_words.sentences(read)
    return [(_phase_of(each), words) for each, words in zip(read, sentences, strict=True)]


def _phase_of(difference: Difference) -> str | None:
    """The code of the phase that a change is in, or is about."""
    params = difference.params
    code = params["item"]["code"] if params["kind"] == "phases" else params["phase"]
    return str(code) if code else None


def _is_in_another_language(difference: Difference) -> bool:
    if difference.code not in WORDED_ANEW:
        return False
    old, new = difference.params["old"], difference.params["new"]
    return naming.in_language(old) == naming.in_language(new)


def phase_to_go_on_with(episode: Episode, plan: Plan, day: date) -> Phase | None:
    """The phase of another version with the key of the one that holds, else by the day.

    None where the version has no phases.
    """
    phases = list(plan.phases.order_by("order"))
    held = queries.phase_of(episode, day)
    same = [phase for phase in phases if held and phase.code == held.code]
    if same or not phases:
        return same[0] if same else None
    return plans.phase_on(phases, episode.day_number(day))


def switches_to_go_on_with(episode: Episode, plan: Plan) -> list[Switch]:
    """The switches of another version that are on: as they were, and new ones by default."""
    known = set(episode.plan.switches.values_list("key", flat=True))
    on = {switch.key for switch in episode.switches.all()}
    return [
        switch
        for switch in plan.switches.all()
        if switch.key in on or (switch.default and switch.key not in known)
    ]
