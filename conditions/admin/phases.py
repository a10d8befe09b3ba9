"""A phase with everything it says."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from conditions import forms, services
from conditions.admin.roles import (
    STATEMENT,
    ContentAdmin,
    PartOfPlan,
    both,
    is_editor,
    object_id,
    offer,
)
from conditions.labels import LABELS
from conditions.models import (
    Activity,
    ActivityRule,
    Advice,
    Criterion,
    LoadLimit,
    PainLimit,
    Phase,
    Switch,
)


class LoadLimitInline(PartOfPlan, admin.StackedInline):
    model = LoadLimit
    form = forms.LoadLimitForm
    autocomplete_fields = ("sources",)

    def get_fields(self, request: HttpRequest, obj: Phase | None = None) -> tuple[Any, ...]:
        aids = "aids" if self._may(request, obj) else "aids_in_words"
        return (("level", "percent"), aids, *both("text"), STATEMENT)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Phase | None = None
    ) -> tuple[str, ...]:
        return () if self._may(request, obj) else ("aids_in_words",)

    @admin.display(description=gettext_lazy("allowed aids"))
    def aids_in_words(self, limit: LoadLimit) -> str:
        return ", ".join(str(LABELS.get(aid, aid)) for aid in limit.aids)


class PainLimitInline(PartOfPlan, admin.StackedInline):
    model = PainLimit
    autocomplete_fields = ("sources",)
    fields = (("loading", "rest", "night"), *both("text"), STATEMENT)


class CriterionInline(PartOfPlan, admin.StackedInline):
    model = Criterion
    autocomplete_fields = ("sources",)
    fields = (("order", "kind"), *both("text"), STATEMENT)


class WithSwitch(PartOfPlan):
    """Offers the switches of the plan that the phase belongs to."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "switch":
            offer(field, Switch.objects.filter(plan__phases=object_id(request)))
        if db_field.name == "activity":
            offer(field, Activity.objects.all())
        return field


class ActivityRuleInline(WithSwitch, admin.StackedInline):
    model = ActivityRule
    autocomplete_fields = ("sources",)
    fields = (
        ("order", "activity", "rule", "minutes", "switch"),
        *both("dose", "reason"),
        STATEMENT,
    )


class AdviceInline(WithSwitch, admin.StackedInline):
    model = Advice
    autocomplete_fields = ("sources",)
    fields = (("order", "rule", "switch"), *both("text"), STATEMENT)


@admin.register(Phase)
class PhaseAdmin(ContentAdmin):
    """A phase with what it says. It is reached from its plan, and added there."""

    form = forms.PhaseForm
    readonly_fields = ("plan",)
    list_select_related = ("plan",)
    inlines = (
        LoadLimitInline,
        PainLimitInline,
        CriterionInline,
        ActivityRuleInline,
        AdviceInline,
    )
    fields = ("plan", ("code", "from_day", "to_day"), *both("name", "goal"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return is_editor(request) and not (obj and obj.plan.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Phase | None = None) -> bool:
        return is_editor(request) and obj is not None and not obj.plan.is_published

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.order_phases(form.instance.plan)
