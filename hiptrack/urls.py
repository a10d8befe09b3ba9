"""Which room answers which address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from hiptrack import health, phone
from hiptrack.home import home

# The admin's own form knows no rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

admin.site.site_header = admin.site.site_title = "HipTrack"

urlpatterns = [
    path("", home, name="home"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("sw.js", phone.service_worker, name="service_worker"),
    path("offline/", phone.offline, name="offline"),
    path("", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("", include("conditions.urls")),
    path("", include("diary.urls")),
    path("", include("care.urls")),
    path("admin/", admin.site.urls),
]
