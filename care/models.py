"""Flags with their history, and when each episode was last reviewed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from care.enums import FlagEventKind, FlagOutcome, Reason, Severity
from care.labels import choices
from conditions.enums import Side
from conditions.labels import choices as content_choices
from diary.models import Episode


class Flag(models.Model):
    """One open reason why a physiotherapist should look, with the numbers behind it.

    `evidence` holds what a sentence can be made of in any language (see `care/wording.py`):
    numbers, days and codes, never prose. A flag is closed by resolving it (with an outcome)
    or withdrawn when it no longer holds; it is never deleted.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("patient"), related_name="+"
    )
    episode = models.ForeignKey(
        Episode,
        models.CASCADE,
        verbose_name=_("episode of care"),
        null=True,
        blank=True,
        related_name="+",
    )
    # Empty where the reason is about the whole person: silence, red flags.
    side = models.CharField(_("side"), max_length=5, choices=content_choices(Side), blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=choices(Reason))
    severity = models.CharField(_("severity"), max_length=10, choices=choices(Severity))
    since_on = models.DateField(_("since"))
    evidence = models.JSONField(_("evidence"))
    rule_version = models.CharField(_("version of the rule"), max_length=20)
    opened_at = models.DateTimeField(_("raised at"))
    acknowledged_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(
        _("outcome"), max_length=15, choices=choices(FlagOutcome), blank=True
    )

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ("-opened_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "side", "reason"),
                condition=Q(closed_at__isnull=True),
                name="care_flag_one_open_per_reason",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="care_flag_seen_when_and_by_whom",
            ),
            # Resolved by a person with an outcome, or withdrawn by the review with neither.
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=True, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="care_flag_resolved_by_whom_with_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.since_on}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class FlagEvent(models.Model):
    """Something that happened to a flag. `by` is null where the review did it."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=15, choices=choices(FlagEventKind))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    evidence = models.JSONField(_("evidence"), default=dict)

    class Meta:
        verbose_name = _("event of a flag")
        verbose_name_plural = _("events of a flag")
        ordering = ("flag", "at", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at}"


class EpisodeReview(models.Model):
    """When the background review last judged an episode, and for which local day.

    `seen_until` is the `changed_at` of the episode that the review read. An entry that is
    saved meanwhile moves `changed_at` past it, so that the episode is due again.
    """

    episode = models.OneToOneField(Episode, models.CASCADE, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed at"))
    reviewed_for = models.DateField(_("reviewed for"))
    seen_until = models.DateTimeField(_("saw changes until"))

    class Meta:
        verbose_name = _("review of an episode")
        verbose_name_plural = _("reviews of episodes")

    def __str__(self) -> str:
        return f"{self.episode} · {self.reviewed_for}"
