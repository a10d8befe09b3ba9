"""The names people read for the choices in `care/enums.py`."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from care.enums import FlagEventKind, FlagOutcome, Reason, Severity

LABELS: dict[StrEnum, str | Promise] = {
    Reason.RED_FLAG: _("an answer that must not wait"),
    Reason.LEVEL_SHIFT: _("higher level of pain"),
    Reason.SLOW_RISE: _("slow rise of pain"),
    Reason.SPIKE: _("sudden peak of pain"),
    Reason.BEYOND_PLAN: _("beyond the plan"),
    Reason.SILENT: _("no entries"),
    Severity.NOTICE: _("worth a look"),
    Severity.IMPORTANT: _("important"),
    Severity.URGENT: _("urgent"),
    FlagOutcome.CALLED: _("called the patient"),
    FlagOutcome.PLAN_CHANGED: _("plan changed"),
    FlagOutcome.EXPECTED: _("expected"),
    FlagOutcome.NOT_USEFUL: _("not useful"),
    FlagEventKind.RAISED: _("raised"),
    FlagEventKind.JOINED: _("new evidence"),
    FlagEventKind.LEVEL_RAISED: _("made more urgent"),
    FlagEventKind.ACKNOWLEDGED: _("seen"),
    FlagEventKind.RESOLVED: _("resolved"),
    FlagEventKind.WITHDRAWN: _("withdrawn"),
}


def choices(enum: type[StrEnum]) -> list[tuple[str, str | Promise]]:
    """The members of an enum as Django choices, in the enum's own order."""
    return [(member.value, LABELS[member]) for member in enum]
