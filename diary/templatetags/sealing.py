"""{% sealing_key %}: what a form that may wait on a phone is sealed for."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import keys

register = template.Library()


@register.simple_tag(takes_context=True)
def sealing_key(context: dict[str, Any]) -> SafeString | str:
    """The attributes `data-key-id` and `data-key`, on a patient's own page; else nothing."""
    user = context.get("user")
    is_own = user is not None and user.is_authenticated and user.is_patient
    if not is_own or context.get("is_preview"):
        return ""
    key = keys.sealing_key(timezone.now())
    return format_html('data-key-id="{}" data-key="{}"', key.uuid, key.public)
