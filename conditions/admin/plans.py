"""Plans: drafts to work on, published ones to read."""

from typing import Any

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conditions import completeness, forms, services
from conditions.admin.roles import (
    STATEMENT,
    ContentAdmin,
    PartOfPlan,
    both,
    is_editor,
    object_id,
    offer,
)
from conditions.models import Milestone, PainCurve, Phase, Plan, Stage, Switch


class SwitchInline(PartOfPlan, admin.StackedInline):
    model = Switch
    autocomplete_fields = ("sources",)
    fields = (("key", "default"), *both("name", "help"), STATEMENT)


class PainCurveInline(PartOfPlan, admin.StackedInline):
    model = PainCurve
    form = forms.PainCurveForm
    autocomplete_fields = ("sources",)
    fields = (("channel", "points"), *both("note"), STATEMENT)


class PhaseInline(PartOfPlan, admin.TabularInline):
    """The phases in order of their days; what a phase says stands on its own page."""

    model = Phase
    form = forms.PhaseForm
    show_change_link = True
    fields = ("code", "name_nl", "name_en", "from_day", "to_day")


class MilestoneInline(PartOfPlan, admin.StackedInline):
    model = Milestone
    form = forms.MilestoneForm
    autocomplete_fields = ("sources",)
    fields = (
        ("order", "code", "phase"),
        ("early_day", "typical_day", "late_day"),
        *both("name", "text"),
        STATEMENT,
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "phase":
            offer(field, Phase.objects.filter(plan=object_id(request)))
        return field


@admin.register(Plan)
class PlanAdmin(ContentAdmin):
    form = forms.PlanForm
    identity = ("code",)
    readonly_fields = ("version", "of", "state", "missing", "published_at", "publisher")
    list_display = ("code", "version", "state", "name_nl", "of", "published_at")
    list_select_related = ("condition",)
    search_fields = ("code", "name_nl", "name_en")
    autocomplete_fields = ("sources",)
    inlines = (PhaseInline, MilestoneInline, SwitchInline, PainCurveInline)

    def get_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[Any, ...]:
        """A plan is made for one condition; after that it says so."""
        return (
            ("of" if obj else "condition", "code", "version"),
            *((("state", "published_at", "publisher"), "missing") if obj else ()),
            "stages",
            *both("name", "summary", "day_zero_help"),
            ("anchor", "brisk_shift"),
            STATEMENT,
        )

    def has_change_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return is_editor(request) and not (obj and obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return is_editor(request) and obj is not None and not obj.is_published

    def get_inlines(self, request: HttpRequest, obj: Plan | None) -> tuple[Any, ...]:
        """A plan gets its parts once it is there."""
        return self.inlines if obj else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "stages":
            stages = Stage.objects.select_related("condition")
            plan_id = object_id(request)
            if plan_id:
                stages = stages.filter(condition__plans=plan_id)
            kwargs |= {"queryset": stages, "widget": CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Phase:
            services.place_new_phases(formset.instance, [each.instance for each in formset])
        super().save_formset(request, form, formset, change)
        if formset.model is Phase:
            services.order_phases(formset.instance)

    @admin.display(description=gettext_lazy("condition"), ordering="condition")
    def of(self, plan: Plan) -> str:
        return str(plan.condition)

    @admin.display(description=gettext_lazy("published by"))
    def publisher(self, plan: Plan) -> str:
        return str(plan.published_by or "")

    @admin.display(description=gettext_lazy("state"))
    def state(self, plan: Plan) -> str:
        if plan.retired_at:
            return _("published, with a newer version")
        return _("published") if plan.is_published else _("draft")

    @admin.display(description=gettext_lazy("still missing"))
    def missing(self, plan: Plan) -> str | SafeString:
        """What keeps a draft from being published, for its editor to work through."""
        problems = [] if plan.is_published else completeness.plan_problems(plan)
        if not problems:
            return _("Nothing.")
        items = format_html_join("", "<li>{}</li>", ((problem,) for problem in problems))
        return format_html("<ul>{}</ul>", items)
