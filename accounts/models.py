"""People, clinics, invitations, consent, relations and what is owed to people by mail."""

import secrets
import uuid
import zoneinfo
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import InvitationState, KeyPurpose, NoticeKind, NoticeState, Role, Way

CLINIC_ROLES = (Role.PATIENT, Role.PHYSIOTHERAPIST, Role.CLINIC_MANAGER)
NONCE_BYTES = 24  # 192 bits: an invitation must not be guessable (ASVS 5.0 V6.4.1 asks for 128)


def validate_time_zone(value: str) -> None:
    """Refuse a name that the zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("This time zone is not known."), code="time_zone_unknown")


def make_nonce() -> str:
    return secrets.token_urlsafe(NONCE_BYTES)


class Clinic(models.Model):
    """A practice. Only one that treats children is offered children's plans, and asks parents."""

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone number"), max_length=30)
    treats_children = models.BooleanField(_("treats children"), default=False)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail. The role decides which rooms open."""

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    clinic = models.ForeignKey(
        Clinic, models.PROTECT, verbose_name=_("clinic"), null=True, blank=True, related_name="+"
    )
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Amsterdam", validators=[validate_time_zone]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values) | Q(role="", is_superuser=True),
                name="accounts_user_has_a_role",
            ),
            # A missing clinic must never equal another missing clinic.
            models.CheckConstraint(
                condition=~Q(role__in=CLINIC_ROLES) | Q(clinic__isnull=False),
                name="accounts_user_clinic_where_the_role_needs_one",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_patient(self) -> bool:
        return self.role == Role.PATIENT

    @property
    def is_physiotherapist(self) -> bool:
        return self.role == Role.PHYSIOTHERAPIST

    @property
    def is_editor(self) -> bool:
        return self.role == Role.EDITOR

    @property
    def is_clinic_manager(self) -> bool:
        return self.role == Role.CLINIC_MANAGER


class Invitation(models.Model):
    """A single-use way in, for one e-mail address, one clinic and one role.

    The link carries the nonce signed with the installation's key, so that a copy of the
    database alone opens no door.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    nonce = models.CharField(max_length=64, default=make_nonce, unique=True, editable=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, verbose_name=_("clinic"), related_name="+")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("invited by"), related_name="+"
    )
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        related_name="+",
    )
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="accounts_invitation_expires_after_it_is_made",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accounts_invitation_accepted_when_and_by_whom",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "clinic",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="accounts_invitation_one_open_per_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} · {self.clinic}"

    @property
    def is_for_patient(self) -> bool:
        return self.role == Role.PATIENT

    def is_open(self, now) -> bool:
        """Whether it can still be accepted at this moment."""
        return self.state_at(now) == InvitationState.OPEN

    def state_at(self, now) -> InvitationState:
        """How it stands at this moment."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if now < self.expires_at else InvitationState.EXPIRED


class Relation(models.Model):
    """An active treatment relation: while it lasts, the physiotherapist sees the patient."""

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("patient"),
        related_name="relations_as_patient",
    )
    physiotherapist = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("physiotherapist"),
        related_name="relations_as_physiotherapist",
    )
    clinic = models.ForeignKey(Clinic, models.PROTECT, verbose_name=_("clinic"), related_name="+")
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("treatment relation")
        verbose_name_plural = _("treatment relations")
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "physiotherapist"),
                condition=Q(ended_at__isnull=True),
                name="accounts_relation_one_active_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="accounts_relation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(patient=F("physiotherapist")), name="accounts_relation_of_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.patient} · {self.physiotherapist}"


class Consent(models.Model):
    """That a person agreed: to which text, when and through which channel."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("person"),
        related_name="consents",
    )
    text_version = models.CharField(_("version of the text"), max_length=20)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    channel = models.CharField(_("channel"), max_length=30)
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "text_version"),
                condition=Q(withdrawn_at__isnull=True),
                name="accounts_consent_once_per_text",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="accounts_consent_withdrawn_after_given",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.text_version}"


class Notice(models.Model):
    """A message owed to a person, with its delivery state. The table is the queue.

    `key` tells what the notice is about: the local day of a reminder, with a number behind
    it for one that was asked for again; the public id of a flag or an invitation. One notice
    per recipient, kind and key is what keeps anybody from being told twice, and a day has one
    reminder or one nudge. `channel` is the way it left, or may have left where that is
    uncertain; empty until then.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        related_name="notices",
    )
    invitation = models.ForeignKey(
        Invitation,
        models.CASCADE,
        verbose_name=_("invitation"),
        null=True,
        blank=True,
        related_name="notices",
    )
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    key = models.CharField(_("about"), max_length=60)
    state = models.CharField(
        _("state"), max_length=12, choices=NoticeState.choices, default=NoticeState.WAITING
    )
    due_at = models.DateTimeField(_("due at"))
    expires_at = models.DateTimeField(_("too late after"))
    lease_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    channel = models.CharField(_("sent by"), max_length=5, choices=Way.choices, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = (
            models.UniqueConstraint(
                fields=("recipient", "kind", "key"), name="accounts_notice_once"
            ),
            models.UniqueConstraint(
                fields=("recipient", "key"),
                condition=Q(kind__in=(NoticeKind.REMINDER, NoticeKind.NUDGE)),
                name="accounts_notice_one_a_day",
            ),
            models.UniqueConstraint(
                fields=("invitation",), name="accounts_notice_once_per_invitation"
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, invitation__isnull=True)
                | Q(recipient__isnull=True, invitation__isnull=False),
                name="accounts_notice_has_one_addressee",
            ),
        )
        indexes = (
            # Read each minute by notices.send_due.
            models.Index(
                fields=("due_at",),
                condition=Q(state__in=("waiting", "sending")),
                name="accounts_notice_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def day(self) -> date:
        """The local day that a reminder is about."""
        return date.fromisoformat(self.key[:10])

    @property
    def number(self) -> int:
        """Which of the messages asked for again on that day this is; 0 for the first of all."""
        return int(self.key[11:] or 0)


class PushSubscription(models.Model):
    """A device on which somebody takes push messages, as its browser told us.

    `endpoint` is the address at the push service: who knows it can send there, so it is shown
    to nobody. `p256dh` and `auth` are the device's keys in base64url; only the device can read
    what is sent.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("person"),
        related_name="push_subscriptions",
    )
    endpoint = models.URLField(_("address"), max_length=1000, unique=True)
    p256dh = models.CharField(_("key"), max_length=88)
    auth = models.CharField(_("secret"), max_length=24)
    device = models.CharField(_("device"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("made at"))
    last_sent_at = models.DateTimeField(_("last sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("device for push messages")
        verbose_name_plural = _("devices for push messages")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.device or str(self.uuid)


class ServerKey(models.Model):
    """A pair of P-256 keys of the installation's own; see `accounts/keys.py`.

    `public` is the raw point in base64url. `private` is encrypted under SECRET_KEY, and empty
    once it is forgotten: what was sealed for this key can then be opened by nobody.
    `handed_out_until` is null for the one key of its purpose that is handed out now.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=4, choices=KeyPurpose.choices)
    public = models.CharField(_("public part"), max_length=87)
    private = models.TextField(_("private part, encrypted"), blank=True)
    made_at = models.DateTimeField(_("made at"))
    handed_out_until = models.DateTimeField(_("handed out until"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of the installation")
        verbose_name_plural = _("keys of the installation")
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("purpose",),
                condition=Q(handed_out_until__isnull=True),
                name="accounts_key_one_handed_out",
            ),
            models.CheckConstraint(
                condition=~Q(private="") | Q(handed_out_until__isnull=False),
                name="accounts_key_kept_while_handed_out",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} · {self.made_at:%Y-%m-%d}"
