"""Divisions, grids, their boundaries with dates, lineage, and who is posted where.

Codes are keys: a division's parent and a grid's village are foreign keys to the *code*, so the
database itself can hold a code against its parent's. ``division_id`` and ``parent_id`` are
therefore codes. All periods run from ``since`` (included) to ``until`` (left out).
Shapes are WKB, degrees of WGS 84.
"""

from linli.territory.models.divisions import Division, DivisionLineage, LevelChoice
from linli.territory.models.grids import (
    THE_VERSION,
    Boundary,
    FormerBoundary,
    Grid,
    GridKind,
    GridLineage,
    TerritoryVersion,
)
from linli.territory.models.periods import LineageChoice
from linli.territory.models.postings import GridPosting, PostingRole, UnitArea

__all__ = [
    "THE_VERSION",
    "Boundary",
    "Division",
    "DivisionLineage",
    "FormerBoundary",
    "Grid",
    "GridKind",
    "GridLineage",
    "GridPosting",
    "LevelChoice",
    "LineageChoice",
    "PostingRole",
    "TerritoryVersion",
    "UnitArea",
]
