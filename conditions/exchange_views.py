"""Content as files: taken out whole or by condition, and brought in."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import signed_in
from accounts.enums import Role
from accounts.forms import fields_only
from accounts.policies import policy
from conditions import access, bundles, content_pages, exchange
from conditions.plan_views import READ_AND_SEND
from conditions.services import LibraryIsWrong


class FilesForm(forms.Form):
    sent = forms.FileField(
        label=gettext_lazy("A .yaml file, or a zip of them"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.zip"}),
    )

    helper = fields_only()

    def clean_sent(self) -> Any:
        sent = self.cleaned_data["sent"]
        if sent.size > bundles.MOST_BYTES:
            most = {"most": bundles.MOST_BYTES // 10**6}
            raise forms.ValidationError(_("This file is larger than %(most)s MB."), params=most)
        return sent


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
def files(request: HttpRequest) -> HttpResponse:
    """Take content out, or bring it in: all of what is sent, or nothing with the reasons."""
    form = FilesForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    done, problems = None, []
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["sent"]
        try:
            done = exchange.import_files(
                files=bundles.unpack(sent.name, sent.read()),
                by=signed_in(request),
                now=timezone.now(),
            )
        except (bundles.UploadRefused, LibraryIsWrong) as refused:
            problems = refused.problems
    context = {
        "form": form,
        "done": done,
        "problems": problems,
        "conditions": content_pages.conditions(),
    }
    is_refused = request.method == "POST" and done is None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "conditions/files.html", context, status=status)


@policy(Role.EDITOR)
@require_safe
def all_files(request: HttpRequest) -> HttpResponse:
    """The whole content as a zip of YAML files."""
    return _download(exchange.as_zip(), "hiptrack-content.zip", "application/zip")


@policy(Role.EDITOR)
@require_safe
def condition_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The file of one condition."""
    found = access.condition_for_editor(request, slug)
    return _download(exchange.as_yaml(found), f"{found.slug}.yaml", "application/yaml")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
