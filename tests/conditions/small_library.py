"""A content library that is as small as a whole one can be, to spoil in tests."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

Files = dict[str, Any]


def both(words: str) -> dict[str, str]:
    return {"nl": f"nl {words}", "en": f"en {words}"}


def small() -> Files:
    """One condition, stage and plan with two phases; every kind of thing stands in it once."""
    return deepcopy(
        {
            "sources": [{"key": "book", "title": "A book", "kind": "study", "year": 2020}],
            "activities": [
                {"slug": "walking", "name": both("walking")},
                {"slug": "jumping", "name": both("jumping"), "minutes": False, "order": 2},
            ],
            "questions": [
                {
                    "code": "falls",
                    "kind": "count",
                    "most": 20,
                    "asks_red_flags": True,
                    "provenance": "convention",
                    "question": both("how often?"),
                }
            ],
            "guides": [
                {
                    "code": "crutches",
                    "topic": "aid",
                    "subject": "two_crutches",
                    "picture": "two-crutches",
                    "provenance": "convention",
                    "title": both("two crutches"),
                    "text": both("step by step"),
                    "picture_text": both("somebody on crutches"),
                }
            ],
            "red_flags": [
                {
                    "code": "calf",
                    "urgency": "same_day",
                    "provenance": "convention",
                    "question": both("calf?"),
                    "action": both("call {clinic}: {clinic_phone}"),
                }
            ],
            "hip": {
                "slug": "hip",
                "provenance": "cited",
                "sources": ["book"],
                "name": both("hip"),
                "summary": both("a hip"),
                "icd10": {"code": "M16"},
                "red_flags": ["calf"],
                "facts": [{"topic": "who", "text": both("people")}],
                "symptoms": [
                    {"channel": "loading", "text": both("it hurts")},
                    {"question": "falls", "text": both("they fall")},
                ],
                "stages": [{"code": "one", "name": both("one")}],
                "plans": [plan()],
            },
        }
    )


def plan() -> dict[str, Any]:
    return {
        "code": "hip",
        "stages": ["one"],
        "anchor": "surgery",
        "channels": ["loading", "rest"],
        "asks": ["falls"],
        "provenance": "convention",
        "sources": [],
        "name": both("plan"),
        "summary": both("a plan"),
        "switches": [{"key": "rules", "name": both("rules")}],
        "pain_curve": {
            "channel": "rest",
            "provenance": "cited",
            "sources": ["book"],
            "points": [{"day": 1, "mean": 3.1}, {"day": 8, "mean": 2}],
        },
        "phases": [
            {
                "code": "A",
                "from_day": -7,
                "to_day": 13,
                "name": both("protect"),
                "limit": {
                    "level": "pwb",
                    "percent": 30,
                    "aids": ["two_crutches"],
                    "text": both("a part"),
                },
                "pain_limits": {"loading": 5},
                "criteria": [{"kind": "exit", "text": both("calm")}],
                "rules": [
                    {
                        "activity": "walking",
                        "rule": "do",
                        "minutes": 20,
                        "provenance": "cited",
                        "sources": ["book"],
                        "reason": both("because"),
                    },
                    {
                        "activity": "walking",
                        "rule": "dont",
                        "switch": "rules",
                        "reason": both("not with rules"),
                    },
                ],
                "advice": [{"rule": "caution", "switch": "rules", "text": both("mind")}],
            },
            {
                "code": "B",
                "from_day": 14,
                "name": both("build up"),
                "limit": {"level": "fwb", "aids": ["none", "cane"], "text": both("all")},
                "rules": [{"activity": "walking", "rule": "do", "reason": both("because")}],
            },
        ],
        "milestones": [
            {
                "code": "far",
                "phase": "B",
                "early_day": 10,
                "typical_day": 14,
                "late_day": 20,
                "name": both("far"),
            }
        ],
    }


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
