"""The library into the database and out: nothing twice, nothing overwritten, all or nothing."""

from datetime import timedelta

import pytest
import yaml
from django.core import serializers
from django.core.management import CommandError, call_command
from django.utils import translation

from conditions import library, models, publishing, services
from tests import factories
from tests.conditions.small_library import both, small, write
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
MODELS = (
    models.Source,
    models.Activity,
    models.RedFlag,
    models.Condition,
    models.Fact,
    models.Stage,
    models.Plan,
    models.Switch,
    models.PainCurve,
    models.Phase,
    models.LoadLimit,
    models.PainLimit,
    models.Criterion,
    models.ActivityRule,
    models.Advice,
    models.Milestone,
)


def rows() -> dict[str, str]:
    """Everything content holds, as text."""
    return {
        model.__name__: serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in MODELS
    }


def load(folder, files, *, now=NOW, **options):
    for old in folder.glob("*.yaml"):
        old.unlink()
    return services.load_library(write(folder, files), now=now, **options)


def test_a_first_load_stores_all_and_publishes_the_plans(tmp_path):
    loaded = load(tmp_path, small())
    assert loaded == services.Loaded(conditions=1, plans=1, new_plans=("hip 1",), kept=())
    plan = models.Plan.objects.get()
    assert (plan.version, plan.published_at, plan.published_by) == (1, NOW, None)
    assert [phase.name_nl for phase in plan.phases.all()] == ["nl protect", "nl build up"]
    rule = models.ActivityRule.objects.get(switch__isnull=False)
    assert (rule.phase.code, rule.activity.slug, rule.switch.key) == ("A", "walking", "rules")
    assert [source.key for source in models.Fact.objects.get().sources.all()] == ["book"]
    condition = models.Condition.objects.get()
    assert (condition.icd10, condition.icd10_provenance) == ("M16", "cited")
    assert [source.key for source in condition.icd10_sources.all()] == ["book"]


def test_a_second_load_changes_nothing(tmp_path):
    load(tmp_path, small())
    before = rows()
    again = load(tmp_path, small(), now=LATER)
    assert (again.new_plans, again.kept) == ((), ())
    assert rows() == before


def test_taking_over_twice_changes_nothing_the_second_time(tmp_path):
    load(tmp_path, small(), take_over=True)
    before = rows()
    load(tmp_path, small(), now=LATER, take_over=True)
    assert rows() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan["phases"][0]["limit"].update(percent=40),
        lambda plan: plan["phases"][0]["rules"][0].update(reason=both("otherwise")),
        lambda plan: plan["phases"][0]["rules"][0].update(sources=["other"]),
        lambda plan: plan["milestones"][0].update(late_day=21),
        lambda plan: plan["pain_curve"]["points"][0].update(mean=3.2),
        lambda plan: plan.update(
            switches=[{"key": "rules", "name": both("rules"), "default": True}]
        ),
        lambda plan: plan["phases"][0]["advice"].clear(),
    ],
)
def test_a_changed_published_plan_is_refused_and_nothing_is_stored(tmp_path, change):
    files = small()
    files["sources"].append({"key": "other", "title": "Another book", "kind": "study"})
    load(tmp_path, files)
    before = rows()
    change(files["hip"]["plans"][0])
    files["activities"].append({"slug": "swimming", "name": both("swimming")})
    with pytest.raises(services.LibraryIsWrong) as refused:
        load(tmp_path, files, take_over=True)
    assert refused.value.problems == [
        "hip: plan hip version 1 is stored and says something else; "
        "give the changed plan a new version."
    ]
    assert rows() == before


def test_a_new_version_in_a_file_is_published_and_retires_the_old_one(tmp_path):
    load(tmp_path, small())
    files = small()
    files["hip"]["plans"][0] |= {"version": 2, "name": both("better")}
    loaded = load(tmp_path, files, now=LATER)
    assert loaded.new_plans == ("hip 2",)
    stored = models.Plan.objects.order_by("version")
    assert [(plan.version, plan.published_at, plan.retired_at) for plan in stored] == [
        (1, NOW, LATER),
        (2, LATER, None),
    ]
    assert [plan.name_en for plan in stored] == ["en plan", "en better"]


def shipped(version: int) -> dict:
    files = small()
    files["hip"]["plans"][0] |= {"version": version, "name": both("as shipped")}
    return files


def test_a_version_that_editors_made_under_the_same_number_is_kept(tmp_path, editor):
    load(tmp_path, small())
    draft = publishing.new_version(plan=models.Plan.objects.get(), by=editor)
    assert load(tmp_path, shipped(2), now=LATER).kept == ("plan hip 2",)
    second = factories.make_person("editor")
    publishing.submit_plan(plan=draft, by=editor, now=NOW)
    publishing.publish_plan(plan=draft, by=second, now=NOW)
    before = rows()
    loaded = load(tmp_path, shipped(2), now=LATER)
    assert (loaded.kept, loaded.new_plans) == (("plan hip 2",), ())
    assert rows() == before


def test_a_version_older_than_what_is_stored_is_not_brought_back(tmp_path):
    load(tmp_path, shipped(3))
    before = rows()
    loaded = load(tmp_path, shipped(2), now=LATER)
    assert (loaded.kept, loaded.new_plans) == (("plan hip 2",), ())
    assert rows() == before


def test_a_mistake_in_a_file_stores_nothing(tmp_path):
    files = small()
    files["hip"]["plans"][0]["stages"] = ["two"]
    with translation.override("en"), pytest.raises(services.LibraryIsWrong) as refused:
        load(tmp_path, files)
    assert refused.value.problems == [
        "hip.yaml, line 106: The plan: there is no stage “two”. "
        "Choose one that is there, or add it first."
    ]
    assert not models.Source.objects.exists()


def edit_in_the_program():
    models.RedFlag.objects.update(action_en="Call at once.")
    models.Fact.objects.update(text_nl="door een redacteur")
    models.Activity.objects.filter(slug="walking").update(order=99)
    models.Source.objects.update(title="The same book")


def test_what_editors_changed_is_kept_and_named(tmp_path):
    load(tmp_path, small())
    edit_in_the_program()
    before = rows()
    loaded = load(tmp_path, small(), now=LATER)
    assert loaded.kept == ("source book", "activity walking", "red flag calf", "condition hip")
    assert rows() == before


def test_what_editors_changed_is_taken_over_only_when_asked(tmp_path):
    load(tmp_path, small())
    edit_in_the_program()
    loaded = load(tmp_path, small(), now=LATER, take_over=True)
    assert loaded.kept == ()
    assert models.RedFlag.objects.get().action_en == "en call {clinic}: {clinic_phone}"
    assert models.Fact.objects.get().text_nl == "nl people"
    assert models.Activity.objects.get(slug="walking").order == 0
    assert models.Source.objects.get().title == "A book"


def test_a_new_stage_arrives_with_a_condition_that_was_edited(tmp_path):
    load(tmp_path, small())
    models.Condition.objects.update(name_nl="anders")
    files = small()
    files["hip"]["stages"].append({"code": "two", "name": both("two"), "order": 2})
    files["hip"]["plans"].append(small()["hip"]["plans"][0] | {"code": "hip-2", "stages": ["two"]})
    assert load(tmp_path, files, now=LATER).new_plans == ("hip-2 1",)
    assert [stage.code for stage in models.Stage.objects.all()] == ["one", "two"]
    assert models.Condition.objects.get().name_nl == "anders"


def test_the_command_says_what_it_did(tmp_path, capsys):
    folder = write(tmp_path, small())
    call_command("load_content", folder)
    call_command("load_content", folder)
    edit_in_the_program()
    call_command("load_content", folder)
    first, second, third, kept = capsys.readouterr().out.splitlines()
    assert first == "Content: 1 conditions, 1 plans; new plans: hip 1."
    assert second == third == "Content: 1 conditions, 1 plans; new plans: none."
    assert kept.startswith("Kept as stored, though the files say otherwise: source book, activity")


def test_the_command_ends_with_the_sentences(tmp_path):
    files = small()
    files["hip"]["plans"][0]["phases"] = []
    with pytest.raises(CommandError, match=r"^hip.yaml, line 41: The plan: it has no phase\."):
        call_command("load_content", write(tmp_path, files))


def in_order(content):
    """The conditions with their plans by code: a file may have them in another order."""
    return [
        condition | {"plans": sorted(condition["plans"], key=lambda plan: plan["code"])}
        for condition in content.conditions
    ]


@pytest.mark.service
def test_what_ships_comes_out_as_it_went_in(tmp_path):
    services.load_library(now=NOW)
    call_command("export_content", tmp_path)
    shipped, written = library.read(), library.read(tmp_path)
    assert written.problems == []
    assert in_order(written) == in_order(shipped)
    for name in ("sources", "activities", "red_flags"):
        assert sorted(getattr(written, name), key=str) == sorted(getattr(shipped, name), key=str)
    before = rows()
    loaded = services.load_library(tmp_path, now=LATER, take_over=True)
    assert (loaded.new_plans, loaded.kept) == ((), ())
    assert rows() == before


def test_drafts_and_retired_plans_are_not_written(tmp_path, editor):
    load(tmp_path, small())
    plan = models.Plan.objects.get()
    draft = publishing.new_version(plan=plan, by=editor)
    models.Plan.objects.filter(pk=draft.pk).update(name_en="half done")
    out = tmp_path / "out"
    call_command("export_content", out)
    [written] = yaml.safe_load((out / "hip.yaml").read_text())["plans"]
    assert (written.get("version", 1), written["name"]["en"]) == (1, "en plan")
