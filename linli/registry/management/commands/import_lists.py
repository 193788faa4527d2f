"""``linli import lists``: legal bases and kinds of places, linli's or your own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.registry.actions.lists import BASES_FILE, PLACES_FILE, publish_lists, read_lists


class Command(BaseCommand):
    """Publish both lists; the same again changes nothing."""

    help = "Publish the lists of the registry: legal bases and kinds of places."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files of one's own."""
        parser.add_argument("--bases", type=Path, default=BASES_FILE, help=_("a TOML file"))
        parser.add_argument("--places", type=Path, default=PLACES_FILE, help=_("a TOML file"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many entries differ now."""
        lists = read_lists(options["bases"], options["places"])
        changed = publish_lists(lists=lists, by=None, at=timezone.now(), act_id=new_id())
        said = _("%(bases)d legal bases and %(places)d kinds of places; %(n)d entries changed.")
        count = {"bases": len(lists.bases), "places": len(lists.places), "n": changed}
        self.stdout.write(said % count)
