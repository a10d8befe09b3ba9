"""The fixed choices of the diary. Plain Python: `diary/verdicts.py` uses them.

Their names for people stand in `diary/labels.py`.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """What the verdict on an entry says, calmest first."""

    WITHIN = "within"
    CAREFUL = "careful"
    BEYOND = "beyond"
