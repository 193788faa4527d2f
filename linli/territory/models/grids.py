"""Grids, their boundaries with dates, what came from what, and the stamp of it all."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id
from linli.territory.models.divisions import Division
from linli.territory.models.periods import LineageChoice, dates
from linli.territory.rules.geometry import surface_text


class GridKind(models.TextChoices):
    """Base grids share out the ground; a dedicated grid is one market, school or employer."""

    BASE = "base", _("base grid")
    DEDICATED = "dedicated", _("dedicated grid")


class Boundary(models.Model):
    """A shape with the box around it (degrees) and its surface; fields shared by two tables."""

    geometry = models.BinaryField(null=True)
    min_lon = models.FloatField(null=True)
    min_lat = models.FloatField(null=True)
    max_lon = models.FloatField(null=True)
    max_lat = models.FloatField(null=True)
    area_m2 = models.FloatField(_("surface in m²"), null=True)

    class Meta:
        abstract = True

    @property
    def surface(self) -> str:
        """Return the surface as people read it, or an empty text."""
        return surface_text(self.area_m2) if self.area_m2 else ""


def _whole_boundary(name: str) -> models.CheckConstraint:
    """Either nothing is known of the shape, or all of it."""
    columns = ["geometry", "min_lon", "min_lat", "max_lon", "max_lat", "area_m2"]
    none, every = Q(), Q(min_lon__lt=F("max_lon"), min_lat__lt=F("max_lat"), area_m2__gt=0)
    for column in columns:
        none &= Q(**{f"{column}__isnull": True})
        every &= Q(**{f"{column}__isnull": False})
    return models.CheckConstraint(condition=none | every, name=name)


class Grid(Boundary):
    """A grid: its latest boundary stands here, earlier ones in FormerBoundary.

    ``reference`` is what the imported file called it, where that is not its code.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=15, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=GridKind, default=GridKind.BASE)
    division = models.ForeignKey(
        Division,
        verbose_name=_("village or community"),
        to_field="code",
        db_column="division_code",
        related_name="grids",
        on_delete=models.PROTECT,
    )
    reference = models.CharField(_("reference in the source"), max_length=64, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    boundary_since = models.DateField(_("boundary since"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Length("code"), 15))
                & Q(Exact(F("division"), Substr("code", 1, 12))),
                name="territory_grid_in_village",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="territory_grid_named"),
            dates("territory_grid_dates"),
            _whole_boundary("territory_grid_boundary"),
            models.UniqueConstraint(
                fields=["division", "reference"],
                condition=~Q(reference="") & Q(until__isnull=True),
                name="territory_grid_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if translation.get_language() == "en" and self.name_en else self.name


class FormerBoundary(Boundary):
    """The boundary a grid had before it was redrawn under the same code."""

    id = models.UUIDField(primary_key=True, default=new_id)
    grid = models.ForeignKey(Grid, related_name="former_boundaries", on_delete=models.PROTECT)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))

    class Meta:
        constraints = [
            dates("territory_former_boundary_dates"),
            _whole_boundary("territory_former_boundary_whole"),
            models.UniqueConstraint(
                fields=["grid", "since"], name="territory_former_boundary_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.since}-{self.until}"


class GridLineage(models.Model):
    """One new grid came from one old grid on a day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    old = models.ForeignKey(Grid, related_name="became", on_delete=models.PROTECT)
    new = models.ForeignKey(Grid, related_name="came_from", on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=8, choices=LineageChoice)
    day = models.DateField(_("day"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="territory_lineage_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="territory_lineage_apart"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} -> {self.new_id}"


# The one row of TerritoryVersion.
THE_VERSION = uuid.UUID("018f0000-0000-7000-8000-000000000001")


class TerritoryVersion(models.Model):
    """One row whose stamp changes with every change of grids: what is cached hangs on it."""

    id = models.UUIDField(primary_key=True, default=THE_VERSION)
    stamp = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=THE_VERSION), name="territory_version_single"),
        ]

    def __str__(self) -> str:
        return str(self.stamp)
