"""People and clinics for the superuser, and a look at what the program wrote about them."""

from typing import Any

from allauth.account import admin as _allauth_admin  # noqa: F401  (registers what goes below)
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Consent, Notice, Relation, User


class SuperuserOnly(admin.ModelAdmin):
    """Nobody else opens it, whatever permissions they were given; nothing is deleted here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class ReadOnly(SuperuserOnly):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class LowerCaseEmail:
    """People sign in whatever the case they type, because addresses are kept in one."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class PersonCreationForm(LowerCaseEmail, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role", "clinic", "language")


class PersonChangeForm(LowerCaseEmail, UserChangeForm):
    class Meta:
        model = User
        exclude = ("is_staff", "groups", "user_permissions")


@admin.register(Clinic)
class ClinicAdmin(SuperuserOnly):
    list_display = ("name", "phone", "treats_children", "created_at")
    search_fields = ("name",)


@admin.register(User)
class PersonAdmin(SuperuserOnly, UserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "role", "clinic", "is_active")
    list_filter = ("role", "clinic", "is_active")
    list_select_related = ("clinic",)
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "birth_year")}),
        (_("Place"), {"fields": ("role", "clinic", "is_active", "is_superuser")}),
        (_("Language and time"), {"fields": ("language", "time_zone")}),
        (_("Moments"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    *PersonCreationForm.Meta.fields,
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        """The admin is open to superusers alone; an old address opens nothing."""
        obj.is_staff = obj.is_superuser
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()


@admin.register(Relation)
class RelationAdmin(ReadOnly):
    list_display = ("patient", "physiotherapist", "clinic", "started_at", "ended_at")
    list_filter = ("clinic",)
    list_select_related = ("patient", "physiotherapist", "clinic")


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ("user", "text_version", "language", "channel", "given_at", "withdrawn_at")
    list_filter = ("text_version",)
    list_select_related = ("user",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("kind", "key", "state", "due_at", "sent_at", "attempts")
    list_filter = ("state", "kind")
    ordering = ("-due_at",)


# Rights follow the role, not groups. And allauth keeps addresses beside User.email, but a
# second place to change an address is one too many.
admin.site.unregister([Group, EmailAddress])
