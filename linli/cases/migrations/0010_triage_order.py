"""Waiting cases of a state in the order of triage: colour, deadline, arrival."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("cases", "0009_no_hash_of_reporters")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["state", "colour", "due_at", "arrival"], name="case_state_colour"
            ),
        ),
    ]
