"""How a red-flag report reaches a view: one's own, or the 404 of an unknown one."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from diary.models import RedFlagReport


def report_of_patient(request: HttpRequest, report_uuid: uuid.UUID) -> RedFlagReport:
    """A report that the person who asks made, or Http404."""
    return get_object_or_404(RedFlagReport, patient=request.user, uuid=report_uuid)
