"""Who may do what with content: it follows the role, not permission rows.

An editor may do all of this and nothing else, a superuser everything, nobody else anything.
"""

from types import MappingProxyType
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.db.models import QuerySet
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.access import signed_in
from accounts.enums import Role
from conditions.models import Phase, Plan

STATEMENT = ("provenance", "sources", "review_on")


def both(*names: str) -> list[tuple[str, str]]:
    """Each text with its languages side by side, Dutch left."""
    return [(f"{name}_nl", f"{name}_en") for name in names]


def is_editor(request: HttpRequest) -> bool:
    person = signed_in(request)
    return person.is_active and (person.is_superuser or person.role == Role.EDITOR)


class ByRole(BaseModelAdmin):
    """Editors and superusers; nothing is deleted unless a class says so."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Texts get a box of few lines and the language beside their name; addresses are https."""
        if isinstance(db_field, models.TextField):
            kwargs["widget"] = Textarea({"rows": 3, "cols": 48})
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "_translated_field_language_code", "")
        if field is not None and language:
            field.label = f"{capfirst(str(db_field.verbose_name))} [{language}]"
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What points to a thing is called after that thing."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label = capfirst(str(db_field.related_model._meta.verbose_name))
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editor(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editor(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editor(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ContentAdmin(ByRole, admin.ModelAdmin):
    """`identity` is what files and plans point to: it is set once."""

    identity: tuple[str, ...] = ()

    class Media:
        css = MappingProxyType({"all": ("css/content-admin.css",)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_editor(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(self.identity if obj else ()))


class PartOfPlan(ByRole):
    """Within a draft everything can be changed, within a published plan nothing.

    `obj` is what the inline stands in: a plan or one of its phases.
    """

    extra = 0

    def _may(self, request: HttpRequest, obj: Plan | Phase | None) -> bool:
        plan = obj.plan if isinstance(obj, Phase) else obj
        return is_editor(request) and not (plan and plan.is_published)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, obj)


def object_id(request: HttpRequest) -> int | None:
    """The row whose page this is; None on the page that adds one."""
    match = request.resolver_match
    found = str(match.kwargs.get("object_id", "")) if match else ""
    return int(found) if found.isdigit() else None


def offer(field: Any, rows: QuerySet[Any]) -> None:
    """Offer these rows only, read once for all forms of a page."""
    field.queryset = rows
    field.choices = [("", "---------"), *((row.pk, str(row)) for row in rows)]
