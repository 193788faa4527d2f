"""``linli sweep attachments``: take away files that belong to no case."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from linli.cases.actions.allowances import forget_allowances
from linli.cases.actions.attachments import sweep


class Command(BaseCommand):
    help = (
        "Delete files whose form was never sent (after a day) and files of aborted acts"
        " (after an hour). Safe to run at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        swept = sweep(at=now)
        forget_allowances(at=now)
        self.stdout.write(
            f"{swept.waiting} waiting files and {swept.orphans} orphans were deleted."
        )
