"""What is kept until when, and which keys seal it: counts and steps, never a record or a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.audit.models import Tombstone
from linli.kernel.keyfile import LiveKeyring, added_at
from linli.registry.models import MODELS, LegalBasis, RecordKind

SOON = timedelta(days=90)
# Keys are replaced once a year; the older one goes an hour later at the earliest.
_A_YEAR = timedelta(days=365)
_SETTLED = timedelta(hours=1)


@dataclass(frozen=True)
class Kept:
    """Of one kind: how many records say something, are past their end, or will be in 90 days."""

    label: str | Promise
    records: int
    over: int
    soon: int


@dataclass(frozen=True)
class Keys:
    """The master keys of the file; ``since`` is None for one that came with the installation."""

    version: int
    profile: str
    older: int
    since: datetime | None
    step: Promise
    command: str


def kept(day: date) -> Sequence[Kept]:
    """Count what is kept on a day, by kind of record."""
    gone = Tombstone.objects.values("subject")
    return [_kept(kind, day, Q(pk__in=gone)) for kind in RecordKind]


def _kept(kind: RecordKind, day: date, gone: Q) -> Kept:
    counted = MODELS[kind]._default_manager.aggregate(
        records=Count("pk", filter=~gone),
        over=Count("pk", filter=Q(keep_until__lt=day) & ~gone),
        soon=Count("pk", filter=Q(keep_until__range=(day, day + SOON)) & ~gone),
    )
    return Kept(kind.label, **counted)


def erased() -> int:
    """Count the records that were erased."""
    return Tombstone.objects.count()


def bases() -> Sequence[LegalBasis]:
    """Return the legal bases that are offered, those that keep longest first."""
    return list(LegalBasis.objects.filter(is_active=True).order_by("-keep_months", "code"))


def keys(path: Path, at: datetime) -> Keys:
    """Say which master key seals, and what comes next."""
    ring, since = LiveKeyring(path), added_at(path)
    older = len(ring.masters) - 1
    step, command = _next(older, since, at)
    return Keys(ring.current, ring.profile.value, older, since, step, command)


def _next(older: int, since: datetime | None, at: datetime) -> tuple[Promise, str]:
    if older and since is not None and at - since < _SETTLED:
        return _("Copy the key file to both key backups now. The older key goes in an hour."), ""
    if older:
        return (
            _("Copy the key file to both key backups; then remove the older key, on the server:"),
            "linli rotate-keys --forget-old",
        )
    if since is not None and at - since < _A_YEAR:
        return _("Nothing is to be done. Keys are replaced once a year."), ""
    return (
        _("Once a year, and when somebody leaves who could read the key file, on the server:"),
        "linli rotate-keys",
    )
