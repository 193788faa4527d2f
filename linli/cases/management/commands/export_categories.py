"""Export categories and their staged limits."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from linli.cases.imports.category_tables import as_csv, category_rows, workbook


class Command(BaseCommand):
    help = "Export all categories with their staged limits; .xlsx has both sheets, .csv one."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("the file to write, .xlsx or .csv"))
        parser.add_argument("--limits", action="store_true", help=_("write the limits into a .csv"))
        parser.add_argument("--encoding", choices=("utf-8-sig", "gb18030"), default="utf-8-sig")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        categories, limits = category_rows()
        if path.suffix.lower() == ".xlsx":
            data = workbook()
        elif path.suffix.lower() == ".csv":
            data = as_csv(limits if options["limits"] else categories, options["encoding"])
        else:
            raise CommandError(_("Name a file that ends in .xlsx or .csv."), returncode=2)
        path.write_bytes(data)
        said = _("%(file)s: %(categories)d categories, %(limits)d limits.")
        facts = {"file": path, "categories": len(categories) - 1, "limits": len(limits) - 1}
        self.stdout.write(said % facts)
