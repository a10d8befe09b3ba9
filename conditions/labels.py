"""The names people read for the choices in `conditions/enums.py`."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conditions.enums import (
    Anchor,
    Channel,
    CriterionKind,
    GuideTopic,
    LoadLevel,
    Provenance,
    QuestionKind,
    Rule,
    Side,
    SourceKind,
    Topic,
    Urgency,
    Voice,
    WalkingAid,
)

LABELS: dict[StrEnum, str | Promise] = {
    LoadLevel.NWB: _("no weight on the leg"),
    LoadLevel.TTWB: _("touching the floor only"),
    LoadLevel.PWB: _("part of your weight"),
    LoadLevel.PROTECTED: _("as much as is comfortable, always with an aid"),
    LoadLevel.WBAT: _("as much as is comfortable"),
    LoadLevel.FWB: _("your full weight"),
    WalkingAid.WHEELCHAIR: _("wheelchair"),
    WalkingAid.WALKING_FRAME: _("walking frame"),
    WalkingAid.ROLLATOR: _("rollator"),
    WalkingAid.TWO_CRUTCHES: _("two crutches"),
    WalkingAid.ONE_CRUTCH: _("one crutch"),
    WalkingAid.CANE: _("cane"),
    WalkingAid.NONE: _("no aid"),
    Rule.DO: _("do"),
    Rule.CAUTION: _("with care"),
    Rule.DONT: _("don't"),
    Channel.LOADING: _("pain on loading"),
    Channel.REST: _("pain at rest"),
    Channel.NIGHT: _("pain at night"),
    Side.LEFT: _("left hip"),
    Side.RIGHT: _("right hip"),
    Provenance.SEED: _("from a source document"),
    Provenance.CITED: _("from a public source"),
    Provenance.CONVENTION: _("convention, awaiting clinical sign-off"),
    Urgency.EMERGENCY: _("at once"),
    Urgency.SAME_DAY: _("the same day"),
    Urgency.WITHIN_DAYS: _("within a few days"),
    Anchor.START: _("first day of the plan"),
    Anchor.SURGERY: _("day of surgery"),
    CriterionKind.ENTRY: _("to begin"),
    CriterionKind.EXIT: _("to go on"),
    Topic.WHO: _("who gets it"),
    Topic.SYMPTOMS: _("what one notices"),
    Topic.RISK: _("what raises the chance"),
    Topic.EXAMINATION: _("how it is examined"),
    Topic.COURSE: _("how it goes"),
    Topic.TREATMENT: _("what can be done"),
    Topic.FOLLOWUP: _("check-ups"),
    Topic.LIVING: _("living with it"),
    Topic.QUESTION: _("questions and answers"),
    QuestionKind.YES_NO: _("yes or no"),
    QuestionKind.COUNT: _("how often"),
    QuestionKind.MINUTES: _("how many minutes"),
    QuestionKind.GRADE: _("how hard, 0 to 4"),
    QuestionKind.SCORE: _("a number from 0 to 10"),
    Voice.PATIENT: _("the patient"),
    Voice.PARENT: _("a parent"),
    GuideTopic.AID: _("walking aid"),
    GuideTopic.LEVEL: _("load level"),
    GuideTopic.TECHNIQUE: _("how to do it"),
    SourceKind.SEED: _("source document"),
    SourceKind.GUIDELINE: _("guideline"),
    SourceKind.STUDY: _("study"),
    SourceKind.LEAFLET: pgettext_lazy("printed sheet", "leaflet"),
    SourceKind.WEBSITE: _("website"),
}


def choices(enum: type[StrEnum]) -> list[tuple[str, str | Promise]]:
    """The members of an enum as Django choices, in the enum's own order."""
    return [(member.value, LABELS[member]) for member in enum]
