"""What has no versions: it is read as soon as it is saved."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from conditions import forms
from conditions.admin.roles import STATEMENT, ByRole, ContentAdmin, both, is_editor
from conditions.models import Activity, Condition, Fact, RedFlag, Source, Stage


@admin.register(Source)
class SourceAdmin(ContentAdmin):
    identity = ("key",)
    list_display = ("key", "title", "publisher", "year", "kind")
    list_filter = ("kind",)
    search_fields = ("key", "title", "publisher")


@admin.register(Activity)
class ActivityAdmin(ContentAdmin):
    form = forms.ActivityForm
    identity = ("slug",)
    list_display = ("slug", "name_nl", "name_en", "has_minutes", "order")
    search_fields = ("slug", "name_nl", "name_en")
    fields = ("slug", *both("name"), "has_minutes", "order")


@admin.register(RedFlag)
class RedFlagAdmin(ContentAdmin):
    form = forms.RedFlagForm
    identity = ("code",)
    list_display = ("code", "urgency", "question_nl", "provenance", "review_on")
    list_filter = ("urgency", "provenance")
    search_fields = ("code", "question_nl", "question_en")
    autocomplete_fields = ("sources",)
    fields = (("code", "urgency", "order"), *both("question", "action"), STATEMENT)


class FactInline(ByRole, admin.StackedInline):
    model = Fact
    form = forms.FactForm
    extra = 0
    autocomplete_fields = ("sources",)
    fields = (("order", "topic"), *both("title", "text"), STATEMENT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editor(request)


class StageInline(ByRole, admin.StackedInline):
    model = Stage
    form = forms.StageForm
    extra = 0
    autocomplete_fields = ("sources",)
    fields = (("order", "code"), *both("name", "text"), STATEMENT)


@admin.register(Condition)
class ConditionAdmin(ContentAdmin):
    form = forms.ConditionForm
    identity = ("slug",)
    list_display = ("slug", "name_nl", "name_en", "order")
    search_fields = ("slug", "name_nl", "name_en")
    autocomplete_fields = ("red_flags", "icd10_sources")
    inlines = (StageInline, FactInline)
    fields = (
        ("slug", "order"),
        *both("name", "summary", "synonyms"),
        ("icd10", "icd10_provenance", "icd10_sources"),
        "red_flags",
    )
