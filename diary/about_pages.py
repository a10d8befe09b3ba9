"""What a patient may read about the own condition, and how the log asks about what one feels."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from conditions import queries as content
from conditions.enums import Channel, Topic
from conditions.labels import LABELS
from conditions.models import Condition, Fact, Plan, Stage, Symptom
from diary import questions
from diary.models import Episode


@dataclass(frozen=True)
class Chapter:
    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class SymptomLine:
    """What people feel. `asked_as` says how the log asks it; empty where the log does not."""

    symptom: Symptom
    asked_as: str


@dataclass(frozen=True)
class About:
    """A condition with the patient's own stages of it."""

    condition: Condition
    synonyms: tuple[str, ...]
    stages: tuple[Stage, ...]
    chapters: tuple[Chapter, ...]
    symptoms: tuple[SymptomLine, ...]
    questions: tuple[Fact, ...]


def of_patient(patient: User, episodes: Sequence[Episode]) -> list[About]:
    """What there is to read for each condition of these episodes, in constant queries."""
    plans = [episode.plan for episode in episodes]
    found = questions.asked_by(plans)
    asked = {*questions.of_patient(found), *questions.of_parent(found, patient)}
    return of_plans(plans, [episode.stage for episode in episodes], {each.pk for each in asked})


def of_plans(plans: Sequence[Plan], stages: Iterable[Stage], asked: Set[int]) -> list[About]:
    """The same for plans with these stages; `asked` are the keys of the questions of the day."""
    channels = {channel for plan in plans for channel in plan.channels}
    own = list(dict.fromkeys(stages))
    return [
        About(
            condition=condition,
            synonyms=tuple(filter(None, condition.synonyms.splitlines())),
            stages=tuple(stage for stage in own if stage.condition_id == condition.pk),
            chapters=tuple(_chapters(condition)),
            symptoms=tuple(
                SymptomLine(symptom, _asked_as(symptom, channels, asked))
                for symptom in condition.symptoms.all()
            ),
            questions=tuple(fact for fact in condition.facts.all() if fact.topic == Topic.QUESTION),
        )
        for condition in content.conditions_for_reading(plan.condition_id for plan in plans)
    ]


def _chapters(condition: Condition) -> Iterable[Chapter]:
    for topic in Topic:
        facts = tuple(fact for fact in condition.facts.all() if fact.topic == topic)
        if facts and topic != Topic.QUESTION:
            yield Chapter(capfirst(str(LABELS[topic])), facts)


def _asked_as(symptom: Symptom, channels: Set[str], asked: Set[int]) -> str:
    if symptom.channel in channels:
        words = {"channel": LABELS[Channel(symptom.channel)]}
        return _("The log asks: %(channel)s, from 0 to 10.") % words
    if symptom.question and symptom.question_id in asked:
        return _("The log asks: “%(question)s”") % {"question": symptom.question.question}
    return ""
