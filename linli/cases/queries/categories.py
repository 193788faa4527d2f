"""Which version of a category holds when; versions in use never change, so they are kept."""

import itertools
import time
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from linli.cases.models import Category, CategoryVersion, ReplyTemplate, StageLimit

# A new version is used by the other processes after so many seconds at the latest.
_FRESH_SECONDS = 5.0
_versions: dict[UUID, tuple[float, tuple[CategoryVersion, ...]]] = {}
_edition = itertools.count(1)
_editions = [0]


def forget_versions() -> None:
    """Let this process read the versions anew, after one was published."""
    _versions.clear()
    _editions[0] = next(_edition)


def edition() -> int:
    """Return a number that changes when this process has published a version."""
    return _editions[0]


def _versions_of(category_id: UUID) -> tuple[CategoryVersion, ...]:
    kept = _versions.get(category_id)
    if kept is not None and time.monotonic() - kept[0] < _FRESH_SECONDS:
        return kept[1]
    rows = CategoryVersion.objects.filter(category_id=category_id).order_by("-number")
    found = tuple(rows)
    _versions[category_id] = (time.monotonic(), found)
    return found


def current_version(category: Category, at: datetime) -> CategoryVersion | None:
    """Return the newest version that holds at a moment.

    A moment before the first version is answered with the first: replayed history is older
    than the table that describes it.
    """
    versions = _versions_of(category.pk)
    held = (version for version in versions if version.since <= at)
    return next(held, versions[-1] if versions else None)


@lru_cache(maxsize=4096)
def version_of(version_id: UUID) -> CategoryVersion:
    """Return a version by its id; DoesNotExist if there is none."""
    return CategoryVersion.objects.get(pk=version_id)


@lru_cache(maxsize=4096)
def limits_of(version_id: UUID) -> tuple[StageLimit, ...]:
    """Return the staged limits of a version, in their order."""
    return tuple(StageLimit.objects.filter(version_id=version_id).order_by("position"))


def limits_for(version_id: UUID, kind: str) -> Sequence[StageLimit]:
    """Return one limit a stage: the first that is meant for the kind."""
    chosen: dict[str, StageLimit] = {}
    for limit in limits_of(version_id):
        if limit.stage not in chosen and (not limit.kinds or kind in limit.kinds):
            chosen[limit.stage] = limit
    return tuple(chosen.values())


def offered_categories() -> QuerySet[Category]:
    """Return the categories that a new case may have: active, with a version, no children."""
    return (
        Category.objects.filter(is_active=True, versions__isnull=False, category__isnull=True)
        .select_related("parent")
        .distinct()
    )


def templates_for(category: Category) -> QuerySet[ReplyTemplate]:
    """Return the reply templates of a category and those meant for all."""
    templates = ReplyTemplate.objects.filter(is_active=True)
    fitting = templates.filter(category=category) | templates.filter(category__isnull=True)
    return fitting.order_by("name")
