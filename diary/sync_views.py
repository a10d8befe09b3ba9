"""What the phone's own program asks for: who is signed in, and to take in what waited.

Every answer is JSON and a redirect is never one, so that the phone lets go of an entry for a
receipt and for nothing else. docs/offline.md describes the protocol.
"""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import answers, keys
from accounts.enums import Role
from accounts.models import User
from accounts.policies import answers_json, policy
from diary import access, moment_views, queued, sealing, views
from diary.queued import Refused, SavedOtherwise
from diary.sealing import Envelope, Letter, Unreadable


class TooLong(ValueError):
    """More than any form can hold."""


@answers_json
@policy(Role.PATIENT)
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, with what a program needs to send something: a token and a key."""
    key = keys.sealing_key(timezone.now())
    return answers.answer(
        {
            "person": str(access.patient(request).uuid),
            "csrf": get_token(request),
            "key": {"id": str(key.uuid), "public": key.public},
        }
    )


@answers_json
@policy(Role.PATIENT)
@require_POST
def sync(request: HttpRequest) -> JsonResponse:
    """Take in one envelope and give a receipt for it; the same one again gets the same receipt."""
    patient = access.patient(request)
    now = timezone.now()
    try:
        envelope = sealing.parse(_body(request))
        if envelope.person != patient.uuid:
            return answers.error("other_person", HTTPStatus.CONFLICT)
        letter = _letter(envelope)
        moments = queued.moments_of(letter, envelope, now)
        taken = queued.KINDS[letter.kind](patient, letter, moments, views.device_of(request))
    except TooLong:
        return answers.error("too_long", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except Unreadable:
        return answers.error("unreadable", HTTPStatus.BAD_REQUEST)
    except keys.KeyGone:
        return answers.error("key_gone", HTTPStatus.GONE)
    except SavedOtherwise as refused:
        return answers.error("saved_otherwise", HTTPStatus.CONFLICT, day=refused.day.isoformat())
    except Refused as refused:
        return answers.error(
            "refused",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            day=refused.day.isoformat(),
            reasons=refused.reasons,
        )
    receipt = {
        "uuid": str(letter.uuid),
        "revision": taken.revision,
        "hash": letter.hash,
        "day": taken.day.isoformat(),
        "counts": taken.counts,
        "next": taken.next,
    }
    return answers.answer(receipt, HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK)


@policy(Role.PATIENT)
@require_POST
def mend(request: HttpRequest) -> HttpResponse:
    """The page of a day with answers that were not taken in, and why, so that one can mend them."""
    patient = access.patient(request)
    now = timezone.now()
    try:
        envelope = sealing.parse(request.POST.get("envelope", "").encode())
        if envelope.person != patient.uuid:
            raise Http404
        letter = _letter(envelope)
    except (UnicodeEncodeError, Unreadable, keys.KeyGone):
        messages.error(
            request, _("These answers cannot be opened any more. Please fill in the day again.")
        )
        return views.see_other("diary:log")
    return MENDERS[letter.kind](request, patient, letter, queued.moments_of(letter, envelope, now))


def _mend_entry(
    request: HttpRequest, patient: User, letter: Letter, moments: queued.Moments
) -> HttpResponse:
    form = queued.form_to_mend(patient, letter, moments.entered_at)
    if not form.asked.sides:
        return views.no_plan(request)
    return views.log_page(request, form, besides=queued.signed_names(patient, letter))


def _mend_moment(
    request: HttpRequest, patient: User, letter: Letter, moments: queued.Moments
) -> HttpResponse:
    form = queued.moment_form(patient, letter, moments.entered_at)
    if not form.asked.sides:
        return views.no_plan(request)
    return moment_views.page(request, letter.day, form)


MENDERS = {"entry": _mend_entry, "moment": _mend_moment}


def _letter(envelope: Envelope) -> Letter:
    letter = sealing.open_envelope(envelope, keys.private_key(envelope.key))
    if letter.kind not in queued.KINDS:
        raise Unreadable("an unknown kind")
    return letter


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise TooLong from error
    if len(body) > sealing.LONGEST_ENVELOPE:
        raise TooLong
    return body
