"""What beat starts each minute. A tick that is lost or comes twice changes nothing."""

import logging

from celery import shared_task
from django.utils import timezone

from care import reviews

logger = logging.getLogger(__name__)


@shared_task
def review_due_episodes() -> None:
    tally = reviews.review_due(timezone.now())
    if tally.episodes or tally.failed:
        logger.info("Review: %s", tally)
