"""Months of the public board that change no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("cases", "0010_triage_order")]
    operations = [
        migrations.CreateModel(
            name="FrozenMonth",
            fields=[
                ("month", models.CharField(max_length=7, primary_key=True, serialize=False)),
                ("received", models.PositiveIntegerField()),
                ("closed", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
