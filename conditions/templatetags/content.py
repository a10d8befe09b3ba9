"""What editors' pages need to say that no row says of itself."""

from django import template

from conditions import parts
from conditions.models import Proposal

register = template.Library()


@register.filter
def kind_name(proposal: Proposal) -> str:
    """What kind of thing a proposal is about."""
    return parts.UNVERSIONED[proposal.kind].verbose_name
