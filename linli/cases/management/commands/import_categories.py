"""Import categories and their staged limits."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.imports.category_tables import import_categories, plan_categories
from linli.cases.management.importing import FileCommand, refused
from linli.kernel.ids import new_id
from linli.territory.imports.report import ImportRefused


class Command(FileCommand):
    help = (
        "Import categories and staged limits from an .xlsx or .csv table. What differs gets a new"
        " version; cases keep theirs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--limits-like", default="", help=_("code of the category whose limits new ones get")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        plan = plan_categories(self.source(options["file"]), options["limits_like"])
        self.tell(plan.findings)
        if self.stop_at_check(plan.findings, options):
            return
        try:
            count = import_categories(plan, by=None, at=timezone.now(), act_id=new_id())
        except ImportRefused as error:
            raise refused(error) from error
        said = _("Published: %(made)d new, %(changed)d with a new version.")
        self.stdout.write(said % {"made": count.made, "changed": count.changed})
