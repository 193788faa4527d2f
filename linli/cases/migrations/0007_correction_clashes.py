"""Corrections of one field that met are kept until a person decides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_indexes_of_what_is_there"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="casestep",
            name="verb",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("accept", "Accept"),
                    ("refuse", "Refuse"),
                    ("answer", "Answer at once"),
                    ("solve_on_spot", "Solved on the spot"),
                    ("ask_verification", "Ask for verification on site"),
                    ("verify", "Record the verification"),
                    ("register", "Register"),
                    ("dispatch", "Dispatch"),
                    ("sign", "Sign for it"),
                    ("send_back", "Send back"),
                    ("milestone", "Record a stage as done"),
                    ("feedback", "Report it handled"),
                    ("ask_extension", "Ask for an extension"),
                    ("grant_extension", "Grant the extension"),
                    ("refuse_extension", "Refuse the extension"),
                    ("pause", "Pause"),
                    ("resume", "Resume"),
                    ("pass_check", "Check passed"),
                    ("fail_check", "Check failed: rework"),
                    ("record_call", "Record a call-back"),
                    ("return_for_rework", "Return for rework"),
                    ("close", "Close"),
                    ("shelve", "Shelve openly"),
                    ("take_up", "Take up again"),
                    ("merge", "Merge into another case"),
                    ("unmerge", "Undo the merge"),
                    ("void", "Void the registration"),
                    ("reopen", "Reopen"),
                    ("correct", "Correct"),
                    ("settle_clash", "Decide between two corrections"),
                    ("note", "Internal note"),
                    ("reply", "Reply to the reporter"),
                    ("attach", "Add a photograph or file"),
                    ("urge", "Urge"),
                    ("supervise", "Supervise"),
                    ("acknowledge", "Acknowledge"),
                    ("add_words", "Add to my report"),
                    ("rate", "Rate"),
                    ("escalate", "Goes up one level"),
                    ("recompute", "Deadline computed anew"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="what",
            field=models.CharField(
                choices=[
                    ("report", "Report"),
                    ("accept", "Accept"),
                    ("refuse", "Refuse"),
                    ("answer", "Answer at once"),
                    ("solve_on_spot", "Solved on the spot"),
                    ("ask_verification", "Ask for verification on site"),
                    ("verify", "Record the verification"),
                    ("register", "Register"),
                    ("dispatch", "Dispatch"),
                    ("sign", "Sign for it"),
                    ("send_back", "Send back"),
                    ("milestone", "Record a stage as done"),
                    ("feedback", "Report it handled"),
                    ("ask_extension", "Ask for an extension"),
                    ("grant_extension", "Grant the extension"),
                    ("refuse_extension", "Refuse the extension"),
                    ("pause", "Pause"),
                    ("resume", "Resume"),
                    ("pass_check", "Check passed"),
                    ("fail_check", "Check failed: rework"),
                    ("record_call", "Record a call-back"),
                    ("return_for_rework", "Return for rework"),
                    ("close", "Close"),
                    ("shelve", "Shelve openly"),
                    ("take_up", "Take up again"),
                    ("merge", "Merge into another case"),
                    ("unmerge", "Undo the merge"),
                    ("void", "Void the registration"),
                    ("reopen", "Reopen"),
                    ("correct", "Correct"),
                    ("settle_clash", "Decide between two corrections"),
                    ("note", "Internal note"),
                    ("reply", "Reply to the reporter"),
                    ("attach", "Add a photograph or file"),
                    ("urge", "Urge"),
                    ("supervise", "Supervise"),
                    ("acknowledge", "Acknowledge"),
                    ("add_words", "Add to my report"),
                    ("rate", "Rate"),
                    ("escalate", "Goes up one level"),
                    ("recompute", "Deadline computed anew"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="CorrectionClash",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("description", "Description"),
                            ("place", "Place in words"),
                            ("kind", "Kind"),
                            ("category", "Category"),
                            ("point", "The place on the map"),
                        ],
                        max_length=12,
                    ),
                ),
                ("base", models.TextField(blank=True)),
                ("theirs", models.TextField(blank=True)),
                ("ours", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("keep", "Keep what stands"), ("take", "Take the proposed")],
                        max_length=4,
                        verbose_name="decision",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clashes",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clashes",
                        to="cases.casestep",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at", None)),
                        fields=["at"],
                        name="cases_clash_open",
                    ),
                    models.Index(
                        condition=models.Q(("decided_at", None)),
                        fields=["case"],
                        name="cases_clash_open_case",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("step", "field"), name="cases_clash_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__in", ["keep", "take"]),
                            ),
                            _connector="OR",
                        ),
                        name="cases_clash_decided_whole",
                    ),
                ],
            },
        ),
    ]
