"""How many episodes a version of a plan concerns, for editors, who are told no small number."""

from collections.abc import Iterable

from django import template
from django.db.models import Count
from django.utils.translation import gettext as _

from conditions.models import Plan
from diary.models import Episode

register = template.Library()

# In a smaller group somebody could be recognised. Nought is not told either: a page without
# the words would tell it.
FEWEST_TOLD = 5


@register.simple_tag
def episodes_on(plan: Plan) -> str:
    """The running episodes on this version."""
    return _in_words([_running([plan.pk]).get(plan.pk, 0)])


@register.simple_tag
def episodes_behind(plan: Plan) -> str:
    """The running episodes on earlier versions of the same plan.

    Where one of several versions has few, the others are told as a lower bound: the whole,
    less what is told with each version, would tell how many the few are.
    """
    earlier = Plan.objects.filter(
        code=plan.code, version__lt=plan.version, published_at__isnull=False
    )
    versions = list(earlier.values_list("pk", flat=True))
    running = _running(versions)
    return _in_words([running.get(version, 0) for version in versions])


def _running(plans: Iterable[int]) -> dict[int, int]:
    rows = Episode.objects.filter(plan__in=plans, ended_on__isnull=True)
    return dict(rows.order_by().values_list("plan").annotate(running=Count("pk")))


def _in_words(numbers: list[int]) -> str:
    told = [number for number in numbers if number >= FEWEST_TOLD]
    if len(told) == len(numbers) > 0:
        return str(sum(told))
    if told:
        return _("at least %(number)s") % {"number": sum(told)}
    return _("fewer than five") if len(numbers) <= 1 else _("fewer than five on each version")
