"""Import categories and their staged limits."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.actions.categories import Published, publish_categories
from linli.cases.imports.category_data import drafts_of, read_tree
from linli.cases.imports.category_tables import import_categories, plan_categories
from linli.cases.management.importing import TableCommand, refused
from linli.kernel.ids import new_id
from linli.territory.imports.report import ImportRefused


class Command(TableCommand):
    help = (
        "Import categories and staged limits from an .xlsx or .csv table. What differs gets a new"
        " version; cases keep theirs. A .json file is a whole tree, such as the one that comes with"
        " the product (linli/cases/data/categories.json)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--limits-like", default="", help=_("code of the category whose limits new ones get")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["file"].suffix == ".json":
            self._tell(self._publish_tree(options["file"], check=options["check"]))
            return
        plan = plan_categories(self.source(options["file"]), options["limits_like"])
        self.tell(plan.findings)
        for doubt in plan.doubts:
            self.stderr.write(doubt)
        if self.stop(plan.findings, options):
            return
        try:
            count = import_categories(plan, by=None, at=timezone.now(), act_id=new_id())
        except ImportRefused as error:
            raise refused(error) from error
        self._tell(count)

    def _publish_tree(self, path: Path, *, check: bool) -> Published | None:
        """Publish a file of the product's own form whole; None when it was only looked at."""
        self.source(path)
        try:
            drafts = list(drafts_of(read_tree(path)))
        except (ValueError, KeyError, TypeError) as error:
            sentence = _("%(file)s is no tree of categories: use .xlsx or .csv for your own.")
            raise CommandError(sentence % {"file": path}) from error
        if check:
            return None
        return publish_categories(drafts=drafts, by=None, at=timezone.now(), act_id=new_id())

    def _tell(self, count: Published | None) -> None:
        if count is None:
            self.stdout.write(_("Checked; nothing was written."))
            return
        said = _("Published: %(made)d new, %(changed)d with a new version.")
        self.stdout.write(said % {"made": count.made, "changed": count.changed})
