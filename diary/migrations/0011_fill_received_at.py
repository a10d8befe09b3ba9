from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now an entry came in at the moment in which it was entered."""
    revisions = apps.get_model("diary", "EntryRevision").objects
    revisions.filter(is_queued=False).update(received_at=F("entered_at"))


class Migration(migrations.Migration):
    dependencies = [("diary", "0010_where_an_entry_was_made")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
