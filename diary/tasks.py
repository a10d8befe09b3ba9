"""What the worker does for the diary each minute."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import notices
from diary import reminders

logger = logging.getLogger(__name__)


@shared_task
def send_due_notices() -> None:
    """Queue the reminders that are due, then send what is owed to anybody."""
    now = timezone.now()
    queued = reminders.queue_due(now)
    logger.info("%s reminders queued, %s", queued, notices.send_due(now, hold=reminders.hold))
