"""The mails behind notices: neutral, in the recipient's language.

Ordinary mail is read by others: no body or subject says more than that HipTrack has
something to show. No condition, no answer, no name of another person.
"""

import re
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import tokens
from accounts.models import Notice, User


def message_of(notice: Notice, *, is_repeat: bool) -> EmailMessage:
    """The mail of a notice.

    `is_repeat` says in the mail that it may have come before. The Message-ID is the same
    each time, so that mail programs can show a repeat as the one message it is.
    """
    context = {"is_repeat": is_repeat, "expires_at": notice.expires_at}
    if notice.invitation:
        language, address = notice.invitation.language, notice.invitation.email
        zone = timezone.get_default_timezone()
        context["link"] = tokens.link(notice.invitation.nonce)
    else:
        person = cast(User, notice.recipient)  # one of the two is there, by a constraint
        language, address, zone = person.language, person.email, person.zone
        context["link"] = f"{settings.BASE_URL}/"
    with translation.override(language), timezone.override(zone):
        subject = render_to_string(f"emails/{notice.kind}-subject.txt", context)
        body = render_to_string(f"emails/{notice.kind}-body.txt", context)
    return EmailMessage(
        " ".join(subject.split()),
        re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n",  # a part left out leaves its line
        to=[address],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
    )


def message_id(notice: Notice) -> str:
    key = re.sub(r"[^A-Za-z0-9-]", "-", notice.key)
    host = urlsplit(settings.BASE_URL).hostname
    return f"<{notice.kind}.{key}.{notice.uuid}@{host}>"
