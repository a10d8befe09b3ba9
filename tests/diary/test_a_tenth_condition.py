"""A condition that no code has heard of: one file more, and the whole program serves it."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from django.core.management import call_command
from django.urls import reverse

from conditions import library
from conditions.models import Condition, Plan
from diary import services
from diary.models import Entry, EntryAnswer
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

TENTH = """
slug: snapping-hip
order: 990
provenance: convention
sources: []
name: {nl: "Springende heup", en: "Snapping hip"}
summary: {nl: "Een pees springt over het bot.", en: "A tendon snaps over the bone."}
red_flags: [tendon-gave-way]
facts:
  - topic: who
    text: {nl: "Vooral dansers.", en: "Mostly dancers."}
symptoms:
  - {channel: loading, text: {nl: "Pijn bij belasten.", en: "Pain on loading."}}
  - {question: snaps, text: {nl: "Een tik die u hoort.", en: "A snap that you hear."}}
stages:
  - {code: outer, order: 1, name: {nl: "Buitenkant", en: "Outer side"}}
plans:
  - code: snapping-hip
    stages: [outer]
    anchor: start
    channels: [loading]
    asks: [snaps, snap-trouble]
    name: {nl: "Springende heup", en: "Snapping hip"}
    summary: {nl: "Eerst rust voor de pees.", en: "First rest for the tendon."}
    phases:
      - code: S1
        from_day: 0
        to_day: null
        name: {nl: "Rust", en: "Rest"}
        limit:
          level: pwb
          percent: 40
          aids: [two_crutches]
          text: {nl: "De pees rust bij weinig gewicht.", en: "Little weight lets the tendon rest."}
        pain_limits: {loading: 4}
        criteria:
          - {kind: entry, text: {nl: "De heup springt.", en: "The hip snaps."}}
          - {kind: exit, text: {nl: "Een week stil.", en: "Silent for a week."}}
        rules:
          - activity: hula-hoop
            rule: do
            minutes: 7
            reason: {nl: "Meer draaien rekt de pees.", en: "More circles stretch the tendon."}
        advice:
          - {rule: do, text: {nl: "Koel de heup.", en: "Cool the hip."}}
          - {rule: do, text: {nl: "Slaap op de rug.", en: "Sleep on your back."}}
          - {rule: caution, text: {nl: "Zit laag, maar kort.", en: "Sit low, but briefly."}}
          - {rule: caution, text: {nl: "Rek zacht.", en: "Stretch gently."}}
          - {rule: dont, text: {nl: "Duw niet door.", en: "Do not push through."}}
          - {rule: dont, text: {nl: "Til niets.", en: "Lift nothing."}}
          - {rule: dont, text: {nl: "Spring niet.", en: "Do not jump."}}
    milestones:
      - code: silent
        phase: S1
        early_day: 7
        typical_day: 14
        late_day: 28
        name: {nl: "Stil", en: "Silent"}
"""
MORE = {
    "activities": """
- {slug: hula-hoop, order: 990, minutes: true, name: {nl: "hoepelen", en: "hula hoop"}}
""",
    "questions": """
- code: snaps
  order: 990
  kind: count
  most: 50
  provenance: convention
  question: {nl: "Hoe vaak sprong de heup?", en: "How often did the hip snap?"}
- code: snap-trouble
  order: 991
  kind: grade
  asks_red_flags: true
  provenance: convention
  question: {nl: "Hoe erg was dat?", en: "How bad was that?"}
""",
    "red_flags": """
- code: tendon-gave-way
  order: 990
  urgency: same_day
  provenance: convention
  question: {nl: "Schoot de pees los?", en: "Did the tendon give way?"}
  action: {nl: "Bel {clinic}: {clinic_phone}.", en: "Call {clinic}: {clinic_phone}."}
""",
    "guides": """
- code: hoop-stand
  order: 990
  topic: technique
  picture: hoop-stand
  provenance: convention
  title: {nl: "Staan in de hoepel", en: "Standing in the hoop"}
  text: {nl: "Zet **{kilograms}** op het been.", en: "Put **{kilograms}** on the leg, {percent}."}
  picture_text: {nl: "Iemand in een hoepel", en: "Somebody in a hoop"}
""",
}


@pytest.fixture
def folder(tmp_path) -> Path:
    """The library that ships, with one file and four list items more."""
    shutil.copytree(library.HOME, tmp_path / "library")
    (tmp_path / "library" / "snapping-hip.yaml").write_text(TENTH, encoding="utf-8")
    for name, items in MORE.items():
        file = tmp_path / "library" / f"{name}.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8")) + yaml.safe_load(items)
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return tmp_path / "library"


@pytest.fixture
def phone(folder, patient, physiotherapist, client):
    """The browser of somebody of 91 kg with the tenth condition since three weeks."""
    call_command("load_content", str(folder))
    assert Condition.objects.count() == 10  # nine ship
    plan = Plan.objects.get(code="snapping-hip")
    services.start_episode(
        patient=patient,
        plan=plan,
        stage=plan.stages.get(),
        side="left",
        day_zero_on=TODAY - timedelta(days=21),
        started_on=TODAY - timedelta(days=21),
        body_weight_kg=91,
        switches=[],
        by=physiotherapist,
        now=NOW,
    )
    client.force_login(patient)
    return client


def read(phone, url: str) -> str:
    return " ".join(phone.get(url).content.decode().split())


def test_a_tenth_condition_needs_no_code(phone):
    log = reverse("diary:log_day", args=[TODAY])
    form = read(phone, log)
    assert list(dict.fromkeys(re.findall(r'name="answer_([\w-]+)"', form))) == [
        "snaps",
        "snap-trouble",
    ]
    assert set(re.findall(r'name="((?:left|right)_\w+)"', form)) == {"left_loading"}
    assert "How often did the hip snap?" in form
    assert 'name="minutes_hula-hoop"' in form

    sent = {
        "client_uuid": str(uuid4()),
        "left_loading": "5",
        "aid": "cane",
        "minutes_hula-hoop": "9",
        "answer_snaps": "12",
        "answer_snap-trouble": "1",
        "note": "",
    }
    saved = phone.post(log, sent)
    assert saved.status_code == 303
    assert dict(EntryAnswer.objects.values_list("question__code", "value")) == {
        "snaps": 12,
        "snap-trouble": 1,
    }

    assert Entry.objects.get().deviations == 3
    said = read(phone, saved.url)
    assert "Hula hoop: 9 min, 2 min more than the plan&#x27;s 7 min a day." in said
    assert "More circles stretch the tendon." in said
    assert "Phase S1 asks for: two crutches." in said
    assert "at most 36 kg (40 % of your weight). Little weight lets the tendon rest." in said
    assert "Left hip, pain on loading: 5. Phase S1 expects at most 4." in said
    assert "12 times" in said
    assert "can be a sign of something that must not wait" in said

    red_flags = read(phone, reverse("care:red_flags"))
    assert "Did the tendon give way?" in red_flags
    assert red_flags.count("<fieldset") == 1

    guide = read(phone, reverse("diary:guide", args=["hoop-stand"]))
    assert "Put <strong>36 kg</strong> on the leg, 40 %." in guide

    about = read(phone, reverse("diary:about"))
    assert "Mostly dancers." in about
    assert "The log asks: “How often did the hip snap?”" in about


def test_its_files_are_whole(folder):
    read = library.read(folder)
    assert read.problems == []
    assert len(read.conditions) == len(library.read().conditions) + 1
