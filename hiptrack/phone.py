"""What makes HipTrack an app on a phone: manifest, service worker, and the page without a network.

The worker is joined from `static/sw/` and says which static files it keeps, by their hashed
names: with new files it is another worker, which the browser then fetches by itself.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.policies import PUBLIC, policy

WORKER = Path(settings.BASE_DIR) / "static" / "sw"
# All that the offline pages load.
FILES = ("bundles/patient.css", "bundles/patient.js")
# Rooms of people who are no patients. Whoever opens one has no use for a patient's offline page.
STAFF = ("/admin/", "/care/", "/clinic/", "/content/", "/invitations/")
# The worker answers for pages alone, and not for these: signing in and out, the rooms of other
# people, and what is a file.
LEAVES = (
    *STAFF,
    "/health/",
    "/invitation/",
    "/my-data/",
    "/password/",
    "/sign-in/",
    "/sign-out/",
    "/sign-up/",
    "/sw.js",
)
ONE_DAY = 24 * 3600  # seconds
BACKGROUND = "#fcfbf8"  # --ground and --accent of css/tokens.css
THEME = "#0a4f5c"


@require_safe
@policy(PUBLIC)
@cache_control(max_age=ONE_DAY)
def manifest(request: HttpRequest) -> HttpResponse:
    """How the app is called and looks on a home screen, in the language of who asks."""
    described = {
        "id": "/",
        "name": "HipTrack",
        "short_name": "HipTrack",
        "description": _("Your hip diary"),
        "lang": translation.get_language(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": THEME,
        "icons": [
            _icon("icon-192.png", 192),
            _icon("icon-512.png", 512),
            _icon("icon-maskable-512.png", 512, purpose="maskable"),
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


def _icon(name: str, size: int, **more: str) -> dict[str, str]:
    return {
        "src": static(f"icons/{name}"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        **more,
    }


@require_safe
@policy(PUBLIC)
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the server when there is no connection.

    It is the same for everybody, signed in or not and in each language: what differed would be
    a new worker.
    """
    return HttpResponse(worker(), content_type="text/javascript")


def worker() -> str:
    """The text of the service worker: what it has to know, then its parts."""
    files = [static(name) for name in FILES]
    parts = "\n".join(path.read_text() for path in sorted(WORKER.glob("*.js")))
    known: dict[str, Any] = {
        "files": files,
        "leaves": LEAVES,
        "staff": STAFF,
        "patience": settings.PATIENCE_MS,
    }
    known["version"] = hashlib.sha256(f"{json.dumps(known)}{parts}".encode()).hexdigest()[:12]
    return f"const hiptrack = {json.dumps(known)};\n{parts}"


def patience(request: HttpRequest) -> dict[str, str]:
    """For templates: how long the page's own scripts wait for the server, in milliseconds."""
    return {"patience": str(settings.PATIENCE_MS)}


@require_safe
@policy(PUBLIC)
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What somebody sees without a connection who has no diary on this phone."""
    return render(request, "offline.html", {"is_offline": True})
