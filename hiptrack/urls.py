"""Which room answers which address."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("diary.urls")),
    path("", include("care.urls")),
    path("admin/", admin.site.urls),
]
