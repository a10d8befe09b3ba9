"""Content in the Django admin: editors see and change it, published plans only read.

What an editor may do hangs on the role, not on rows of permissions: nobody can forget them.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import signed_in
from conditions import services
from conditions.enums import WalkingAid
from conditions.labels import choices
from conditions.models import (
    Activity,
    ActivityRule,
    Advice,
    Condition,
    Criterion,
    Fact,
    LoadLimit,
    Milestone,
    PainCurve,
    PainLimit,
    Phase,
    Plan,
    RedFlag,
    Source,
    Stage,
    Switch,
)

STATEMENT = ("provenance", "sources", "review_on")


def both(field: str) -> tuple[str, str]:
    """Dutch and English of a text, side by side."""
    return (f"{field}_nl", f"{field}_en")


def is_frozen(item: Model | None) -> bool:
    """Whether this is a published plan, or a part of one."""
    if isinstance(item, Phase):
        return item.plan.is_published
    return isinstance(item, Plan) and item.is_published


class ForEditors(BaseModelAdmin):
    """Editors and superusers, and of plans only what is still a draft."""

    def _may(self, request: HttpRequest) -> bool:
        person = signed_in(request)
        return person.is_active and (person.is_superuser or person.is_editor)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request) and not is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request) and not is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request) and not is_frozen(obj)


class ContentAdmin(ForEditors, admin.ModelAdmin):
    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting many at once, which would pass by the guard of published plans."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ContentInline(ForEditors, admin.StackedInline):
    extra = 0
    autocomplete_fields = ("sources",)


@admin.register(Source)
class SourceAdmin(ContentAdmin):
    list_display = ("title", "publisher", "year", "kind")
    list_filter = ("kind",)
    search_fields = ("key", "title", "publisher")


@admin.register(Activity)
class ActivityAdmin(ContentAdmin):
    list_display = ("slug", "name_nl", "name_en", "has_minutes", "order")
    fields = ("slug", both("name"), ("has_minutes", "order"))
    search_fields = ("slug", "name_nl", "name_en")


@admin.register(RedFlag)
class RedFlagAdmin(ContentAdmin):
    list_display = ("code", "urgency", "question_nl", "provenance")
    list_filter = ("urgency", "provenance")
    fields = (("code", "order", "urgency"), both("question"), both("action"), STATEMENT)
    autocomplete_fields = ("sources",)


class FactInline(ContentInline):
    model = Fact
    fields = (("topic", "order"), both("title"), both("text"), STATEMENT)


class StageInline(ContentInline):
    model = Stage
    fields = (("code", "order"), both("name"), both("text"), STATEMENT)


@admin.register(Condition)
class ConditionAdmin(ContentAdmin):
    list_display = ("slug", "name_nl", "name_en", "icd10")
    fields = (
        ("slug", "order"),
        both("name"),
        both("synonyms"),
        both("summary"),
        ("icd10", "icd10_provenance"),
        "red_flags",
    )
    filter_horizontal = ("red_flags",)
    inlines = (StageInline, FactInline)


class SwitchInline(ContentInline):
    model = Switch
    fields = (("key", "default"), both("name"), both("help"), STATEMENT)


class PainCurveInline(ContentInline):
    model = PainCurve
    fields = (("channel", "points"), both("note"), STATEMENT)


class MilestoneInline(ContentInline):
    model = Milestone
    fields = (
        ("code", "order", "phase"),
        both("name"),
        both("text"),
        ("early_day", "typical_day", "late_day"),
        STATEMENT,
    )


class PhaseLineInline(ForEditors, admin.TabularInline):
    """The phases of a plan in order; what stands in each has its own page."""

    model = Phase
    extra = 0
    fields = ("order", "code", "name_nl", "name_en", "from_day", "to_day")
    show_change_link = True


@admin.register(Plan)
class PlanAdmin(ContentAdmin):
    list_display = ("code", "version", "condition", "name_nl", "published_at", "retired_at")
    list_filter = ("condition", "published_at")
    list_select_related = ("condition",)
    fields = (
        ("condition", "code", "version"),
        "stages",
        both("name"),
        both("summary"),
        ("anchor", "brisk_shift"),
        both("day_zero_help"),
        STATEMENT,
        ("published_at", "published_by", "retired_at"),
    )
    readonly_fields = ("published_at", "published_by", "retired_at")
    autocomplete_fields = ("sources",)
    filter_horizontal = ("stages",)
    inlines = (PhaseLineInline, MilestoneInline, SwitchInline, PainCurveInline)
    actions = ("publish", "make_new_version")

    @admin.action(description=gettext_lazy("Publish"))
    def publish(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        for plan in plans.filter(published_at__isnull=True):
            try:
                services.publish_plan(plan=plan, by=signed_in(request), now=timezone.now())
            except services.PlanIncomplete as error:
                for problem in error.problems:
                    self.message_user(request, problem, messages.ERROR)
            else:
                told = _("%(plan)s is published and changes no more.") % {"plan": plan}
                self.message_user(request, told, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Make a new version"))
    def make_new_version(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        for plan in plans:
            try:
                draft = services.new_version(plan=plan, by=signed_in(request))
            except services.DraftExists:
                told = _("%(plan)s has a draft already.") % {"plan": plan}
                self.message_user(request, told, messages.ERROR)
            else:
                told = _("%(plan)s is a draft that you can change.") % {"plan": draft}
                self.message_user(request, told, messages.SUCCESS)


class LoadLimitForm(forms.ModelForm):
    """The allowed aids as boxes to tick."""

    aids = forms.MultipleChoiceField(
        label=gettext_lazy("allowed aids"),
        choices=choices(WalkingAid),
        widget=forms.CheckboxSelectMultiple,
    )


class LoadLimitInline(ContentInline):
    model = LoadLimit
    form = LoadLimitForm
    fields = (("level", "percent"), "aids", both("text"), STATEMENT)


class PainLimitInline(ContentInline):
    model = PainLimit
    fields = (("loading", "rest", "night"), both("text"), STATEMENT)


class CriterionInline(ContentInline):
    model = Criterion
    fields = (("kind", "order"), both("text"), STATEMENT)


class ActivityRuleInline(ContentInline):
    model = ActivityRule
    fields = (
        ("rule", "activity", "minutes", "order"),
        both("dose"),
        both("reason"),
        "switch",
        STATEMENT,
    )


class AdviceInline(ContentInline):
    model = Advice
    fields = (("rule", "order"), both("text"), "switch", STATEMENT)


@admin.register(Phase)
class PhaseAdmin(ContentAdmin):
    list_display = ("plan", "order", "code", "name_nl", "from_day", "to_day")
    list_filter = ("plan__condition",)
    list_select_related = ("plan",)
    fields = (("plan", "order", "code"), both("name"), both("goal"), ("from_day", "to_day"))
    inlines = (LoadLimitInline, PainLimitInline, ActivityRuleInline, AdviceInline, CriterionInline)
