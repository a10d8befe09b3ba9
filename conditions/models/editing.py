"""Changes to what has no versions, waiting for a second editor."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conditions.models.library import Condition


class Proposal(models.Model):
    """A change to something without versions: a fact, a red flag, a source.

    `kind` names its kind of thing (see `conditions/parts.py`) and `target_id` its row; a new
    one has none before it is accepted. `data` is what it is to say in the full form of the
    library, null to take it away, and `base` what it said when the change began. It counts once
    another editor has accepted it. Somebody may withdraw their own, and nobody may accept it.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    target_id = models.PositiveBigIntegerField(_("row"), null=True, blank=True)
    condition = models.ForeignKey(
        Condition, models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    base = models.JSONField(_("said before"), null=True, blank=True)
    data = models.JSONField(_("to say"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(_("accepted"), default=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "target_id"),
                condition=Q(decided_at__isnull=True, target_id__isnull=False),
                name="conditions_proposal_one_open_per_thing",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, is_accepted=False)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="conditions_proposal_decided_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=False) | ~Q(decided_by=F("made_by")),
                name="conditions_proposal_accepted_by_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id or '+'}"
