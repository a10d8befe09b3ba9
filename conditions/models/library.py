"""What plans stand on: sources, lists of what can be asked or done, and the conditions."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from translated_fields import TranslatedFieldWithFallback

from conditions.enums import (
    Channel,
    GuideTopic,
    Provenance,
    QuestionKind,
    SourceKind,
    Topic,
    Urgency,
    Voice,
)
from conditions.labels import choices


def short_text(name: Any, **options) -> TranslatedFieldWithFallback:
    return TranslatedFieldWithFallback(models.CharField(name, max_length=200, **options))


def long_text(name: Any, **options) -> TranslatedFieldWithFallback:
    return TranslatedFieldWithFallback(models.TextField(name, **options))


class Source(models.Model):
    """Where a statement can be read."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=choices(SourceKind))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("key",)

    def __str__(self) -> str:
        return self.title


class Statement(models.Model):
    """Anything content claims: where it comes from, and who looked at it when.

    `reviewer` is a name and not an account: content is carried from one installation to
    another, where the reviewer has none.
    """

    provenance = models.CharField(_("provenance"), max_length=12, choices=choices(Provenance))
    sources = models.ManyToManyField(
        Source, verbose_name=_("sources"), blank=True, related_name="+"
    )
    reviewer = models.CharField(_("reviewed by"), max_length=120, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_on = models.DateField(_("look again on"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def awaits_sign_off(self) -> bool:
        return self.provenance == Provenance.CONVENTION


class Activity(models.Model):
    """A kind of activity. New kinds are rows, never code."""

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    name = short_text(_("name"))
    has_minutes = models.BooleanField(_("asks for minutes"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.name


class RedFlag(Statement):
    """A yes-or-no question whose yes must not wait, and what to do then."""

    code = models.SlugField(_("key"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    urgency = models.CharField(_("urgency"), max_length=12, choices=choices(Urgency))
    question = long_text(_("question"))
    action = long_text(_("what to do"))

    class Meta:
        verbose_name = _("red flag")
        verbose_name_plural = _("red flags")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.question


class Question(Statement):
    """Something a condition makes worth asking each day, beside pain, aid and activities.

    The answer is a whole number, 0 or more: `kind` says what it means. `most` bounds what is
    counted. With `asks_red_flags` an answer above 0 brings up the red-flag questions at once.
    """

    code = models.SlugField(_("key"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=choices(QuestionKind))
    most = models.PositiveSmallIntegerField(_("highest number"), null=True, blank=True)
    voice = models.CharField(
        _("who answers"), max_length=8, choices=choices(Voice), default=Voice.PATIENT
    )
    asks_red_flags = models.BooleanField(_("an answer above 0 asks the red flags"), default=False)
    question = long_text(_("question"))
    help = long_text(_("help"), blank=True)

    class Meta:
        verbose_name = _("question of the day")
        verbose_name_plural = _("questions of the day")
        ordering = ("order", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.counted(), most__isnull=False, most__gte=1)
                | (~Q(kind__in=QuestionKind.counted()) & Q(most__isnull=True)),
                name="conditions_question_bounded_where_it_counts",
            ),
        )

    def __str__(self) -> str:
        return self.question


class Guide(Statement):
    """How something is done, with a picture: walking with an aid, bearing part of one's weight.

    `subject` is the walking aid or load level that it explains; a technique has none. `aids`
    are the aids that go with a level. `picture` names a drawing in static/pictures.
    """

    code = models.SlugField(_("key"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    topic = models.CharField(_("about"), max_length=10, choices=choices(GuideTopic))
    subject = models.CharField(_("aid or level"), max_length=15, blank=True)
    aids = models.JSONField(_("aids that go with it"), default=list, blank=True)
    picture = models.SlugField(_("picture"), max_length=40)
    title = short_text(_("title"))
    text = long_text(_("text"))
    picture_text = long_text(_("what the picture shows"))

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.title


class Condition(models.Model):
    """An illness of the hip, or the state after an operation.

    A paediatric one is offered only where the clinic treats children.
    """

    slug = models.SlugField(_("key"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = short_text(_("name"))
    synonyms = long_text(_("other names, one a line"), blank=True)
    summary = long_text(_("summary"))
    paediatric = models.BooleanField(_("for children"), default=False)
    icd10 = models.CharField(_("ICD-10 code"), max_length=10, blank=True)
    icd10_provenance = models.CharField(
        _("provenance of the code"), max_length=12, choices=choices(Provenance), blank=True
    )
    icd10_sources = models.ManyToManyField(
        Source, verbose_name=_("sources of the code"), blank=True, related_name="+"
    )
    red_flags = models.ManyToManyField(
        RedFlag, verbose_name=_("red flags"), blank=True, related_name="conditions"
    )

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.name


class Fact(Statement):
    """Something one may read about a condition."""

    condition = models.ForeignKey(Condition, models.CASCADE, related_name="facts")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    topic = models.CharField(_("topic"), max_length=12, choices=choices(Topic))
    title = short_text(_("title"), blank=True)
    text = long_text(_("text"))

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ("condition", "order")

    def __str__(self) -> str:
        return self.title or self.text[:60]


class Symptom(Statement):
    """What people with a condition feel, and how the log asks about it.

    With neither a channel nor a question it is something a doctor looks at, not asked daily.
    """

    condition = models.ForeignKey(Condition, models.CASCADE, related_name="symptoms")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    channel = models.CharField(
        _("asked as pain"), max_length=8, choices=choices(Channel), blank=True
    )
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked as"),
    )
    text = long_text(_("text"))

    class Meta:
        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")
        ordering = ("condition", "order")
        constraints = (
            models.CheckConstraint(
                condition=Q(channel="") | Q(question__isnull=True),
                name="conditions_symptom_asked_one_way",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class Stage(Statement):
    """The recorded stage of a condition, or the variant of a procedure."""

    condition = models.ForeignKey(Condition, models.CASCADE, related_name="stages")
    code = models.SlugField(_("key"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    icd10 = models.CharField(_("ICD-10 code"), max_length=10, blank=True)
    name = short_text(_("name"))
    text = long_text(_("text"), blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ("condition", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("condition", "code"), name="conditions_stage_code_once"
            ),
        )

    def __str__(self) -> str:
        return self.name
