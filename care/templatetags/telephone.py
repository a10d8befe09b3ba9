"""Telephone numbers as links."""

from django import template

register = template.Library()


@register.filter
def tel(number: str) -> str:
    """The tel: address of a number as people write it, without spaces, dots and brackets."""
    plus = "+" if number.strip().startswith("+") else ""
    return f"tel:{plus}{''.join(sign for sign in number if sign in '0123456789')}"
