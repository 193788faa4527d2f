"""What the clock does for the guards: mail again, remind of reviews, forget codes and sessions."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.registry.actions.telling import listeners, mail_waiting, tell
from linli.registry.models import BreakGlass, EntryCode, OwnSession, Telling, TellingKind

_CODES_KEPT = timedelta(days=1)


def tell_again(*, at: datetime) -> int:
    """Mail the tellings that did not leave; returns how many left now."""
    return mail_waiting(at=at)


def remind_of_reviews(*, at: datetime) -> int:
    """Tell two people, once, of each emergency that nobody reviewed in time; returns how many."""
    told = Telling.objects.filter(kind=TellingKind.LATE_REVIEW).values("subject")
    late = BreakGlass.objects.filter(
        reviewed_at__isnull=True, review_by__lt=timezone.localdate(at)
    ).exclude(pk__in=told)
    count = 0
    for emergency in late.select_related("by"):
        with transaction.atomic():
            tell(
                people=listeners(emergency.by, at),
                kind=TellingKind.LATE_REVIEW,
                about=emergency.by,
                subject=emergency.pk,
                at=at,
            )
        count += 1
    return count


def forget_entries(*, at: datetime) -> int:
    """Drop codes of residents that are too old to count, and sessions that are over."""
    codes, _each = EntryCode.objects.filter(at__lt=at - _CODES_KEPT).delete()
    sessions, _each = OwnSession.objects.filter(until__lt=at).delete()
    return codes + sessions
