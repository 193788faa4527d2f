"""Import dispatch rules."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.imports.rule_tables import import_rules, plan_rules
from linli.cases.management.importing import TableCommand, refused
from linli.kernel.ids import new_id
from linli.territory.imports.report import ImportRefused


class Command(TableCommand):
    help = (
        "Import dispatch rules from an .xlsx or .csv table: category, area, unit, since, until,"
        " why. Rules that the file does not name stay."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        plan = plan_rules(self.source(options["file"]), timezone.localdate())
        self.tell(plan.findings)
        if self.stop(plan.findings, options):
            return
        try:
            saved = import_rules(plan, by=None, at=timezone.now(), act_id=new_id())
        except ImportRefused as error:
            raise refused(error) from error
        said = _("Saved: %(added)d new rules, %(changed)d changed.")
        self.stdout.write(said % {"added": saved.added, "changed": saved.changed})
