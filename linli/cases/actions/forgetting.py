"""The end of a reporter's contact: some months after the case ended, nobody can call any more.

The row goes with its key, and what had not left by mail. The case stays: it says a matter.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.audit.actions import acting
from linli.cases.models import Case, CaseStep, OutgoingMail, ReporterContact
from linli.cases.rules.workflow import ENDED
from linli.kernel.ids import new_id
from linli.registry.actions.erasing import overwrite_what_goes
from linli.registry.rules.retention import months_after

_DUPLICATE_OF = "case__merged_into"


def over(at: datetime) -> QuerySet[ReporterContact]:
    """Return the contacts of cases in which nothing happened since they ended long ago.

    A duplicate waits for the case that it was merged into: its reporter is answered too.
    """
    months = settings.LINLI_CONTACT_MONTHS
    day = months_after(timezone.localdate(at), -months)
    since = timezone.localtime(at).replace(year=day.year, month=day.month, day=day.day)
    lately = CaseStep.objects.filter(case=OuterRef("case"), at__gte=since)
    lately_there = CaseStep.objects.filter(case=OuterRef(_DUPLICATE_OF), at__gte=since)
    ended = [state.value for state in ENDED]
    return ReporterContact.objects.filter(
        Q(case__merged_into=None) | Q(case__merged_into__state__in=ended) & ~Exists(lately_there),
        ~Exists(lately),
        case__state__in=ended,
        case__reported_at__lt=since,
    ).order_by("pk")


def forget_contacts(*, at: datetime, most: int = 500) -> int:
    """Erase the contacts whose time is over, each in a transaction; returns how many went."""
    overwrite_what_goes()
    keys = list(over(at).values_list("pk", "case_id")[:most])
    return sum(_forget(contact, case, at) for contact, case in keys)


def _forget(contact: UUID, case: UUID, at: datetime) -> bool:
    """Erase one contact; False where the case was taken up again meanwhile."""
    told = {"contact": str(contact)}
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case)
        if not over(at).filter(pk=contact).exists():
            return False
        with acting(new_id(), "case.forget_contact", by=None, at=at, subject=case, payload=told):
            OutgoingMail.objects.filter(case=case, sent_at=None).delete()
            ReporterContact.objects.filter(pk=contact).delete()
    return True
