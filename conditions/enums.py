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


class QuestionKind(StrEnum):
    """What the number that answers a question of the day means.

    yes_no: 1 or 0. count: how often. minutes: how long. grade: 0 (not) to 4 (impossible).
    score: 0 to 10.
    """

    YES_NO = "yes_no"
    COUNT = "count"
    MINUTES = "minutes"
    GRADE = "grade"
    SCORE = "score"

    @classmethod
    def counted(cls) -> list["QuestionKind"]:
        """The kinds whose highest number the question itself gives."""
        return [cls.COUNT, cls.MINUTES]


class Voice(StrEnum):
    """Who answers. A parent's answers stand beside a child's own, never in their place."""

    PATIENT = "patient"
    PARENT = "parent"


class GuideTopic(StrEnum):
    AID = "aid"
    LEVEL = "level"
    TECHNIQUE = "technique"


class SourceKind(StrEnum):
    SEED = "seed"
    GUIDELINE = "guideline"
    STUDY = "study"
    LEAFLET = "leaflet"
    WEBSITE = "website"
