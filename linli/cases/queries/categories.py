"""Which version of a category holds when; versions in use never change, so they are kept."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from linli.cases.models import Category, CategoryVersion, ReplyTemplate, StageLimit


def current_version(category: Category, at: datetime) -> CategoryVersion | None:
    """Return the newest version that holds at a moment.

    A moment before the first version is answered with the first: replayed history is older
    than the table that describes it.
    """
    versions = CategoryVersion.objects.filter(category=category)
    held = versions.filter(since__lte=at).order_by("-number").first()
    return held or versions.order_by("number").first()


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
