"""Extra moments of a day: something that was felt at a time of its own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conditions.enums import Side
from conditions.labels import choices
from conditions.models import Activity
from diary.scales import HIGHEST_PAIN, LONGEST_DEVICE, LONGEST_NOTE


class Moment(models.Model):
    """A bad hour, or a good one: it stands beside the day's entry and never in its place.

    `at` is the patient's own time on `day`. An empty `side` is no side in particular, a null
    `score` or `activity` was not answered. One that was taken back stays as a row and is shown
    nowhere but where it can be put back.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("patient"),
        related_name="moments",
    )
    day = models.DateField(_("day"))
    at = models.TimeField(_("at"))
    side = models.CharField(_("side"), max_length=5, choices=choices(Side), blank=True)
    score = models.PositiveSmallIntegerField(_("pain"), null=True, blank=True)
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        verbose_name=_("what somebody was doing"),
        related_name="+",
        null=True,
        blank=True,
    )
    note = models.TextField(_("note"), max_length=LONGEST_NOTE, blank=True)
    client_uuid = models.UUIDField(_("client's id"))
    entered_at = models.DateTimeField(_("entered at"))
    received_at = models.DateTimeField(_("received at"))
    utc_offset_minutes = models.SmallIntegerField(_("offset from UTC (minutes)"))
    device = models.CharField(_("device"), max_length=LONGEST_DEVICE, blank=True)
    is_queued = models.BooleanField(_("waited on the phone"), default=False)
    sealed_hash = models.CharField(_("hash of what was sealed"), max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("extra moment")
        verbose_name_plural = _("extra moments")
        ordering = ("day", "at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "client_uuid"), name="diary_moment_saved_once"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=HIGHEST_PAIN),
                name="diary_moment_score_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(side="") | Q(side__in=[side.value for side in Side]),
                name="diary_moment_side_known",
            ),
            models.CheckConstraint(
                condition=Q(sealed_hash="") | Q(is_queued=True),
                name="diary_moment_sealed_while_it_waited",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=False) | Q(activity__isnull=False) | ~Q(note=""),
                name="diary_moment_says_something",
            ),
        )
        indexes = (models.Index(fields=("patient", "day"), name="diary_moment_of_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.at:%H:%M}"
