"""What somebody wrote comes back when it cannot be taken in, and to nobody else."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from tests.conditions.editing import address, client_of, make_draft, make_editor

WRITTEN = {
    "reason_nl": "wat ik schreef",
    "minutes": "20",
    "base": '{"reason": "said before"}',
    "old_password": "my secret pass phrase",
}


@pytest.fixture
def where(tmp_path, editor) -> str:
    draft = make_draft(tmp_path, editor)
    rule = draft.phases.first().rules.first()
    return address("part", draft, "rule", rule.pk)


def assert_given_back(answer, status: int) -> None:
    assert answer.context["texts"] == ["wat ik schreef"]
    assertContains(answer, "wat ik schreef", status_code=status)
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_is_signed_out_gets_the_text_back_and_signs_in(where):
    answer = Client().post(where, WRITTEN)
    assert_given_back(answer, 403)
    assertContains(answer, f'href="/sign-in/?next={where}"', status_code=403)


@pytest.mark.parametrize("sent", [{}, {"step": "publish"}, {"new_password": "a pass phrase"}])
def test_who_wrote_nothing_is_sent_to_sign_in(where, sent):
    answer = Client().post(where, sent)
    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={where}")


def test_who_signed_in_anew_gets_the_text_back(where, editor):
    client = Client(enforce_csrf_checks=True, headers={"referer": f"http://testserver{where}"})
    client.force_login(editor)
    answer = client.post(where, WRITTEN)
    assert_given_back(answer, 403)
    assert answer.context["way_on"] == f"http://testserver{where}"


def test_a_form_from_elsewhere_leads_to_the_first_page(where, editor):
    client = Client(enforce_csrf_checks=True, headers={"referer": "https://example.org/"})
    client.force_login(editor)
    assert client.post(where, WRITTEN).context["way_on"] == "/"


def test_a_stranger_gets_no_text_back(where):
    answer = Client(enforce_csrf_checks=True).post(where, WRITTEN)
    assertNotContains(answer, "wat ik schreef", status_code=403)


def test_a_text_for_what_is_gone_comes_back(where, editor):
    other = client_of(make_editor("Other Editor"))
    draft = where.split("rule/")[0] + "discard/"
    other.post(draft, {"seen": other.get(draft).context["seen"]})
    assert_given_back(client_of(editor).post(where, WRITTEN), 404)
    assertNotContains(client_of(editor).get(where), "wat ik schreef", status_code=404)


def test_who_may_not_be_there_gets_the_page_of_an_unknown_address(where, patient):
    assertNotContains(client_of(patient).post(where, WRITTEN), "schreef", status_code=404)
