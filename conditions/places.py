"""Where something stands in content, and what a sentence about it needs to name it.

Pure: no Django, no database, no clock. A place is a path in the full form of the library, such
as ("phases", 1, "rules", 3, "reason").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

Place = tuple[str | int, ...]
Data = Mapping[str, Any]

NAMED_BY: Final = (
    "code",
    "key",
    "slug",
    "activity",
    "switch",
    "rule",
    "kind",
    "name",
    "title",
    "text",
    "question",
)


@dataclass(frozen=True)
class Spot:
    """A thing's kind (a key of `shapes.KINDS`) and place, and the phase it stands in.

    `switches` are the names of its plan's switches, and `activities` those of activities, where
    they are known.
    """

    kind: str
    place: Place = ()
    phase: str | None = None
    switches: Mapping[Any, Any] = field(default_factory=dict)
    activities: Mapping[Any, Any] = field(default_factory=dict)

    def part(self, key: str, number: int | None = None) -> "Spot":
        """Of a thing that stands in this one, alone or in a list."""
        place = (*self.place, key) if number is None else (*self.place, key, number)
        return replace(self, kind=key, place=place)

    def named(self, item: Data) -> dict[str, Any]:
        """`kind`, `phase`, and the keys of the thing that name it as `item`; `switches` too."""
        keys = {key: item[key] for key in NAMED_BY if key in item}
        activity = self.activities.get(keys.get("activity"))
        if activity is not None:
            keys["activity_name"] = activity
        named = {"kind": self.kind, "phase": self.phase, "item": keys}
        return named | {"switches": self.switches} if "switch" in keys else named


def switch_names(*plans: Data) -> dict[Any, Any]:
    """The names of the switches of plans, by their key."""
    return {
        switch.get("key"): switch.get("name")
        for plan in plans
        for switch in plan.get("switches") or ()
    }
