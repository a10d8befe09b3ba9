"""The days of one demo person: from courses to the answers they would have given.

Pure but for the plan's rows it reads; the clock and the chance are passed in.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from care.demo import courses
from care.demo.profiles import Hip, Profile
from conditions.enums import Channel, QuestionKind, Rule, Side, WalkingAid
from conditions.limits import SUPPORT
from conditions.models import Phase, Question
from diary import questions

NOTES = {
    "nl": (
        "Vandaag lang in de auto gezeten.",
        "Goed geslapen, stijf bij het opstaan.",
        "Boodschappen gedaan met hulp.",
        "Rustig aan gedaan.",
    ),
    "en": (
        "Sat in the car for a long time today.",
        "Slept well, stiff on getting up.",
        "Did the shopping with help.",
        "Took it easy.",
    ),
}


@dataclass(frozen=True)
class Day:
    """What somebody answers for one day; None is not answered, 0 is an answer."""

    day: date
    aid: str
    readings: dict[Side, dict[Channel, int | None]]
    activities: dict[str, int | None]
    answers: dict[str, int | None]
    painkillers: int | None
    note: str
    is_late: bool


@dataclass(frozen=True)
class Track:
    """One hip with the phases of its episode, each from its day on, and what its plan asks."""

    hip: Hip
    started_on: date
    phases: tuple[tuple[date, Phase], ...]
    channels: tuple[Channel, ...] = tuple(Channel)
    questions: tuple[Question, ...] = ()

    def phase_on(self, day: date) -> Phase | None:
        return next((phase for start, phase in reversed(self.phases) if start <= day), None)


def days_of(
    profile: Profile, tracks: list[Track], *, today: date, language: str, random: Random
) -> list[Day]:
    """Every day that this person logged, oldest first, with late entries marked."""
    first = min(track.started_on for track in tracks)
    number = (today - first).days + 1
    pain = {
        track.hip.side: courses.pain_of_days(
            track.hip.course, number, level=track.hip.level, random=random
        )
        for track in tracks
    }
    course = tracks[0].hip.course
    missing = courses.missing_days(course, number, rate=profile.missing, random=random)
    rows = []
    for index in range(number):
        day = first + timedelta(days=index)
        running = [track for track in tracks if track.started_on <= day]
        phases = [phase for track in running if (phase := track.phase_on(day))]
        leaves_the_plan = random.random() < profile.breaches
        row = Day(
            day=day,
            aid=_aid(phases, leaves_the_plan, random),
            readings={
                Side(track.hip.side): {
                    channel: getattr(pain[track.hip.side][index], channel)
                    for channel in track.channels
                }
                for track in running
                if track.channels
            },
            activities=_activities(phases, leaves_the_plan, random),
            answers=_answers(running, day),
            painkillers=_painkillers(max(pain[side][index].loading for side in pain), random),
            note=random.choice(NOTES[language]) if random.random() < 0.12 else "",
            is_late=random.random() < 0.06,
        )
        is_left_out = index in missing or (day == today and not profile.logged_today)
        if not is_left_out:
            rows.append(row)
    return rows


def _aid(phases: list[Phase], leaves_the_plan: bool, random: Random) -> str:
    """The aid with the least support that every limit allows, or one step less than that."""
    if not phases:
        return ""
    allowed = [aid for aid in WalkingAid if all(aid in phase.limit.aids for phase in phases)] or [
        WalkingAid(aid) for aid in phases[0].limit.aids
    ]
    walking = [aid for aid in allowed if aid != WalkingAid.WHEELCHAIR] or allowed
    least = min(walking, key=SUPPORT.__getitem__)
    if leaves_the_plan and random.random() < 0.6:
        weaker = [aid for aid in WalkingAid if SUPPORT[aid] < SUPPORT[least]]
        return max(weaker, key=SUPPORT.__getitem__).value if weaker else least.value
    return least.value


def _activities(
    phases: list[Phase], leaves_the_plan: bool, random: Random
) -> dict[str, int | None]:
    """Two or three activities the plan allows; sometimes one it does not, or too long."""
    if not phases:
        return {}
    rules = list(phases[0].rules.all())
    forbidden = {
        rule.activity.slug
        for phase in phases
        for rule in phase.rules.all()
        if rule.rule == Rule.DONT
    }
    allowed = [rule for rule in rules if rule.activity.slug not in forbidden]
    chosen = {}
    for rule in random.sample(allowed, min(len(allowed), random.randint(1, 3))):
        most = rule.minutes or 30
        chosen[rule.activity.slug] = (
            max(5, round(most * random.uniform(0.4, 0.95) / 5) * 5)
            if rule.activity.has_minutes
            else None
        )
    if leaves_the_plan:
        limited = [rule for rule in allowed if rule.minutes]
        if limited and random.random() < 0.5:
            rule = random.choice(limited)
            chosen[rule.activity.slug] = (rule.minutes or 0) + random.choice((10, 15, 30))
        elif forbidden:
            slug = random.choice(sorted(forbidden))
            chosen[slug] = 10
    return chosen


def _answers(tracks: list[Track], day: date) -> dict[str, int | None]:
    """Mild answers to the questions of the day, and now and then none.

    With chances of their own: new questions must not change who the demo is about.
    """
    random = Random(day.toordinal())
    asked = {question.code: question for track in tracks for question in track.questions}
    return {
        code: None if random.random() < 0.06 else _answer(question, random)
        for code, question in sorted(asked.items())
    }


def _answer(question: Question, random: Random) -> int:
    chance = random.random()
    if question.asks_red_flags or chance < 0.4:
        return 0
    if question.kind == QuestionKind.MINUTES:
        return min(questions.highest(question), 5 * round(chance * 8))
    return min(questions.highest(question), 1 if chance < 0.8 else 2)


def _painkillers(loading: int, random: Random) -> int | None:
    if random.random() < 0.15:
        return None
    return max(0, min(6, round(loading / 2 + random.gauss(-0.8, 0.8))))
