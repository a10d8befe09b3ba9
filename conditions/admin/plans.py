"""Plans and what they say, to look at. Drafts are changed by editors, published plans by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from conditions.admin.roles import ContentAdmin, ReadOnly
from conditions.models import (
    ActivityRule,
    Advice,
    Criterion,
    LoadLimit,
    Milestone,
    PainCurve,
    PainLimit,
    Phase,
    Plan,
    Switch,
)


def part(of: Any, base: Any = admin.StackedInline, **options: Any) -> Any:
    """An inline that shows all that these rows say."""
    return type(f"{of.__name__}Inline", (ReadOnly, base), {"model": of, **options})


@admin.register(Plan)
class PlanAdmin(ReadOnly, ContentAdmin):
    list_display = ("code", "version", "name_nl", "condition", "submitted_at", "published_at")
    list_select_related = ("condition",)
    search_fields = ("code", "name_nl", "name_en")
    inlines = (
        part(
            Phase,
            admin.TabularInline,
            fields=("code", "name_nl", "name_en", "from_day", "to_day"),
            show_change_link=True,
        ),
        part(Milestone),
        part(Switch),
        part(PainCurve),
    )


@admin.register(Phase)
class PhaseAdmin(ReadOnly, ContentAdmin):
    """What a phase says. It is reached from its plan."""

    list_select_related = ("plan",)
    inlines = tuple(map(part, (LoadLimit, PainLimit, Criterion, ActivityRule, Advice)))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False
