"""The one time becomes that of all seven weekdays; on the way back, the most usual one."""

from datetime import time

from django.db import migrations

BATCH = 1000


def fill(apps, schema_editor):
    reminder, of_weekday = (apps.get_model("diary", name) for name in ("Reminder", "ReminderTime"))
    rows = reminder.objects.filter(at__isnull=False, times__isnull=True).values_list("pk", "at")
    of_weekday.objects.bulk_create(
        (
            of_weekday(reminder_id=pk, weekday=weekday, at=at)
            for pk, at in rows
            for weekday in range(7)
        ),
        batch_size=BATCH,
    )


def fill_back(apps, schema_editor):
    for reminder in apps.get_model("diary", "Reminder").objects.prefetch_related("times"):
        times = [each.at for each in reminder.times.all()]
        reminder.at = max(times, key=times.count) if times else time(20)
        reminder.is_on = reminder.is_on and bool(times)
        reminder.save(update_fields=["at", "is_on"])


class Migration(migrations.Migration):

    dependencies = [
        ("diary", "0007_reminder_times"),
    ]

    operations = [migrations.RunPython(fill, fill_back)]
