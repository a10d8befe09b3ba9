"""{% picture name text %}: a drawing of static/pictures within the page."""

from django import template

from conditions import pictures

register = template.Library()

register.simple_tag(pictures.svg, name="picture")
