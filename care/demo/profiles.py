"""Who lives in the demo: one profile a person, repeated with other numbers when there are more.

Pure: no Django, no database, no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from care.demo.courses import Course

GIVEN_NAMES = (
    "Anneke Bram Carla Dirk Els Frits Greet Hans Ineke Jaap Karin Leo Marja Nico Olga Piet "
    "Ria Sjaak Tineke Urbain Vera Wim Yvonne Ad Betty Cor Dien Eef Fleur Gijs Hetty Ivo "
    "Joke Kees Lien Mats Nel Onno Petra Ruud"
).split()
FAMILY_NAME = "Voorbeeld"  # nobody can take these people for real ones


@dataclass(frozen=True)
class Hip:
    """One episode of care. `reached` is the day of the plan that falls on today.

    It is a share of the days asked for (1 = day 0 on the first of them); `most` caps it, for
    people who were operated on lately.
    """

    condition: str
    stage: str
    side: str
    course: Course
    level: float
    reached: float = 1.0
    most: int = 400
    switches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A person: their hips, how often a day is missing (0–1), how often the plan is left (0–1)."""

    hips: tuple[Hip, ...]
    missing: float = 0.1
    breaches: float = 0.03
    weight_kg: int = 78
    birth_year: int = 1965
    has_red_flag: bool = False
    logged_today: bool = True
    name: str = ""


TOH = "transient-osteoporosis"
THP = "total-hip-prosthesis"
AVN = "avascular-necrosis"
PARTIAL = "partial-hip-prosthesis"
FRACTURE = "hip-fracture"
OA = "hip-osteoarthritis"
FAI = "femoroacetabular-impingement"
OSTEOPOROSIS = "osteoporosis"

FIRST = (
    # The person behind patient@example.org: recovering, and due a reminder.
    Profile(
        (Hip(TOH, "standard", "left", Course.RECOVERY, 6.0, 0.75),),
        missing=0.06,
        breaches=0.06,
        weight_kg=72,
        birth_year=1979,
        logged_today=False,
    ),
    Profile((Hip(TOH, "standard", "right", Course.WORSENING, 3.5, 0.9),), birth_year=1981),
    Profile(
        (Hip(THP, "uncemented-anterior", "right", Course.RECOVERY, 6.5, 1.0, 55),),
        birth_year=1957,
    ),
    Profile((Hip(AVN, "2", "left", Course.CREEP, 2.5),), birth_year=1986),
    Profile((Hip(AVN, "3", "right", Course.SILENT, 5.0),), birth_year=1984),
    Profile(
        (
            Hip(AVN, "2", "left", Course.PLATEAU, 3.5),
            Hip(AVN, "1", "right", Course.RECOVERY, 3.0),
        ),
        birth_year=1990,
    ),
    Profile(
        (Hip(TOH, "standard", "left", Course.PLATEAU, 4.0, 0.5),), breaches=0.4, birth_year=1975
    ),
    Profile(
        (
            Hip(
                THP,
                "cemented-posterolateral",
                "left",
                Course.RECOVERY,
                7.0,
                1.0,
                12,
                switches=("precautions-posterior",),
            ),
        ),
        birth_year=1949,
        has_red_flag=True,
    ),
    Profile(
        (Hip(FRACTURE, "prosthesis", "right", Course.RECOVERY, 6.0, 1.0, 40),),
        weight_kg=61,
        birth_year=1943,
    ),
    Profile((Hip(OA, "mild", "left", Course.FLARE, 4.0, 0.8),), weight_kg=88, birth_year=1960),
    Profile((Hip(FAI, "cam", "right", Course.RECOVERY, 4.5, 0.7),), birth_year=1999),
    # Weak bones alone give no pain: this plan asks for none.
    Profile(
        (Hip(OSTEOPOROSIS, "without-fracture", "left", Course.PLATEAU, 0.0, 0.9),),
        weight_kg=58,
        birth_year=1955,
    ),
    Profile(
        (Hip(PARTIAL, "cemented", "left", Course.PLATEAU, 5.0, 1.0, 30),),
        weight_kg=66,
        birth_year=1941,
    ),
    Profile((Hip(THP, "uncemented-lateral", "left", Course.FLARE, 5.0, 1.0, 90),), birth_year=1961),
    Profile((Hip(AVN, "1", "right", Course.PLATEAU, 2.0),), missing=0.3, birth_year=1992),
)
YEARS_APART = 6  # people with one condition are about as old
OTHER_CLINIC_EVERY = 6  # each sixth person is a patient of the second clinic


def people(number: int, random: Random) -> Iterator[Profile]:
    """`number` profiles: the first ones as they stand, later ones with other numbers."""
    for index in range(number):
        profile = FIRST[index % len(FIRST)]
        if index >= len(FIRST):
            profile = _varied(profile, random)
        yield replace(profile, name=name_of(index))


def name_of(index: int) -> str:
    """The name of the person at a place in the list."""
    given = GIVEN_NAMES[index % len(GIVEN_NAMES)]
    again = index // len(GIVEN_NAMES)
    return f"{given} {FAMILY_NAME}" + (f" {again + 1}" if again else "")


def _varied(profile: Profile, random: Random) -> Profile:
    course = random.choice(
        (Course.RECOVERY, Course.RECOVERY, Course.PLATEAU, Course.FLARE, profile.hips[0].course)
    )
    hips = tuple(
        replace(
            hip,
            course=course,
            level=round(random.uniform(2.0, 6.5), 1) if hip.level else 0.0,
            reached=round(random.uniform(0.4, 1.0), 2),
        )
        for hip in profile.hips
    )
    return replace(
        profile,
        hips=hips,
        missing=round(random.uniform(0.03, 0.25), 2),
        breaches=round(random.uniform(0.0, 0.15), 2),
        weight_kg=random.randint(55, 104),
        birth_year=profile.birth_year + random.randint(-YEARS_APART, YEARS_APART),
        has_red_flag=False,
        logged_today=random.random() < 0.6,
    )
