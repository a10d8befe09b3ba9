"""{% pain_chart %} and {% sparkline %}: `diary/charts.py` drawn as SVG."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy

from conditions.enums import Channel
from conditions.labels import LABELS
from diary import charts

register = template.Library()

# At the end of a line there is room for a word.
AT_LINE_END = {
    Channel.LOADING: pgettext_lazy("pain", "loading"),
    Channel.REST: pgettext_lazy("pain", "rest"),
    Channel.NIGHT: pgettext_lazy("pain", "night"),
}

EVENT_MARKS = {
    "flag": "▲",
    "beyond": "!",
    "milestone": "✓",
    "marked": "(✓)",
    "aid_step": "↑",
    "moment": "•",
}


@register.inclusion_tag("diary/_pain_chart.html")
def pain_chart(chart: charts.Chart, title: str) -> dict[str, object]:
    """The chart as SVG. `title` is what a screen reader says instead of it."""
    return {
        "chart": chart,
        "title": title,
        "lines": [(line, AT_LINE_END[line.channel]) for line in chart.lines if line.dots],
        "events": [(event, EVENT_MARKS[event.kind]) for event in chart.events],
    }


@register.simple_tag
def sparkline(line: charts.Sparkline, channel: str) -> SafeString:
    """A small line of one channel; the numbers stand beside it in words for screen readers."""
    if line.last is None:
        return format_html('<span class="aside">{}</span>', gettext("no entry"))
    return format_html(
        '<svg class="sparkline channel-{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-label="{}">{}{}<circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>',
        channel,
        line.width,
        line.height,
        line.width,
        line.height,
        LABELS[Channel(channel)],
        format_html_join("", '<polyline class="line" points="{}"/>', ([p] for p in line.stretches)),
        format_html_join("", '<circle class="dot" cx="{}" cy="{}" r="1.2"/>', line.singles),
        *line.last,
    )
