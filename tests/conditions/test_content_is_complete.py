"""What ships covers nine conditions, each with all that a patient and a therapist look for."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings

from conditions import library
from conditions.enums import Channel, GuideTopic, LoadLevel, Topic, WalkingAid
from conditions.limits import SATISFYING

PICTURES = Path(settings.BASE_DIR) / "static" / "pictures"
LARGEST_PICTURE = 4096  # bytes
CONDITIONS = (
    "transient-osteoporosis",
    "total-hip-prosthesis",
    "partial-hip-prosthesis",
    "avascular-necrosis",
    "hip-osteoarthritis",
    "hip-fracture",
    "femoroacetabular-impingement",
    "perthes-and-slipped-epiphysis",
    "osteoporosis",
)
# What people feel and no plan asks each day, because once is enough or somebody else measures it.
NOT_ASKED = {
    "transient-osteoporosis": {
        "Moving by yourself and standing hurts more than when the doctor moves the leg.",
    },
    "total-hip-prosthesis": {
        "Bruises on the hip and thigh.",
        "A numb feeling around the scar.",
        "The feeling that one leg is longer than the other.",
    },
    "partial-hip-prosthesis": {
        "Being suddenly confused. The log asks about it with the warning signs.",
        "Tiring quickly and less appetite.",
    },
    "avascular-necrosis": {"The leg turns and spreads less far. The doctor measures that."},
    "hip-osteoarthritis": {
        "A limp.",
        "Pain in the knee or back that comes from the hip.",
        "Less strength and a leg that tires sooner.",
    },
    "hip-fracture": {"A leg that is shorter and turned outwards, before the operation."},
    "femoroacetabular-impingement": {
        "A hip that turns inwards less far.",
        "A feeling that the leg gives way.",
    },
    "perthes-and-slipped-epiphysis": {
        "The hip turns and spreads less far. The doctor or physiotherapist measures that.",
        "One leg is shorter after a time. The doctor measures that.",
    },
    "osteoporosis": {"Getting shorter, or a back that becomes more bent."},
}
# These ask what somebody takes, not what they feel.
NO_COMPLAINT = {"bone-medicine", "calcium-vitamin-d"}


@pytest.fixture(scope="module")
def shipped():
    return library.read()


@pytest.fixture(scope="module")
def conditions(shipped):
    return {condition["slug"]: condition for condition in shipped.conditions}


@pytest.fixture(scope="module")
def plans(shipped):
    return {plan["code"]: plan for condition in shipped.conditions for plan in condition["plans"]}


def asked(condition, what):
    """The questions or channels that the plans of a condition ask, together."""
    return {each for plan in condition["plans"] for each in plan[what]}


def test_nine_conditions_ship_in_the_order_of_the_pages(shipped):
    assert tuple(condition["slug"] for condition in shipped.conditions) == CONDITIONS


@pytest.mark.parametrize("slug", CONDITIONS)
def test_each_condition_says_something_of_every_topic(conditions, slug):
    topics = [fact["topic"] for fact in conditions[slug]["facts"]]
    assert set(topics) == set(Topic)
    assert topics.count(Topic.QUESTION) >= 4


@pytest.mark.parametrize("slug", CONDITIONS)
def test_each_symptom_is_asked_in_the_log_or_left_out_on_purpose(conditions, slug):
    condition = conditions[slug]
    named = {symptom["question"] for symptom in condition["symptoms"] if symptom["question"]}
    assert named - asked(condition, "asks") == set()
    assert asked(condition, "asks") - named <= NO_COMPLAINT
    channels = {symptom["channel"] for symptom in condition["symptoms"] if symptom["channel"]}
    assert channels == asked(condition, "channels")
    left_out = {
        symptom["text"]["en"]
        for symptom in condition["symptoms"]
        if not symptom["question"] and not symptom["channel"]
    }
    assert left_out == NOT_ASKED[slug]


@pytest.mark.parametrize(
    ("slug", "questions"),
    [
        ("femoroacetabular-impingement", {"clicking", "locking", "c-sign", "sport-pain"}),
        ("hip-osteoarthritis", {"start-pain", "morning-stiffness", "worse-evening", "crepitus"}),
        ("hip-fracture", {"falls", "near-falls", "fear-of-falling"}),
        ("partial-hip-prosthesis", {"falls", "fear-of-falling"}),
        ("osteoporosis", {"falls", "bone-medicine", "side-effect"}),
        ("perthes-and-slipped-epiphysis", {"parent-pain", "parent-limp", "turned-out"}),
        ("transient-osteoporosis", {"other-joint", "settled-by-morning"}),
        ("avascular-necrosis", {"turned-out", "knee-pain", "squatting-trouble"}),
    ],
)
def test_each_condition_asks_what_its_patients_complain_of(conditions, slug, questions):
    assert questions <= asked(conditions[slug], "asks")


def test_only_a_fracture_makes_osteoporosis_ask_for_pain(plans):
    assert {code: plan["channels"] for code, plan in plans.items() if not plan["channels"]} == {
        "osteoporosis": []
    }
    assert set(plans["osteoporosis-fracture"]["channels"]) == set(Channel)


def test_parents_are_asked_for_children_and_for_nobody_else(shipped, conditions):
    of_parents = {each["code"] for each in shipped.questions if each["voice"] == "parent"}
    for condition in conditions.values():
        assert bool(asked(condition, "asks") & of_parents) == condition["paediatric"]
    [paediatric] = [slug for slug, condition in conditions.items() if condition["paediatric"]]
    assert paediatric == "perthes-and-slipped-epiphysis"


def test_avascular_necrosis_has_each_stage_and_the_time_after_drilling(conditions):
    stages = [stage["code"] for stage in conditions["avascular-necrosis"]["stages"]]
    assert stages == ["0", "1", "2", "3", "4", "after-decompression"]


def test_a_total_prosthesis_has_its_six_variants_and_precautions_that_are_off(conditions, plans):
    assert [stage["code"] for stage in conditions["total-hip-prosthesis"]["stages"]] == [
        f"{fixation}-{approach}"
        for fixation in ("cemented", "uncemented")
        for approach in ("posterolateral", "lateral", "anterior")
    ]
    for code in ("thp", "thp-partial"):
        assert {each["key"]: each["default"] for each in plans[code]["switches"]} == {
            "precautions-posterior": False,
            "precautions-lateral": False,
            "precautions-anterior": False,
        }


def test_every_switch_is_off_unless_somebody_sets_it(plans):
    switches = [each for plan in plans.values() for each in plan["switches"]]
    assert [each["key"] for each in switches if each["default"]] == []


def test_each_stage_has_a_plan(conditions):
    for condition in conditions.values():
        covered = {code for plan in condition["plans"] for code in plan["stages"]}
        assert covered == {stage["code"] for stage in condition["stages"]}


def test_each_phase_says_when_it_begins_and_when_it_ends(plans):
    for code, plan in plans.items():
        for phase in plan["phases"]:
            kinds = {criterion["kind"] for criterion in phase["criteria"]}
            assert kinds == {"entry", "exit"}, (code, phase["code"])


def test_each_plan_has_milestones_and_a_check_up(plans):
    for code, plan in plans.items():
        assert len(plan["milestones"]) >= 3, code
        assert all(plan["checkup"].values()), code


def test_each_walking_aid_and_each_level_has_its_guide(shipped):
    subjects = {
        topic: [guide["subject"] for guide in shipped.guides if guide["topic"] == topic]
        for topic in GuideTopic
    }
    assert subjects[GuideTopic.AID] == list(WalkingAid)
    assert subjects[GuideTopic.LEVEL] == list(LoadLevel)


def test_a_guide_of_a_level_names_the_aids_that_go_with_it(shipped):
    for guide in shipped.guides:
        if guide["topic"] == GuideTopic.LEVEL:
            assert set(guide["aids"]) == SATISFYING[LoadLevel(guide["subject"])]


def test_each_guide_has_a_picture_and_each_picture_a_guide(shipped):
    named = [guide["picture"] for guide in shipped.guides]
    assert sorted(named) == sorted(path.stem for path in PICTURES.iterdir())
    assert all(all(guide["picture_text"].values()) for guide in shipped.guides)


def pictures():
    return sorted(PICTURES.glob("*.svg"), key=lambda path: path.name)


@pytest.mark.parametrize("path", pictures(), ids=lambda path: path.stem)
def test_a_picture_is_a_small_drawing_and_nothing_else(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_PICTURE
    root = ElementTree.fromstring(text)  # noqa: S314  # our own file
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "g", "path", "circle", "rect", "line", "ellipse", "polyline", "text"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert not re.search(r"href|url\(|@import", text)
    sore = [each.attrib for each in root.iter() if "sore" in each.get("class", "").split()]
    assert all("#9a4c0a" in (each.get("stroke"), each.get("fill")) for each in sore)
