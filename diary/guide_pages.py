"""The guides as a patient reads them: the ladder of aids, the load levels, and how to do things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from conditions import queries as content
from conditions.enums import GuideTopic, LoadLevel, WalkingAid
from conditions.limits import Limit
from conditions.models import Guide
from diary import queries, verdicts, wording
from diary.models import Episode
from diary.verdicts import BindingLimit


@dataclass(frozen=True)
class Line:
    """A guide in a list; `is_own` marks the aid or level that this patient has now."""

    guide: Guide
    is_own: bool


@dataclass(frozen=True)
class Guides:
    """All guides in their lists. `limit` is the patient's own in words, where one holds."""

    limit: str
    aids: tuple[Line, ...]
    levels: tuple[Line, ...]
    techniques: tuple[Line, ...]


@dataclass(frozen=True)
class GuidePage:
    """One guide with the patient's own numbers; `aids` are the guides of aids that go with it."""

    guide: Guide
    text: str
    is_own: bool
    aids: tuple[Line, ...]


def limit_on(episodes: Sequence[Episode], day: date) -> BindingLimit | None:
    """The limit that holds for somebody on a day: of two hips the stricter one."""
    return verdicts.binding_limit(queries.phase_rules(episodes, day))


def guides(binding: BindingLimit | None) -> Guides:
    """The lists, the ladder with the most support first and the levels with the strictest."""
    found = list(content.guides())
    return Guides(
        limit=_limit_words(binding.limit) if binding else "",
        aids=_lines(found, GuideTopic.AID, binding),
        levels=_lines(found, GuideTopic.LEVEL, binding),
        techniques=_lines(found, GuideTopic.TECHNIQUE, binding),
    )


def page_of(code: str, binding: BindingLimit | None) -> GuidePage | None:
    """One guide by its key; None where there is none."""
    found = list(content.guides())
    guide = next((each for each in found if each.code == code), None)
    if guide is None:
        return None
    return GuidePage(
        guide=guide,
        text=fill_in(guide.text, binding.limit if binding else None),
        is_own=_is_own(guide, binding),
        aids=tuple(
            line
            for line in _lines(found, GuideTopic.AID, binding)
            if line.guide.subject in guide.aids
        ),
    )


def fill_in(text: str, limit: Limit | None) -> str:
    """A text with the patient's own kilograms and percentage, or words where there are none."""
    kilograms = _("the kilograms your physiotherapist gives you")
    percent = _("the part your physiotherapist gives you")
    if limit is not None and limit.kilograms is not None:
        kilograms = f"{limit.kilograms} kg"
    if limit is not None and limit.percent is not None:
        percent = f"{limit.percent} %"
    # By hand: a brace that an editor types must not make the page fail.
    return text.replace("{kilograms}", kilograms).replace("{percent}", percent)


def _limit_words(limit: Limit) -> str:
    return wording.limit_words(limit.level.value, limit.percent, limit.kilograms)


def _lines(
    found: Sequence[Guide], topic: GuideTopic, binding: BindingLimit | None
) -> tuple[Line, ...]:
    lines = [Line(each, _is_own(each, binding)) for each in found if each.topic == topic]
    ladder = [*WalkingAid] if topic == GuideTopic.AID else [*LoadLevel]
    rank = {each.value: number for number, each in enumerate(ladder)}
    return tuple(sorted(lines, key=lambda line: rank.get(line.guide.subject, len(rank))))


def _is_own(guide: Guide, binding: BindingLimit | None) -> bool:
    if binding is None or not guide.subject:
        return False
    if guide.topic == GuideTopic.LEVEL:
        return bool(guide.subject == binding.limit.level)
    return guide.topic == GuideTopic.AID and guide.subject in binding.aids
