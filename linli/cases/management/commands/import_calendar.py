"""Import a calendar of working days."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.actions.calendars import import_calendar
from linli.cases.imports.calendar_files import CalendarWishes, plan_calendar
from linli.cases.management.importing import TableCommand, refused
from linli.kernel.ids import new_id
from linli.territory.imports.report import ImportRefused, keep


class Command(TableCommand):
    help = (
        "Import a calendar: linli's JSON, or a table with one row a day (date, 1 or 0, name)."
        " Open deadlines are computed anew, and each move is logged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # Not --version: that is Django's own.
        parser.add_argument("--as-version", default="", help=_("version, such as cn-2027.1"))
        parser.add_argument("--name", default="", help=_("name, such as the notice's title"))
        parser.add_argument(
            "--partial-years",
            action="store_true",
            help=_("the table names only the days that differ; its years are complete"),
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        wishes = CalendarWishes(options["as_version"], options["name"], options["partial_years"])
        plan = plan_calendar(self.source(options["file"]), wishes)
        self.tell(plan.findings)
        if self.stop(plan.findings, options):
            return
        at = timezone.now()
        if plan.refused:
            report = plan.findings.report(plan.source.name)
            kept = keep(plan.source, report, timezone.localtime(at))
            raise refused(ImportRefused(report, kept))
        moved = import_calendar(
            content=plan.content, name=plan.name, by=None, at=at, act_id=new_id()
        )
        said = _("Calendar %(version)s holds now; %(n)d open deadlines moved.")
        self.stdout.write(said % {"version": plan.version, "n": moved})
