"""Import units and the divisions they are in charge of."""

from typing import Any

from django.utils import timezone

from linli.kernel.ids import new_id
from linli.territory.imports import import_units, plan_units
from linli.territory.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "Import units from a .csv or .xlsx table: code, name, name_en, kind, parent (a code), "
        "areas (division codes, separated by commas)."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        plan = plan_units(self.source(options["file"]))
        self.finish(
            plan.report,
            lambda: import_units(plan, by=None, at=timezone.now(), act_id=new_id()),
            check=options["check"],
        )
