"""A plan as a patient would see it, for its editors: the page with the phone, and the phone."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.enums import Role
from accounts.policies import SUPERUSER, policy
from diary import access, preview
from diary.models import Episode
from diary.preview_forms import PreviewForm

# The tabs: their key in the address, name, template, and what fills it.
TABS: Mapping[str, tuple[Any, str, Callable[[Episode, date], dict[str, Any]]]] = {
    "today": (_("Today"), "diary/today.html", preview.today_page),
    "log": (_("Fill in a day"), "diary/log.html", preview.log_page),
    "plan": (_("Your plan"), "diary/plan.html", preview.plan_page),
}


@policy(Role.EDITOR, SUPERUSER)
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no arguments
def page(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """Who to be and on which day, with a phone that shows what they would see."""
    plan = access.plan_for_editor(request, plan_uuid)
    form = PreviewForm.of(request, plan)
    shown = _tab(request)
    phone = reverse("diary:preview_phone", args=[plan.uuid])
    context = {
        "plan": plan,
        "form": form,
        "shown": shown,
        "tabs": [(key, name, f"?{form.query(page=key)}") for key, (name, _t, _f) in TABS.items()],
        "phone": f"{phone}?{form.query(page=shown)}",
    }
    return render(request, "diary/preview.html", context)


@policy(Role.EDITOR, SUPERUSER)
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "form-action": [NONE]})  # type: ignore[arg-type]
def phone(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """A patient's page on the day and with the weight that the address names."""
    plan = access.plan_for_editor(request, plan_uuid)
    form = PreviewForm.of(request, plan)
    wish = form.wish()
    today = timezone.now().astimezone(signed_in(request).zone).date()
    _name, template, fill = TABS[_tab(request)]
    with translation.override(wish.language):
        context = fill(preview.episode_of(plan.pk, wish, today), today) | {
            "user": preview.somebody(wish.language),
            "is_preview": True,
        }
        html = render_to_string(template, context, request)
    addresses = {
        reverse(name): f"?{form.query(page=key)}"
        for key, name in (("today", "home"), ("log", "diary:log"), ("plan", "diary:plan"))
    }
    response = HttpResponse(preview.lead_within(html, addresses))
    response.headers["Content-Language"] = wish.language
    return response


def _tab(request: HttpRequest) -> str:
    wanted = request.GET.get("page", "")
    return wanted if wanted in TABS else "today"
