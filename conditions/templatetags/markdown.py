"""{{ text|markdown }} and {{ text|inline_markdown }}: what editors write, as safe HTML."""

from django import template

from conditions import markdown

register = template.Library()

register.filter("markdown", markdown.to_html, is_safe=True)
register.filter("inline_markdown", markdown.to_inline_html, is_safe=True)
