from django.db import migrations

from conditions import freezing


class Migration(migrations.Migration):

    dependencies = [("conditions", "0003_questions_guides_and_review")]

    operations = [migrations.RunPython(freezing.freeze, freezing.thaw)]
