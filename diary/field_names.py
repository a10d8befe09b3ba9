"""What the names of the log form's fields say they are about."""

from collections.abc import Iterable
from dataclasses import dataclass

from conditions.enums import Channel, Side

ACTIVITY = ("did_", "minutes_")
QUESTION = "answer_"
OBSERVED = "observed_"


@dataclass(frozen=True)
class Named:
    """The pain numbers, questions and activities that some fields are about.

    `pain` are somebody's own numbers, `seen` those that a parent saw.
    """

    pain: frozenset[tuple[Side, Channel]]
    seen: frozenset[tuple[Side, Channel]]
    questions: frozenset[str]
    activities: frozenset[str]


def read(names: Iterable[str]) -> Named:
    """What these fields are about; names of anything else are passed over."""
    given = list(names)
    pain = {f"{side}_{channel}": (side, channel) for side in Side for channel in Channel}
    return Named(
        pain=frozenset(pain[name] for name in given if name in pain),
        seen=frozenset(
            pain[name.removeprefix(OBSERVED)]
            for name in given
            if name.startswith(OBSERVED) and name.removeprefix(OBSERVED) in pain
        ),
        questions=frozenset(
            name.removeprefix(QUESTION) for name in given if name.startswith(QUESTION)
        ),
        activities=frozenset(
            name.removeprefix(prefix)
            for prefix in ACTIVITY
            for name in given
            if name.startswith(prefix)
        ),
    )


def is_answer(name: str) -> bool:
    """Whether a field of this name holds an answer that must not get lost."""
    side = name.partition("_")[0]
    return name.startswith((*ACTIVITY, QUESTION, OBSERVED)) or side in set(Side)
