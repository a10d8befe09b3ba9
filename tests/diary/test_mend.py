"""What the server refused comes back on the day's page with every answer, to be mended."""

import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from accounts import keys
from accounts.models import User
from conditions.enums import QuestionKind
from diary import preview
from diary.models import Entry, EntryAnswer, EntryRevision, Reading
from tests import factories, sealing
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

FIRST = UUID("11111111-1111-4111-8111-111111111111")
WRONG = {"aid": "cane", "painkillers": "99", "note": "a walk", "did_walking": "on"}


NOT_KEPT = "One of your answers is about something that is asked no longer. It is not kept."


def mend(phone: Client, envelope: dict | str):
    sent = envelope if isinstance(envelope, str) else json.dumps(envelope)
    return phone.post(reverse("diary:mend"), {"envelope": sent}, follow=True)


def seal(patient: User, fields: dict[str, str], **more) -> dict:
    return sealing.seal(patient, keys.sealing_key(NOW), fields=fields, uuid=FIRST, **more)


def sent_again(html: str) -> dict[str, str]:
    """What a browser would send of the form on a page."""
    form = html[html.index('<form method="post" action="/log/2') :]
    tags = re.findall(r"<input[^>]*>", form[: form.index("</form>")])
    found = {}
    for tag in tags:
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        is_choice = re.search(r'type="(radio|checkbox)"', tag)
        if name and (" checked" in tag or not is_choice):
            found[name[1]] = value[1] if value else "on" if is_choice else ""
    return found


def test_the_page_of_the_day_has_every_answer_and_what_is_wrong(phone, patient):
    answer = mend(phone, seal(patient, WRONG, day=TODAY - timedelta(days=1)))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"left_loading", "painkillers"}
    assert 'action="/log/2026-11-22/"' in html
    assert f'value="{FIRST}"' in html
    assert "a walk" in html
    assert 'name="painkillers" value="99"' in html
    assert Entry.objects.count() == 0


def test_saving_it_there_is_the_same_saving(phone, patient):
    html = mend(phone, seal(patient, WRONG)).content.decode()
    fields = sent_again(html) | {"left_loading": "4", "painkillers": "9"}
    assert phone.post(reverse("diary:log_day", args=[TODAY]), fields).status_code == 303
    revision = EntryRevision.objects.get()
    assert (revision.client_uuid, revision.payload["painkillers"]) == (FIRST, 9)


def test_what_is_asked_no_longer_is_kept_on_the_way_through_the_page(phone, patient):
    factories.make_question("clicking", QuestionKind.YES_NO)
    fields = WRONG | {"answer_clicking": "1", "right_night": "2"}
    html = mend(phone, seal(patient, fields)).content.decode()
    mended = sent_again(html) | {"left_loading": "4", "painkillers": ""}
    assert phone.post(reverse("diary:log_day", args=[TODAY]), mended).status_code == 303
    assert EntryAnswer.objects.get().value == 1
    assert Reading.objects.get(side="right").night == 2


def test_another_page_answers_nothing_that_is_not_asked(phone, patient, foreign_patient):
    """The names are signed, for one person and one day."""
    factories.make_question("clicking", QuestionKind.YES_NO)
    sent = {"client_uuid": str(uuid4()), "left_loading": "4", "answer_clicking": "1"}
    html = mend(phone, seal(patient, WRONG | {"answer_clicking": "1"})).content.decode()
    besides = sent_again(html)["besides"]
    factories.make_episode(foreign_patient)
    stranger = Client()
    stranger.force_login(foreign_patient)
    yesterday = TODAY - timedelta(days=1)
    for client, day, word in (
        (phone, TODAY, ""),
        (phone, TODAY, besides[:-1]),
        (phone, yesterday, besides),
        (stranger, TODAY, besides),
    ):
        fields = sent | {"besides": word, "client_uuid": str(uuid4())}
        saved = client.post(reverse("diary:log_day", args=[day]), fields, follow=True)
        assert saved.redirect_chain == [(reverse("diary:saved", args=[day]), 303)]
        assert NOT_KEPT in saved.content.decode()
    assert EntryAnswer.objects.count() == 0


def test_what_is_asked_is_kept_without_a_warning(phone):
    sent = {"client_uuid": str(uuid4()), "left_loading": "4", "did_walking": "on", "aid": ""}
    saved = phone.post(reverse("diary:log_day", args=[TODAY]), sent, follow=True)
    assert NOT_KEPT not in saved.content.decode()


def test_mended_wrongly_it_still_answers_what_is_asked_no_longer(phone, patient):
    factories.make_question("clicking", QuestionKind.YES_NO)
    html = mend(phone, seal(patient, WRONG | {"answer_clicking": "1"})).content.decode()
    again = phone.post(reverse("diary:log_day", args=[TODAY]), sent_again(html))
    assert again.status_code == 422
    mended = sent_again(again.content.decode()) | {"left_loading": "4", "painkillers": ""}
    assert phone.post(reverse("diary:log_day", args=[TODAY]), mended).status_code == 303
    assert EntryAnswer.objects.get().value == 1


def test_an_answer_that_nobody_knows_is_said(phone, patient):
    answer = mend(phone, seal(patient, {"left_loading": "3", "answer_unheard": "1"}))
    assert answer.context["form"].non_field_errors() == [
        "One of your answers is about something that is asked no longer."
    ]


@pytest.mark.parametrize(
    "changed", [{"key": str(uuid4())}, {"uuid": str(uuid4())}, {"sealed": "AAAA"}, {"person": ""}]
)
def test_what_cannot_be_opened_leads_to_an_empty_form(phone, patient, changed):
    answer = mend(phone, seal(patient, WRONG) | changed)
    assert answer.redirect_chain == [(reverse("diary:log"), 303)]
    assert "These answers cannot be opened any more." in answer.content.decode()


@pytest.mark.parametrize("sent", ["", "{", "[]", "é", "\x00"])
def test_nonsense_leads_to_an_empty_form(phone, sent):
    assert mend(phone, sent).redirect_chain == [(reverse("diary:log"), 303)]


def test_what_somebody_else_filled_in_is_unknown(phone, foreign_patient):
    answer = mend(phone, seal(foreign_patient, WRONG))
    assert answer.status_code == 404
    assert "a walk" not in answer.content.decode()


class TestTheKeyOnThePage:
    def tag(self, **context: object) -> str:
        return Template("{% load sealing %}{% sealing_key %}").render(Context(context))

    def test_a_patients_form_carries_the_key(self, phone):
        key = keys.sealing_key(NOW)
        html = phone.get(reverse("diary:log")).content.decode()
        assert f'data-queue="entry" data-key-id="{key.uuid}" data-key="{key.public}"' in html

    def test_nobody_else_gets_one(self, patient, physiotherapist, editor):
        assert self.tag(user=patient).startswith("data-key-id=")
        for user in (physiotherapist, editor, None):
            assert self.tag(user=user) == ""
        assert self.tag() == ""

    def test_a_preview_hands_out_none(self, patient):
        assert self.tag(user=preview.somebody("nl"), is_preview=True) == ""
        assert self.tag(user=patient, is_preview=True) == ""

    def test_the_preview_of_the_log_has_none(self, client, editor):
        plan = factories.make_plan()
        client.force_login(editor)
        page = client.get(reverse("diary:preview_phone", args=[plan.uuid]), {"page": "log"})
        assert "data-queue" in page.content.decode()
        assert "data-key" not in page.content.decode()
