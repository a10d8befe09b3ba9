"""The questions of the day that content brings: whom they are asked, and what a number means."""

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from conditions.enums import QuestionKind, Voice
from conditions.models import Plan, Question
from diary.scales import HIGHEST_PAIN

GRADES: tuple[str | Promise, ...] = (
    pgettext_lazy("how hard it was", "not"),
    pgettext_lazy("how hard it was", "a little"),
    pgettext_lazy("how hard it was", "moderately"),
    pgettext_lazy("how hard it was", "very"),
    pgettext_lazy("how hard it was", "impossible"),
)
YES_OR_NO: dict[int, str | Promise] = {1: gettext_lazy("Yes"), 0: gettext_lazy("No")}
HIGHEST = {
    QuestionKind.YES_NO: 1,
    QuestionKind.GRADE: len(GRADES) - 1,
    QuestionKind.SCORE: HIGHEST_PAIN,
}


def asked_by(plans: Iterable[Plan]) -> list[Question]:
    """The questions that these plans ask, each once, in the order of content."""
    ids = {plan.pk for plan in plans}
    return list(Question.objects.filter(plans__in=ids).distinct()) if ids else []


def of_patient(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(each for each in questions if each.voice == Voice.PATIENT)


def of_parent(questions: Iterable[Question], patient: User) -> tuple[Question, ...]:
    """What a parent is asked too, where the patient's clinic treats children."""
    found = tuple(each for each in questions if each.voice == Voice.PARENT)
    return found if found and asks_parents(patient) else ()


def asks_parents(patient: User) -> bool:
    """Whether the patient's clinic treats children, whose parents have a voice beside theirs."""
    return patient.clinic is not None and patient.clinic.treats_children


def highest(question: Question) -> int:
    """The highest number that answers a question; the lowest is 0."""
    if question.most is not None:
        return int(question.most)
    return HIGHEST[QuestionKind(question.kind)]


def words(question: Question, value: int) -> str:
    """An answer as people say it, with its unit.

    A number from before the question became another kind is given as it is.
    """
    numbers = {"number": value}
    if question.kind == QuestionKind.COUNT:
        return ngettext("%(number)s time", "%(number)s times", value) % numbers
    if question.kind == QuestionKind.MINUTES:
        return _("%(number)s min") % numbers
    if value > highest(question):
        return str(value)
    if question.kind == QuestionKind.SCORE:
        return _("%(number)s of 10") % numbers
    return str((YES_OR_NO if question.kind == QuestionKind.YES_NO else GRADES)[value]).lower()


def in_order(questions: Iterable[Question]) -> Sequence[Question]:
    """The patient's own first, then a parent's, each in the order of content."""
    return sorted(questions, key=lambda each: (each.voice != Voice.PATIENT, each.order, each.code))
