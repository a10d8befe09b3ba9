"""How easy a text reads: a smoke alarm, no proof of a language level.

Pure: no Django, no database, no clock, and no network: the syllables come from the hyphenation
patterns that Pyphen carries along. textstat counts Dutch in the same way, but fetches a
dictionary for English when it is first asked.

Dutch: Flesch-Douma, 206.84 - 0.93 words a sentence - 77 syllables a word (W.H. Douma, De
leesbaarheid van landbouwbladen, Wageningen 1960). English: Flesch Reading Ease, 206.835 - 1.015
words a sentence - 84.6 syllables a word (R. Flesch, A new readability yardstick, 1948).
"""

import re
from functools import cache
from typing import Final

import pyphen

# The number at the top, what a word in a sentence and what a syllable in a word takes off.
FORMULAS: Final = {"nl": (206.84, 0.93, 77.0), "en": (206.835, 1.015, 84.6)}
PATTERNS: Final = {"nl": "nl_NL", "en": "en_US"}
EASY: Final = 60.0  # "standard" in the tables of both formulas
FEWEST_WORDS: Final = 20  # below it one long word decides

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?…]+(?=\W|$)|\n")


def score(text: str, language: str) -> float | None:
    """The reading ease of a text, 100 for very easy; None where there is no word to judge."""
    words = _words(text)
    if not words or language not in FORMULAS:
        return None
    top, for_words, for_syllables = FORMULAS[language]
    sentences = sum(bool(_WORD.search(sentence)) for sentence in _END.split(text))
    syllables = sum(_syllables(word, language) for word in words)
    return top - for_words * len(words) / sentences - for_syllables * syllables / len(words)


def is_hard(text: str, language: str) -> bool:
    """Whether a text that is long enough to judge reads worse than `EASY`."""
    if len(_words(text)) < FEWEST_WORDS:
        return False
    found = score(text, language)
    return found is not None and found < EASY


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _syllables(word: str, language: str) -> int:
    return len(_patterns(language).positions(word.lower())) + 1


@cache
def _patterns(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=PATTERNS[language])
