"""The names people read for the choices in `diary/enums.py`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diary.enums import Outcome

LABELS: dict[Outcome, str | Promise] = {
    Outcome.WITHIN: _("within the plan"),
    Outcome.CAREFUL: _("take care"),
    Outcome.BEYOND: _("beyond the plan"),
}

CHOICES = [(outcome.value, label) for outcome, label in LABELS.items()]
