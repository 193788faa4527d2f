"""Import grids from GeoJSON or a table."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.territory.imports import GridOptions, import_grids, plan_grids
from linli.territory.management.importing import ImportCommand, a_day, bar
from linli.territory.models import GridKind
from linli.territory.rules.coordinates import CoordinateSystem


class Command(ImportCommand):
    help = (
        "Import grids: GeoJSON, or a .csv or .xlsx table with or without boundaries as WKT. "
        "Boundaries are converted to WGS 84 and repaired; overlaps and gaps are reported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        systems = [system.value for system in CoordinateSystem]
        parser.add_argument(
            "--crs", choices=systems, default="", help=_("coordinate system of the boundaries")
        )
        parser.add_argument("--code-column", default="", help=_("column or property of the code"))
        parser.add_argument("--name-column", default="", help=_("column or property of the name"))
        parser.add_argument(
            "--village",
            default="",
            help=_("all grids belong to this community and are numbered in it"),
        )
        parser.add_argument("--kind", choices=GridKind.values, default=GridKind.BASE.value)
        parser.add_argument(
            "--day",
            type=a_day,
            default=None,
            help=_("from when it holds, as 2026-01-31 (default: today)"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        chosen = GridOptions(
            options["day"] or timezone.localdate(now),
            options["crs"],
            options["code_column"],
            options["name_column"],
            options["village"],
            options["kind"],
        )
        plan = plan_grids(self.source(options["file"]), chosen, bar)
        self.finish(
            plan.report,
            lambda: import_grids(plan, by=None, at=now, act_id=new_id()),
            check=options["check"],
        )
