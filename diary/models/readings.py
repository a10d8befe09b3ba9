"""The pain numbers of an entry, in two voices that are kept apart."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conditions.enums import Channel, Side
from conditions.labels import choices
from diary.scales import HIGHEST_PAIN


def _within_scale(channel: str) -> Q:
    return Q(**{f"{channel}__isnull": True}) | Q(**{f"{channel}__lte": HIGHEST_PAIN})


class PainNumbers(models.Model):
    """The three pain numbers of one side in one entry: 0–10, or null for not answered."""

    side = models.CharField(_("side"), max_length=5, choices=choices(Side))
    loading = models.PositiveSmallIntegerField(_("pain on loading"), null=True, blank=True)
    rest = models.PositiveSmallIntegerField(_("pain at rest"), null=True, blank=True)
    night = models.PositiveSmallIntegerField(_("pain at night"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(
                fields=("entry", "side"), name="%(app_label)s_%(class)s_one_a_side"
            ),
            *(
                models.CheckConstraint(
                    condition=_within_scale(channel),
                    name=f"%(app_label)s_%(class)s_{channel}_0_to_10",
                )
                for channel in Channel
            ),
        )

    def __str__(self) -> str:
        return f"{self.side}: {self.loading} {self.rest} {self.night}"


class Reading(PainNumbers):
    """What a patient answers. Charts, verdicts and trends know of these only."""

    entry = models.ForeignKey("diary.Entry", models.CASCADE, related_name="readings")

    class Meta(PainNumbers.Meta):
        verbose_name = _("reading")
        verbose_name_plural = _("readings")


class ParentReading(PainNumbers):
    """What a parent saw of a child's pain: beside the child's own numbers, never for them."""

    entry = models.ForeignKey("diary.Entry", models.CASCADE, related_name="observed")

    class Meta(PainNumbers.Meta):
        verbose_name = _("reading of a parent")
        verbose_name_plural = _("readings of parents")
