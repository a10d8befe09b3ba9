"""What a file of the content library may say: the keys of each kind of thing.

Pure: no Django, no database, no clock. The same shapes read files, make rows of them and
write rows out again, so that a key is named in one place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from conditions.enums import (
    Anchor,
    Channel,
    CriterionKind,
    GuideTopic,
    LoadLevel,
    Provenance,
    QuestionKind,
    Rule,
    SourceKind,
    Topic,
    Urgency,
    Voice,
)

LANGUAGES: Final = ("nl", "en")
SHORT_TEXTS: Final = frozenset({"name", "title", "dose", "day_zero_help", "checkup"})
_MOST_OF_A_SHORT_TEXT: Final = 200  # as the database holds it
# A form carries what was said before beside what is said now, and has to get through.
_MOST_OF_A_LONG_TEXT: Final = 10_000
REQUIRED: Final = object()

_SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def gettext_noop(message: str) -> str:
    """Marks a text to be translated where it is shown."""
    return message


def most_characters(key: str) -> int:
    """How long the text under a key may be, in one language."""
    return _MOST_OF_A_SHORT_TEXT if key in SHORT_TEXTS else _MOST_OF_A_LONG_TEXT


_NAMES = {
    str: gettext_noop("text"),
    int: gettext_noop("a whole number"),
    bool: gettext_noop("true or false"),
    list: gettext_noop("a list"),
    date: gettext_noop("a date"),
    dict: gettext_noop("keys and values"),
}


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a value, to be read after the key's name: words and what fills them.

    `wanted` is to be translated as well.
    """

    words: str
    params: Mapping[str, Any]

    def __str__(self) -> str:
        return self.words % self.params


@dataclass(frozen=True)
class Key:
    """A plain value: what kind it is, its bounds, and what stands there when it is left out.

    `least` and `most` bound a number; `most` bounds the length of a text. `holds` is the kind of
    a list's items.
    """

    kind: type = str
    default: Any = REQUIRED
    least: int | None = None
    most: int | None = None
    is_slug: bool = False
    choices: type[StrEnum] | None = None
    holds: type = str

    def mistake(self, value: Any) -> Mistake | None:
        """What is wrong with a value; None when it is fine."""
        if value == self.default and (value is None or value == ""):
            return None
        found = {"value": repr(value)}
        if type(value) is not self.kind:
            words = gettext_noop("has to be %(wanted)s, not %(value)s")
            return Mistake(words, found | {"wanted": _NAMES[self.kind]})
        items = value if isinstance(value, list) else ()
        if not all(isinstance(item, self.holds) for item in items):
            words = gettext_noop("may hold %(wanted)s only, not %(value)s")
            return Mistake(words, found | {"wanted": _NAMES[self.holds]})
        if self.choices is not None and value not in list(self.choices):
            return Mistake(gettext_noop("cannot be %(value)s"), found)
        if self.is_slug and not _SLUG.fullmatch(str(value)):
            words = gettext_noop("may have letters, digits, - and _ only, not %(value)s")
            return Mistake(words, found)
        return self._out_of_bounds(value)

    def _out_of_bounds(self, value: Any) -> Mistake | None:
        size: Any = len(value) if isinstance(value, str) else value
        if self.least is not None and size < self.least:
            words = gettext_noop("has to be %(least)s or more, not %(value)s")
            return Mistake(words, {"least": self.least, "value": repr(value)})
        if self.most is not None and size > self.most:
            numbers = {"most": self.most, "size": size}
            if isinstance(value, str):
                words = gettext_noop("has to be %(most)s characters or less, not %(size)s")
                return Mistake(words, numbers)
            return Mistake(gettext_noop("has to be %(most)s or less, not %(size)s"), numbers)
        return None


@dataclass(frozen=True)
class Shape:
    """The keys of one kind of thing.

    `texts` are in both languages; those in `optional` may be left out altogether. `parts` are
    lists of things of another shape, `only` are single ones that may be missing unless they
    are in `needed`. A statement has provenance, sources and a review date of its own, or takes
    them over from what it stands in; `sets_defaults` may say them for what stands in it.
    """

    plain: Mapping[str, Key] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    parts: Mapping[str, "Shape"] = field(default_factory=dict)
    only: Mapping[str, "Shape"] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    is_statement: bool = True
    sets_defaults: bool = False

    @property
    def keys(self) -> set[str]:
        own = {*self.plain, *self.texts, *self.optional, *self.parts, *self.only}
        return own | set(STATEMENT) if self.is_statement or self.sets_defaults else own


STATEMENT: Final[Mapping[str, Key]] = {
    "provenance": Key(choices=Provenance),
    "sources": Key(list),
    "reviewer": Key(default="", most=120),
    "reviewed_on": Key(date, None),
    "review_on": Key(date, None),
}
# Who looked at a statement, and when: no part of what it says.
STAMPS: Final = frozenset({"reviewer", "reviewed_on", "review_on"})

_order = Key(int, 0, least=0, most=32767)
_day = Key(int, least=-1000, most=10000)
_score = Key(int, None, least=0, most=10)


def _slug(most: int) -> Key:
    return Key(most=most, least=1, is_slug=True)


SOURCE = Shape(
    plain={
        "key": _slug(60),
        "title": Key(least=1, most=300),
        "publisher": Key(default="", most=200),
        "url": Key(default="", most=500),
        "year": Key(int, None, least=1800, most=2200),
        "kind": Key(choices=SourceKind),
    },
    is_statement=False,
)
ACTIVITY = Shape(
    plain={"slug": _slug(40), "minutes": Key(bool, True), "order": _order},
    texts=("name",),
    is_statement=False,
)
RED_FLAG = Shape(
    plain={"code": _slug(40), "order": _order, "urgency": Key(choices=Urgency)},
    texts=("question", "action"),
)
QUESTION = Shape(
    plain={
        "code": _slug(40),
        "order": _order,
        "kind": Key(choices=QuestionKind),
        "most": Key(int, None, least=1, most=1440),
        "voice": Key(default=Voice.PATIENT.value, choices=Voice),
        "asks_red_flags": Key(bool, False),
    },
    texts=("question",),
    optional=("help",),
)
GUIDE = Shape(
    plain={
        "code": _slug(40),
        "order": _order,
        "topic": Key(choices=GuideTopic),
        "subject": Key(default="", most=15),
        "aids": Key(list, []),
        "picture": _slug(40),
    },
    texts=("title", "text", "picture_text"),
)
FACT = Shape(plain={"topic": Key(choices=Topic)}, texts=("text",), optional=("title",))
SYMPTOM = Shape(
    plain={"channel": Key(default="", choices=Channel), "question": Key(default=None)},
    texts=("text",),
)
STAGE = Shape(
    plain={"code": _slug(40), "order": _order, "icd10": Key(default="", most=10)},
    texts=("name",),
    optional=("text",),
)
ICD10 = Shape(plain={"code": Key(least=1, most=10)})
SWITCH = Shape(
    plain={"key": _slug(40), "default": Key(bool, False)}, texts=("name",), optional=("help",)
)
PAIN_CURVE = Shape(
    plain={"channel": Key(choices=Channel), "points": Key(list, holds=dict)}, optional=("note",)
)
LIMIT = Shape(
    plain={
        "level": Key(choices=LoadLevel),
        "percent": Key(int, None, least=1, most=100),
        "aids": Key(list),
    },
    texts=("text",),
)
PAIN_LIMITS = Shape(plain={"loading": _score, "rest": _score, "night": _score}, optional=("text",))
CRITERION = Shape(plain={"kind": Key(choices=CriterionKind)}, texts=("text",))
RULE = Shape(
    plain={
        "activity": _slug(40),
        "rule": Key(choices=Rule),
        "minutes": Key(int, None, least=1, most=1440),
        "switch": Key(default=None),
    },
    texts=("reason",),
    optional=("dose",),
)
ADVICE = Shape(plain={"rule": Key(choices=Rule), "switch": Key(default=None)}, texts=("text",))
PHASE = Shape(
    plain={
        "code": Key(least=1, most=10),
        "from_day": _day,
        "to_day": replace(_day, default=None),
    },
    texts=("name",),
    optional=("goal",),
    only={"limit": LIMIT, "pain_limits": PAIN_LIMITS},
    needed=frozenset({"limit"}),
    parts={"criteria": CRITERION, "rules": RULE, "advice": ADVICE},
    is_statement=False,
)
MILESTONE = Shape(
    plain={
        "code": _slug(40),
        "phase": Key(default=None),
        "early_day": _day,
        "typical_day": _day,
        "late_day": _day,
    },
    texts=("name",),
    optional=("text",),
)
PLAN = Shape(
    plain={
        "code": _slug(60),
        "version": Key(int, 1, least=1, most=32767),
        "stages": Key(list),
        "anchor": Key(choices=Anchor),
        "brisk_shift": Key(bool, False),
        "channels": Key(list, [channel.value for channel in Channel]),
        "asks": Key(list, []),
    },
    texts=("name", "summary"),
    optional=("day_zero_help", "checkup"),
    only={"pain_curve": PAIN_CURVE},
    parts={"switches": SWITCH, "phases": PHASE, "milestones": MILESTONE},
)
CONDITION = Shape(
    plain={
        "slug": _slug(60),
        "order": _order,
        "paediatric": Key(bool, False),
        "red_flags": Key(list),
    },
    texts=("name", "summary"),
    optional=("synonyms",),
    only={"icd10": ICD10},
    parts={"facts": FACT, "symptoms": SYMPTOM, "stages": STAGE, "plans": PLAN},
    is_statement=False,
    sets_defaults=True,
)
# The shape of each kind of thing, by the key under which it stands in what holds it.
KINDS: Final[Mapping[str, Shape]] = {
    "conditions": CONDITION,
    "sources": SOURCE,
    "activities": ACTIVITY,
    "questions": QUESTION,
    "red_flags": RED_FLAG,
    "guides": GUIDE,
    **CONDITION.only,
    **CONDITION.parts,
    **PLAN.only,
    **PLAN.parts,
    **PHASE.only,
    **PHASE.parts,
}
