"""What the worker does for the diary each minute."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts import keys, notices
from diary import reminding

logger = logging.getLogger(__name__)


@shared_task
def send_due_notices() -> None:
    """Queue the reminders that are due, send what is owed to anybody, forget what is over."""
    now = timezone.now()
    queued = reminding.queue_due(now)
    logger.info("%s reminders queued, %s", queued, notices.send_due(now, hold=reminding.hold))
    keys.forget_old_keys(now)
