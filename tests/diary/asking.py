"""Helpers of the tests of the day's questions: one of each kind, asked and answered."""

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from conditions.enums import QuestionKind
from conditions.models import Question
from diary.models import EntryAnswer
from tests import factories
from tests.factories import TODAY

KINDS = {
    "clicking": QuestionKind.YES_NO,
    "locking": QuestionKind.COUNT,
    "stiffness": QuestionKind.MINUTES,
    "limp": QuestionKind.GRADE,
    "sport": QuestionKind.SCORE,
}


def make_questions() -> dict[str, Question]:
    """One of each kind, in the order in which they are to be asked."""
    return {
        code: factories.make_question(
            code, kind, order=order, most=20 if kind in QuestionKind.counted() else None
        )
        for order, (code, kind) in enumerate(KINDS.items())
    }


def url(day=TODAY) -> str:
    return reverse("diary:log_day", args=[day])


def send(phone: Client, day=TODAY, **fields):
    """What a browser sends; a pain number is among it unless it is taken out with None."""
    sent = {"client_uuid": str(uuid4()), "left_loading": "3", "note": "", "painkillers": ""}
    sent |= fields
    sent = {name: value for name, value in sent.items() if value is not None}
    return phone.post(url(day), sent)


def stored() -> dict[str, int]:
    return dict(EntryAnswer.objects.values_list("question__code", "value"))
