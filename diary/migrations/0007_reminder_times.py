"""A time for each weekday, pauses and days that are done; the one time is filled over next."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("diary", "0006_moments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)], verbose_name="weekday")),
                ("at", models.TimeField(verbose_name="at")),
                ("reminder", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="times", to="diary.reminder")),
            ],
            options={
                "verbose_name": "time of a reminder",
                "verbose_name_plural": "times of reminders",
                "ordering": ("weekday",),
                "constraints": [
                    models.UniqueConstraint(fields=("reminder", "weekday"), name="diary_reminder_time_once_a_weekday"),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="diary_reminder_time_of_a_weekday"),
                ],
            },
        ),
        migrations.AddField("reminder", "done_on", models.DateField(blank=True, null=True, verbose_name="nothing more on")),
        migrations.AddField("reminder", "paused_from", models.DateField(blank=True, null=True, verbose_name="first day of the pause")),
        migrations.AddField("reminder", "paused_until", models.DateField(blank=True, null=True, verbose_name="last day of the pause")),
        migrations.AddField("reminder", "wished_on", models.DateField(blank=True, null=True, verbose_name="chosen on")),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=models.Q(("paused_from__isnull", True), ("paused_until__isnull", True))
                | models.Q(
                    ("paused_from__isnull", False),
                    ("paused_until__gte", models.F("paused_from")),
                    ("paused_until__isnull", False),
                ),
                name="diary_reminder_pause_ends_after_it_begins",
            ),
        ),
        # Null on the way: on the way back it is filled before it has to be there.
        migrations.AlterField("reminder", "at", models.TimeField(null=True, verbose_name="at")),
    ]
