"""What the linter can find in content.

Pure: no Django, no database, no clock. `lint_words.py` says each in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from conditions.places import Data, Place, Spot


class Code(StrEnum):
    """What is wrong; `params` hold what its sentence needs."""

    # Of any statement.
    NO_TEXT = "no_text"
    NO_SOURCE = "no_source"
    CLAIM = "claim"
    PLACEHOLDER = "placeholder"
    HARD_TO_READ = "hard_to_read"
    # Of one thing of a list by itself.
    NO_WEB_ADDRESS = "no_web_address"
    HIGHEST_NUMBER = "highest_number"
    ASKED_TWO_WAYS = "asked_two_ways"
    NO_RED_FLAG = "no_red_flag"
    # Of names that point somewhere: `what` is a kind, `name` the key.
    UNKNOWN = "unknown"
    TWICE = "twice"
    # Of a plan and its windows.
    NO_STAGE = "no_stage"
    NO_PHASE = "no_phase"
    CURVE_POINTS = "curve_points"
    GAP = "gap"
    OVERLAP = "overlap"
    EMPTY_WINDOW = "empty_window"
    # Of a phase.
    NO_LIMIT = "no_limit"
    NO_RULE = "no_rule"
    NO_CRITERION = "no_criterion"
    TOO_FEW = "too_few"
    NO_AID = "no_aid"
    AID_TOO_WEAK = "aid_too_weak"
    NO_PERCENT = "no_percent"
    NEEDLESS_PERCENT = "needless_percent"
    # Of phases that contradict each other.
    STRICTER_LATER = "stricter_later"
    FORBIDDEN_AGAIN = "forbidden_again"
    # Of rules that can never fire.
    SWITCH_CHANGES_NOTHING = "switch_changes_nothing"
    SWITCH_UNUSED = "switch_unused"
    MINUTES_FORBIDDEN = "minutes_forbidden"
    MINUTES_NOT_ASKED = "minutes_not_asked"
    MINUTES_ALL_DAY = "minutes_all_day"
    PAIN_NOT_ASKED = "pain_not_asked"
    # Of milestones.
    MILESTONE_ORDER = "milestone_order"
    MILESTONE_BEFORE_PHASE = "milestone_before_phase"
    MILESTONE_UNREACHABLE = "milestone_unreachable"
    # Of the library as a whole.
    SYMPTOM_NOT_ASKED = "symptom_not_asked"
    RED_FLAG_UNUSED = "red_flag_unused"


# What a clinician may have meant: said, but in nobody's way.
WARNINGS: Final = frozenset(
    {
        Code.HARD_TO_READ,
        Code.NO_CRITERION,
        Code.TOO_FEW,
        Code.STRICTER_LATER,
        Code.FORBIDDEN_AGAIN,
        Code.SWITCH_UNUSED,
        Code.SYMPTOM_NOT_ASKED,
        Code.RED_FLAG_UNUSED,
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing to mend, with its place in the full form.

    `language` is that of a text, else empty. `params` name the thing (see `Spot.named`) and
    hold what else the sentence needs.
    """

    code: Code
    place: Place
    language: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_blocking(self) -> bool:
        """Whether a plan with it cannot be published, nor a library loaded."""
        return self.code not in WARNINGS


def found(
    spot: Spot, code: Code, item: Data, *keys: str | int, language: str = "", **params: Any
) -> Finding:
    """A finding about a thing, or about what stands under some keys of it."""
    return Finding(code, (*spot.place, *keys), language, spot.named(item) | params)
