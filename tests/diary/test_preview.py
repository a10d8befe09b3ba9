"""A plan as a patient would see it, for editors: nobody's diary is opened for it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from conditions.enums import Anchor, Voice
from conditions.models import Advice, Condition, Plan
from diary import preview
from diary.models import Entry, Episode, EpisodePhase
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

CANARY = "CANARY"
TABS = ("today", "log", "plan")
QUERIES = {"today": 21, "log": 22, "plan": 36}


@pytest.fixture
def plan(db) -> Plan:
    return factories.make_plan(publish=False)


@pytest.fixture
def desk(client, editor) -> Client:
    client.force_login(editor)
    return client


def page(desk: Client, plan: Plan, **wish):
    return desk.get(reverse("diary:preview", args=[plan.uuid]), wish)


def phone(desk: Client, plan: Plan, **wish) -> str:
    answer = desk.get(reverse("diary:preview_phone", args=[plan.uuid]), wish)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def policy_of(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


class TestThePage:
    def test_an_address_without_a_language_takes_the_editors(self, desk, plan, editor):
        shown = page(desk, plan, day="24")
        assert shown.context["form"].errors == {}
        assert f"language={editor.language}" in shown.content.decode()

    def test_it_asks_who_to_be_and_shows_a_phone_with_that(self, desk, plan):
        wish = {"day": "24", "weight": "72.5", "language": "en", "switches": ["precautions"]}
        html = page(desk, plan, **wish, page="log").content.decode()
        src = re.search(r'<iframe[^>]* src="([^"]+)"', html).group(1).replace("&amp;", "&")
        assert src == (
            f"/content/plans/{plan.uuid}/preview/phone/"
            "?day=24&weight=72.5&language=en&switches=precautions&page=log"
        )
        assert 'width="390" height="844"' in html
        assert re.search(r'name="day" value="24"', html)
        assert re.search(r'value="precautions"[^>]*checked', html)
        assert '<input type="hidden" name="page" value="log">' in html

    def test_it_begins_on_day_0_with_the_usual_switches(self, desk, plan):
        plan.switches.create(
            key="usual", default=True, provenance="convention", **factories.both(name="usual")
        )
        html = page(desk, plan).content.decode()
        assert "?day=0&amp;weight=72&amp;language=en&amp;switches=usual&amp;page=today" in html
        assert "switches=precautions" not in html

    def test_the_pages_are_chosen_by_tabs(self, desk, plan):
        html = page(desk, plan, day="3", weight="", language="nl", page="plan").content.decode()
        tabs = re.search(r'<nav class="preview-tabs".*?</nav>', html, re.DOTALL).group(0)
        links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', tabs)
        assert [(link.replace("&amp;", "&"), bool(here)) for link, here in links] == [
            (f"?day=3&weight=&language=nl&page={key}", key == "plan") for key in TABS
        ]

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("day", "soon", "Enter a whole number."),
            ("day", "", "This field is required."),
            ("weight", "9", "greater than or equal to 20."),
            ("language", "fr", "Select a valid choice."),
            ("switches", "unheard-of", "Select a valid choice."),
        ],
    )
    def test_a_wish_that_cannot_be_is_said_and_a_usual_one_shown(
        self, desk, plan, field, value, sentence
    ):
        wish = {"day": "5", "weight": "72", "language": "en"} | {field: value}
        answer = page(desk, plan, **wish)
        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert value == "" or f"{field}={value}" not in answer.content.decode()
        assert "Good morning" in phone(desk, plan, **wish) or field == "language"

    def test_a_plan_without_switches_asks_for_none(self, desk, plan):
        plan.switches.all().delete()
        assert 'name="switches"' not in page(desk, plan).content.decode()
        assert phone(desk, plan, day="3", weight="", language="en")

    def test_an_unknown_tab_is_today(self, desk, plan):
        wish = {"day": "3", "weight": "", "language": "en", "page": "../admin"}
        assert "page=today" in page(desk, plan, **wish).content.decode()
        assert "Good morning" in phone(desk, plan, **wish)


def test_the_page_of_a_plan_leads_to_it_and_it_leads_back(desk, plan):
    editing = reverse("conditions:plan", args=[plan.uuid])
    looking = reverse("diary:preview", args=[plan.uuid])
    assert f'href="{looking}"' in desk.get(editing).content.decode()
    assert f'href="{editing}"' in page(desk, plan).content.decode()


class TestWhoMayLook:
    @pytest.mark.parametrize("name", ["diary:preview", "diary:preview_phone"])
    def test_editors_and_superusers_and_nobody_else(
        self, name, plan, editor, patient, physiotherapist, clinic_manager
    ):
        superuser = User.objects.create_superuser("root@example.org", "a long enough pass phrase")
        url = reverse(name, args=[plan.uuid])
        statuses = {}
        for person in (editor, superuser, patient, physiotherapist, clinic_manager):
            client = Client()
            client.force_login(person)
            statuses[person.role] = client.get(url).status_code
        assert statuses == {
            "editor": 200,
            "": 200,
            "patient": 404,
            "physiotherapist": 404,
            "clinic_manager": 404,
        }
        assert Client().get(url).status_code == 302

    @pytest.mark.parametrize("name", ["diary:preview", "diary:preview_phone"])
    def test_an_unknown_plan_is_unknown(self, desk, editor, name):
        assert desk.get(reverse(name, args=[editor.uuid])).status_code == 404

    @pytest.mark.parametrize("name", ["diary:preview", "diary:preview_phone"])
    def test_nothing_can_be_sent(self, desk, plan, name):
        answer = desk.post(reverse(name, args=[plan.uuid]), {"left_loading": "3"})
        assert answer.status_code == 405


class TestFrames:
    def test_the_phone_alone_may_stand_in_a_frame_of_this_site(self, desk, plan):
        answer = desk.get(reverse("diary:preview_phone", args=[plan.uuid]))
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert policy_of(answer)["frame-ancestors"] == "'self'"
        assert policy_of(answer)["form-action"] == "'none'"
        assert "frame-src" not in policy_of(answer)
        assert policy_of(answer)["script-src"] == "'self'"

    def test_the_page_around_it_may_show_a_frame_and_stands_in_none(self, desk, plan):
        answer = page(desk, plan)
        assert answer["X-Frame-Options"] == "DENY"
        assert policy_of(answer)["frame-ancestors"] == "'none'"
        assert policy_of(answer)["frame-src"] == "'self'"

    def test_the_patients_own_pages_stand_in_no_frame(self, client, patient):
        factories.make_episode(patient)
        client.force_login(patient)
        answer = client.get(reverse("home"))
        assert answer["X-Frame-Options"] == "DENY"
        assert policy_of(answer)["frame-ancestors"] == "'none'"
        assert "frame-src" not in policy_of(answer)


class TestThePhone:
    def test_today_shows_the_limit_of_the_day_in_kilograms(self, desk, plan):
        html = phone(desk, plan, day="24", weight="72", language="en")
        assert "Day 24 · phase A, en protect" in html
        assert "36 kg" in html
        assert "phase B, en build up" in phone(desk, plan, day="42", weight="72", language="en")

    def test_without_a_weight_there_are_no_kilograms(self, desk, plan):
        html = phone(desk, plan, day="24", weight="", language="en")
        assert "50 % of your weight" in html
        assert " kg" not in html

    @pytest.mark.parametrize(("language", "word"), [("nl", "Goedemorgen"), ("en", "Good morning")])
    def test_the_language_is_the_wished_one(self, desk, plan, language, word):
        answer = desk.get(
            reverse("diary:preview_phone", args=[plan.uuid]),
            {"day": "1", "weight": "", "language": language},
        )
        html = answer.content.decode()
        assert word in html
        assert f'<html lang="{language}">' in html
        assert f"phase A, {language} protect" in html or f"fase A, {language} protect" in html
        assert answer["Content-Language"] == language

    def test_days_before_an_operation_are_counted_down(self, desk):
        plan = factories.make_plan(
            publish=False,
        )
        Plan.objects.filter(pk=plan.pk).update(anchor=Anchor.SURGERY)
        html = phone(desk, plan, day="-9", weight="", language="en")
        assert "9 days until the operation" in html
        assert "phase A" in html

    def test_what_is_switched_on_holds_and_what_is_off_does_not(self, desk, plan):
        Advice.objects.create(
            phase=plan.phases.first(),
            rule="dont",
            switch=plan.switches.get(),
            provenance="convention",
            **factories.both(text="cross your legs"),
        )
        wish = {"day": "1", "weight": "", "language": "en", "page": "plan"}
        assert "cross your legs" not in phone(desk, plan, **wish)
        html = phone(desk, plan, **wish, switches="precautions")
        assert "cross your legs" in html
        assert "Switched on for you: en precautions." in html

    def test_the_log_asks_what_the_plan_asks_and_cannot_be_saved(self, desk):
        asked = factories.make_question("locking")
        of_parent = factories.make_question("parent-limp", voice=Voice.PARENT)
        plan = factories.make_plan(publish=False, asks=(asked, of_parent), channels=["rest"])
        wish = {"day": "1", "weight": "", "language": "en", "page": "log"}
        html = phone(desk, plan, **wish)
        assert set(re.findall(r'name="(left_\w+|answer_[\w-]+)"', html)) == {
            "left_rest",
            "answer_locking",
        }
        assert '<button class="btn btn-primary btn-tall" disabled>Save</button>' in html
        Condition.objects.filter(pk=plan.condition_id).update(paediatric=True)
        assert 'name="answer_parent-limp"' in phone(desk, plan, **wish)

    def test_a_patient_can_save(self, client, patient):
        factories.make_episode(patient)
        client.force_login(patient)
        html = client.get(reverse("diary:log")).content.decode()
        assert '<button class="btn btn-primary btn-tall">Save</button>' in html

    def test_it_looks_like_a_patients_and_has_nothing_of_the_editors(self, desk, plan, editor):
        html = phone(desk, plan, day="1", weight="", language="en")
        assert '<body class="patient' in html
        assert '<nav class="bar"' in html
        assert "Sign out" not in html
        assert "Settings" not in html
        assert editor.name not in html

    @pytest.mark.parametrize("tab", TABS)
    def test_links_stay_within_it_or_lead_nowhere(self, desk, plan, tab):
        html = phone(desk, plan, day="1", weight="70", language="en", page=tab)
        links = set(re.findall(r'<a\b[^>]* href="([^"]*)"', html))
        within = {f"?day=1&amp;weight=70&amp;language=en&amp;page={key}" for key in TABS}
        assert links - {"#content"} <= within
        assert f"?day=1&amp;weight=70&amp;language=en&amp;page={TABS[0]}" in links


class TestADraftThatIsNotFinished:
    def test_without_phases(self, desk, plan):
        plan.milestones.all().delete()
        plan.phases.all().delete()
        for tab in TABS:
            assert phone(desk, plan, day="3", weight="72", language="en", page=tab)
        assert page(desk, plan).status_code == 200

    def test_without_limits_rules_stages_and_texts(self, desk, plan):
        for phase in plan.phases.all():
            phase.limit.delete()
            phase.rules.all().delete()
            phase.name_nl = phase.name_en = ""
            phase.save()
        plan.stages.clear()
        plan.name_nl = plan.name_en = plan.summary_nl = plan.summary_en = ""
        plan.save()
        for tab in TABS:
            assert phone(desk, plan, day="3", weight="72", language="en", page=tab)

    def test_a_limit_without_aids(self, desk, plan):
        limit = plan.phases.first().limit
        limit.aids = []
        limit.save()
        for tab in TABS:
            assert phone(desk, plan, day="3", weight="72", language="en", page=tab)


class TestNobodysDiary:
    @pytest.fixture
    def somebody(self, plan) -> Episode:
        """A patient of the same plan, with canaries in every row."""
        factories.publish_plan(plan)
        patient = factories.make_patient(name=CANARY)
        episode = factories.make_episode(patient, plan)
        factories.log_day(patient, TODAY, note=CANARY)
        return episode

    @pytest.mark.parametrize("tab", TABS)
    def test_no_row_of_a_patient_is_read(self, desk, editor, plan, somebody, tab):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html = phone(desk, plan, day="3", weight="72", language="en", page=tab)
            html += page(desk, plan, page=tab).content.decode()
        assert CANARY not in html
        read = [query["sql"] for query in queries if '"diary_' in query["sql"]]
        assert read == []
        people = [query["sql"] for query in queries if '"accounts_' in query["sql"]]
        signed_in = f'WHERE "accounts_user"."id" = {editor.pk} '
        assert [sql for sql in people if signed_in not in sql] == []
        assert len(people) == 2  # who signed in, for each of the two addresses

    @pytest.mark.parametrize("tab", TABS)
    def test_the_queries_are_those_of_the_content(
        self, desk, plan, somebody, tab, django_assert_num_queries
    ):
        with django_assert_num_queries(QUERIES[tab]):
            phone(desk, plan, day="3", weight="72", language="en", page=tab)

    def test_nothing_is_stored(self, desk, plan):
        for tab in TABS:
            phone(desk, plan, day="3", weight="72", language="en", page=tab)
        counts = [model.objects.count() for model in (Episode, EpisodePhase, Entry)]
        assert counts == [0, 0, 0]


def test_the_made_up_episode_holds_on_the_wished_day(plan):
    episode = preview.episode_of(plan.pk, preview.Wish(day=50), TODAY)
    assert episode.day_number(TODAY) == 50
    assert episode.started_on == TODAY - timedelta(days=50)
    before = preview.episode_of(plan.pk, preview.Wish(day=-3), TODAY)
    assert (before.day_number(TODAY), before.started_on) == (-3, TODAY)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/log/">x</a>', '<a href="?page=log&amp;day=1">x</a>'),
        ('<a id="b" href="/log/">', '<a id="b" href="?page=log&amp;day=1">'),
        ('<a href="/elsewhere/">x</a>', "<a>x</a>"),
        ('<a href="https://a.example">x</a>', "<a>x</a>"),
        ('<a href="#part">x</a>', '<a href="#part">x</a>'),
        ('<link href="/log/">', '<link href="/log/">'),
    ],
)
def test_links_are_led_within(html, expected):
    assert preview.lead_within(html, {"/log/": "?page=log&day=1"}) == expected
