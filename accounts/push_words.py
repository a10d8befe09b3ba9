"""What a push message says: neutral, in the recipient's language.

It stands on a locked screen, for anybody to read: no condition, no answer, no name. The form is
that of Declarative Web Push, which Safari shows by itself and our service worker elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticeKind
from accounts.models import Notice, User

FORM = 8030  # what RFC 8030 is to Declarative Web Push: the mark of its form
TEST = "test"


@dataclass(frozen=True)
class Words:
    """A title, a body, the name of the page that opens, and buttons: a name, words, a page."""

    title: str | Promise
    body: str | Promise
    page: str
    actions: Sequence[tuple[str, str | Promise, str]] = ()


_SNOOZE = (
    ("snooze-30", _("In 30 minutes"), "diary:snooze"),
    ("snooze-120", _("In 2 hours"), "diary:snooze"),
)
WORDS = {
    NoticeKind.REMINDER: Words(
        _("Your diary for today is waiting"),
        _("Filling it in takes about a minute."),
        "diary:log",
        _SNOOZE,
    ),
    NoticeKind.SNOOZE: Words(
        _("You asked us to remind you again"),
        _("Your diary for today is still empty."),
        "diary:log",
        _SNOOZE,
    ),
    NoticeKind.NUDGE: Words(
        _("Your diary is there when you want it"),
        _("Begin again whenever it suits you."),
        "diary:log",
        (("fewer", _("Fewer messages"), "diary:fewer_reminders"),),
    ),
    NoticeKind.FLAG: Words(
        _("You have a message in HipTrack"), _("Open HipTrack to read it."), "home"
    ),
    TEST: Words(
        _("This is a test message"), _("Reminders will look like this."), "diary:reminders"
    ),
}
# One message about the diary stands on the screen at a time: a later one takes its place.
TAGS = {
    NoticeKind.REMINDER: "diary",
    NoticeKind.SNOOZE: "diary",
    NoticeKind.NUDGE: "diary",
    NoticeKind.FLAG: "message",
    TEST: "test",
}
FAILED = _("That did not work. Open HipTrack to choose when.")


def of_notice(notice: Notice, recipient: User) -> dict[str, Any]:
    """The payload of a notice."""
    is_about_a_day = TAGS[NoticeKind(notice.kind)] == "diary"
    about = (notice.day, notice.number) if is_about_a_day else None
    return _payload(notice.kind, recipient.language, about)


def of_test(recipient: User) -> dict[str, Any]:
    return _payload(TEST, recipient.language, None)


def _payload(kind: str, language: str, about: tuple[date, int] | None) -> dict[str, Any]:
    words = WORDS[kind]  # type: ignore[index]  # a kind is its own text
    with translation.override(language):
        notification: dict[str, Any] = {
            "title": str(words.title),
            "lang": language,
            "dir": "ltr",
            "body": str(words.body),
            "navigate": _address(words.page),
            "tag": TAGS[kind],  # type: ignore[index]
            "actions": [
                {"action": action, "title": str(title), "navigate": _address(page)}
                for action, title, page in words.actions
            ],
        }
        if about is not None:
            day, number = about
            notification["data"] = {
                "day": day.isoformat(),
                "number": number,
                "snooze": reverse("diary:snooze"),
                "failed": str(FAILED),
            }
    return {"web_push": FORM, "notification": notification}


def _address(page: str) -> str:
    return f"{settings.BASE_URL}{reverse(page)}"
