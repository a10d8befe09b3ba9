"""Editors have pages of their own; the admin is closed to them."""

from django.db import migrations


def close(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.filter(is_staff=True, is_superuser=False).update(is_staff=False)


def open_again(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.filter(role="editor").update(is_staff=True)


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_clinic_treats_children")]

    operations = [migrations.RunPython(close, open_again)]
