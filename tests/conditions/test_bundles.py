"""Files go out in one way only, and come in measured."""

import zipfile
from io import BytesIO

import pytest

from conditions import bundles

FILES = {"b.yaml": b"b: 1\n", "a.yaml": "ä: 2\n".encode()}


def zipped(files, *, mode=zipfile.ZIP_STORED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", mode) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(bundles.UploadRefused) as refused:
        bundles.unpack(name, content)
    [problem] = refused.value.problems
    return problem


def test_what_was_packed_is_unpacked():
    assert bundles.unpack("content.zip", bundles.pack(FILES)) == FILES


def test_the_same_files_are_the_same_bytes_whatever_their_order():
    assert bundles.pack(FILES) == bundles.pack(dict(sorted(FILES.items())))
    assert bundles.pack(FILES) != bundles.pack(FILES | {"a.yaml": b"a: 3\n"})


def test_one_file_needs_no_zip():
    assert bundles.unpack("a.yaml", FILES["a.yaml"]) == {"a.yaml": FILES["a.yaml"]}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"a: 1", "Send a file whose name ends in .yaml, or a zip of such files."),
        ("../a.yaml", b"a: 1", "Send a file whose name ends in .yaml, or a zip of such files."),
        ("a.zip", b"PK\3\4", "Send a file whose name ends in .yaml, or a zip of such files."),
        ("a.zip", zipped([]), "There is no file in the zip."),
        (
            "a.zip",
            zipped([("deep/a.yaml", b"a: 1")]),
            "deep/a.yaml: only .yaml files can be in the zip, and no folders.",
        ),
        (
            "a.zip",
            zipped([("../a.yaml", b"a: 1")]),
            "../a.yaml: only .yaml files can be in the zip, and no folders.",
        ),
        (
            "a.zip",
            zipped([("a.yaml", b"a: 1"), ("readme.md", b"")]),
            "readme.md: only .yaml files can be in the zip, and no folders.",
        ),
        (
            "a.zip",
            zipped([(f"a{number}.yaml", b"") for number in range(101)]),
            "The zip has more than 100 files.",
        ),
        (
            "a.zip",
            zipped([(f"a{n}.yaml", b" " * 900_000) for n in range(6)], mode=zipfile.ZIP_DEFLATED),
            "The files are larger than 5 MB.",
        ),
        ("a.yaml", b" " * 1_000_001, "a.yaml: is larger than 1 MB."),
        ("a.yaml", b"a: 1\nb: !!python/name:os.system x", "a.yaml, line 2: types (!) are not"),
        ("a.yaml", b"a: !!str 1", "a.yaml, line 1: types (!) are not allowed."),
        ("a.yaml", b"[" * 41, "a.yaml, line 1: is nested too deep."),
        ("a.yaml", b"a: [*a]", "a.yaml, line 1: uses a name (*) that is not known there."),
        ("a.yaml", b"a: &a [*a]", "a.yaml, line 1: uses a name (*) that is not known there."),
        ("a.yaml", b"a: &a 1\nb: [" + b"*a, " * 1001 + b"]", "line 2: uses too many names (*)."),
        ("a.yaml", b'a: "\\0"', "a.yaml, line 1: has a character that no text can have."),
        ("a.yaml", b"[" + b"1," * 200_001 + b"]", "a.yaml, line 1: says too much for one file."),
    ],
)
def test_what_cannot_be_read_safely_is_refused_with_its_place(name, content, sentence):
    assert sentence in refusal(name, content)


def test_a_few_names_that_unfold_to_millions_are_refused():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, after in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]")
    assert refusal("a.yaml", "\n".join(lines).encode()).endswith("says too much for one file.")


def test_names_used_with_measure_are_fine():
    content = b"a: &a {nl: x, en: x}\nb: [*a, *a]\nc: *a\n"
    assert bundles.unpack("a.yaml", content) == {"a.yaml": content}


def test_a_zip_that_was_damaged_is_refused():
    whole = bundles.pack({"a.yaml": b"a: 1\n" * 100})
    assert refusal("a.zip", whole[:40] + b"\0\0\0\0" + whole[44:]).startswith("The zip cannot be")


def test_a_zip_that_lies_about_its_sizes_is_read_no_further():
    archive = bytearray(zipped([("a.yaml", b" " * 6_000_000)], mode=zipfile.ZIP_DEFLATED))
    for signature, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = archive.index(signature) + place
        archive[at : at + 4] = (10).to_bytes(4, "little")
    assert refusal("a.zip", bytes(archive))


def test_yaml_that_is_broken_is_left_for_the_library_to_say():
    assert bundles.unpack("a.yaml", b"a: [") == {"a.yaml": b"a: ["}
    assert bundles.unpack("a.yaml", b"\xff") == {"a.yaml": b"\xff"}
