"""The cases of a unit in a state in the order in which its officers take them up."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One index."""

    dependencies = [("cases", "0011_frozen_months")]
    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "state", "colour", "due_at", "arrival"],
                name="case_unit_state",
                condition=Q(unit__isnull=False),
            ),
        ),
    ]
