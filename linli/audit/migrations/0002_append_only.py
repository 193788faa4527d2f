"""Make the chains, and let the database itself refuse changes to events."""

from django.db import migrations

from linli.audit.rules import GENESIS, LANES

_FROZEN = (
    "id",
    "lane",
    "seq",
    "verb",
    "actor",
    "subject",
    "at",
    "received_at",
    "fingerprint",
    "detail_hash",
    "hash",
)
_MESSAGE = "audit events are never changed or deleted"


def _sqlite() -> list[str]:
    changed = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _FROZEN)
    return [
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
        "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event "
        f"WHEN {changed} OR NEW.detail IS NOT NULL OR NEW.salt IS NOT NULL "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END",
    ]


def _postgresql() -> list[str]:
    changed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in _FROZEN)
    return [
        "CREATE FUNCTION audit_event_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$",
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_frozen()",
        "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event FOR EACH ROW "
        f"WHEN ({changed} OR NEW.detail IS NOT NULL OR NEW.salt IS NOT NULL) "
        "EXECUTE FUNCTION audit_event_frozen()",
    ]


def _guard(apps, schema_editor):
    by_vendor = {"sqlite": _sqlite, "postgresql": _postgresql}
    for statement in by_vendor[schema_editor.connection.vendor]():
        schema_editor.execute(statement)


def _unguard(apps, schema_editor):
    on = " ON audit_event" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER audit_event_no_delete{on}")
    schema_editor.execute(f"DROP TRIGGER audit_event_no_update{on}")
    if on:
        schema_editor.execute("DROP FUNCTION audit_event_frozen()")


def _make_lanes(apps, schema_editor):
    lane = apps.get_model("audit", "Lane")
    lane.objects.bulk_create([lane(lane=n, seq=0, head=GENESIS) for n in range(LANES)])


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(_make_lanes, migrations.RunPython.noop),
        migrations.RunPython(_guard, _unguard),
    ]
