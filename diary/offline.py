"""Whether the log page that a phone keeps still asks what the plan asks."""

import hashlib

from django.utils import translation

from diary.asking import Asked


def version(asked: Asked) -> str:
    """Changes with the questions, their order and the language; says nothing about a person.

    It reads nothing that a page which shows the form does not read too.
    """
    shown = (
        translation.get_language(),
        [(side.value, list(channels)) for side, channels in asked.channels.items()],
        [question.pk for question in (*asked.questions, *asked.of_parent)],
        [aid.value for aid in asked.aids],
        [(each.activity.pk, each.rule.value) for each in asked.listed],
        [each.pk for each in asked.others],
        [plan.pk for plan in asked.plans],
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
