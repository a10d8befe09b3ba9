"""The sentence of a flag says its numbers and days, in the reader's own way."""

import pytest
from django.utils import translation

from accounts.models import Clinic
from care import wording
from care.enums import Reason
from care.templatetags import telephone

RISE = {
    "on": "2026-11-23",
    "channel": "loading",
    "since": "2026-11-12",
    "until": "2026-11-23",
    "before": 3.2,
    "after": 5.09,
    "observed": 11,
    "missing": 1,
    "days": [f"2026-11-{number}" for number in (12, 13, 14, 15, 16, 18, 20, 21, 23)],
    "also": [],
}
SILENCE = {
    "on": "2026-11-23",
    "since": "2026-11-18",
    "last_on": "2026-11-17",
    "days": 5,
    "after_rise": False,
}


@pytest.mark.parametrize(
    ("reason", "evidence", "sentence"),
    [
        (
            Reason.LEVEL_SHIFT,
            RISE,
            "Pain on loading 5.1 on average since Thu 12 Nov, 3.2 before (higher on 9 of 11 days).",
        ),
        (
            Reason.LEVEL_SHIFT,
            RISE | {"channel": "night", "also": ["loading", "rest"]},
            "Pain at night 5.1 on average since Thu 12 Nov, 3.2 before"
            " (higher on 9 of 11 days). Pain on loading rose too. Pain at rest rose too.",
        ),
        (
            Reason.SLOW_RISE,
            RISE | {"channel": "rest"},
            "Pain at rest rose slowly: 3.2 on average in the week from Thu 12 Nov,"
            " 5.1 in the week up to Mon 23 Nov (11 days with a score).",
        ),
        (
            Reason.SPIKE,
            RISE | {"since": "2026-11-22", "after": 8.5, "before": 3.0},
            "Sudden peak of pain on loading: 8.5 on average on Sun 22 Nov and Mon 23 Nov,"
            " where 3.0 was usual in the fortnight before.",
        ),
        (Reason.SILENT, SILENCE, "No entry since Tue 17 Nov."),
        (
            Reason.SILENT,
            SILENCE | {"after_rise": True},
            "No entry since Tue 17 Nov, right after pain had risen.",
        ),
        (
            Reason.SILENT,
            SILENCE | {"last_on": None},
            "No entry at all since the first day, Wed 18 Nov.",
        ),
        (
            Reason.BEYOND_PLAN,
            {"on": "2026-11-23", "days": ["2026-11-21", "2026-11-23"], "observed": 6},
            "2 of 6 entries in the week up to Mon 23 Nov go beyond the plan:"
            " Sat 21 Nov, Mon 23 Nov.",
        ),
        (
            Reason.RED_FLAG,
            {"on": "2026-11-23", "codes": ["calf"], "urgency": "same_day"},
            "Yes to a red-flag question on Mon 23 Nov. “Is your calf swollen?”"
            " The patient was told to call the same day.",
        ),
        (
            Reason.RED_FLAG,
            {"on": "2026-11-23", "codes": ["calf", "gone"], "urgency": "emergency"},
            "Yes to 2 red-flag questions on Mon 23 Nov. “Is your calf swollen?”"
            " The patient was told to get help at once.",
        ),
    ],
)
def test_a_sentence_that_can_be_checked(reason, evidence, sentence):
    with translation.override("en"):
        told = wording.sentence(reason, evidence, questions={"calf": "Is your calf swollen?"})
    assert told == sentence


def test_numbers_and_days_are_written_as_the_reader_does():
    with translation.override("nl"):
        told = wording.sentence(Reason.LEVEL_SHIFT, RISE)
    assert "5,1" in told
    assert "do 12 nov" in told.lower()
    assert "5.1" not in told


@pytest.mark.parametrize("evidence", [{}, {"channel": "mood"}, RISE | {"since": None}])
def test_evidence_of_unknown_rules_leaves_the_name_of_the_reason(evidence):
    with translation.override("en"):
        assert wording.sentence(Reason.LEVEL_SHIFT, evidence) == "Higher level of pain."


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_of_its_own(reason):
    evidence = SILENCE | RISE | {"codes": ["calf"], "urgency": "within_days"}
    with translation.override("en"):
        assert wording.sentence(reason, evidence) != wording.sentence(reason, {})


CLINIC = Clinic(name="Hip & Co", phone="020 123 45 67")


@pytest.mark.parametrize(
    ("clinic", "told"),
    [
        (CLINIC, "Call Hip & Co: 020 123 45 67. {sic}"),
        (Clinic(name="Hip & Co"), "Call Hip & Co: the number of your clinic. {sic}"),
        (None, "Call your clinic: the number of your clinic. {sic}"),
    ],
)
def test_what_to_do_names_the_clinic_and_its_number(clinic, told):
    with translation.override("en"):
        assert wording.action("Call {clinic}: {clinic_phone}. {sic}", clinic) == told


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("020 123 45 67", "tel:0201234567"),
        ("+31 (20) 123-45.67", "tel:+31201234567"),
        (" +31 20", "tel:+3120"),
    ],
)
def test_a_telephone_number_becomes_a_link(number, link):
    assert telephone.tel(number) == link
