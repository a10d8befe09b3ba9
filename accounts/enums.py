"""The fixed choices of the accounts room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PATIENT = "patient", _("patient")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")
    EDITOR = "editor", _("editor")
    CLINIC_MANAGER = "clinic_manager", _("clinic manager")


class NoticeKind(models.TextChoices):
    INVITATION = "invitation", _("invitation")
    REMINDER = "reminder", _("reminder")
    SNOOZE = "snooze", _("reminder asked for again")
    NUDGE = "nudge", _("word after silence")
    FLAG = "flag", _("flag")


class NoticeState(models.TextChoices):
    """Where a notice stands: waiting → sending → one of the final five.

    Uncertain is a reminder that may or may not have left when its sending broke off.
    """

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain")


class Way(models.TextChoices):
    """By which way a notice left."""

    EMAIL = "email", _("e-mail")
    PUSH = "push", _("push message")


class InvitationState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class KeyPurpose(models.TextChoices):
    """What a pair of the installation's own keys is for."""

    SEAL = "seal", _("sealing what waits on a phone")
    PUSH = "push", _("messages to a phone")
