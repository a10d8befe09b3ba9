"""Superusers alone, whatever permissions somebody else was given."""

from types import MappingProxyType
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.access import signed_in

STATEMENT = ("provenance", "sources", "reviewer", "reviewed_on", "review_on")


def both(*names: str) -> list[tuple[str, str]]:
    """Each text with its languages side by side, Dutch left."""
    return [(f"{name}_nl", f"{name}_en") for name in names]


def is_superuser(request: HttpRequest) -> bool:
    person = signed_in(request)
    return person.is_active and person.is_superuser


class ForSuperusers(BaseModelAdmin):
    """Nothing is deleted unless a class says so."""

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

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ContentAdmin(ForSuperusers, admin.ModelAdmin):
    """`identity` is what files and plans point to: it is set once."""

    identity: tuple[str, ...] = ()

    class Media:
        css = MappingProxyType({"all": ("css/content-admin.css",)})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(self.identity if obj else ()))


class ReadOnly(ForSuperusers):
    """To look at only: plans are written on their own pages."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
