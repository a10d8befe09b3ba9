"""How content reaches an editor's view: by its public id, else a 404.

Content belongs to nobody: what an editor may do with it hangs on its state, not on whose it is.
"""

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from conditions.models import Condition, Phase, Plan, Proposal
from conditions.parts import Kind


def plan_for_editor(request: HttpRequest, plan_uuid: uuid.UUID) -> Plan:
    """A plan in any state, with its condition, or Http404."""
    return get_object_or_404(Plan.objects.select_related("condition"), uuid=plan_uuid)


def condition_for_editor(request: HttpRequest, slug: str) -> Condition:
    return get_object_or_404(Condition, slug=slug)


def proposal_for_editor(request: HttpRequest, proposal_uuid: uuid.UUID) -> Proposal:
    proposals = Proposal.objects.select_related("made_by", "decided_by", "condition")
    return get_object_or_404(proposals, uuid=proposal_uuid)


def phase_of_plan(plan: Plan, pk: str) -> Phase:
    """The phase of this plan that an address names, or Http404."""
    try:
        return get_object_or_404(Phase, plan=plan, pk=int(pk))
    except ValueError as error:
        raise Http404 from error


def kind_of(kinds: dict[str, Kind], slug: str) -> Kind:
    if slug not in kinds:
        raise Http404
    return kinds[slug]


def thing_for_editor(kind: Kind, pk: int) -> Any:
    """The row of a thing of this kind, or Http404."""
    return get_object_or_404(kind.model, pk=pk)
