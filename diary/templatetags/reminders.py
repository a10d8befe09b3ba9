"""What pages of other rooms show of reminders."""

from django import template
from django.utils import timezone

from accounts.models import User
from diary import reminder_pages, snoozing
from diary.reminder_pages import Coming
from diary.snoozing import Offer

register = template.Library()


@register.simple_tag
def coming_reminders(patient: User) -> Coming:
    """The next reminders of a patient, in words."""
    return reminder_pages.coming(patient, timezone.now())


@register.simple_tag
def snooze_offer(patient: User) -> Offer | None:
    """What a patient can snooze now, where a reminder came and the day is not filled in.

    The nobody of an editor's preview was reminded of nothing.
    """
    return snoozing.offer(patient, timezone.now()) if patient.pk else None
