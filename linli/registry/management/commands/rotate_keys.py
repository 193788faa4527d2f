"""``linli rotate-keys``: a new master key for everything that is sealed."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from linli.kernel.ciphers import Profile
from linli.kernel.ids import new_id
from linli.registry.actions.indexes import count_indexed, replace_indexes
from linli.registry.actions.keys import count_sealed, forget_old_keys, rotate_keys
from linli.registry.imports.sealed_files import rewrap_kept


class Command(BaseCommand):
    """Add a master key and bring every row under it; later, forget the older one."""

    help = "Add a master key and bring all that is sealed under it; then --forget-old."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --forget-old and --index."""
        parser.add_argument(
            "--forget-old",
            action="store_true",
            help="an hour later at the earliest: remove the older keys from the key file",
        )

        parser.add_argument(
            "--index",
            action="store_true",
            help="instead, with all servers stopped: replace the keys of hashes, by which persons"
            " are found and by which fingerprints and codes are made",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which key seals now, and what to do next."""
        if options["index"]:
            self._replace_indexes(is_hidden=options["verbosity"] == 0 or not sys.stderr.isatty())
            return
        forgets = options["forget_old"]
        if forgets:
            # What a process with the older key left on the disk comes along as well.
            rewrap_kept()
        else:
            self._say_what_moves()
        rotate = forget_old_keys if forgets else rotate_keys
        is_hidden = options["verbosity"] == 0 or not sys.stderr.isatty()
        with tqdm(total=count_sealed(), unit=" keys", disable=is_hidden) as bar:
            done = rotate(by=None, at=timezone.now(), act_id=new_id(), tell=bar.update)
        self.stdout.write(f"{done.rewrapped} keys brought under master key {done.version}.")
        if done.doubtful:
            shown = "\n".join(done.doubtful[:20])
            raise CommandError(f"These rows do not open and were left as they were:\n{shown}")
        rewrap_kept()
        if forgets:
            self.stdout.write(f"Only master key {done.version} is left in the key file.")
            return
        self.stdout.write(
            f"Copy {settings.LINLI_KEY_FILE} to your key backups now, beside the older copies. An"
            " hour later: linli rotate-keys --forget-old"
        )

    def _say_what_moves(self) -> None:
        wanted = Profile(settings.LINLI_SEALING)
        if settings.LINLI_KEYRING.profile is not wanted:
            self.stderr.write(
                f"All that is sealed is sealed anew by the profile {wanted} (LINLI_SEALING)."
                " The servers have to be stopped meanwhile; stopped yourself, run it again."
            )

    def _replace_indexes(self, *, is_hidden: bool) -> None:
        with tqdm(total=count_indexed(), unit=" records", disable=is_hidden) as bar:
            changed = replace_indexes(by=None, at=timezone.now(), act_id=new_id(), tell=bar.update)
        self.stdout.write(f"{changed} records are found by a new key. Start the servers again.")
        self.stdout.write(
            f"Copy {settings.LINLI_KEY_FILE} to your key backups now. It keeps the older key of"
            " fingerprints and codes: those that exist are known by it."
        )
