"""Make, list and end the keys of programs that post through Open311."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from linli.accounts.models import Unit
from linli.kernel.ids import new_id
from linli.open311.actions import end_key, make_key
from linli.open311.models import ApiKey


class Command(BaseCommand):
    help = "Make, list or end the keys of programs that post through Open311."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one of three words."""
        words = parser.add_subparsers(dest="word", required=True)
        make = words.add_parser("make", help="make a key and print it once")
        make.add_argument("label", help="what the key is for, such as the name of an application")
        make.add_argument("--unit", default="", help="code of the unit whose program it is")
        words.add_parser("list", help="list the keys; the keys themselves are not kept")
        end = words.add_parser("end", help="end a key")
        end.add_argument("id", help="id of the key, as the list shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says."""
        getattr(self, f"_{options['word']}")(options)

    def _make(self, options: dict[str, Any]) -> None:
        unit = None
        if options["unit"]:
            unit = Unit.objects.filter(code=options["unit"]).first()
            if unit is None:
                raise CommandError(f"There is no unit with the code {options['unit']}.")
        _row, key = make_key(
            label=options["label"], unit=unit, by=None, at=timezone.now(), act_id=new_id()
        )
        self.stdout.write(key)
        self.stderr.write("Keep it: it is not stored and cannot be shown again.")

    def _list(self, options: dict[str, Any]) -> None:
        for row in ApiKey.objects.select_related("unit"):
            until = f"{row.ended_at:%Y-%m-%d}" if row.ended_at else "active"
            self.stdout.write(f"{row.pk}  {row.made_at:%Y-%m-%d}  {until:10}  {row.label}")

    def _end(self, options: dict[str, Any]) -> None:
        try:
            key_id = uuid.UUID(options["id"])
            row = end_key(key_id=key_id, by=None, at=timezone.now(), act_id=new_id())
        except (ValueError, ApiKey.DoesNotExist) as error:
            raise CommandError("There is no such key: `linli api-key list` lists them.") from error
        self.stdout.write(f"{row.label}: ended.")
