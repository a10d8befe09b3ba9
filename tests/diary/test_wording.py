"""Verdicts in words: what was found, why, and what one can do."""

import pytest
from django.utils import translation

from conditions.enums import Channel, LoadLevel, Rule, Side, WalkingAid
from conditions.limits import Limit
from conditions.models import ActivityRule, LoadLimit, PainLimit
from diary import verdicts, wording
from diary.verdicts import ActivityLine, DayAnswers, PhaseRules
from diary.wording import SpokenFinding
from tests import factories


@pytest.fixture
def phase(db):
    """Of a draft, so that a test can change what it says."""
    return factories.make_plan(publish=False).phases.get(code="A")


def rules_of(phase, *, kilograms: int | None = 36, side=Side.LEFT, level=None) -> PhaseRules:
    aids = frozenset({WalkingAid.TWO_CRUTCHES})
    return PhaseRules(
        episode=str(side),
        side=side,
        key=phase.pk,
        code=phase.code,
        limit=Limit(level or LoadLevel.PWB, aids, None if level else 50, kilograms),
        pain={Channel.LOADING: 5},
        rules=tuple(
            ActivityLine(rule.activity.slug, Rule(rule.rule), rule.minutes, rule.pk)
            for rule in ActivityRule.objects.filter(phase=phase)
        ),
    )


def speak(day: DayAnswers, *phases: PhaseRules, language: str = "en") -> wording.Spoken:
    with translation.override(language):
        return wording.sentences(verdicts.judge(day, phases))


def test_an_aid_beyond_the_plan_is_named_with_the_reason_and_what_to_do(phase):
    spoken = speak(DayAnswers(aid=WalkingAid.ONE_CRUTCH), rules_of(phase))
    assert spoken.headline == "Something went beyond your plan."
    assert spoken.findings == (
        SpokenFinding(
            "Walking aid: one crutch. Phase A asks for: two crutches.",
            "Load limit: at most 36 kg (50 % of your weight). en limit",
            "Use the aid of this phase until your physiotherapist moves you on: two crutches.",
            is_deviation=True,
        ),
    )
    assert spoken.note == "Aid and activities are checked, not the force on your leg."


def test_without_a_body_weight_the_limit_is_a_share(phase):
    spoken = speak(DayAnswers(aid=WalkingAid.TWO_CRUTCHES), rules_of(phase, kilograms=None))
    assert spoken.headline == "Within your plan."
    assert spoken.findings == (
        SpokenFinding(
            "Walking aid: two crutches. That fits phase A.",
            "Load limit: at most 50 % of your weight. en limit",
        ),
    )


@pytest.mark.parametrize(
    ("activities", "text", "why", "what_to_do"),
    [
        (
            {"walking": 45},
            "En walking: 45 min, 15 min more than the plan's 30 min a day.",
            "en because of walking",
            "Keep it to 30 min a day, with rest in between.",
        ),
        (
            {"stairs": None},
            "En stairs: with care in this phase.",
            "en because of stairs",
            "Do a little at a time, and stop when the pain rises.",
        ),
        (
            {"running": None},
            "En running: not in this phase.",
            "en because of running",
            "Leave this out until your physiotherapist says that you can.",
        ),
        (
            {"walking": None},
            "En walking: no minutes were filled in, so the 30 min a day were not checked.",
            "",
            "",
        ),
        (
            {"juggling": 5},
            "En juggling: your plan says nothing about this, so it was not checked.",
            "",
            "Ask your physiotherapist whether it suits this phase.",
        ),
    ],
)
def test_activities_are_spoken_of_in_the_plans_own_words(phase, activities, text, why, what_to_do):
    factories.make_activity("juggling")
    found = {
        finding.text: finding
        for finding in speak(DayAnswers(activities=activities), rules_of(phase)).findings
    }
    assert (found[text].why, found[text].what_to_do) == (why, what_to_do)


def test_a_dose_in_the_plan_says_how_to_take_care(phase):
    ActivityRule.objects.filter(activity__slug="stairs").update(dose_en="ten steps a day")
    spoken = speak(DayAnswers(activities={"stairs": None}), rules_of(phase))
    assert "Ten steps a day." in [finding.what_to_do for finding in spoken.findings]


def test_care_that_was_taken_is_said_without_asking_for_more(phase):
    ActivityRule.objects.filter(activity__slug="stairs").update(minutes=10)
    spoken = speak(DayAnswers(activities={"stairs": 8}), rules_of(phase))
    assert spoken.headline == "Within your plan."
    assert "En stairs, with care in this phase: 8 of the 10 min a day." in [
        finding.text for finding in spoken.findings
    ]


def test_pain_above_the_phase_names_side_channel_and_both_numbers(phase):
    PainLimit.objects.update(text_en="It settles overnight.")
    day = DayAnswers(readings={Side.LEFT: {Channel.LOADING: 7}})
    found = speak(day, rules_of(phase)).findings[0]
    assert found.text == "Left hip, pain on loading: 7. Phase A expects at most 5."
    assert found.why == "It settles overnight."
    assert found.is_deviation is True


def test_two_limits_say_that_the_stricter_was_used(phase):
    other = rules_of(phase, side=Side.RIGHT, level=LoadLevel.FWB, kilograms=None)
    spoken = speak(DayAnswers(aid=WalkingAid.TWO_CRUTCHES), rules_of(phase), other)
    assert (
        "The stricter of your two limits was used, that of the left hip: "
        "at most 36 kg (50 % of your weight)."
    ) in [finding.text for finding in spoken.findings]


def test_a_day_without_a_plan_says_that_nothing_was_checked(db):
    assert speak(DayAnswers(aid=WalkingAid.NONE)).headline == (
        "No plan held on this day, so nothing was checked."
    )


def test_reasons_come_in_the_readers_language(phase):
    day = DayAnswers(activities={"running": None})
    whys = [finding.why for finding in speak(day, rules_of(phase), language="nl").findings]
    assert "nl because of running" in whys
    assert "en because of running" not in whys


def test_a_rule_that_is_gone_leaves_its_finding_without_a_reason(phase):
    rules = rules_of(phase)
    ActivityRule.objects.all().delete()
    LoadLimit.objects.all().delete()
    found = speak(DayAnswers(activities={"running": None}), rules).findings[0]
    assert (found.text, found.why) == ("En running: not in this phase.", "")


def test_many_verdicts_need_four_queries(phase, django_assert_num_queries):
    rules = rules_of(phase)
    judged = [
        verdicts.judge(DayAnswers(aid=aid, activities={"running": 5, "walking": 90}), [rules])
        for aid in WalkingAid
    ]
    with django_assert_num_queries(4):
        texts = wording.texts_for(judged)
        spoken = [wording.sentences(verdict, texts) for verdict in judged]
    assert len(spoken) == 7
