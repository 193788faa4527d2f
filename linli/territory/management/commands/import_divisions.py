"""Import divisions from GeoJSON or a table."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.territory.imports import DivisionOptions, import_divisions, plan_divisions
from linli.territory.management.importing import ImportCommand, a_day
from linli.territory.rules.coordinates import CoordinateSystem


class Command(ImportCommand):
    help = "Import districts, townships and villages: GeoJSON outlines, or a .csv or .xlsx table."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        systems = [system.value for system in CoordinateSystem]
        parser.add_argument(
            "--crs", choices=systems, default="", help=_("coordinate system of the outlines")
        )
        parser.add_argument("--code-column", default="", help=_("column or property of the code"))
        parser.add_argument("--name-column", default="", help=_("column or property of the name"))
        parser.add_argument(
            "--day",
            type=a_day,
            default=None,
            help=_("since when divisions exist whose row does not say it (default: today)"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = DivisionOptions(
            options["crs"], options["code_column"], options["name_column"], options["day"]
        )
        plan = plan_divisions(self.source(options["file"]), chosen)
        self.finish(
            plan.report,
            lambda: import_divisions(plan, by=None, at=timezone.now(), act_id=new_id()),
            check=options["check"],
        )
