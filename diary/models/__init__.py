"""Episodes of care, the entries of patients with their revisions, and reminders."""

import uuid
from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conditions.enums import Side, Urgency, WalkingAid
from conditions.labels import choices
from conditions.models import Activity, Milestone, Phase, Plan, Question, Stage, Switch
from diary import labels
from diary.models.moments import Moment as Moment
from diary.models.readings import PainNumbers as PainNumbers
from diary.models.readings import ParentReading as ParentReading
from diary.models.readings import Reading as Reading
from diary.scales import LONGEST_DEVICE, LONGEST_NOTE, MINUTES_IN_A_DAY, MOST_PAINKILLERS


class Episode(models.Model):
    """One patient, one side, one plan, from a first day on.

    `plan` is the version that holds now; which held on an earlier day is said by that day's
    phase. `checkup_on` is the day of the check-up that the plan names, where it is known.
    Days of the plan count from `day_zero_on` (the start or the surgery), which may lie after
    `started_on` where a plan begins before an operation.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("patient"),
        related_name="episodes",
    )
    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("plan"), related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, verbose_name=_("stage"), related_name="+")
    side = models.CharField(_("side"), max_length=5, choices=choices(Side))
    day_zero_on = models.DateField(_("day 0"))
    started_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    body_weight_kg = models.DecimalField(
        _("body weight (kg)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(20), MaxValueValidator(300)],
    )
    checkup_on = models.DateField(_("next check-up"), null=True, blank=True)
    # Those of earlier versions of the plan stay: days on which they held are judged by them.
    switches = models.ManyToManyField(
        Switch, verbose_name=_("switched on"), blank=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("made by"), related_name="+"
    )
    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    # Moved by every entry and phase change: the review looks only at what changed since.
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("episode of care")
        verbose_name_plural = _("episodes of care")
        ordering = ("side", "started_on")
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "side"),
                condition=Q(ended_on__isnull=True),
                name="diary_episode_one_open_per_side",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="diary_episode_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} · {self.get_side_display()}"

    def day_number(self, day: date) -> int:
        """Which day of the plan a local date is; day 0 is the start or the surgery."""
        return (day - self.day_zero_on).days


class EpisodePhase(models.Model):
    """From which day a phase holds in an episode. Only people move an episode on."""

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="phases")
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("phase of an episode")
        verbose_name_plural = _("phases of an episode")
        ordering = ("episode", "from_on")
        constraints = (
            models.UniqueConstraint(
                fields=("episode", "from_on"), name="diary_episode_phase_one_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.phase} · {self.from_on}"


class StandingEntries(models.Manager["Entry"]):
    """Entries as everybody sees them: one that was taken back is no entry."""

    def get_queryset(self) -> models.QuerySet["Entry"]:
        return super().get_queryset().filter(taken_back_at__isnull=True)


class Entry(models.Model):
    """What a patient reports for one local day, as it stands after the revision that counts.

    `revision` is the number of that one; a later number may have been entered earlier, on a
    phone without a connection. An entry that was taken back has no readings, activities and
    answers, and only its revisions tell what was there.

    An empty `aid`, a null `painkillers` and an absent reading mean "not answered"; 0 is an
    answer. `verdict` is what `diary/verdicts.py` answered, with the rules' version in it.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("patient"),
        related_name="entries",
    )
    day = models.DateField(_("day"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    aid = models.CharField(_("walking aid"), max_length=15, choices=choices(WalkingAid), blank=True)
    painkillers = models.PositiveSmallIntegerField(_("painkillers taken"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=LONGEST_NOTE, blank=True)
    outcome = models.CharField(
        _("outcome of the verdict"), max_length=10, choices=labels.CHOICES, blank=True
    )
    deviations = models.PositiveSmallIntegerField(_("deviations from the plan"), default=0)
    verdict = models.JSONField(_("verdict"), default=dict)
    created_at = models.DateTimeField(_("first entered at"))
    updated_at = models.DateTimeField(_("last entered at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = StandingEntries()
    with_taken_back = models.Manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ("-day",)
        constraints = (
            models.UniqueConstraint(fields=("patient", "day"), name="diary_entry_one_a_day"),
            models.CheckConstraint(
                condition=Q(aid="") | Q(aid__in=[aid.value for aid in WalkingAid]),
                name="diary_entry_aid_from_the_ladder",
            ),
            models.CheckConstraint(
                condition=Q(painkillers__isnull=True) | Q(painkillers__lte=MOST_PAINKILLERS),
                name="diary_entry_painkillers_believable",
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1), name="diary_entry_revision_from_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}"


def _both_or_neither(one: str, other: str) -> Q:
    neither = Q(**{f"{one}__isnull": True, f"{other}__isnull": True})
    return neither | Q(**{f"{one}__isnull": False, f"{other}__isnull": False})


class EntryActivity(models.Model):
    """An activity of the day; null minutes mean that the minutes were not answered."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="activities")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("activity of a day")
        verbose_name_plural = _("activities of a day")
        constraints = (
            models.UniqueConstraint(fields=("entry", "activity"), name="diary_entry_activity_once"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__lte=MINUTES_IN_A_DAY),
                name="diary_entry_activity_minutes_in_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity}"


class EntryAnswer(models.Model):
    """The answer to a question of the day. No row means "not answered"; 0 is an answer.

    What the number means is said by the question's kind.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(_("answer"))

    class Meta:
        verbose_name = _("answer of a day")
        verbose_name_plural = _("answers of a day")
        constraints = (
            models.UniqueConstraint(fields=("entry", "question"), name="diary_entry_answer_once"),
            models.CheckConstraint(
                condition=Q(value__gte=0), name="diary_entry_answer_from_nought"
            ),
        )

    def __str__(self) -> str:
        return f"{self.value}"


class EntryRevision(models.Model):
    """One saving of an entry: all answers as they were, when, where, by whom, and the verdict.

    `client_uuid` is made where the form is made. A second arrival of the same one is the
    same saving, and stores nothing. `entered_at` is when a person entered it, `received_at`
    when it came to us: of what waited on a phone (`is_queued`, with the hash of what was
    sealed) that may be days later. `device` is empty where it is not known.

    `has_counted` is false for what was entered before, and came in after, the one that counted
    then. `undoes` is the number of the revision in whose place this one put back the answers
    of before; that one has `taken_back_at`.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="revisions")
    patient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    client_uuid = models.UUIDField(_("client's id"))
    payload = models.JSONField(_("answers"))
    verdict = models.JSONField(_("verdict"))
    entered_at = models.DateTimeField(_("entered at"))
    utc_offset_minutes = models.SmallIntegerField(_("offset from UTC (minutes)"))
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    device = models.CharField(_("device"), max_length=LONGEST_DEVICE, blank=True)
    is_queued = models.BooleanField(_("waited on the phone"), default=False)
    sealed_hash = models.CharField(_("hash of what was sealed"), max_length=64, blank=True)
    has_counted = models.BooleanField(_("has counted"), default=True)
    undoes = models.PositiveSmallIntegerField(_("takes back number"), null=True, blank=True)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("entry", "number")
        constraints = (
            models.UniqueConstraint(fields=("entry", "number"), name="diary_revision_number_once"),
            models.UniqueConstraint(
                fields=("patient", "client_uuid"), name="diary_revision_saved_once"
            ),
            models.UniqueConstraint(fields=("entry", "undoes"), name="diary_revision_undone_once"),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) | Q(undoes__lt=F("number")),
                name="diary_revision_undoes_an_earlier_one",
            ),
            models.CheckConstraint(
                condition=Q(entered_at__lte=F("received_at")),
                name="diary_revision_entered_before_it_came",
            ),
            models.CheckConstraint(
                condition=Q(sealed_hash="") | Q(is_queued=True),
                name="diary_revision_sealed_while_it_waited",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry} · {self.number}"


class MilestoneReached(models.Model):
    """A milestone that somebody says was reached: `by` is who marked it.

    It counts as reached from then on. What the patient marked waits for a physiotherapist, who
    confirms it, or answers "not yet" and says why: then the row stays and counts no more.
    """

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="milestones_reached")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="+")
    reached_on = models.DateField(_("reached on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    not_yet_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    not_yet_at = models.DateTimeField(_("not yet, said at"), null=True, blank=True)
    why_not_yet = models.TextField(_("why not yet"), max_length=LONGEST_NOTE, blank=True)

    class Meta:
        verbose_name = _("milestone reached")
        verbose_name_plural = _("milestones reached")
        constraints = (
            models.UniqueConstraint(
                fields=("episode", "milestone"),
                condition=Q(not_yet_at__isnull=True),
                name="diary_milestone_reached_once",
            ),
            models.CheckConstraint(
                condition=_both_or_neither("confirmed_by", "confirmed_at"),
                name="diary_milestone_confirmed_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=_both_or_neither("not_yet_by", "not_yet_at"),
                name="diary_milestone_not_yet_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(not_yet_at__isnull=True),
                name="diary_milestone_confirmed_or_not_yet",
            ),
        )

    def __str__(self) -> str:
        return f"{self.milestone} · {self.reached_on}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def counts(self) -> bool:
        """Whether it counts as reached: confirmed, or not answered yet."""
        return self.not_yet_at is None


class AidStep(models.Model):
    """A patient's own choice to walk with more support for now, from a local day on.

    It holds until the patient steps down again (`taken_back_at`), or a phase begins on a later
    day. It never allows less support than the plan.
    """

    patient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="aid_steps")
    aid = models.CharField(_("walking aid"), max_length=15, choices=choices(WalkingAid))
    from_on = models.DateField(_("from"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("step in walking aids")
        verbose_name_plural = _("steps in walking aids")
        ordering = ("patient", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("patient",),
                condition=Q(taken_back_at__isnull=True),
                name="diary_aid_step_one_holds",
            ),
            models.CheckConstraint(
                condition=Q(aid__in=[aid.value for aid in WalkingAid]),
                name="diary_aid_step_from_the_ladder",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_at__gte=F("created_at")),
                name="diary_aid_step_taken_back_after_it_was_made",
            ),
        )

    def __str__(self) -> str:
        return f"{self.aid} · {self.from_on}"


class RedFlagReport(models.Model):
    """A patient's answers to the red-flag questions: {code of the red flag: yes or no}.

    `urgency` is that of the most urgent yes, or empty when every answer was no.
    """

    uuid = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="red_flag_reports"
    )
    client_uuid = models.UUIDField(_("client's id"))
    day = models.DateField(_("day"))
    reported_at = models.DateTimeField(_("reported at"))
    answers = models.JSONField(_("answers"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=choices(Urgency), blank=True)

    class Meta:
        verbose_name = _("red-flag report")
        verbose_name_plural = _("red-flag reports")
        ordering = ("-reported_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("patient", "client_uuid"), name="diary_red_flag_report_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} · {self.urgency or '—'}"


class Reminder(models.Model):
    """How a patient wants to be reminded, and the next moment that is due.

    `next_at` is null while nothing is due. `zone` is the time zone it was computed in: when
    the patient's own has become another, the moment has to be computed again. Dates are local:
    the pause has its first and its last day, and stays where it was when it is over, because
    its days are no silence. On `done_on` nothing more is wanted; on `wished_on` these times
    were chosen, and silence is not counted from further back.
    """

    patient = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder"
    )
    is_on = models.BooleanField(_("remind me"), default=True)
    quiet_from = models.TimeField(_("quiet from"))
    quiet_to = models.TimeField(_("quiet until"))
    paused_from = models.DateField(_("first day of the pause"), null=True, blank=True)
    paused_until = models.DateField(_("last day of the pause"), null=True, blank=True)
    done_on = models.DateField(_("nothing more on"), null=True, blank=True)
    wished_on = models.DateField(_("chosen on"), null=True, blank=True)
    next_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True, editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = (
            models.CheckConstraint(
                condition=Q(paused_from__isnull=True, paused_until__isnull=True)
                | Q(
                    paused_from__isnull=False,
                    paused_until__isnull=False,
                    paused_until__gte=F("paused_from"),
                ),
                name="diary_reminder_pause_ends_after_it_begins",
            ),
        )
        indexes = (
            # Read each minute by reminders.queue_due.
            models.Index(
                fields=("next_at",),
                condition=Q(next_at__isnull=False),
                name="diary_reminder_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.patient}"


class ReminderTime(models.Model):
    """The local time of one weekday; a weekday without one has no reminder."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="times")
    weekday = models.PositiveSmallIntegerField(_("weekday"), validators=[MaxValueValidator(6)])
    at = models.TimeField(_("at"))

    class Meta:
        verbose_name = _("time of a reminder")
        verbose_name_plural = _("times of reminders")
        ordering = ("weekday",)
        constraints = (
            models.UniqueConstraint(
                fields=("reminder", "weekday"), name="diary_reminder_time_once_a_weekday"
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="diary_reminder_time_of_a_weekday"
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M}"
