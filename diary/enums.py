"""The fixed choices of the diary."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What the verdict on an entry says, calmest first."""

    WITHIN = "within", _("within the plan")
    CAREFUL = "careful", _("take care")
    BEYOND = "beyond", _("beyond the plan")
