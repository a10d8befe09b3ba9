"""One sentence for the evidence of a flag, in the reader's language, and what to do.

The sentence says what was found in numbers and days, so that it can be checked against the
chart: `sentence` is all that a page needs. Evidence comes from `care/findings.py` and, for
red flags, from `care/red_flags.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from care.enums import Reason
from care.labels import LABELS
from conditions.enums import Channel, Urgency

Evidence = Mapping[str, Any]
Questions = Mapping[str, str]  # the text of a red flag's question by its code

LEVEL_SHIFT = {
    Channel.LOADING: _(
        "Pain on loading %(after)s on average since %(since)s, %(before)s before"
        " (higher on %(higher)s of %(observed)s days)."
    ),
    Channel.REST: _(
        "Pain at rest %(after)s on average since %(since)s, %(before)s before"
        " (higher on %(higher)s of %(observed)s days)."
    ),
    Channel.NIGHT: _(
        "Pain at night %(after)s on average since %(since)s, %(before)s before"
        " (higher on %(higher)s of %(observed)s days)."
    ),
}
SLOW_RISE = {
    Channel.LOADING: _(
        "Pain on loading rose slowly: %(before)s on average in the week from %(since)s,"
        " %(after)s in the week up to %(until)s (%(observed)s days with a score)."
    ),
    Channel.REST: _(
        "Pain at rest rose slowly: %(before)s on average in the week from %(since)s,"
        " %(after)s in the week up to %(until)s (%(observed)s days with a score)."
    ),
    Channel.NIGHT: _(
        "Pain at night rose slowly: %(before)s on average in the week from %(since)s,"
        " %(after)s in the week up to %(until)s (%(observed)s days with a score)."
    ),
}
SPIKE = {
    Channel.LOADING: _(
        "Sudden peak of pain on loading: %(after)s on average on %(since)s and %(until)s,"
        " where %(before)s was usual in the fortnight before."
    ),
    Channel.REST: _(
        "Sudden peak of pain at rest: %(after)s on average on %(since)s and %(until)s,"
        " where %(before)s was usual in the fortnight before."
    ),
    Channel.NIGHT: _(
        "Sudden peak of pain at night: %(after)s on average on %(since)s and %(until)s,"
        " where %(before)s was usual in the fortnight before."
    ),
}
ALSO = {
    Channel.LOADING: _("Pain on loading rose too."),
    Channel.REST: _("Pain at rest rose too."),
    Channel.NIGHT: _("Pain at night rose too."),
}
OF_RISE = {Reason.LEVEL_SHIFT: LEVEL_SHIFT, Reason.SLOW_RISE: SLOW_RISE, Reason.SPIKE: SPIKE}

NEVER_LOGGED = _("No entry at all since the first day, %(since)s.")
SILENT = _("No entry since %(last_on)s.")
SILENT_AFTER_RISE = _("No entry since %(last_on)s, right after pain had risen.")
BEYOND_PLAN = _(
    "%(beyond)s of %(observed)s entries in the week up to %(on)s go beyond the plan: %(days)s."
)
TOLD = {
    Urgency.EMERGENCY: _("The patient was told to get help at once."),
    Urgency.SAME_DAY: _("The patient was told to call the same day."),
    Urgency.WITHIN_DAYS: _("The patient was told to make an appointment within days."),
}


def sentence(reason: str, evidence: Evidence, *, questions: Questions | None = None) -> str:
    """What a flag is about. Give the red flags' `questions` to have them quoted.

    Evidence that lacks a number, from rules of long ago, leaves the name of the reason.
    """
    try:
        return _sentence(Reason(reason), evidence, questions or {})
    except (KeyError, TypeError, ValueError):
        return capfirst(f"{LABELS[Reason(reason)]}.")


def _sentence(reason: Reason, evidence: Evidence, questions: Questions) -> str:
    if reason in OF_RISE:
        return _of_rise(OF_RISE[reason], evidence)
    if reason == Reason.SILENT:
        return _of_silence(evidence)
    if reason == Reason.BEYOND_PLAN:
        return str(BEYOND_PLAN) % {
            "beyond": len(evidence["days"]),
            "observed": evidence["observed"],
            "on": _day(evidence["on"]),
            "days": _days(evidence["days"]),
        }
    return _of_red_flag(evidence, questions)


def _of_rise(sentences: Mapping[Channel, Promise | str], evidence: Evidence) -> str:
    told = str(sentences[Channel(evidence["channel"])]) % {
        "before": _number(evidence["before"]),
        "after": _number(evidence["after"]),
        "since": _day(evidence["since"]),
        "until": _day(evidence["until"]),
        "observed": evidence["observed"],
        "higher": len(evidence["days"]),
    }
    return " ".join([told, *(str(ALSO[Channel(other)]) for other in evidence["also"])])


def _of_silence(evidence: Evidence) -> str:
    if evidence["last_on"] is None:
        return str(NEVER_LOGGED) % {"since": _day(evidence["since"])}
    told = SILENT_AFTER_RISE if evidence["after_rise"] else SILENT
    return str(told) % {"last_on": _day(evidence["last_on"])}


def _of_red_flag(evidence: Evidence, questions: Questions) -> str:
    codes = evidence["codes"]
    answered = ngettext(
        "Yes to a red-flag question on %(on)s.",
        "Yes to %(count)s red-flag questions on %(on)s.",
        len(codes),
    ) % {"count": len(codes), "on": _day(evidence["on"])}
    quoted = [f"“{questions[code]}”" for code in codes if code in questions]
    return " ".join([answered, *quoted, str(TOLD[Urgency(evidence["urgency"])])])


def action(text: str, clinic: Clinic | None) -> str:
    """The text of what to do, with the clinic's own name and number in their places."""
    name = clinic.name if clinic else gettext("your clinic")
    phone = clinic.phone if clinic and clinic.phone else gettext("the number of your clinic")
    return text.replace("{clinic_phone}", phone).replace("{clinic}", name)


def _number(value: float) -> str:
    """One decimal, with the reader's own sign for it."""
    return number_format(round(value, 1), decimal_pos=1)  # it cuts off where it should round


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


def _days(isos: Iterable[str]) -> str:
    return ", ".join(_day(iso) for iso in isos)
