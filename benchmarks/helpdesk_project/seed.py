"""Make the compared program's database: tables, one clerk with a session, queues, N tickets.

Run by its own environment: ``python -m benchmarks.helpdesk_project.seed 100000``. Prints one
line of JSON: the session key and the number of tickets.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from benchmarks.words import words_of

QUEUES = 20
BATCH = 5_000
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def clerk_session() -> str:
    """Make the clerk, return the key of a session of theirs."""
    users = get_user_model().objects
    clerk = users.filter(username="clerk").first()
    if clerk is None:
        clerk = users.create_superuser("clerk", "clerk@example.org", "only-for-measuring")
    session = SessionStore()
    session[SESSION_KEY] = str(clerk.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = clerk.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _ticket(model: type[Any], number: int, queue: object) -> Any:
    words = words_of(number)
    return model(
        title=words.title,
        description=words.description,
        queue=queue,
        status=1 + (number // QUEUES) % 4,
        priority=1 + number % 5,
        created=FIRST_DAY + timedelta(minutes=5 * number),
        submitter_email=f"person{number % 5000}@example.org",
    )


def fill(wanted: int) -> int:
    """Add tickets with one follow-up each until there are so many; return how many there are."""
    from helpdesk.models import FollowUp, Queue, Ticket

    queues = list(Queue.objects.order_by("pk"))
    queues += [
        Queue.objects.create(title=f"Unit {number}", slug=f"unit-{number}")
        for number in range(len(queues) + 1, QUEUES + 1)
    ]
    there = Ticket.objects.count()
    for start in range(there, wanted, BATCH):
        numbers = range(start, min(start + BATCH, wanted))
        tickets = [_ticket(Ticket, number, queues[number % QUEUES]) for number in numbers]
        made = Ticket.objects.bulk_create(tickets)
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, title="Ticket opened", comment=ticket.description, public=True)
            for ticket in made
        )
    return Ticket.objects.count()


def main() -> None:
    """Migrate, fill, print what the load needs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.helpdesk_project.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    there = fill(int(sys.argv[1]))
    if sys.argv[2:] == ["--analyse"]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(json.dumps({"session": clerk_session(), "tickets": there}))


if __name__ == "__main__":
    main()
