"""What a form of the log tells the scripts about the page that is kept for offline."""

from django import template

from diary import offline
from diary.asking import Asked

register = template.Library()


@register.simple_tag
def offline_version(asked: Asked) -> str:
    """The version of what a form asks."""
    return offline.version(asked)
