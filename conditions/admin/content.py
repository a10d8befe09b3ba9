"""What has no versions: it is read as soon as it is saved, so it has to be whole."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from conditions import forms
from conditions.admin.roles import STATEMENT, ContentAdmin, ForSuperusers, both, is_superuser
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    Question,
    RedFlag,
    Source,
    Stage,
    Symptom,
)


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


@admin.register(Question)
class QuestionAdmin(ContentAdmin):
    form = forms.QuestionForm
    identity = ("code", "kind")  # answers were given to this kind of question
    list_display = ("code", "kind", "question_nl", "provenance", "review_on")
    list_filter = ("kind", "voice", "provenance")
    search_fields = ("code", "question_nl", "question_en")
    autocomplete_fields = ("sources",)
    fields = (
        ("code", "kind", "most", "order"),
        ("voice", "asks_red_flags"),
        *both("question", "help"),
        STATEMENT,
    )


@admin.register(Guide)
class GuideAdmin(ContentAdmin):
    form = forms.GuideForm
    identity = ("code",)
    list_display = ("code", "topic", "subject", "title_nl", "provenance", "review_on")
    list_filter = ("topic", "provenance")
    search_fields = ("code", "title_nl", "title_en")
    autocomplete_fields = ("sources",)
    fields = (
        ("code", "topic", "subject", "order"),
        ("aids", "picture"),
        *both("title", "text", "picture_text"),
        STATEMENT,
    )


class Part(ForSuperusers, admin.StackedInline):
    extra = 0


class FactInline(Part):
    model = Fact
    form = forms.FactForm
    autocomplete_fields = ("sources",)
    fields = (("order", "topic"), *both("title", "text"), STATEMENT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)


class SymptomInline(Part):
    model = Symptom
    form = forms.SymptomForm
    autocomplete_fields = ("sources", "question")
    fields = (("order", "channel", "question"), *both("text"), STATEMENT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)


class StageInline(Part):
    model = Stage
    form = forms.StageForm
    autocomplete_fields = ("sources",)
    fields = (("order", "code", "icd10"), *both("name", "text"), STATEMENT)


@admin.register(Condition)
class ConditionAdmin(ContentAdmin):
    form = forms.ConditionForm
    identity = ("slug",)
    list_display = ("slug", "name_nl", "name_en", "paediatric", "order")
    search_fields = ("slug", "name_nl", "name_en")
    autocomplete_fields = ("red_flags", "icd10_sources")
    inlines = (StageInline, FactInline, SymptomInline)
    fields = (
        ("slug", "order", "paediatric"),
        *both("name", "summary", "synonyms"),
        ("icd10", "icd10_provenance", "icd10_sources"),
        "red_flags",
    )
