"""What the database would refuse is a sentence beside its field, and every answer stays."""

import pytest
from django.contrib.messages import get_messages

from conditions import fitting, parts
from conditions.models import Activity, Fact, LoadLimit, Plan, Proposal, Question, Source, Symptom
from tests.conditions.editing import address, client_of, decide, filled_in, make_draft, make_editor

STATEMENT = {"provenance": "convention"}
DAYS = {"early_day": 1, "typical_day": 2, "late_day": 3}


@pytest.fixture
def draft(tmp_path, editor) -> Plan:
    return make_draft(tmp_path, editor)


@pytest.fixture
def own(editor, draft):
    return client_of(editor)


@pytest.fixture
def other(draft):
    return client_of(make_editor("Other Editor"))


def errors(answer) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {key: list(words) for key, words in answer.context["form"].errors.items()}


def add(own, draft, kind, phase=None, **filled):
    where = address("add_part", draft, kind)
    sent = filled_in(own.get(f"{where}?phase={phase.pk}" if phase else where), **filled)
    return own.post(where, sent | ({"phase": phase.pk} if phase else {}))


def test_every_rule_of_the_database_has_a_sentence_or_a_reason():
    kinds = (*parts.OF_PLAN.values(), *parts.UNVERSIONED.values())
    named = {each.name for kind in kinds for each in kind.model._meta.constraints}
    assert named == {*fitting.REFUSED, *fitting.NOT_FILLED_IN}


def test_each_sentence_is_about_a_field_of_its_form():
    by_constraint = {
        each.name: kind
        for kind in (*parts.OF_PLAN.values(), *parts.UNVERSIONED.values())
        for each in kind.model._meta.constraints
    }
    keys = {name: key for name, (key, _words) in fitting.REFUSED.items()}
    assert {
        key for name, key in keys.items() if key not in by_constraint[name].shape.plain
    } == set()


@pytest.mark.parametrize(
    ("kind", "filled", "told"),
    [
        (
            "rule",
            {"activity": "walking", "rule": "do"},
            {"activity": ["This phase has a rule for this activity already. Change that one."]},
        ),
        (
            "rule",
            {"activity": "walking", "rule": "do", "switch": "rules"},
            {"activity": ["This phase has a rule for this activity and switch. Change that one."]},
        ),
        (
            "limit",
            {"level": "fwb", "aids": ["none"]},
            {"__all__": ["There is one already. Change that one."]},
        ),
        ("pain-limit", {}, {"__all__": ["There is one already. Change that one."]}),
    ],
)
def test_a_phase_has_one_of_each(own, draft, kind, filled, told):
    phase = draft.phases.first()
    filled |= STATEMENT
    answer = add(own, draft, kind, phase, **filled)
    assert errors(answer) == told
    assert {name: answer.context["form"][name].value() for name in filled} == filled


@pytest.mark.parametrize(
    ("kind", "filled", "told"),
    [
        (
            "phase",
            {"code": "A", "from_day": 60},
            {"code": ["This plan has a phase with this code already."]},
        ),
        (
            "milestone",
            {"code": "far"} | DAYS | STATEMENT,
            {"code": ["This plan has a milestone with this key already."]},
        ),
        (
            "milestone",
            {"code": "new"} | DAYS | {"early_day": 9} | STATEMENT,
            {"late_day": ["Let the days rise: early, typical, late."]},
        ),
        (
            "switch",
            {"key": "rules"} | STATEMENT,
            {"key": ["This plan has a switch with this key already."]},
        ),
        (
            "pain-curve",
            {"channel": "rest", "points": "1: 2"} | STATEMENT,
            {"__all__": ["There is one already. Change that one."]},
        ),
    ],
)
def test_a_plan_has_one_of_each(own, draft, kind, filled, told):
    assert errors(add(own, draft, kind, **filled)) == told


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("phase", {"code": "B"}, {"code": ["This plan has a phase with this code already."]}),
        (
            "phase",
            {"to_day": "-8"},
            {"to_day": ["Let the last day be the first one or a later one."]},
        ),
        (
            "limit",
            {"level": "nwb"},
            {
                "percent": [
                    "Give a percentage where the leg bears part of the weight, and only there."
                ]
            },
        ),
        (
            "limit",
            {"percent": ""},
            {
                "percent": [
                    "Give a percentage where the leg bears part of the weight, and only there."
                ]
            },
        ),
    ],
)
def test_a_change_that_no_plan_can_say_is_refused_and_one_that_it_can_is_not(
    own, draft, kind, changes, told
):
    phase = draft.phases.first()
    where = address("part", draft, kind, (phase if kind == "phase" else phase.limit).pk)
    assert errors(own.post(where, filled_in(own.get(where), **changes))) == told
    assert own.post(where, filled_in(own.get(where))).status_code == 303


def test_what_another_plan_has_may_be_here_too(own, draft):
    phase = draft.phases.last()
    phase.limit.delete()
    made = add(own, draft, "limit", phase, level="fwb", aids=["none"], **STATEMENT)
    assert made.status_code == 303
    assert LoadLimit.objects.filter(phase=phase).count() == 1


def propose_new(own, kind, /, **filled):
    query = "?condition=hip" if "condition" in filled else ""
    where = f"/content/things/{kind}/add/{query}"
    return own.post(where, filled_in(own.get(where), **filled))


WORDS = {"question_nl": "hoe vaak?", "question_en": "how often?"}
NAMES = {"name_nl": "naam", "name_en": "name"}
ONE_ALREADY = "There is one with this key already."


@pytest.mark.parametrize(
    ("kind", "filled", "told"),
    [
        ("source", {"key": "book", "title": "x", "kind": "study"}, {"key": [ONE_ALREADY]}),
        ("activity", {"slug": "walking"} | NAMES, {"slug": [ONE_ALREADY]}),
        (
            "stage",
            {"code": "one", "condition": "hip"} | NAMES | STATEMENT,
            {"code": ["This condition has a stage with this key already."]},
        ),
        (
            "question",
            {"code": "new", "kind": "count"} | WORDS | STATEMENT,
            {
                "most": [
                    "Question of the day “how often?”: it needs a highest number where one counts, "
                    "and only there. Add it, or take it out."
                ]
            },
        ),
        (
            "symptom",
            {"channel": "rest", "question": "falls", "condition": "hip", "text_nl": "pijn"}
            | {"text_en": "pain"}
            | STATEMENT,
            {
                "question": [
                    "Symptom “pain”: the log would ask it as pain and as a question. "
                    "Choose one of them."
                ]
            },
        ),
        (
            "source",
            {"key": "js", "title": "x", "kind": "study", "url": "javascript:alert(1)"},
            {
                "url": [
                    "Source “x”: its address is no page on the web. "
                    "Let it begin with https://, or leave it out."
                ]
            },
        ),
    ],
)
def test_a_proposal_that_could_never_count_is_not_made(own, kind, filled, told):
    assert errors(propose_new(own, kind, **filled)) == told
    assert Proposal.objects.count() == 0


def accept(other, proposal):
    answer = decide(other, proposal, "accept")
    return [str(each) for each in get_messages(answer.wsgi_request)][-1]


def test_of_two_proposals_for_one_key_the_second_gets_another(own, other):
    filled = {"slug": "swimming"} | NAMES
    propose_new(own, "activity", **filled)
    propose_new(own, "activity", **filled)
    first, second = Proposal.objects.order_by("pk")
    assert accept(other, first) == "Accepted. It counts from now on."
    assert accept(other, second) == ONE_ALREADY
    second.refresh_from_db()
    assert second.decided_at is None
    where = f"/content/proposals/{second.uuid}/"
    own.post(where, filled_in(own.get(where), slug="rowing"))
    second.refresh_from_db()
    assert accept(other, second) == "Accepted. It counts from now on."
    assert Activity.objects.filter(slug__in=("swimming", "rowing")).count() == 2


@pytest.mark.parametrize(
    ("kind", "model", "changes", "what"),
    [
        ("fact", Fact, {"sources": ["film"]}, Source(key="film", title="A film", kind="study")),
        (
            "symptom",
            Symptom,
            {"question": "sleep", "channel": ""},
            Question(code="sleep", kind="yes_no", provenance="convention"),
        ),
    ],
)
def test_a_proposal_that_names_what_was_taken_away_is_not_accepted(
    own, other, kind, model, changes, what
):
    what.pk = None
    what.save()
    item = model.objects.order_by("pk").first()
    where = f"/content/things/{kind}/{item.pk}/"
    own.post(where, filled_in(own.get(where), **changes))
    key = str(getattr(what, "key", "") or what.code)
    what.delete()
    proposal = Proposal.objects.get()
    assert accept(other, proposal) == f"Not there any more: {key}."
    proposal.refresh_from_db()
    assert proposal.decided_at is None
