"""Counts of households that group chats reach, by grid."""

from collections.abc import Sequence

from linli.registry.models import ChatCoverage, Dwelling

_SHOWN = 12


def households_in(grid: str) -> int:
    """Return how many dwellings of a grid (code) somebody lives in."""
    living = Dwelling.objects.filter(
        grid__code=grid, ended_on__isnull=True, merged_into__isnull=True
    )
    return living.exclude(heads=0).exclude(use="empty").count()


def counts_of(grid: str) -> Sequence[ChatCoverage]:
    """Return the latest counts of a grid (code), the newest first."""
    return list(ChatCoverage.objects.filter(grid__code=grid).order_by("-day")[:_SHOWN])
