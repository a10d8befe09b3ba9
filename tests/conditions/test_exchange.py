"""Content as files: out and in again byte for byte, whole or not at all, over nothing."""

import contextlib
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import yaml
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conditions import (
    bundles,
    editing,
    exchange,
    export,
    library,
    proofreading,
    publishing,
    services,
)
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    Plan,
    Proposal,
    RedFlag,
    Source,
    Stage,
    Symptom,
)
from tests import factories
from tests.conditions.small_library import Files, both, small
from tests.conditions.test_load_content import rows
from tests.factories import NOW, TODAY

LATER = NOW + timedelta(days=1)
ODD_TEXTS = (
    'it said: "don\'t" – and \\ stayed',
    "# no comment\n\n  - no list\n\nkey: value\n\ttabbed",
    "yes",
    "no",
    "null",
    "~",
    "2026-11-23",
    "1e3",
    "0x1F",
    "=",
    "<<",
    "*name",
    "&name",
    "!tag",
    "%percent",
    "@at",
    "`tick`",
    "[1, 2]",
    "? what",
    "- one\n- two",
    "---",
    "...",
    "🦴 bones ❤️ 👩‍⚕️",
    "line\u2028end\u2029and\x85next",
    "carriage\rreturn",
    "word " * 500,
    "x" * 5000,
    "ends with a colon:",
    "a\n \nb",
    "\ufeffmark",
    "nbsp\xa0inside",
    "\x07bell",
)


class Undo(Exception):
    """Takes back everything, so that the installation is empty again."""


def in_another_installation(do: Callable[[], bytes]) -> bytes:
    """What something answers there; nothing of it stays here."""
    with contextlib.suppress(Undo), transaction.atomic():
        answer = do()
        raise Undo
    return answer


def as_files(content: Files) -> dict[str, bytes]:
    return {f"{name}.yaml": export.as_yaml(data) for name, data in content.items()}


def bring_in(content: Files, by) -> exchange.Imported:
    return exchange.import_files(files=as_files(content), by=by, now=LATER)


@pytest.fixture
def filled(db, editor) -> None:
    bring_in(small(), editor)


# Out, in, and out again.


def rich() -> Files:
    """A library in which every key of every shape says something of its own."""
    files = small()
    stamps = {"reviewer": "Dr. O'Neill: 'yes'", "reviewed_on": TODAY, "review_on": date(2027, 1, 2)}
    files["sources"][0] |= {"publisher": "null", "url": "https://example.org/?a=1&b=#c"}
    files["sources"].append({"key": "no", "title": "yes", "kind": "seed"})
    files["red_flags"][0] |= {"order": 3, "sources": ["no", "book"], **stamps}
    files["questions"][0] |= {"order": 2, "voice": "parent", "help": both("help"), **stamps}
    files["guides"][0] |= {"order": 1, "aids": ["two_crutches", "cane"], **stamps}
    hip = files["hip"]
    hip |= {"order": 4, "paediatric": True, "synonyms": both("coxa\nhaunch"), **stamps}
    hip["icd10"] = {"code": "M16.9", "provenance": "convention", "sources": []}
    hip["facts"] += [
        {"topic": "question", "title": both("why?"), "text": both(text), **stamps}
        for text in ODD_TEXTS
    ]
    hip["stages"][0] |= {"order": 7, "icd10": "M16.0", "text": both("first"), "provenance": "seed"}
    [plan] = hip["plans"]
    plan |= {
        "version": 12,
        "brisk_shift": True,
        "channels": ["night", "rest", "loading"],
        "day_zero_help": both("1e3"),
        "checkup": both("no"),
        "reviewer": "Somebody else",
        "review_on": TODAY,
    }
    plan["switches"][0] |= {"default": True, "help": both("on: off"), **stamps}
    plan["pain_curve"] |= {"note": both("of others"), "reviewer": "0123"}
    first = plan["phases"][0]
    first |= {"goal": both("~"), "code": "1e3"}
    first["limit"] |= {"provenance": "cited", "sources": ["book", "no"], **stamps}
    first["pain_limits"] |= {"rest": 2, "night": 1, "text": both("calm"), **stamps}
    first["criteria"][0] |= stamps
    first["rules"][0] |= {"dose": both("2 × 10"), **stamps}
    first["advice"][0] |= {"provenance": "seed", "sources": ["book"], **stamps}
    plan["milestones"][0] |= {"text": both("round the block"), "phase": "B", **stamps}
    return files


def is_said(data: object) -> bool:
    return data not in (None, "", [], False, 0)


def test_the_rich_library_leaves_no_key_unsaid(tmp_path):
    read = library.read_files(as_files(rich()))
    assert read.problems == []

    def unsaid(shape, items, name="") -> set[str]:
        keys = {*shape.plain, *shape.texts, *shape.optional, *shape.only, *shape.parts}
        silent = {f"{name}.{key}" for key in keys if not any(is_said(each[key]) for each in items)}
        for key, part in {**shape.only, **shape.parts}.items():
            inside = [each[key] for each in items if each[key]]
            flat = [x for each in inside for x in (each if isinstance(each, list) else [each])]
            silent |= unsaid(part, flat, key)
        return silent

    lists = {name: getattr(read, name) for name in library.LISTS}
    for name, items in {**lists, "conditions": read.conditions}.items():
        assert unsaid(library.shapes.KINDS[name], items, name) == set()


def test_out_in_and_out_again_is_the_same_to_the_byte(db, editor):
    def other() -> bytes:
        bring_in(rich(), editor)
        return exchange.as_zip()

    archive = in_another_installation(other)
    assert not Source.objects.exists()
    done = exchange.import_files(files=bundles.unpack("a.zip", archive), by=editor, now=LATER)
    assert (done.published, done.drafts, done.proposed, done.kept) == (1, 0, 0, [])
    assert exchange.as_zip() == archive
    texts = set(Fact.objects.values_list("text_en", flat=True))
    assert {f"en {text.strip()}" for text in ODD_TEXTS} <= texts


@pytest.mark.service
def test_what_ships_goes_out_in_and_out_again_the_same_to_the_byte(db, editor):
    def other() -> bytes:
        services.load_library(now=NOW)
        return exchange.as_zip()

    archive = in_another_installation(other)
    assert not Source.objects.exists()
    exchange.import_files(files=bundles.unpack("a.zip", archive), by=editor, now=LATER)
    assert exchange.as_zip() == archive
    assert exchange.as_zip() == exchange.as_zip()


def test_review_stamps_travel_along(filled, editor):
    rule = Plan.objects.get().phases.first().rules.first()
    publishing.review_statement(statement=rule, by=editor, today=TODAY)
    content = yaml.safe_load(exchange.as_yaml(Condition.objects.get()))
    said = content["plans"][0]["phases"][0]["rules"][0]
    assert (said["reviewer"], said["reviewed_on"]) == ("Own Editor", TODAY)


sayable = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
    .map(lambda text: text.strip().replace("\r\n", "\n"))
    .filter(lambda text: text and not proofreading.claims(text))
    .filter(lambda text: not proofreading.placeholder_mistakes(text, frozenset()))
)


@settings(max_examples=300, deadline=None)
@given(sayable)
@example("a  \n  b")
@example("word " * 40 + "\n\n" + "word\t" * 40 + "x")
def test_any_text_is_read_as_it_was_written(text):
    files = small()
    files["hip"]["facts"] = [{"topic": "who", "text": {"nl": text, "en": text}}]
    read = library.read_files(as_files(files))
    assert read.problems == []
    [condition] = read.conditions
    [content] = export.lean([condition], library.shapes.CONDITION)
    again = library.read_files(as_files(files) | {"hip.yaml": export.as_yaml(content)})
    assert again.conditions[0]["facts"][0]["text"] == {"nl": text, "en": text}
    assert again.conditions == read.conditions


# What is refused.


def spoiled(spoil: Callable[[Files], object]) -> dict[str, bytes]:
    files = small()
    spoil(files)
    return as_files(files)


@pytest.mark.parametrize(
    ("files", "file", "line", "reason"),
    [
        ({"hip.yaml": b"slug: hip\nname: ]"}, "hip.yaml", 2, "cannot be read as YAML"),
        ({"hip.yaml": b"slug: hip\nslug: hip"}, "hip.yaml", 1, "the key 'slug' stands twice"),
        ({"hip.yaml": b"slug: hip\norder: 2026-02-30"}, "hip.yaml", 2, "'2026-02-30' is no such"),
        ({"hip.yaml": b"order: " + b"9" * 5000}, "hip.yaml", 1, "is no such value"),
        ({"sources.yaml": b"- key: a\n  colour: red"}, "sources.yaml", 2, "unknown key 'colour'"),
        (
            spoiled(lambda files: files["hip"]["plans"][0].update(version="two")),
            "hip.yaml",
            None,
            "version has to be a whole number, not 'two'",
        ),
        (
            spoiled(lambda files: files["hip"]["facts"][0].update(sources=["film"])),
            "hip.yaml",
            None,
            "film",
        ),
    ],
)
def test_a_broken_file_is_refused_whole_with_line_and_reason(
    filled, editor, files, file, line, reason
):
    before = rows()
    with pytest.raises(services.LibraryIsWrong) as refused:
        exchange.import_files(files=files, by=editor, now=LATER)
    problem = next(each for each in refused.value.problems if reason in each)
    assert problem.startswith(f"{file}, line {line or ''}")
    assert exchange.check(files) == refused.value.problems
    assert (rows(), Proposal.objects.count()) == (before, 0)


def test_one_mistake_beside_much_that_is_right_brings_in_nothing(db, editor):
    files = small()
    files["hip"]["plans"].append(small()["hip"]["plans"][0] | {"code": "b", "stages": ["two"]})
    with pytest.raises(services.LibraryIsWrong):
        bring_in(files, editor)
    assert not Source.objects.exists()


def test_what_fails_late_leaves_nothing(db, editor, monkeypatch):
    def fail(**_options):
        raise RuntimeError

    monkeypatch.setattr(publishing, "publish_as_shipped", fail)
    with pytest.raises(RuntimeError):
        bring_in(small(), editor)
    assert not Source.objects.exists()


def test_a_plan_that_is_here_and_says_something_else_is_refused_with_its_line(filled, editor):
    files = small()
    files["hip"]["plans"][0]["milestones"][0]["late_day"] = 21
    before = rows()
    with pytest.raises(services.LibraryIsWrong) as refused:
        bring_in(files, editor)
    [problem] = refused.value.problems
    line = as_files(files)["hip.yaml"].decode().splitlines().index("plans:") + 2
    assert problem == (
        f"hip.yaml, line {line}: plan hip, version 1, is here and says something else. "
        "Give the changed plan a new version."
    )
    assert rows() == before


def test_a_plan_of_another_condition_is_not_taken_over(filled, editor):
    files = small()
    files["knee"] = files.pop("hip") | {"slug": "knee"}
    [problem] = exchange.check(as_files(files))
    assert "plan hip is one of “en hip” here." in problem


def test_many_mistakes_are_told_with_measure():
    files = small()
    files["hip"]["facts"] = [{"topic": "gossip", "text": both("x")}] * 80
    read = library.read_files(as_files(files))
    assert len(read.problems) == 80


# Into an installation that has content.


def test_the_same_files_again_change_nothing(filled, editor):
    before = rows()
    done = bring_in(small(), editor)
    assert (done.published, done.drafts, done.added, done.proposed) == (0, 0, 0, 0)
    assert done.unchanged == 13
    assert (rows(), Proposal.objects.count()) == (before, 0)


def newer() -> Files:
    files = small()
    files["hip"]["plans"][0] |= {"version": 2, "name": both("better")}
    return files


def test_a_new_version_becomes_a_draft_for_review(filled, editor):
    done = bring_in(newer(), editor)
    assert (done.published, done.drafts) == (0, 1)
    draft = Plan.objects.get(version=2)
    assert (draft.published_at, draft.submitted_at, draft.name_en) == (None, None, "en better")
    assert Plan.objects.get(version=1).retired_at is None
    second = factories.make_person("editor")
    publishing.submit_plan(plan=draft, by=editor, now=LATER)
    assert publishing.publish_plan(plan=draft, by=second, now=LATER).is_published


def test_a_draft_that_is_here_is_left_and_told(filled, editor):
    draft = publishing.new_version(plan=Plan.objects.get(), by=editor)
    before = rows()
    files = small()
    files["hip"]["plans"][0] |= {"version": 3}
    assert bring_in(files, editor).kept == ["Plan hip, version 3: there is a draft already."]
    assert (rows(), draft.version) == (before, 2)


def test_an_older_version_is_left_and_told(db, editor):
    bring_in(newer(), editor)
    done = bring_in(small(), editor)
    assert done.kept == ["Plan hip, version 1: there is a newer version already."]
    assert Plan.objects.get().version == 2


def test_a_new_condition_comes_with_its_plans_as_drafts(filled, editor):
    files = small()
    files["knee"] = files.pop("hip") | {"slug": "knee"}
    files["knee"]["plans"][0]["code"] = "knee"
    files["activities"].append({"slug": "kneeling", "name": both("kneeling")})
    done = bring_in(files, editor)
    assert (done.added, done.drafts, done.proposed) == (2, 1, 0)
    assert Plan.objects.get(code="knee").published_at is None
    assert Condition.objects.get(slug="knee").facts.count() == 1


def changed() -> Files:
    """Each kind of thing without versions says something else; some are new, some gone."""
    files = small()
    files["sources"][0]["title"] = "Another title"
    files["activities"][0]["name"] = both("strolling")
    files["questions"][0]["most"] = 5
    files["red_flags"][0]["action"] = both("call at once")
    files["guides"][0]["text"] = both("slowly")
    files["guides"].append(files["guides"][0] | {"code": "cane", "subject": "cane"})
    hip = files["hip"]
    hip["summary"] = both("another summary")
    hip["icd10"]["code"] = "M16.9"
    hip["stages"][0]["name"] = both("number one")
    hip["facts"] = [
        {"topic": "who", "text": both("people of age")},
        {"topic": "risk", "text": both("something else altogether, in many words")},
    ]
    hip["symptoms"].pop()
    return files


def test_what_says_something_else_is_proposed_and_overwrites_nothing(filled, editor):
    before = rows()
    done = bring_in(changed(), editor)
    assert rows() == before
    assert (done.proposed, done.added, done.drafts) == (12, 0, 0)
    proposals = {
        (each.kind, each.base is None, each.data is None) for each in Proposal.objects.all()
    }
    assert proposals == {
        ("source", False, False),
        ("activity", False, False),
        ("question", False, False),
        ("red-flag", False, False),
        ("guide", False, False),
        ("guide", True, False),
        ("condition", False, False),
        ("icd10", False, False),
        ("stage", False, False),
        ("fact", False, False),
        ("fact", True, False),
        ("symptom", False, True),
    }
    assert {each.made_by for each in Proposal.objects.all()} == {editor}


def test_what_was_proposed_can_be_taken_over_and_then_says_what_the_files_say(filled, editor):
    bring_in(changed(), editor)
    second = factories.make_person("editor")
    for proposal in Proposal.objects.all():
        editing.accept(proposal=proposal, by=second, now=LATER)
    done = bring_in(changed(), editor)
    assert (done.proposed, done.added, done.kept) == (0, 0, [])
    [hip] = export.conditions()
    assert (hip["icd10"]["code"], [fact["topic"] for fact in hip["facts"]]) == (
        "M16.9",
        ["who", "risk"],
    )


def test_a_code_that_the_file_no_longer_has_is_proposed_away(filled, editor):
    files = small()
    del files["hip"]["icd10"]
    assert bring_in(files, editor).proposed == 1
    proposal = Proposal.objects.get(kind="icd10")
    editing.accept(proposal=proposal, by=factories.make_person("editor"), now=LATER)
    assert Condition.objects.get().icd10 == ""
    assert bring_in(files, editor).proposed == 0


def test_proposing_twice_proposes_once(filled, editor):
    bring_in(changed(), editor)
    again = bring_in(changed(), editor)
    assert (again.proposed, again.kept) == (0, [])
    assert Proposal.objects.count() == 12


def test_a_proposal_of_somebody_else_is_left_and_told(filled, editor):
    bring_in(changed(), editor)
    files = small()
    files["sources"][0]["title"] = "A third title"
    done = bring_in(files, factories.make_person("editor"))
    assert done.kept == ["A book: another change to it waits already."]
    assert Proposal.objects.get(kind="source").data["title"] == "Another title"


def test_a_red_flag_a_source_a_stage_that_are_new_are_there_for_the_draft(filled, editor):
    files = newer()
    files["sources"].append({"key": "new", "title": "New", "kind": "study"})
    files["red_flags"].append(files["red_flags"][0] | {"code": "new"})
    files["hip"]["stages"].append({"code": "two", "name": both("two"), "sources": ["new"]})
    files["hip"]["plans"][0]["stages"] = ["two"]
    done = bring_in(files, editor)
    assert (done.added, done.drafts, done.proposed) == (3, 1, 0)
    assert [stage.code for stage in Plan.objects.get(version=2).stages.all()] == ["two"]
    assert {flag.code for flag in RedFlag.objects.all()} == {"calf", "new"}
    assert Condition.objects.get().red_flags.get().code == "calf"
    assert (Stage.objects.count(), Activity.objects.count()) == (2, 2)


def test_one_file_may_point_to_what_is_here(filled, editor):
    [hip] = [content for name, content in as_files(newer()).items() if name == "hip.yaml"]
    done = exchange.import_files(files={"hip.yaml": hip}, by=editor, now=LATER)
    assert (done.drafts, done.proposed) == (1, 0)


def test_one_file_alone_is_no_library(db, editor):
    problems = exchange.check({"hip.yaml": as_files(small())["hip.yaml"]})
    assert any("book" in problem for problem in problems)
    assert all(problem.startswith("hip.yaml, line ") for problem in problems)


def test_without_plans_what_differs_is_proposed_and_plans_are_published(db, editor):
    files = small()
    plans, files["hip"]["plans"] = files["hip"]["plans"], []
    bring_in(files, editor)
    files["hip"]["plans"] = plans
    files["hip"]["facts"][0]["text"] = both("mostly people")
    done = bring_in(files, editor)
    assert (done.published, done.proposed) == (1, 1)
    assert (Fact.objects.get().text_en, Symptom.objects.count()) == ("en people", 2)
    assert Guide.objects.count() == 1
