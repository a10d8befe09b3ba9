"""The fixed choices of content. Plain Python: the pure modules of the house use them.

Their names for people stand in `conditions/labels.py`.
"""

from enum import StrEnum


class LoadLevel(StrEnum):
    """Weight-bearing levels, strictest first."""

    NWB = "nwb"
    TTWB = "ttwb"
    PWB = "pwb"
    PROTECTED = "protected"
    WBAT = "wbat"
    FWB = "fwb"


class WalkingAid(StrEnum):
    """The walking-aid ladder, most support first."""

    WHEELCHAIR = "wheelchair"
    WALKING_FRAME = "walking_frame"
    ROLLATOR = "rollator"
    TWO_CRUTCHES = "two_crutches"
    ONE_CRUTCH = "one_crutch"
    CANE = "cane"
    NONE = "none"


class Rule(StrEnum):
    """What a plan says of an activity, mildest first."""

    DO = "do"
    CAUTION = "caution"
    DONT = "dont"


class Channel(StrEnum):
    """The three pain numbers. They are never averaged."""

    LOADING = "loading"
    REST = "rest"
    NIGHT = "night"


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Provenance(StrEnum):
    """Where a statement comes from."""

    SEED = "seed"
    CITED = "cited"
    CONVENTION = "convention"


class Urgency(StrEnum):
    """How long the answer to a red flag may wait, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    WITHIN_DAYS = "within_days"


class Anchor(StrEnum):
    """What day 0 of a plan is."""

    START = "start"
    SURGERY = "surgery"


class CriterionKind(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"


class Topic(StrEnum):
    WHO = "who"
    SYMPTOMS = "symptoms"
    RISK = "risk"
    EXAMINATION = "examination"
    COURSE = "course"
    TREATMENT = "treatment"
    FOLLOWUP = "followup"
    LIVING = "living"
    QUESTION = "question"


class SourceKind(StrEnum):
    SEED = "seed"
    GUIDELINE = "guideline"
    STUDY = "study"
    LEAFLET = "leaflet"
    WEBSITE = "website"
