"""The times of the weekdays say it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("diary", "0008_fill_reminder_times"),
    ]

    operations = [migrations.RemoveField("reminder", "at")]
