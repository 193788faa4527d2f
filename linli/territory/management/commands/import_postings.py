"""Import postings of people to grids."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.territory.imports import import_postings, plan_postings
from linli.territory.management.importing import ImportCommand, a_day


class Command(ImportCommand):
    help = (
        "Import postings from a .csv or .xlsx table: username, grid (code), "
        "role (worker or leader), since, until."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--day",
            type=a_day,
            default=None,
            help=_("first day of rows that give none (default: today)"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        day = options["day"] or timezone.localdate(now)
        plan = plan_postings(self.source(options["file"]), day)
        self.finish(
            plan.report,
            lambda: import_postings(plan, by=None, at=now, act_id=new_id()),
            check=options["check"],
        )
