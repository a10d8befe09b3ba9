"""Content as files on the editors' pages: out, in, and refused whole."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains

from conditions import bundles, export
from conditions.models import Condition, Plan, Proposal
from tests.conditions.editing import client_of, load_small

FILES = "/content/files/"


@pytest.fixture
def own(editor):
    return client_of(editor)


@pytest.fixture
def whole(tmp_path, own) -> bytes:
    """The small library as somebody took it out."""
    load_small(tmp_path)
    return own.get(f"{FILES}all.zip").content


def send(client, content: bytes, name: str = "content.zip"):
    return client.post(FILES, {"sent": SimpleUploadedFile(name, content)})


def test_all_content_comes_out_as_the_library_writes_it(own, whole):
    archive = zipfile.ZipFile(io.BytesIO(whole))
    assert {name: archive.read(name) for name in archive.namelist()} == export.files()


def test_one_condition_comes_out_alone(own, whole):
    answer = own.get(f"{FILES}hip.yaml")
    assert answer.content == export.files()["hip.yaml"]
    assert answer["Content-Disposition"] == 'attachment; filename="hip.yaml"'
    assert own.get(f"{FILES}unknown.yaml").status_code == 404


def test_what_was_taken_out_fits_what_is_here(own, whole):
    answer = send(own, whole)
    assert (answer.status_code, answer.context["done"].proposed) == (200, 0)
    assert own.get(f"{FILES}all.zip").content == whole


def test_a_new_version_comes_as_a_draft_and_other_words_as_a_proposal(own, whole):
    files = bundles.unpack("content.zip", whole)
    files["hip.yaml"] = (
        files["hip.yaml"]
        .replace(b"- code: hip\n", b"- code: hip\n  version: 2\n")
        .replace(b"en people", b"en others")
    )
    done = send(own, bundles.pack(files)).context["done"]
    assert (done.drafts, done.proposed) == (1, 1)
    assert Plan.objects.get(version=2).published_at is None
    assert Proposal.objects.get().data["text"]["en"] == "en others"


def test_a_broken_file_is_refused_whole_with_line_and_reason(own, whole):
    files = bundles.unpack("content.zip", whole)
    lines = files["hip.yaml"].split(b"\n")
    number = next(n for n, line in enumerate(lines, 1) if line.endswith(b"rule: caution"))
    lines[number - 1] = lines[number - 1].replace(b"caution", b"perhaps")
    files["hip.yaml"] = b"\n".join(lines)
    before = export.files()
    answer = send(own, bundles.pack(files))
    assert answer.status_code == 422
    [problem] = answer.context["problems"]
    assert problem.startswith(f"hip.yaml, line {number}: ")
    assert "perhaps" in problem
    assertContains(answer, "Nothing has been brought in", status_code=422)
    assert (export.files(), Proposal.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [("notes.txt", b"hello"), ("content.zip", b"PK\x03\x04 not a zip"), ("hip.yaml", b"{")],
)
def test_what_is_no_content_is_refused_with_a_sentence(own, whole, name, content):
    answer = send(own, content, name)
    assert answer.status_code == 422
    assert len(answer.context["problems"]) == 1
    assert Condition.objects.count() == 1


def test_without_a_file_the_form_says_so(own):
    answer = own.post(FILES, {})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["sent"]
