"""The categories as services, kept in the process while no new version appears."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from linli.cases.models import Category, CategoryVersion
from linli.cases.models.choices import Kind
from linli.cases.queries.categories import edition, offered_categories

# A category that is switched off without a new version is still offered so long.
_SECONDS_KEPT = 5.0
# What another process published is seen after so long; what this one published, at once.
_SECONDS_BETWEEN_LOOKS = 1.0
_STAMP_SQL = "SELECT id FROM cases_categoryversion ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True)
class Service:
    """A category that can be asked for, with what holds for it now."""

    category: Category
    version: CategoryVersion

    @property
    def kinds(self) -> list[str]:
        """The kinds of report it takes, the usual one first."""
        return list(self.version.kinds) or [kind.value for kind in Kind]

    @property
    def usual_kind(self) -> Kind:
        """The kind of a report that does not say one: a hazard if it may be."""
        kinds = self.kinds
        return Kind.HAZARD if Kind.HAZARD.value in kinds else Kind(kinds[0])


@dataclass(frozen=True)
class _Catalogue:
    edition: int
    stamp: str
    looked_at: float
    until: float
    services: dict[str, Service]


_catalogue = _Catalogue(-1, "", 0.0, 0.0, {})


def _stamp() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP_SQL)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _versions_of(offered: list[Category], at: datetime) -> dict[UUID, CategoryVersion]:
    """Return the version of each category that holds at a moment, in one reading."""
    rows = CategoryVersion.objects.filter(category__in=offered, since__lte=at)
    return {row.category_id: row for row in rows.order_by("number")}


def services(at: datetime) -> dict[str, Service]:
    """Return the services that are offered, by code, in the order of the tree."""
    global _catalogue  # noqa: PLW0603 - replaced as a whole, so threads read it without a lock
    kept, now = _catalogue, time.monotonic()
    if kept.edition == edition() and now - kept.looked_at < _SECONDS_BETWEEN_LOOKS:
        return kept.services
    newest, stamp = edition(), _stamp()
    if kept.edition == newest and kept.stamp == stamp and kept.until > now:
        _catalogue = replace(kept, looked_at=now)
        return kept.services
    offered = list(offered_categories().order_by("parent__position", "position", "code"))
    versions = _versions_of(offered, at)
    found = {
        category.code: Service(category, versions[category.pk])
        for category in offered
        if category.pk in versions
    }
    _catalogue = _Catalogue(newest, stamp, now, now + _SECONDS_KEPT, found)
    return found
