"""Plans, in versions, and every statement a plan makes.

A plan that has been published never changes: its parts refuse to be saved or deleted. A
correction is a new version.
"""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conditions.enums import Anchor, Channel, CriterionKind, LoadLevel, Rule, WalkingAid
from conditions.labels import choices
from conditions.limits import SATISFYING
from conditions.models.library import (
    Activity,
    Condition,
    Question,
    Stage,
    Statement,
    long_text,
    short_text,
)


class PlanIsFrozen(Exception):
    """Somebody tried to change a published plan."""


def all_channels() -> list[str]:
    return [channel.value for channel in Channel]


class Plan(Statement):
    """The rehabilitation content for one or more stages of a condition, in a version.

    `channels` are the pain numbers the log asks for, `asks` its other questions of the day.
    `brisk_shift` marks the plans in which a pain shift of 2 or more, kept up for three
    logged days, is important at once (see `diary/trends.py`). `checkup` names the next
    check-up, of which an episode keeps the date.

    A draft is handed in for review, and published by somebody else than who handed it in.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    condition = models.ForeignKey(Condition, models.PROTECT, related_name="plans")
    code = models.SlugField(_("key"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    stages = models.ManyToManyField(Stage, verbose_name=_("stages"), related_name="plans")
    name = short_text(_("name"))
    summary = long_text(_("summary"))
    anchor = models.CharField(_("day 0"), max_length=8, choices=choices(Anchor))
    day_zero_help = short_text(_("help with day 0"), blank=True)
    checkup = short_text(_("next check-up"), blank=True)
    channels = models.JSONField(_("pain that is asked"), default=all_channels, blank=True)
    asks = models.ManyToManyField(
        Question, verbose_name=_("questions of the day"), blank=True, related_name="plans"
    )
    brisk_shift = models.BooleanField(_("three days of a clear rise are important"), default=False)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("condition", "code", "version")
        constraints = (
            models.UniqueConstraint(
                fields=("code", "version"), name="conditions_plan_version_once"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(published_at__isnull=False),
                name="conditions_plan_retired_only_after_publishing",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="conditions_plan_handed_in_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(published_by=F("submitted_by")),
                name="conditions_plan_published_by_a_second_person",
            ),
        )

    def __str__(self) -> str:
        return _("%(plan)s, version %(version)s") % {"plan": self.name, "version": self.version}

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def save(self, *args, **kwargs) -> None:
        """Save a draft. Of a published plan only `retired_at` may still change."""
        if self.pk and set(kwargs.get("update_fields") or ()) != {"retired_at"}:
            refuse_if_published(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse_if_published(self.pk)
        return super().delete(*args, **kwargs)


def refuse_if_published(plan_id: int) -> None:
    """Raise PlanIsFrozen when the plan, as stored, has been published."""
    if Plan.objects.filter(pk=plan_id, published_at__isnull=False).exists():
        raise PlanIsFrozen(f"plan {plan_id} is published; make a new version")


class PlanPart(models.Model):
    """A part of a plan: it can be changed as long as its plan is a draft."""

    plan_id: int

    class Meta:
        abstract = True

    def owning_plan_id(self) -> int:
        return self.plan_id

    def save(self, *args, **kwargs) -> None:
        refuse_if_published(self.owning_plan_id())
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse_if_published(self.owning_plan_id())
        return super().delete(*args, **kwargs)


class PhasePart(PlanPart):
    phase: "models.ForeignKey[Phase]"

    class Meta:
        abstract = True

    def owning_plan_id(self) -> int:
        return self.phase.plan_id


class Switch(PlanPart, Statement):
    """Something that is on or off for one patient, such as movement precautions."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="switches")
    key = models.SlugField(_("key"), max_length=40)
    default = models.BooleanField(_("on unless told otherwise"), default=False)
    name = short_text(_("name"))
    help = long_text(_("help"), blank=True)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")
        ordering = ("plan", "key")
        constraints = (
            models.UniqueConstraint(fields=("plan", "key"), name="conditions_switch_key_once"),
        )

    def __str__(self) -> str:
        return self.name


class PainCurve(PlanPart, Statement):
    """The pain other people reported after the same start: points of day and mean score."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="pain_curve")
    channel = models.CharField(_("channel"), max_length=8, choices=choices(Channel))
    points = models.JSONField(_("points"), help_text=_("a list of {day, mean}"))
    note = long_text(_("note"), blank=True)

    class Meta:
        verbose_name = _("pain curve")
        verbose_name_plural = _("pain curves")

    def __str__(self) -> str:
        return f"{self.plan} · {self.channel}"


class Phase(PlanPart):
    """An ordered part of a plan. Days count from day 0; `to_day` is its last, or open."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="phases")
    code = models.CharField(_("code"), max_length=10)
    order = models.PositiveSmallIntegerField(_("order"))
    name = short_text(_("name"))
    goal = long_text(_("goal"), blank=True)
    from_day = models.SmallIntegerField(_("from day"))
    to_day = models.SmallIntegerField(_("to and with day"), null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="conditions_phase_code_once"),
            models.UniqueConstraint(fields=("plan", "order"), name="conditions_phase_order_once"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="conditions_phase_window_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class LoadLimit(PhasePart, Statement):
    """How much the leg may bear in a phase, and the aids that go with it."""

    phase = models.OneToOneField(Phase, models.CASCADE, related_name="limit")
    level = models.CharField(_("level"), max_length=10, choices=choices(LoadLevel))
    percent = models.PositiveSmallIntegerField(
        _("share of body weight (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    aids = models.JSONField(_("allowed aids"))
    text = long_text(_("what it means"))

    class Meta:
        verbose_name = _("load limit")
        verbose_name_plural = _("load limits")
        constraints = (
            models.CheckConstraint(
                condition=Q(level="pwb", percent__isnull=False, percent__lte=100)
                | (~Q(level="pwb") & Q(percent__isnull=True)),
                name="conditions_load_limit_percent_for_partial_only",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_level_display()}"

    def clean(self) -> None:
        super().clean()
        known = set(WalkingAid)
        if not isinstance(self.aids, list) or not self.aids or set(self.aids) - known:
            raise ValidationError({"aids": _("Name at least one walking aid from the ladder.")})
        if self.level and set(self.aids) - SATISFYING[LoadLevel(self.level)]:
            raise ValidationError({"aids": _("One of these aids does not go with this level.")})


class PainLimit(PhasePart, Statement):
    """The highest scores that still belong to a phase; empty = the plan says nothing."""

    phase = models.OneToOneField(Phase, models.CASCADE, related_name="pain_limit")
    loading = models.PositiveSmallIntegerField(
        _("pain on loading"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    rest = models.PositiveSmallIntegerField(
        _("pain at rest"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    night = models.PositiveSmallIntegerField(
        _("pain at night"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    text = long_text(_("what it means"), blank=True)

    class Meta:
        verbose_name = _("pain limit")
        verbose_name_plural = _("pain limits")

    def __str__(self) -> str:
        return f"{self.loading} · {self.rest} · {self.night}"


class Criterion(PhasePart, Statement):
    """What must hold before a phase begins or is left. The physiotherapist judges it."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=choices(CriterionKind))
    text = long_text(_("text"))

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("phase", "order")

    def __str__(self) -> str:
        return self.text


class ActivityRule(PhasePart, Statement):
    """Do, with care or don't: one activity in one phase, with the most minutes a day."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="+")
    rule = models.CharField(_("rule"), max_length=8, choices=choices(Rule))
    minutes = models.PositiveSmallIntegerField(_("most minutes a day"), null=True, blank=True)
    dose = short_text(_("dose"), blank=True)
    reason = long_text(_("reason"))
    switch = models.ForeignKey(
        Switch, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only with")
    )

    class Meta:
        verbose_name = _("activity rule")
        verbose_name_plural = _("activity rules")
        ordering = ("phase", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("phase", "activity"),
                condition=Q(switch__isnull=True),
                name="conditions_activity_rule_once_per_phase",
            ),
            models.UniqueConstraint(
                fields=("phase", "activity", "switch"),
                name="conditions_activity_rule_once_per_switch",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_rule_display()}: {self.activity}"


class Advice(PhasePart, Statement):
    """Do, with care or don't, for something that is not an activity one logs."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="advice")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    rule = models.CharField(_("rule"), max_length=8, choices=choices(Rule))
    text = long_text(_("text"))
    switch = models.ForeignKey(
        Switch, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only with")
    )

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ("phase", "order")

    def __str__(self) -> str:
        return self.text


class Milestone(PlanPart, Statement):
    """Something reached, with the days on which it is early, typical and late."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="milestones")
    phase = models.ForeignKey(Phase, models.CASCADE, null=True, blank=True, related_name="+")
    code = models.SlugField(_("key"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = short_text(_("name"))
    text = long_text(_("how one knows"), blank=True)
    early_day = models.SmallIntegerField(_("early (day)"))
    typical_day = models.SmallIntegerField(_("typical (day)"))
    late_day = models.SmallIntegerField(_("late (day)"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("plan", "order")
        constraints = (
            models.UniqueConstraint(fields=("plan", "code"), name="conditions_milestone_code_once"),
            models.CheckConstraint(
                condition=Q(early_day__lte=F("typical_day"), typical_day__lte=F("late_day")),
                name="conditions_milestone_window_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.name
