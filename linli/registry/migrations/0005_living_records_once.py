import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_searches_for_doubles"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="team",
            name="registry_team_once",
        ),
        migrations.RemoveConstraint(
            model_name="tenancy",
            name="registry_tenancy_running_once",
        ),
        migrations.AlterField(
            model_name="building",
            name="address",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="buildings",
                to="registry.address",
            ),
        ),
        migrations.AlterField(
            model_name="dwelling",
            name="address",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dwellings",
                to="registry.address",
            ),
        ),
        migrations.AlterField(
            model_name="school",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="schools",
                to="registry.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), ("merged_into__isnull", True)),
                fields=("address",),
                name="registry_building_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dwelling",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), ("merged_into__isnull", True)),
                fields=("address",),
                name="registry_dwelling_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="school",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), ("merged_into__isnull", True)),
                fields=("organisation",),
                name="registry_school_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True), ("merged_into__isnull", True)),
                fields=("division", "name"),
                name="registry_team_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="tenancy",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("until__isnull", True),
                    ("ended_on__isnull", True),
                    ("merged_into__isnull", True),
                ),
                fields=("dwelling",),
                name="registry_tenancy_running_once",
            ),
        ),
    ]
