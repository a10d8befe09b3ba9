"""A flag is seen with a note and resolved with an outcome, once, by somebody who may."""

import pytest
from django.urls import reverse

from accounts.enums import NoticeState
from accounts.models import Notice
from care import flags, telling
from care.enums import FlagEventKind, FlagOutcome, Reason, Severity
from care.models import Flag
from tests import factories


@pytest.fixture
def open_flag(patient):
    return make_flag(patient)


def make_flag(patient, **fields):
    return Flag.objects.create(
        patient=patient,
        reason=fields.pop("reason", Reason.SILENT),
        severity=fields.pop("severity", Severity.IMPORTANT),
        since_on=factories.TODAY,
        evidence=fields.pop("evidence", {}),
        rule_version="1",
        opened_at=factories.NOW,
        **fields,
    )


def kinds(flag):
    return [event.kind for event in flag.events.all()]


def test_a_flag_is_marked_as_seen_once(open_flag, physiotherapist):
    for expected in (True, False):
        done = flags.acknowledge_flag(
            flag=open_flag, note="will call", by=physiotherapist, now=factories.NOW
        )
        assert done == expected
    assert (open_flag.acknowledged_by, open_flag.is_open) == (physiotherapist, True)
    assert kinds(open_flag) == [FlagEventKind.ACKNOWLEDGED]
    assert open_flag.events.get().note == "will call"


def test_a_flag_is_resolved_once_and_keeps_its_first_outcome(open_flag, physiotherapist):
    for outcome, expected in ((FlagOutcome.CALLED, True), (FlagOutcome.EXPECTED, False)):
        done = flags.resolve_flag(
            flag=open_flag, outcome=outcome, note="", by=physiotherapist, now=factories.NOW
        )
        assert done == expected
    assert (open_flag.outcome, open_flag.closed_by) == (FlagOutcome.CALLED, physiotherapist)
    assert kinds(open_flag) == [FlagEventKind.RESOLVED]


def test_a_resolved_flag_owes_nobody_a_mail_any_more(open_flag, physiotherapist):
    telling.tell_physiotherapists(open_flag, now=factories.NOW)
    flags.acknowledge_flag(flag=open_flag, note="", by=physiotherapist, now=factories.NOW)
    assert Notice.objects.get().state == NoticeState.WAITING
    flags.resolve_flag(
        flag=open_flag, outcome=FlagOutcome.CALLED, note="", by=physiotherapist, now=factories.NOW
    )
    assert Notice.objects.get().state == NoticeState.CANCELLED


def test_a_closed_flag_cannot_be_marked_as_seen(open_flag, physiotherapist):
    flags.resolve_flag(
        flag=open_flag, outcome=FlagOutcome.CALLED, note="", by=physiotherapist, now=factories.NOW
    )
    assert not flags.acknowledge_flag(
        flag=open_flag, note="", by=physiotherapist, now=factories.NOW
    )
    assert open_flag.acknowledged_at is None


def test_the_page_resolves_with_outcome_and_note(client, open_flag, physiotherapist):
    client.force_login(physiotherapist)
    answer = client.post(
        reverse("care:resolve_flag", args=[open_flag.uuid]),
        {"outcome": FlagOutcome.PLAN_CHANGED, "note": "back to two crutches"},
    )
    assert (answer.status_code, answer.url) == (
        302,
        reverse("care:patient", args=[open_flag.patient.uuid]),
    )
    open_flag.refresh_from_db()
    assert (open_flag.outcome, open_flag.events.get().note) == (
        FlagOutcome.PLAN_CHANGED,
        "back to two crutches",
    )


def test_without_an_outcome_the_form_comes_back_with_the_note(client, open_flag, physiotherapist):
    client.force_login(physiotherapist)
    answer = client.post(
        reverse("care:resolve_flag", args=[open_flag.uuid]), {"note": "what I typed"}
    )
    open_flag.refresh_from_db()
    assert (answer.status_code, open_flag.is_open) == (422, True)
    page = answer.content.decode()
    assert "what I typed" in page
    assert 'id="error-summary"' in page


def test_a_note_that_is_too_long_stores_nothing(client, open_flag, physiotherapist):
    client.force_login(physiotherapist)
    url = reverse("care:acknowledge_flag", args=[open_flag.uuid])
    assert client.post(url, {"note": "x" * 2001}).status_code == 422
    open_flag.refresh_from_db()
    assert (open_flag.acknowledged_at, kinds(open_flag)) == (None, [])


@pytest.mark.parametrize("name", ["flag", "acknowledge_flag", "resolve_flag"])
def test_a_foreign_flag_is_an_unknown_one(client, name, open_flag, foreign_physiotherapist):
    client.force_login(foreign_physiotherapist)
    url = reverse(f"care:{name}", args=[open_flag.uuid])
    answer = client.get(url) if name == "flag" else client.post(url, {"outcome": "called"})
    open_flag.refresh_from_db()
    assert (answer.status_code, open_flag.is_open, open_flag.acknowledged_at) == (404, True, None)


def test_the_page_says_the_evidence_and_the_days(client, patient, physiotherapist):
    flag = make_flag(
        patient,
        reason=Reason.BEYOND_PLAN,
        evidence={
            "days": ["2026-11-20", "2026-11-22"],
            "observed": 5,
            "on": "2026-11-22",
        },
    )
    client.force_login(physiotherapist)
    page = client.get(reverse("care:flag", args=[flag.uuid])).content.decode()
    assert "2 of 5 entries" in page
    assert "Fri 20 Nov, Sun 22 Nov" in page
