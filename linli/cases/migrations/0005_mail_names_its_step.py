"""A mail names the step whose words it carries."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_triage_claims")]

    operations = [
        # Nothing was published before this migration, so no row is without a step.
        migrations.AddField(
            model_name="outgoingmail",
            name="step",
            field=models.ForeignKey(
                db_index=False,
                default=None,
                on_delete=django.db.models.deletion.PROTECT,
                to="cases.casestep",
            ),
            preserve_default=False,
        ),
    ]
