"""Editing a draft part by part, alone and with somebody else at the same time."""

import json

import pytest
from django.contrib.messages import get_messages
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from conditions import export, parts, publishing
from conditions.models import ActivityRule, Advice, Condition, Phase, Plan, Stage
from tests import factories
from tests.conditions.editing import address, client_of, filled_in, make_draft, make_editor


@pytest.fixture
def draft(tmp_path, editor) -> Plan:
    return make_draft(tmp_path, editor)


@pytest.fixture
def rule(draft) -> ActivityRule:
    return ActivityRule.objects.get(phase__plan=draft, minutes=20)


@pytest.fixture
def own(editor):
    return client_of(editor)


@pytest.fixture
def other(db):
    return client_of(make_editor("Other Editor"))


def of(rule: ActivityRule, kind: str = "rule") -> tuple:
    return (kind, rule.pk)


def test_a_plan_reads_in_order_with_both_languages(own, draft):
    page = own.get(address("plan", draft)).content.decode()
    spots = [page.index(words) for words in ("nl a plan", "en a plan", "nl protect", "nl build up")]
    assert spots == sorted(spots)


def test_a_draft_can_be_changed_and_a_published_plan_cannot(own, draft):
    assertContains(own.get(address("plan", draft)), ">Edit<")
    published = Plan.objects.get(version=1)
    assertNotContains(own.get(address("plan", published)), ">Edit<")


def test_a_part_of_a_published_plan_leads_back_to_its_line(own, draft):
    published = Plan.objects.get(version=1)
    limit = published.phases.first().limit
    answer = own.get(address("part", published, "limit", limit.pk))
    assertRedirects(answer, f"{address('plan', published)}#limit-{limit.pk}", 303)


def test_a_change_is_saved_and_leads_back_to_its_line(own, draft, rule):
    form = own.get(address("part", draft, *of(rule)))
    sent = filled_in(form, reason_nl="omdat", minutes="25")
    answer = own.post(address("part", draft, *of(rule)), sent)
    assertRedirects(answer, f"{address('plan', draft)}#rule-{rule.pk}", 303)
    rule.refresh_from_db()
    assert (rule.reason_nl, rule.reason_en, rule.minutes) == ("omdat", "en because", 25)


def test_saving_without_a_change_changes_nothing(own, draft):
    before = export.plan_as_data(draft.pk)
    for kind in parts.OF_PLAN.values():
        scope = {"phase__plan": draft} if kind.owner == "phase" else {"plan": draft}
        rows = [draft] if kind is parts.PLAN else kind.model.objects.filter(**scope)
        for row in rows:
            where = address("part", draft, kind.slug, row.pk)
            assert own.post(where, filled_in(own.get(where))).status_code == 303
    assert export.plan_as_data(draft.pk) == before


def test_a_mistake_stands_beside_its_field_and_keeps_every_answer(own, draft, rule):
    where = address("part", draft, *of(rule))
    sent = filled_in(own.get(where), minutes="2000", reason_en="what I typed")
    answer = own.post(where, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["minutes"]
    assertContains(answer, "what I typed", status_code=422)
    rule.refresh_from_db()
    assert rule.minutes == 20


@pytest.mark.parametrize("kind", ["phase", "rule", "limit", "switch", "milestone", "plan"])
def test_a_part_of_another_plan_is_not_reached_through_a_draft(own, draft, kind):
    published = Plan.objects.get(version=1)
    known, phase = parts.OF_PLAN[kind], published.phases.first()
    holder = phase if known.owner == "phase" else published
    foreign = (
        published if kind == "plan" else known.model.objects.filter(**{known.owner: holder})[0]
    )
    for step in ("part", "remove_part"):
        assert own.get(address(step, draft, kind, foreign.pk)).status_code == 404
    before = export.plan_as_data(published.pk)
    for step in ("part", "move_part", "remove_part"):
        own.post(address(step, draft, kind, foreign.pk), {"to": "up"})
    assert export.plan_as_data(published.pk) == before


def test_a_plan_is_for_stages_of_its_own_condition(own, draft):
    other = Condition.objects.create(slug="knee", **factories.both(name="knee", summary="a knee"))
    Stage.objects.create(condition=other, code="two", provenance="convention")
    where = address("part", draft, "plan", draft.pk)
    page = own.get(where)
    assert [key for key, _name in page.context["form"].fields["stages"].choices] == ["one"]
    assert own.post(where, filled_in(page, stages=["two"])).status_code == 422


def test_a_text_is_not_so_long_that_its_form_could_not_be_sent_again(own, draft, rule):
    where = address("part", draft, *of(rule))
    answer = own.post(where, filled_in(own.get(where), reason_nl="x" * 10_001))
    assert list(answer.context["form"].errors) == ["reason_nl"]
    assert own.post(where, filled_in(own.get(where), reason_nl="x" * 10_000)).status_code == 303


def test_with_htmx_only_the_form_comes(own, draft, rule):
    bare = own.get(address("part", draft, *of(rule)), headers={"HX-Request": "true"})
    assertNotContains(bare, "<html")
    assertContains(bare, 'name="reason_nl"')


def test_the_second_of_two_editors_gets_both_texts_and_saves_one(own, other, draft, rule):
    where = address("part", draft, *of(rule))
    mine = filled_in(own.get(where), reason_nl="mijn tekst")
    theirs = filled_in(other.get(where), reason_nl="hun tekst", minutes="30")
    assert other.post(where, theirs).status_code == 303
    page = own.post(where, mine)
    assert page.status_code == 409
    for words in ("mijn tekst", "hun tekst", "nl because", "Other Editor", "Reason · NL"):
        assertContains(page, words, status_code=409)
    rule.refresh_from_db()
    assert (rule.reason_nl, rule.minutes) == ("hun tekst", 30)
    assert own.post(page.context["action"], filled_in(page)).status_code == 303
    rule.refresh_from_db()
    assert (rule.reason_nl, rule.minutes) == ("mijn tekst", 30)


def test_two_changes_of_different_things_are_brought_together(own, other, draft, rule):
    where = address("part", draft, *of(rule))
    mine = filled_in(own.get(where), reason_nl="mijn tekst")
    theirs = filled_in(other.get(where), reason_en="their text")
    other.post(where, theirs)
    page = own.post(where, mine)
    assert page.context["conflicts"] == []
    own.post(where, filled_in(page))
    rule.refresh_from_db()
    assert (rule.reason_nl, rule.reason_en) == ("mijn tekst", "their text")


@pytest.mark.parametrize(
    "base",
    [
        "",
        "{",
        "5",
        "[]",
        "{}",
        "[" * 9999,
        {"review_on": "tomorrow"},
        {"reason": "because"},
        {"reason": {"nl": 3, "en": 4}},
        {"minutes": {"nl": "", "en": ""}},
        {"reviewer": {"nl": "", "en": ""}},
    ],
)
def test_what_a_form_says_wrongly_of_before_overwrites_nothing(own, draft, rule, base):
    where = address("part", draft, *of(rule))
    sent = filled_in(own.get(where), reason_nl="mijn tekst")
    wrong = base if isinstance(base, str) else json.dumps(json.loads(sent["base"]) | base)
    page = own.post(where, sent | {"base": wrong})
    assertContains(page, "mijn tekst", status_code=409)
    rule.refresh_from_db()
    assert rule.reason_nl == "nl because"
    assert own.post(where, filled_in(page)).status_code == 303


@pytest.mark.parametrize("mean", ["inf", "-inf", "nan", "1e400", "11"])
def test_a_mean_that_is_no_number_to_ten_is_a_mistake(own, draft, mean):
    where = address("part", draft, "pain-curve", draft.pain_curve.pk)
    answer = own.post(where, filled_in(own.get(where), points=f"1: 2,5\n8: {mean}"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["points"])


def test_two_editors_of_different_parts_do_not_meet(own, other, draft, rule):
    first = address("part", draft, *of(rule))
    second = address("part", draft, "limit", rule.phase.limit.pk)
    mine, theirs = filled_in(own.get(first)), filled_in(other.get(second), text_nl="anders")
    assert other.post(second, theirs).status_code == 303
    assert own.post(first, mine).status_code == 303


def test_a_text_for_a_part_that_was_taken_out_can_be_added_again(own, other, draft, rule):
    where = address("part", draft, *of(rule))
    mine = filled_in(own.get(where), reason_nl="mijn tekst", phase=rule.phase_id)
    gone = address("remove_part", draft, *of(rule))
    assert other.post(gone, seen(other.get(gone))).status_code == 303
    page = own.post(where, mine)
    assertContains(page, "mijn tekst", status_code=409)
    sent = filled_in(page, phase=rule.phase_id)
    assert own.post(address("add_part", draft, "rule"), sent).status_code == 303
    added = ActivityRule.objects.get(phase__plan=draft, reason_nl="mijn tekst")
    assert (added.phase_id, added.minutes, added.activity.slug) == (rule.phase_id, 20, "walking")


def test_a_text_for_a_phase_that_was_taken_out_is_shown(own, draft, rule):
    where = address("part", draft, *of(rule))
    mine = filled_in(own.get(where), reason_nl="mijn tekst", phase=rule.phase_id)
    rule.phase.delete()
    for sent in (mine, mine | {"phase": "²"}):
        assertContains(own.post(where, sent), "mijn tekst", status_code=409)
    assert own.post(address("part", draft, "plan", 0), mine).status_code == 404


def test_a_text_for_a_plan_that_was_published_meanwhile_is_shown(own, draft, rule):
    where = address("part", draft, *of(rule))
    mine = filled_in(own.get(where), reason_nl="mijn tekst")
    publish(draft)
    page = own.post(where, mine)
    assert dict(page.context["sent"])["Reason · Dutch"] == "mijn tekst"
    rule.refresh_from_db()
    assert rule.reason_nl == "nl because"


def publish(draft: Plan) -> None:
    first, second = make_editor("First"), make_editor("Second")
    publishing.submit_plan(plan=draft, by=first, now=factories.NOW)
    draft.refresh_from_db()
    publishing.publish_plan(plan=draft, by=second, now=factories.NOW)


def test_taking_out_what_somebody_changed_meanwhile_asks_for_another_look(own, other, draft, rule):
    gone, where = address("remove_part", draft, *of(rule)), address("part", draft, *of(rule))
    looked_at = seen(own.get(gone))
    other.post(where, filled_in(other.get(where), reason_nl="hun tekst"))
    for sent in (looked_at, {}):
        assert told(own.post(gone, sent)) == "Somebody changed this meanwhile. Look again."
    assert ActivityRule.objects.filter(pk=rule.pk).exists()


def seen(page) -> dict[str, str]:
    return {"seen": page.context["seen"]}


def told(answer) -> str:
    *_before, message = get_messages(answer.wsgi_request)
    return str(message)


def test_what_somebody_wrote_into_a_phase_meanwhile_is_not_taken_out_with_it(
    own, other, draft, rule
):
    gone = address("remove_part", draft, "phase", rule.phase_id)
    where = address("part", draft, *of(rule))
    looked_at = seen(own.get(gone))
    other.post(where, filled_in(other.get(where), reason_nl="hun tekst"))
    assert told(own.post(gone, looked_at)) == "Somebody changed this meanwhile. Look again."
    assert own.post(gone, seen(own.get(gone))).status_code == 303
    assert [phase.code for phase in draft.phases.all()] == ["B"]


def test_a_switch_is_taken_out_once_nothing_holds_only_with_it(own, draft):
    switch = draft.switches.get()
    gone = address("remove_part", draft, "switch", switch.pk)
    for part in (ActivityRule, Advice):
        answer = own.post(gone, seen(own.get(gone)))
        assert told(answer).startswith("Rules or advice hold only with this switch.")
        part.objects.filter(switch=switch).delete()
    own.post(gone, seen(own.get(gone)))
    assert draft.switches.count() == 0


def test_a_part_is_added_last_in_its_phase(own, draft):
    phase = draft.phases.first()
    where = f"{address('add_part', draft, 'advice')}?phase={phase.pk}&rule=do"
    form = own.get(where)
    assert form.context["form"]["rule"].value() == "do"
    sent = filled_in(form, phase=phase.pk, text_nl="rust", text_en="rest", provenance="convention")
    assert own.post(address("add_part", draft, "advice"), sent).status_code == 303
    assert [(each.rule, each.text_en) for each in phase.advice.all()] == [
        ("caution", "en mind"),
        ("do", "rest"),
    ]


def test_a_part_cannot_be_added_to_a_phase_of_another_plan(own, draft):
    foreign = Phase.objects.filter(plan__version=1).first()
    for pk in (foreign.pk, 0, "x", "²", "9" * 5000):
        assert own.get(f"{address('add_part', draft, 'rule')}?phase={pk}").status_code == 404


def test_a_milestone_is_added_to_a_phase(own, draft):
    phase = draft.phases.last()
    form = own.get(f"{address('add_part', draft, 'milestone')}?phase={phase.pk}")
    assert form.context["form"]["phase"].value() == phase.code
    days = {"early_day": 1, "typical_day": 2, "late_day": 3}
    sent = filled_in(form, code="near", provenance="convention", **days)
    assert own.post(address("add_part", draft, "milestone"), sent).status_code == 303
    assert draft.milestones.get(code="near").phase == phase


@pytest.mark.parametrize(
    ("to", "moved", "order"),
    [("down", 0, [1, 0]), ("up", 1, [1, 0]), ("up", 0, [0, 1]), ("down", 1, [0, 1])],
)
def test_parts_change_places_and_stay_at_the_ends(own, draft, to, moved, order):
    phase = draft.phases.first()
    phase.rules.update(rule="do")
    rules = list(phase.rules.all())
    own.post(address("move_part", draft, "rule", rules[moved].pk), {"to": to})
    assert list(phase.rules.all()) == [rules[number] for number in order]


def test_a_part_moves_past_those_that_stand_in_another_place_on_the_page(own, draft):
    phase = draft.phases.first()
    first, other = phase.rules.all()
    second = ActivityRule.objects.create(
        phase=phase,
        order=2,
        rule="do",
        activity=factories.make_activity("rowing"),
        provenance="convention",
    )
    own.post(address("move_part", draft, "rule", other.pk), {"to": "up"})
    assert list(phase.rules.all()) == [first, other, second]
    own.post(address("move_part", draft, "rule", second.pk), {"to": "up"})
    assert list(phase.rules.all()) == [second, other, first]


def test_phases_that_change_places_keep_their_windows_joined(own, draft):
    second = draft.phases.last()
    own.post(address("move_part", draft, "phase", second.pk), {"to": "up"})
    windows = [(each.code, each.from_day, each.to_day) for each in draft.phases.all()]
    assert windows == [("B", -7, 13), ("A", 14, None)]


def test_what_changes_after_it_was_handed_in_is_a_draft_again(own, draft, rule, editor):
    publishing.submit_plan(plan=draft, by=editor, now=factories.NOW)
    where = address("part", draft, *of(rule))
    own.post(where, filled_in(own.get(where), reason_nl="anders"))
    draft.refresh_from_db()
    assert (draft.submitted_at, draft.submitted_by) == (None, None)


def test_the_history_says_who_changed_what(own, draft, rule):
    where = address("part", draft, *of(rule))
    own.post(where, filled_in(own.get(where), reason_nl="anders"))
    page = own.get(address("plan", draft))
    assertContains(page, "Own Editor")
    assert page.context["history"][0].words == "Changed reason for activity rule “do: en walking”."


def test_who_handed_a_plan_in_does_not_publish_it(own, draft):
    where = address("decide", draft)
    own.post(where, {"step": "submit"})
    own.post(where, {"step": "publish"})
    draft.refresh_from_db()
    assert draft.submitted_by.name == "Own Editor"
    assert draft.published_at is None


def test_a_second_editor_publishes_it(own, other, draft):
    own.post(address("decide", draft), {"step": "submit"})
    page = other.get(address("plan", draft))
    assertContains(page, ">Publish<")
    other.post(address("decide", draft), {"step": "publish"} | seen(page))
    draft.refresh_from_db()
    assert draft.published_by.name == "Other Editor"
    assert Plan.objects.get(version=1).retired_at == draft.published_at


def test_why_a_plan_was_sent_back_stands_on_top(own, other, draft):
    own.post(address("decide", draft), {"step": "submit"})
    other.post(address("decide", draft), {"step": "return", "note": "say which step"})
    page = own.get(address("plan", draft)).content.decode()
    assert page.index("say which step") < page.index("nl a plan")


def test_only_what_was_read_is_published(own, other, draft, rule):
    own.post(address("decide", draft), {"step": "submit"})
    looked_at = seen(other.get(address("plan", draft)))
    where = address("part", draft, *of(rule))
    own.post(where, filled_in(own.get(where), reason_nl="ongelezen"))
    own.post(address("decide", draft), {"step": "submit"})
    for sent in ({"step": "publish"} | looked_at, {"step": "publish"}):
        answer = other.post(address("decide", draft), sent)
        assert told(answer).startswith("It was changed and handed in again")
    draft.refresh_from_db()
    assert draft.published_at is None


def test_a_plan_is_sent_back_with_a_note(own, other, draft):
    own.post(address("decide", draft), {"step": "submit"})
    other.post(address("decide", draft), {"step": "return", "note": "the Dutch is hard"})
    draft.refresh_from_db()
    assert (draft.submitted_by, draft.published_at) == (None, None)
    assertContains(own.get(address("plan", draft)), "the Dutch is hard")


def test_an_unfinished_draft_is_not_handed_in_and_says_why(own, draft, rule):
    rule.delete()
    draft.phases.last().rules.all().delete()
    own.post(address("decide", draft), {"step": "submit"})
    draft.refresh_from_db()
    assert draft.submitted_at is None
    page = own.get(address("plan", draft))
    assert page.context["page"].blocking >= 1


def test_a_new_version_is_a_draft_and_there_is_one_at_a_time(own, draft):
    published = Plan.objects.get(version=1)
    answer = own.post(address("new_version", published))
    assertRedirects(answer, address("plan", draft), 303)
    assert Plan.objects.count() == 2


def test_a_difference_is_said_in_words(own, draft, rule):
    where = address("part", draft, *of(rule))
    own.post(where, filled_in(own.get(where), rule="caution"))
    page = own.get(address("plan", draft))
    assert page.context["differences"] == ["Phase A: en walking moves from “do” to “with care”."]


def test_a_draft_is_thrown_away_and_a_published_plan_is_not(own, draft):
    published = Plan.objects.get(version=1)
    assert own.post(address("discard", published)).status_code == 404
    where = address("discard", draft)
    assert own.post(where, seen(own.get(where))).status_code == 302
    assert list(Plan.objects.all()) == [published]


def test_a_draft_that_somebody_changed_meanwhile_is_not_thrown_away(own, other, draft, rule):
    where, looked_at = address("part", draft, *of(rule)), seen(own.get(address("discard", draft)))
    other.post(where, filled_in(other.get(where), reason_nl="hun tekst"))
    for sent in (looked_at, {}):
        answer = own.post(address("discard", draft), sent)
        assert told(answer) == "Somebody changed this meanwhile. Look again."
    assert Plan.objects.filter(pk=draft.pk).exists()


def test_a_new_plan_begins_as_an_empty_draft(own, draft):
    where = f"/content/conditions/{draft.condition.slug}/plan/"
    sent = filled_in(own.get(where), code="second", anchor="start", provenance="convention")
    assert own.post(where, sent).status_code == 303
    made = Plan.objects.get(code="second")
    assert (made.version, made.published_at, made.phases.count()) == (1, None, 0)
    taken = own.post(where, sent)
    assert list(taken.context["form"].errors) == ["code"]
    assert own.get(address("plan", made)).status_code == 200


def test_markdown_is_shown_as_readers_see_it_and_nothing_else(own):
    sent = {"preview": "text_nl", "text_nl": "**sterk** <script>alert(1)</script>"}
    answer = own.post("/content/markdown/", sent).content.decode()
    assert "<strong>sterk</strong>" in answer
    assert "<script" not in answer


@pytest.mark.parametrize("more", [1, 4])
def test_reading_a_plan_takes_the_same_queries_however_long_it_is(
    own, draft, more, django_assert_num_queries
):
    last = draft.phases.last()
    for number in range(1, more + 1):
        Phase.objects.create(
            plan=draft, code=f"X{number}", order=number + 1, from_day=last.from_day + number
        )
    with django_assert_num_queries(58):
        own.get(address("plan", draft))


def test_what_keeps_a_plan_from_being_published_is_one_tap_away(own, draft, rule):
    ActivityRule.objects.filter(pk=rule.pk).update(reason_en="")
    page = own.get(address("plan", draft))
    assert [line.anchor for line in page.context["page"].to_mend] == [f"rule-{rule.pk}"]
    assertContains(page, f'href="#rule-{rule.pk}"')


def test_a_missing_load_limit_is_named_at_its_phase(own, draft):
    phase = draft.phases.first()
    phase.limit.delete()
    page = own.get(address("plan", draft)).context["page"]
    assert page.blocking == sum(len(line.findings) for line in page.to_mend) == 1
    assert page.to_mend[0].item == phase
