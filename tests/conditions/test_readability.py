"""How easy a text reads, against values worked out by hand and by textstat."""

import pytest

from conditions import readability

TWENTY = "De behandelmogelijkheden " * 10


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        # 206.84 - 0.93 * 4 / 1 - 77 * 4 / 4
        ("Rust doet u goed.", "nl", 206.84 - 0.93 * 4 - 77),
        # As textstat 0.7.13 scores it in Dutch: 14 words in 2 sentences, 19 syllables.
        (
            "Gebruik twee krukken voor elke stap, ook in huis. Loop alleen wat nodig is.",
            "nl",
            95.825,
        ),
        ("Rest does you good.", "en", 206.835 - 1.015 * 4 - 84.6),
        ("Mo-ther!", "en", 206.835 - 1.015 * 2 - 84.6),
    ],
)
def test_the_score_is_that_of_the_published_formula(text, language, expected):
    assert readability.score(text, language) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("text", ["", "…", " - \n"])
def test_without_a_word_there_is_no_score(text):
    assert readability.score(text, "nl") is None
    assert readability.score("Wel een woord.", "fr") is None


def test_lines_of_a_list_are_sentences():
    assert readability.score("- een\n- twee", "nl") == readability.score("Een. Twee.", "nl")


def test_a_number_with_a_point_ends_no_sentence():
    assert readability.score("Loop 2.5 km.", "nl") == pytest.approx(206.84 - 0.93 * 4 - 77)


def test_a_short_text_is_never_called_hard():
    words = TWENTY.split()
    assert readability.is_hard(" ".join(words), "nl")
    assert not readability.is_hard(" ".join(words[:19]), "nl")
