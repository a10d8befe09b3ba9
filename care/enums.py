"""The fixed choices of care. Plain Python: `care/flagging.py` uses them.

Their names for people stand in `care/labels.py`.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a physiotherapist should look."""

    RED_FLAG = "red_flag"
    LEVEL_SHIFT = "level_shift"
    SLOW_RISE = "slow_rise"
    SPIKE = "spike"
    BEYOND_PLAN = "beyond_plan"
    SILENT = "silent"


class Severity(StrEnum):
    """Mildest first."""

    NOTICE = "notice"
    IMPORTANT = "important"
    URGENT = "urgent"


class FlagOutcome(StrEnum):
    """What a physiotherapist found when resolving a flag."""

    CALLED = "called"
    PLAN_CHANGED = "plan_changed"
    EXPECTED = "expected"
    NOT_USEFUL = "not_useful"


class FlagEventKind(StrEnum):
    RAISED = "raised"
    JOINED = "joined"
    LEVEL_RAISED = "level_raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
