"""Mails tell nothing about anybody's health: ordinary mail is read by others."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts import mail, notices, services, tokens
from accounts.enums import NoticeKind
from accounts.models import Notice
from tests import factories, neutral_words
from tests.factories import NOW

SIGN_IN_MAILS = Path(settings.BASE_DIR) / "templates" / "account" / "email"
KINDS = (NoticeKind.REMINDER, NoticeKind.SNOOZE, NoticeKind.NUDGE, NoticeKind.FLAG)
KEYS = {NoticeKind.SNOOZE: "2026-11-23.1", NoticeKind.NUDGE: "2026-11-26"}


def owe(recipient, kind):
    return notices.owe(
        recipient=recipient,
        kind=kind,
        key=KEYS.get(kind, "2026-11-23"),
        due_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


def invitation_notice(physiotherapist, language="en") -> Notice:
    invitation = services.invite(
        by=physiotherapist,
        email=f"invited-{language}@example.org",
        name="Invited Person",
        role="patient",
        language=language,
        now=NOW,
    )
    return Notice.objects.get(invitation=invitation)


@pytest.fixture
def every_notice(clinic, physiotherapist) -> list[Notice]:
    """One of each kind in each language."""
    clinic.name = "Heupkliniek Canary"
    clinic.save()
    found = []
    for language in ("nl", "en"):
        person = factories.make_patient(clinic, language=language, name="Canary Person")
        found += [owe(person, kind) for kind in KINDS]
        found.append(invitation_notice(physiotherapist, language))
    return found


@pytest.mark.parametrize("is_repeat", [False, True])
def test_no_mail_names_health_a_clinic_or_another_person(
    every_notice, physiotherapist, patient, is_repeat
):
    for notice in every_notice:
        message = mail.message_of(notice, is_repeat=is_repeat)
        text = f"{message.subject}\n{message.body}".replace(tokens_in(message.body), "")
        assert neutral_words.told_in(text, physiotherapist.name, patient.name, "Canary") == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Your diary for today is waiting in HipTrack", set()),
        ("Uw pijndagboek wacht", {"pijn"}),
        ("How is your hip?", {"hip"}),
        ("Uw heup, uw krukken", {"heup", "kruk"}),
        ("After your prosthesis", {"prosthe", "prosthesis"}),
        ("Perthes", {"perthes"}),
        ("A message of Ann Canary", {"Canary"}),
    ],
)
def test_the_list_finds_what_it_should(text, told):
    assert neutral_words.told_in(text, "Canary") == told


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(path.name for path in SIGN_IN_MAILS.glob("*.txt")))
def test_no_mail_about_signing_in_says_more(patient, name, language):
    context = {"user": patient, "password_reset_url": "/password/reset/", "email": "x@example.org"}
    with translation.override(language):
        text = render_to_string(f"account/email/{name}", context)
    assert text.strip() != ""
    assert neutral_words.told_in(text, patient.name) == set()


def tokens_in(body: str) -> str:
    """The random part of an invitation's link, in which any letters may stand."""
    found = re.search(r"/invitation/(\S+)/", body)
    return found.group(1) if found else "\0"


def test_only_an_invitation_has_a_link_that_lets_in(every_notice, settings):
    for notice in every_notice:
        links = re.findall(r"https?://\S+", mail.message_of(notice, is_repeat=False).body)
        if notice.invitation:
            expected = f"{settings.BASE_URL}/invitation/{tokens.make(notice.invitation.nonce)}/"
        else:
            expected = f"{settings.BASE_URL}/"
        fewer = [f"{settings.BASE_URL}/reminders/fewer/"]
        assert links == [expected, *(fewer if notice.kind == NoticeKind.NUDGE else ())]


def test_there_are_mails_of_every_kind(every_notice):
    assert {notice.kind for notice in every_notice} == set(NoticeKind)


def test_the_language_is_the_recipients(clinic, physiotherapist):
    english = owe(factories.make_patient(clinic, language="en"), NoticeKind.REMINDER)
    assert mail.message_of(english, is_repeat=False).subject == "Your diary for today is waiting"
    for notice, language in (
        (owe(factories.make_patient(clinic, language="nl"), NoticeKind.REMINDER), "nl"),
        (invitation_notice(physiotherapist, "nl"), "nl"),
    ):
        assert notice_language(notice) == language


def notice_language(notice: Notice) -> str:
    """The language that is active while the mail is written."""
    seen = []
    render = mail.render_to_string

    def spy(template, context):
        seen.append(mail.translation.get_language())
        return render(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mail, "render_to_string", spy)
        mail.message_of(notice, is_repeat=False)
    (language,) = set(seen)
    return language


def test_the_end_of_an_invitation_is_told_in_the_clinics_time(physiotherapist):
    body = mail.message_of(invitation_notice(physiotherapist), is_repeat=False).body
    assert "The link works until 30 Nov 2026, 13:00." in body


def test_the_message_id_is_the_same_each_time_and_names_the_host(patient, settings):
    settings.BASE_URL = "https://hiptrack.example"
    notice = owe(patient, NoticeKind.REMINDER)
    first = mail.message_of(notice, is_repeat=False).message()["Message-ID"].strip()
    again = mail.message_of(notice, is_repeat=True).message()["Message-ID"].strip()
    assert first == again == f"<reminder.2026-11-23.{notice.uuid}@hiptrack.example>"


def test_a_key_cannot_break_the_header(patient):
    notice = owe(patient, NoticeKind.FLAG)
    notice.key = "a b\r\nBcc: x@y>"
    assert mail.message_id(notice).startswith("<flag.a-b--Bcc--x-y-.")
    assert mail.message_of(notice, is_repeat=False).message()["Bcc"] is None


@pytest.mark.parametrize("is_repeat", [False, True])
def test_a_subject_is_one_line_and_a_body_has_no_holes(every_notice, is_repeat):
    for notice in every_notice:
        message = mail.message_of(notice, is_repeat=is_repeat)
        assert message.subject == " ".join(message.subject.split())
        assert message.subject != ""
        assert "\n\n\n" not in message.body
        assert message.body == message.body.strip() + "\n"
