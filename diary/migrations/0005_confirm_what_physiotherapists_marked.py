"""Milestones that somebody else than the patient marked count as confirmed from then on."""

from django.db import migrations
from django.db.models import F


def confirm(apps, schema_editor):
    marked = apps.get_model("diary", "MilestoneReached").objects
    by_others = marked.filter(confirmed_at__isnull=True, not_yet_at__isnull=True).exclude(
        by=F("episode__patient")
    )
    for pk, by, at in by_others.values_list("pk", "by", "created_at"):
        marked.filter(pk=pk).update(confirmed_by=by, confirmed_at=at)


def forget(apps, schema_editor):
    """Before this, every row counted as reached, and each milestone had one."""
    apps.get_model("diary", "MilestoneReached").objects.filter(not_yet_at__isnull=False).delete()


class Migration(migrations.Migration):
    dependencies = [("diary", "0004_milestones_confirmed_and_aid_steps")]

    operations = [migrations.RunPython(confirm, forget)]
