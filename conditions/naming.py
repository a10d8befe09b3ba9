"""What the things and keys of content are called in sentences, in the active language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from conditions.labels import LABELS
from conditions.models import Activity, Question, Source, Stage
from conditions.shapes import LANGUAGES

# Names in the active language: by kind, then by key.
Names = Mapping[str, Mapping[str, str]]

KINDS: dict[str, str | Promise] = {
    "conditions": gettext_lazy("condition"),
    "sources": gettext_lazy("source"),
    "activities": gettext_lazy("activity"),
    "questions": gettext_lazy("question of the day"),
    "red_flags": gettext_lazy("red flag"),
    "guides": gettext_lazy("guide"),
    "facts": gettext_lazy("fact"),
    "symptoms": gettext_lazy("symptom"),
    "stages": gettext_lazy("stage"),
    "plans": gettext_lazy("plan"),
    "switches": gettext_lazy("switch"),
    "phases": gettext_lazy("phase"),
    "rules": gettext_lazy("activity rule"),
    "advice": gettext_lazy("advice"),
    "criteria": gettext_lazy("criterion"),
    "milestones": gettext_lazy("milestone"),
    "icd10": gettext_lazy("ICD-10 code"),
    "limit": gettext_lazy("load limit"),
    "pain_limits": gettext_lazy("pain limit"),
    "pain_curve": gettext_lazy("pain curve"),
}
THE_ONE: dict[str, str | Promise] = {
    "conditions": gettext_lazy("the condition"),
    "plans": gettext_lazy("the plan"),
    "icd10": gettext_lazy("the ICD-10 code"),
    "limit": gettext_lazy("the load limit"),
    "pain_limits": gettext_lazy("the pain limit"),
    "pain_curve": gettext_lazy("the pain curve"),
}
KEYS: dict[str, str | Promise] = {
    "name": gettext_lazy("the name"),
    "title": gettext_lazy("the title"),
    "summary": gettext_lazy("the summary"),
    "synonyms": gettext_lazy("the other names"),
    "text": gettext_lazy("the text"),
    "question": gettext_lazy("the question"),
    "action": gettext_lazy("what to do"),
    "help": gettext_lazy("the help"),
    "goal": gettext_lazy("the goal"),
    "reason": gettext_lazy("the reason"),
    "dose": gettext_lazy("the dose"),
    "note": gettext_lazy("the note"),
    "picture_text": gettext_lazy("the words for the picture"),
    "day_zero_help": gettext_lazy("the help with day 0"),
    "checkup": gettext_lazy("the next check-up"),
    "code": gettext_lazy("the key"),
    "key": gettext_lazy("the key"),
    "slug": gettext_lazy("the key"),
    "order": gettext_lazy("the order"),
    "kind": gettext_lazy("the kind"),
    "topic": gettext_lazy("the topic"),
    "channel": gettext_lazy("the kind of pain"),
    "icd10": gettext_lazy("the ICD-10 code"),
    "urgency": gettext_lazy("the urgency"),
    "most": gettext_lazy("the highest number"),
    "voice": gettext_lazy("who answers"),
    "asks_red_flags": gettext_lazy("asking for red flags"),
    "minutes": gettext_lazy("asking for minutes"),
    "paediatric": gettext_lazy("being for children"),
    "red_flags": gettext_lazy("the red flags"),
    "subject": gettext_lazy("the subject"),
    "aids": gettext_lazy("the walking aids"),
    "picture": gettext_lazy("the picture"),
    "publisher": gettext_lazy("the publisher"),
    "url": gettext_lazy("the address"),
    "year": gettext_lazy("the year"),
}
LANGUAGE_NAMES: dict[str, str | Promise] = {
    "nl": gettext_lazy("Dutch"),
    "en": gettext_lazy("English"),
}
MOST_OF_A_TEXT = 60  # characters of a text that serves as a name


def stored_names() -> dict[str, dict[str, str]]:
    """The names of what plans point to by key. A stage is named where its key says which."""
    stages: dict[str, set[str]] = {}
    for stage in Stage.objects.all():
        stages.setdefault(stage.code, set()).add(stage.name)
    return {
        "activities": {each.slug: each.name for each in Activity.objects.all()},
        "questions": {each.code: each.question for each in Question.objects.all()},
        "sources": {each.key: each.title for each in Source.objects.all()},
        "stages": {code: names.pop() for code, names in stages.items() if len(names) == 1},
    }


def in_language(texts: Mapping[str, str]) -> str:
    """The text in the active language, or the other one where that is empty."""
    language = (get_language() or "en")[:2]
    found = (texts.get(each) for each in (language, *LANGUAGES))
    return next((text for text in found if text), "")


def thing(
    kind: str,
    item: Mapping[str, Any],
    names: Names,
    *,
    switches: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """How a sentence names a thing: 'phase T2', 'home trainer', 'advice “Use …”'.

    `item` has the keys that name it, and may bring the name of its activity; `switches` are
    the names of the plan's switches.
    """
    if kind == "phases":
        return _("phase %(code)s") % {"code": item.get("code")}
    if kind in THE_ONE:
        return str(THE_ONE[kind])
    if kind == "rules":
        slug = str(item.get("activity"))
        name = in_language(item.get("activity_name") or {})
        name = name or names.get("activities", {}).get(slug, slug)
        if not item.get("switch"):
            return name
        words = {"activity": name, "switch": switch_name(item["switch"], switches)}
        return _("%(activity)s (only with “%(switch)s”)") % words
    words = {"kind": str(KINDS[kind]), "name": called(item)}
    return _("%(kind)s “%(name)s”") % words if words["name"] else words["kind"]


def switch_name(key: str, switches: Mapping[str, Mapping[str, str]] | None) -> str:
    return in_language((switches or {}).get(key, {})) or key


def called(item: Mapping[str, Any]) -> str:
    """The name of a thing, the first words of its text, or its key."""
    for key in ("name", "title", "text", "question"):
        value = item.get(key)
        text = in_language(value) if isinstance(value, dict) else str(value or "")
        if text:
            return text if len(text) <= MOST_OF_A_TEXT else f"{text[: MOST_OF_A_TEXT - 1]}…"
    return next((str(item[key]) for key in ("code", "key", "slug") if item.get(key)), "")


def label(value: Any) -> str:
    """The name of a choice, a number as it is, yes or no, and a dash for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(label, value)) or "–"
    return str(LABELS.get(value, value)) if value not in (None, "") else "–"
