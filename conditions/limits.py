"""Load limits: which walking aid satisfies which level, and which of two limits is stricter.

Pure: no Django, no database, no clock.

The levels and the aids that go with them follow the definitions of London Health Sciences
Centre (weight-bearing definitions for health professionals): partial weight-bearing asks
for two crutches or a standard frame at all times. That a rollator does not do for partial
weight-bearing is convention.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from conditions.enums import LoadLevel, WalkingAid

STRICTNESS = {level: rank for rank, level in enumerate(LoadLevel)}
SUPPORT = {aid: rank for rank, aid in enumerate(reversed(WalkingAid))}

_TAKES_THE_WEIGHT = frozenset(
    {WalkingAid.WHEELCHAIR, WalkingAid.WALKING_FRAME, WalkingAid.TWO_CRUTCHES}
)
SATISFYING: dict[LoadLevel, frozenset[WalkingAid]] = {
    LoadLevel.NWB: _TAKES_THE_WEIGHT,
    LoadLevel.TTWB: _TAKES_THE_WEIGHT,
    LoadLevel.PWB: _TAKES_THE_WEIGHT,
    LoadLevel.PROTECTED: frozenset(WalkingAid) - {WalkingAid.NONE},
    LoadLevel.WBAT: frozenset(WalkingAid),
    LoadLevel.FWB: frozenset(WalkingAid),
}


@dataclass(frozen=True)
class Limit:
    """What a leg may bear and with which aids.

    `percent` is the share of body weight (0–100) and only PWB has one; `kilograms` is that
    share of a known weight; `aids` are the aids the plan allows.
    """

    level: LoadLevel
    aids: frozenset[WalkingAid]
    percent: int | None = None
    kilograms: int | None = None

    def allows(self, aid: WalkingAid) -> bool:
        """Whether walking with this aid keeps to the limit.

        More support than the plan asks is fine, as long as the aid can take the weight
        that the level forbids.
        """
        if aid in self.aids:
            return True
        least = min((SUPPORT[allowed] for allowed in self.aids), default=len(SUPPORT))
        return aid in SATISFYING[self.level] and SUPPORT[aid] > least


def kilograms(percent: int, body_weight_kg: float) -> int:
    """The share of a body weight in whole kilograms, rounded down to stay below the limit."""
    return int(body_weight_kg * percent / 100)


def strictest(limits: Iterable[Limit]) -> Limit:
    """The limit that asks most: the lowest level, then the lowest share of weight.

    Its aids are those every limit allows, where there are any: two hips walk with the same
    crutches. Raises ValueError when there is no limit at all.
    """
    ordered = sorted(limits, key=_strictness)
    if not ordered:
        raise ValueError("no limit given")
    first = ordered[0]
    shared = frozenset(aid for aid in WalkingAid if all(limit.allows(aid) for limit in ordered))
    return Limit(first.level, shared or first.aids, first.percent, first.kilograms)


def _strictness(limit: Limit) -> tuple[int, int]:
    return STRICTNESS[limit.level], 100 if limit.percent is None else limit.percent
