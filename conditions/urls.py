"""The addresses of this room: /content/, for editors."""

from django.urls import path

from conditions import content_views, exchange_views, plan_views

app_name = "conditions"
urlpatterns = [
    path("content/", content_views.start, name="start"),
    path("content/check/", content_views.check, name="check"),
    path("content/files/", exchange_views.files, name="files"),
    path("content/files/all.zip", exchange_views.all_files, name="all_files"),
    path("content/files/<slug:slug>.yaml", exchange_views.condition_file, name="condition_file"),
    path("content/markdown/", content_views.preview, name="markdown"),
    path("content/conditions/<slug:slug>/", content_views.condition, name="condition"),
    path("content/conditions/<slug:slug>/plan/", plan_views.begin_plan, name="begin_plan"),
    path("content/lists/<slug:kind>/", content_views.list_of, name="list"),
    path("content/things/<slug:kind>/add/", content_views.add_thing, name="add_thing"),
    path("content/things/<slug:kind>/<int:pk>/", content_views.thing, name="thing"),
    path("content/looked-at/<slug:kind>/<int:pk>/", content_views.looked_at, name="looked_at"),
    path("content/proposals/<uuid:proposal_uuid>/", content_views.proposal, name="proposal"),
    path(
        "content/proposals/<uuid:proposal_uuid>/decide/",
        content_views.decide_proposal,
        name="decide_proposal",
    ),
    path("content/plans/<uuid:plan_uuid>/", plan_views.plan, name="plan"),
    path("content/plans/<uuid:plan_uuid>/decide/", plan_views.decide, name="decide"),
    path("content/plans/<uuid:plan_uuid>/version/", plan_views.new_version, name="new_version"),
    path("content/plans/<uuid:plan_uuid>/discard/", plan_views.discard, name="discard"),
    path("content/plans/<uuid:plan_uuid>/<slug:kind>/add/", plan_views.add_part, name="add_part"),
    path("content/plans/<uuid:plan_uuid>/<slug:kind>/<int:pk>/", plan_views.part, name="part"),
    path(
        "content/plans/<uuid:plan_uuid>/<slug:kind>/<int:pk>/move/",
        plan_views.move_part,
        name="move_part",
    ),
    path(
        "content/plans/<uuid:plan_uuid>/<slug:kind>/<int:pk>/remove/",
        plan_views.remove_part,
        name="remove_part",
    ),
]
