"""Telling two people at once what somebody did: a row each, and an e-mail after the commit."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.queries import grants_on
from linli.accounts.rules.roles import ROLE_PERMISSIONS, Permission, Role
from linli.kernel.ids import new_id
from linli.registry.models import Telling, TellingKind

logger = logging.getLogger(__name__)

TOLD = 2
# Whoever reviews emergencies comes first; where one is missing, somebody who reads the log.
_LISTENERS = (
    tuple(role for role in Role if Permission.REVIEW_EMERGENCY in ROLE_PERMISSIONS[role]),
    (Role.AUDITOR, Role.ADMINISTRATOR),
)
_MAILED_AT_ONCE = 50
_TRIED_FOR = timedelta(days=3)


def listeners(about: Person, at: datetime) -> Sequence[Person]:
    """Return the people to be told about somebody: at most two, never themself."""
    found: list[Person] = []
    for roles in _LISTENERS:
        held = grants_on(timezone.localdate(at)).filter(role__in=[role.value for role in roles])
        people = Person.objects.filter(is_active=True, pk__in=held.values("person_id"))
        people = people.exclude(pk__in=[about.pk, *(one.pk for one in found)])
        load = dict(
            Telling.objects.filter(seen_at__isnull=True, person__in=people)
            .values_list("person_id")
            .annotate(n=Count("pk"))
        )
        # Those with the least to read come first.
        ordered = sorted(people, key=lambda one: (load.get(one.pk, 0), one.username))
        found += ordered[: TOLD - len(found)]
    return found


def tell(
    *,
    people: Sequence[Person],
    kind: TellingKind,
    about: Person,
    subject: UUID | None,
    at: datetime,
) -> None:
    """Write a telling for each, in the caller's transaction; mail leaves after its commit."""
    rows = [
        Telling(id=new_id(), person=person, kind=kind, about=about, subject=subject, at=at)
        for person in people
    ]
    Telling.objects.bulk_create(rows)
    transaction.on_commit(lambda: _mail_all(rows, at))


def mail_waiting(*, at: datetime) -> int:
    """Mail again what did not leave; returns how many left."""
    waiting = Telling.objects.filter(mailed_at__isnull=True, at__gt=at - _TRIED_FOR)
    rows = waiting.select_related("person", "about").order_by("at")[:_MAILED_AT_ONCE]
    return _mail_all(list(rows), at)


def _message(row: Telling) -> EmailMessage:
    with translation.override(row.person.language):
        subject = _("linli: %(who)s %(what)s") % {
            "who": row.about.name,
            "what": TellingKind(row.kind).label,
        }
        lines = [subject, f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"]
        if settings.LINLI_PUBLIC_URL:
            lines += ["", f"{settings.LINLI_PUBLIC_URL}/registry/looked/"]
    headers = {"Auto-Submitted": "auto-generated"}
    to = [row.person.email]
    return EmailMessage(subject, "\n".join(lines), settings.DEFAULT_FROM_EMAIL, to, headers=headers)


def _mail_all(rows: Sequence[Telling], at: datetime) -> int:
    """Mail each person who has an address; without a mail server the page alone tells."""
    if not settings.EMAIL_HOST:
        return 0
    sent = []
    for row in rows:
        if not row.person.email:
            continue
        try:
            _message(row).send()
        except (SMTPException, OSError) as error:
            # The row stays unmailed, and the clock tries again.
            logger.warning("A telling did not leave: %s", type(error).__name__)
        else:
            sent.append(row.pk)
    Telling.objects.filter(pk__in=sent).update(mailed_at=at)
    return len(sent)


def mark_seen(*, by: Person, at: datetime) -> int:
    """Note that somebody has read what they were told; returns how many."""
    return Telling.objects.filter(person=by, seen_at__isnull=True).update(seen_at=at)
