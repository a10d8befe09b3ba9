"""What a physiotherapist fills in."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms import fields_only
from care.enums import FlagOutcome
from care.labels import choices
from conditions.enums import Anchor, Side
from conditions.labels import choices as content_choices
from conditions.models import Plan, Stage
from diary import queries
from diary.models import Episode

LONGEST_NOTE = 2000
# Convention: nobody begins a plan for an operation of more than two years ago, or of a year ahead.
EARLIEST_DAY_ZERO = timedelta(days=730)
LATEST_DAY_ZERO = timedelta(days=365)
# Convention: the longest interval between two check-ups that a plan could name, and some.
LATEST_CHECKUP = timedelta(days=3653)


def _note(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class WeightField(forms.DecimalField):
    """Kilograms with a comma or a point, whatever the language of the page."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class AcknowledgeForm(forms.Form):
    note = _note(_("Note"))

    helper = fields_only()


class ResolveForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came of it?"), choices=choices(FlagOutcome), widget=forms.RadioSelect
    )
    note = _note(_("Note"))

    helper = fields_only()


class ChoosePlanForm(forms.Form):
    """The first step of a start: which stage of which condition, and with it the plan."""

    helper = fields_only()

    def __init__(self, *args: Any, plans: Iterable[Plan], **kwargs: Any):
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for plan in plans:
            names = groups.setdefault(str(plan.condition), [])
            names += [
                (f"{plan.uuid}:{stage.pk}", f"{capfirst(stage.name)} · {plan.name}")
                for stage in plan.stages.all()
            ]
        self.fields["stage"] = forms.ChoiceField(
            label=_("Condition and stage"), choices=[("", _("Choose …")), *groups.items()]
        )


class CheckupForm(forms.Form):
    """The day of the check-up that the plan names; empty where none is known."""

    checkup_on = _day(_("Day"), required=False)

    helper = fields_only()

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_checkup_on(self) -> date | None:
        day = self.cleaned_data["checkup_on"]
        if day is not None and not self.today <= day <= self.today + LATEST_CHECKUP:
            raise forms.ValidationError(
                _("Give today or a later day, not more than ten years from now.")
            )
        return day


class EnrolForm(CheckupForm):
    """The second step: the hip, the days, the weight and the plan's own switches."""

    side = forms.ChoiceField(
        label=_("Which hip?"), choices=content_choices(Side), widget=forms.RadioSelect
    )
    day_zero_on = _day("")
    started_on = _day(_("First day of the diary"))
    body_weight_kg = WeightField(
        label=_("Body weight (kg)"),
        required=False,
        max_digits=4,
        decimal_places=1,
        help_text=_("Used to say the load limit in kilograms."),
        validators=[
            MinValueValidator(20, _("Give a weight of at least 20 kg.")),
            MaxValueValidator(300, _("Give a weight of at most 300 kg.")),
        ],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    checkup_on = _day("", required=False, help_text=_("Leave this open if it is not known yet."))

    field_order = ("side", "day_zero_on", "started_on", "body_weight_kg", "checkup_on")

    def __init__(self, *args: Any, plan: Plan, today: date, **kwargs: Any):
        super().__init__(*args, today=today, **kwargs)
        is_surgery = plan.anchor == Anchor.SURGERY
        day_zero = self.fields["day_zero_on"]
        day_zero.label = _("Day of surgery") if is_surgery else _("First day of the plan")
        day_zero.help_text = plan.day_zero_help
        if plan.checkup:
            checkup = _("Day of: %(checkup)s") % {"checkup": plan.checkup}
            self.fields["checkup_on"].label = checkup
        else:
            del self.fields["checkup_on"]
        own = plan.switches.all()
        if own:
            self.fields["switches"] = forms.ModelMultipleChoiceField(
                label=_("For this patient"),
                queryset=own,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.initial.setdefault("switches", [each.pk for each in own if each.default])
        self.initial.setdefault("started_on", today)

    def clean_day_zero_on(self) -> date:
        day = self.cleaned_data["day_zero_on"]
        if not self.today - EARLIEST_DAY_ZERO <= day <= self.today + LATEST_DAY_ZERO:
            raise forms.ValidationError(_("Give a day between two years ago and a year from now."))
        return day

    def clean_started_on(self) -> date:
        day = self.cleaned_data["started_on"]
        if not self.today - EARLIEST_DAY_ZERO <= day <= self.today:
            raise forms.ValidationError(_("Give today or a day before it."))
        return day


class PhaseForm(forms.Form):
    """Moving a patient to another phase of the plan."""

    from_on = _day(_("From"))
    reason = _note(_("Reason"))

    helper = fields_only()

    def __init__(self, *args: Any, episode: Episode, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.episode, self.today = episode, today
        self.fields["phase"] = forms.ModelChoiceField(
            label=_("Phase"), queryset=episode.plan.phases.all()
        )
        self.order_fields(["phase"])
        self.initial.setdefault("from_on", today)

    def clean_from_on(self) -> date:
        day = self.cleaned_data["from_on"]
        if day < self.episode.started_on:
            raise forms.ValidationError(_("The diary of this hip begins later than that."))
        if day < (first := queries.plan_from(self.episode)):
            said = _("This version of the plan holds from %(day)s. Give that day or a later one.")
            raise forms.ValidationError(said, params={"day": date_format(first)})
        if day > self.today:
            raise forms.ValidationError(_("Give today or a day before it."))
        return day


class MovePlanForm(forms.Form):
    """Why a patient goes on with another version of the plan."""

    reason = _note(_("Reason"))

    helper = fields_only()


class NotYetForm(forms.Form):
    """Why a milestone that the patient marked is not reached yet; the patient reads it."""

    why = _note(_("Why not yet? The patient reads this."))

    helper = fields_only()


class DayForm(forms.Form):
    """One day in an episode: a milestone reached, or the last day."""

    day = _day(_("On"))

    helper = fields_only()

    def __init__(self, *args: Any, episode: Episode, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.episode, self.today = episode, today
        self.initial.setdefault("day", today)

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if not self.episode.started_on <= day <= self.today:
            raise forms.ValidationError(
                _("Give a day from the first day of the diary up to today.")
            )
        return day


def stage_of(value: str, plans: Iterable[Plan]) -> tuple[Plan, Stage] | None:
    """The plan and stage that a choice of the first step names, or None."""
    for plan in plans:
        for stage in plan.stages.all():
            if value == f"{plan.uuid}:{stage.pk}":
                return plan, stage
    return None
