"""Changes to what has no versions: proposed by one editor, accepted by another."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from pytest_django.asserts import assertContains, assertNotContains

from conditions import editing
from conditions.models import Activity, Condition, Fact, Proposal, Question, RedFlag, Source, Stage
from tests import factories
from tests.conditions.editing import client_of, decide, filled_in, load_small, make_editor


@pytest.fixture
def published(tmp_path, db):
    return load_small(tmp_path)


@pytest.fixture
def own(editor, published):
    return client_of(editor)


@pytest.fixture
def other(published):
    return client_of(make_editor("Other Editor"))


def of(item) -> str:
    kinds = {
        Fact: "fact",
        RedFlag: "red-flag",
        Activity: "activity",
        Condition: "condition",
        Question: "question",
    }
    kinds |= {Source: "source", Stage: "stage", Question: "question"}
    return f"/content/things/{kinds[type(item)]}/{item.pk}/"


def propose(own, item, **changes) -> Proposal:
    answer = own.post(of(item), filled_in(own.get(of(item)), **changes))
    assert answer.status_code == 302
    return Proposal.objects.latest("pk")


def test_a_proposal_changes_nothing_until_another_editor_accepts_it(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    fact.refresh_from_db()
    assert fact.text_nl == "nl people"
    decide(other, made, "accept")
    fact.refresh_from_db()
    assert (fact.text_nl, fact.text_en, fact.reviewer) == ("anders", "en people", "Other Editor")
    assert fact.review_on - fact.reviewed_on == timedelta(days=365)


def test_nobody_accepts_their_own(own):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    answer = decide(own, made, "accept")
    *_before, message = get_messages(answer.wsgi_request)
    assert str(message) == "Somebody else than who proposed it has to accept it."
    fact.refresh_from_db()
    made.refresh_from_db()
    assert (fact.text_nl, made.decided_at) == ("nl people", None)


def test_who_changes_a_proposal_makes_it_their_own(own, other, editor):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    where = f"/content/proposals/{made.uuid}/"
    other.post(where, filled_in(other.get(where), text_nl="nog anders"))
    made.refresh_from_db()
    assert (made.data["text"]["nl"], made.made_by.name) == ("nog anders", "Other Editor")
    decide(own, made, "accept")
    fact.refresh_from_db()
    assert (fact.text_nl, fact.reviewer) == ("nog anders", editor.name)


def test_two_who_change_one_proposal_lose_no_text(own, other):
    made = propose(own, Fact.objects.get(), text_nl="eerst")
    where = f"/content/proposals/{made.uuid}/"
    mine = filled_in(own.get(where), text_nl="mijn tekst")
    other.post(where, filled_in(other.get(where), text_nl="hun tekst"))
    page = own.post(where, mine)
    for words in ("mijn tekst", "hun tekst", "eerst"):
        assertContains(page, words, status_code=409)
    made.refresh_from_db()
    assert made.data["text"]["nl"] == "hun tekst"


def test_a_second_proposal_for_one_thing_meets_the_first(own, other):
    fact = Fact.objects.get()
    late = filled_in(other.get(of(fact)), text_nl="hun tekst")
    propose(own, fact, text_nl="mijn tekst")
    page = other.post(of(fact), late)
    for words in ("mijn tekst", "hun tekst"):
        assertContains(page, words, status_code=409)
    other.post(page.context["action"], filled_in(page))
    assert Proposal.objects.get().data["text"]["nl"] == "hun tekst"


def test_of_two_proposals_at_one_moment_the_later_meets_the_first(own, other, monkeypatch):
    fact = Fact.objects.get()
    late = filled_in(other.get(of(fact)), text_nl="hun tekst")
    propose(own, fact, text_nl="mijn tekst")
    look = editing.open_proposal
    looks = iter([None])
    monkeypatch.setattr(editing, "open_proposal", lambda *of: next(looks, look(*of)))
    page = other.post(of(fact), late)
    for words in ("mijn tekst", "hun tekst"):
        assertContains(page, words, status_code=409)
    assert Proposal.objects.count() == 1


def test_a_thing_with_an_open_proposal_leads_to_it(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    assert other.get(of(fact)).url == f"/content/proposals/{made.uuid}/"


def test_a_declined_proposal_changes_nothing_and_is_kept_with_its_note(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    decide(other, made, "decline", note="not true")
    made.refresh_from_db()
    fact.refresh_from_db()
    assert (made.is_accepted, made.note, made.data["text"]["nl"]) == (False, "not true", "anders")
    assert fact.text_nl == "nl people"
    decide(other, made, "accept")
    fact.refresh_from_db()
    assert fact.text_nl == "nl people"


def test_who_proposed_reads_that_it_was_not_taken_over(own, other):
    made = propose(own, Fact.objects.get(), text_nl="anders")
    assert list(own.get("/content/").context["declined"]) == []
    decide(other, made, "decline", note="not true")
    assert list(own.get("/content/").context["declined"]) == [made]
    assert list(other.get("/content/").context["declined"]) == []


def test_withdrawing_ones_own_is_no_news(own):
    made = propose(own, Fact.objects.get(), text_nl="anders")
    decide(own, made, "decline")
    assert list(own.get("/content/").context["declined"]) == []


def test_what_says_something_else_by_now_is_not_overwritten(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    Fact.objects.filter(pk=fact.pk).update(text_nl="intussen")
    decide(other, made, "accept")
    fact.refresh_from_db()
    made.refresh_from_db()
    assert (fact.text_nl, made.is_accepted, made.decided_at) == ("intussen", False, None)


def test_only_what_was_read_is_accepted(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="anders")
    where = f"/content/proposals/{made.uuid}/"
    seen = other.get(where).context["seen"]
    own.post(where, filled_in(own.get(where), text_nl="heel iets anders"))
    answer = other.post(f"{where}decide/", {"step": "accept", "seen": seen})
    assert told(answer) == OVERTAKEN
    fact.refresh_from_db()
    assert fact.text_nl == "nl people"
    decide(other, made, "accept")
    fact.refresh_from_db()
    assert fact.text_nl == "heel iets anders"


OVERTAKEN = "Somebody changed the proposal or decided on it meanwhile. Look again."


def told(answer) -> str:
    *_before, message = get_messages(answer.wsgi_request)
    return str(message)


def test_what_was_decided_is_not_decided_again(own, other):
    made = propose(own, Fact.objects.get(), text_nl="anders")
    decide(other, made, "decline", note="not true")
    for step in ("accept", "decline"):
        assert told(decide(other, made, step, note="again")) == OVERTAKEN
    made.refresh_from_db()
    assert (made.is_accepted, made.note) == (False, "not true")


def test_no_step_is_no_decision(own, other):
    made = propose(own, Fact.objects.get(), text_nl="anders")
    for step in ("", "dcline"):
        assert decide(other, made, step).status_code == 404
    made.refresh_from_db()
    assert made.decided_at is None


@pytest.mark.parametrize(
    ("step", "now", "conflicts"),
    [
        ("accept", "eerst", []),
        ("decline", "nl people", [("Text · NL", "eerst", "nl people", "mijn tekst")]),
    ],
)
def test_a_text_for_a_proposal_that_was_decided_is_proposed_anew(own, other, step, now, conflicts):
    fact = Fact.objects.get()
    made = propose(own, fact, text_nl="eerst")
    where = f"/content/proposals/{made.uuid}/"
    mine = filled_in(own.get(where), text_nl="mijn tekst", provenance="")
    decide(other, made, step)
    half = own.post(where, mine)
    assertContains(half, "mijn tekst", status_code=422)
    page = own.post(half.context["action"], filled_in(half, provenance="convention"))
    found = [(each.name, each.base, each.theirs, each.mine) for each in page.context["conflicts"]]
    assert [each for each in found if each[0] == "Text · NL"] == conflicts
    assert own.post(page.context["action"], filled_in(page)).status_code == 302
    again = Proposal.objects.get(decided_at=None)
    assert (again.target_id, again.base["text"]["nl"]) == (fact.pk, now)
    assert again.data["text"] == {"nl": "mijn tekst", "en": "en people"}


def test_a_text_for_something_new_that_was_accepted_is_a_change_of_it(own, other):
    where = "/content/things/fact/add/?condition=hip&topic=course"
    new = {"text_nl": "nieuw", "text_en": "new", "provenance": "convention", "condition": "hip"}
    own.post(where, filled_in(own.get(where), **new))
    made = Proposal.objects.get()
    where = f"/content/proposals/{made.uuid}/"
    mine = filled_in(own.get(where), text_nl="nieuwer")
    decide(other, made, "accept")
    page = own.post(where, mine)
    own.post(page.context["action"], filled_in(page))
    fact = Fact.objects.get(text_nl="nieuw")
    assert Proposal.objects.get(decided_at=None).target_id == fact.pk


def test_a_text_for_what_somebody_proposes_to_take_away_waits_in_a_form(own, other):
    fact = Fact.objects.get()
    mine = filled_in(other.get(of(fact)), text_nl="mijn tekst")
    away = propose(own, fact, take_away="yes")
    page = other.post(of(fact), mine)
    assertContains(page, "Own Editor proposes to take this away.", status_code=409)
    again = other.post(page.context["action"], filled_in(page))
    assertContains(again, "mijn tekst", status_code=409)
    decide(own, away, "decline")
    assert other.post(again.context["action"], filled_in(again)).status_code == 302
    assert Proposal.objects.get(decided_at=None).data["text"]["nl"] == "mijn tekst"


def test_taking_away_needs_no_finished_form(own):
    fact = Fact.objects.get()
    made = propose(own, fact, take_away="yes", text_nl="", provenance="")
    assert (made.target_id, made.data) == (fact.pk, None)


def test_what_was_changed_meanwhile_is_looked_at_before_it_is_taken_away(own):
    fact = Fact.objects.get()
    sent = filled_in(own.get(of(fact)), take_away="yes", text_nl="")
    Fact.objects.filter(pk=fact.pk).update(text_nl="intussen")
    answer = own.post(of(fact), sent)
    assert told(answer) == "Somebody changed this meanwhile. Look again."
    assert (answer.url, Proposal.objects.count()) == (of(fact), 0)


def test_a_condition_is_not_taken_away(own):
    condition = Condition.objects.get()
    page = own.get(of(condition))
    assertNotContains(page, "take_away")
    assert propose(own, condition, take_away="yes").data["slug"] == "hip"


def test_a_proposal_about_a_condition_stands_on_its_page(own):
    condition = Condition.objects.get()
    made = propose(own, condition, name_nl="heupen")
    page = own.get(f"/content/conditions/{condition.slug}/")
    assert page.context["page"].proposals == (made,)


def test_both_changes_of_a_choice_and_a_list_are_said_in_words(own):
    fact = Fact.objects.get()
    sent = filled_in(own.get(of(fact)), topic="risk", sources=[], provenance="convention")
    Source.objects.create(key="film", title="A film", kind="website")
    fact.sources.add(Source.objects.get(key="film"))
    Fact.objects.filter(pk=fact.pk).update(topic="course")
    page = own.post(of(fact), sent)
    assert [
        (each.name, each.base, each.theirs, each.mine) for each in page.context["conflicts"]
    ] == [
        ("Sources", "book", "book, film", ""),
        ("Topic", "who gets it", "how it goes", "what raises the chance"),
    ]


def test_a_new_fact_comes_last(own, other):
    where = "/content/things/fact/add/?condition=hip&topic=course"
    form = own.get(where)
    sent = filled_in(form, text_nl="nieuw", text_en="new", provenance="convention", condition="hip")
    assert sent["topic"] == "course"
    own.post(where, sent)
    assert Fact.objects.count() == 1
    decide(other, Proposal.objects.get(), "accept")
    assert [fact.text_en for fact in Fact.objects.all()] == ["en people", "new"]


def test_a_fact_is_taken_away(own, other):
    fact = Fact.objects.get()
    made = propose(own, fact, take_away="yes")
    assert Fact.objects.count() == 1
    decide(other, made, "accept")
    assert Fact.objects.count() == 0


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (Activity, {"slug": "walking"}),
        (Source, {"key": "book"}),
        (Stage, {"code": "one"}),
        (Question, {"code": "falls"}),
        (RedFlag, {"code": "calf"}),
    ],
)
def test_what_something_points_to_stays(own, other, model, key):
    item = model.objects.get(**key)
    made = propose(own, item, take_away="yes")
    answer = decide(other, made, "accept")
    *_before, message = get_messages(answer.wsgi_request)
    assert str(message).startswith("It cannot be taken away")
    made.refresh_from_db()
    assert (model.objects.filter(pk=item.pk).exists(), made.decided_at) == (True, None)


def test_what_nothing_points_to_is_taken_away(own, other):
    item = Source.objects.create(key="film", title="A film", kind="website")
    decide(other, propose(own, item, take_away="yes"), "accept")
    assert [source.key for source in Source.objects.all()] == ["book"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question_en": ""}, "question_en"),
        ({"provenance": "cited", "sources": []}, "sources"),
        ({"action_nl": "bel {phone}"}, "action_nl"),
        ({"action_nl": "geneest u"}, "action_nl"),
    ],
)
def test_what_would_be_read_at_once_has_to_be_whole(own, changes, field):
    flag = RedFlag.objects.get()
    answer = own.post(of(flag), filled_in(own.get(of(flag)), **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Proposal.objects.count() == 0


def test_the_name_that_files_point_to_is_set_once(own, other):
    activity = Activity.objects.get(slug="walking")
    made = propose(own, activity, slug="running", name_en="strolling")
    decide(other, made, "accept")
    activity.refresh_from_db()
    assert (activity.slug, activity.name_en) == ("walking", "strolling")


def test_what_the_answers_to_a_question_mean_is_set_once(own, other):
    question = Question.objects.get(code="falls")
    made = propose(own, question, kind="minutes", most="30")
    Proposal.objects.filter(pk=made.pk).update(data=made.data | {"kind": "minutes"})
    decide(other, made, "accept")
    question.refresh_from_db()
    assert (question.kind, question.most) == ("count", 30)


def test_a_condition_is_proposed_and_then_has_a_page(own, other):
    sent = filled_in(
        own.get("/content/things/condition/add/"),
        slug="new-hip",
        name_nl="nieuw",
        name_en="new",
        summary_nl="kort",
        summary_en="short",
        red_flags=["calf"],
    )
    own.post("/content/things/condition/add/", sent)
    decide(other, Proposal.objects.get(), "accept")
    made = Condition.objects.get(slug="new-hip")
    assert [flag.code for flag in made.red_flags.all()] == ["calf"]
    assertContains(own.get("/content/conditions/new-hip/"), "No plan yet.")


def test_the_start_page_says_what_waits_for_whom(own, other):
    made = propose(own, Fact.objects.get(), text_nl="anders")
    waiting, own = (client.get("/content/").context["work"] for client in (other, own))
    assert [each.pk for each in waiting.proposals] == [made.pk]
    assert list(own.proposals) == []
    assert [each.pk for each in own.own_proposals] == [made.pk]


def test_looking_at_a_statement_stamps_it(own, editor):
    fact = Fact.objects.get()
    own.post(f"/content/looked-at/fact/{fact.pk}/")
    fact.refresh_from_db()
    assert (fact.reviewer, fact.text_nl) == (editor.name, "nl people")
    assert fact.reviewed_on is not None


@pytest.mark.parametrize(("kind", "model"), [("source", Source), ("icd10", Condition)])
def test_what_is_no_statement_is_not_looked_at(own, kind, model):
    assert own.post(f"/content/looked-at/{kind}/{model.objects.get().pk}/").status_code == 404


def test_what_is_overdue_stands_on_the_start_page_until_it_is_looked_at(own):
    fact = Fact.objects.get()
    Fact.objects.filter(pk=fact.pk).update(review_on=factories.TODAY - timedelta(days=400))
    assert [line.statement.pk for line in own.get("/content/").context["overdue"]] == [fact.pk]
    own.post(f"/content/looked-at/fact/{fact.pk}/")
    assert list(own.get("/content/").context["overdue"]) == []


def test_looking_at_a_statement_takes_it_off_what_nobody_reviewed(own):
    before = own.get("/content/").context["unreviewed"]
    own.post(f"/content/looked-at/fact/{Fact.objects.get().pk}/")
    assert own.get("/content/").context["unreviewed"] == before - 1 > 0


def test_a_name_that_came_in_at_the_same_moment_is_no_mistake_of_the_program(
    own, other, monkeypatch
):
    """Both looks saw nothing; the second of two new things with one name is refused."""
    monkeypatch.setattr("conditions.fitting.check", lambda *_args: None)
    where = "/content/things/activity/add/"
    sent = filled_in(own.get(where), slug="rowing", name_nl="roeien", name_en="rowing")
    own.post(where, sent)
    made = Proposal.objects.get()
    Activity.objects.create(slug="rowing", **factories.both(name="rowing"))
    decide(other, made, "accept")
    made.refresh_from_db()
    assert (Activity.objects.filter(slug="rowing").count(), made.decided_at) == (1, None)
