"""Empty the hashes of reporters' numbers: nobody is found by them."""

from django.db import migrations


def empty(apps, _schema_editor):
    """Take out what was kept for a search that does not exist."""
    apps.get_model("cases", "ReporterContact").objects.update(telephone_index=b"")


class Migration(migrations.Migration):
    """What was a hash becomes empty; there is no way back."""

    dependencies = [("cases", "0008_rule_reason_in_english")]
    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
