"""Divisions, grids, their boundaries with dates, lineage, and who is posted where.

Codes are keys: a division's parent and a grid's village are foreign keys to the *code*, so the
database itself can hold a code against its parent's. ``division_id`` and ``parent_id`` are
therefore codes. All periods run from ``since`` (included) to ``until`` (left out).
Shapes are WKB, degrees of WGS 84.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, Unit
from linli.kernel.ids import new_id
from linli.territory.rules.codes import Level
from linli.territory.rules.geometry import surface_text
from linli.territory.rules.lineage import LineageKind


class LevelChoice(models.TextChoices):
    """The names people read for the levels."""

    DISTRICT = Level.DISTRICT.value, _("district")
    TOWNSHIP = Level.TOWNSHIP.value, _("township or street")
    VILLAGE = Level.VILLAGE.value, _("village or community")


class GridKind(models.TextChoices):
    """Base grids share out the ground; a dedicated grid is one market, school or employer."""

    BASE = "base", _("base grid")
    DEDICATED = "dedicated", _("dedicated grid")


class PostingRole(models.TextChoices):
    """What a person is in a grid."""

    WORKER = "worker", _("grid worker")
    LEADER = "leader", _("grid leader")


class LineageChoice(models.TextChoices):
    """How a new place came from an old one."""

    SPLIT = LineageKind.SPLIT.value, _("split")
    MERGE = LineageKind.MERGE.value, _("merger")


def _dates(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("since")),
        name=name,
        violation_error_message=_("The end must be after the beginning."),
    )


def _is_level(level: Level, digits: int) -> Q:
    """Code length and parent fit the level."""
    if level is Level.DISTRICT:
        parent = Q(parent__isnull=True)
    else:
        parent = Q(Exact(F("parent"), Substr("code", 1, digits - 3)))
        # NULL = text is unknown, and a check lets unknown pass.
        parent &= Q(parent__isnull=False)
    return Q(level=level.value) & Q(Exact(Length("code"), digits)) & parent


class Division(models.Model):
    """A district, a township or street, a village or community."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=16, choices=LevelChoice)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        to_field="code",
        db_column="parent_code",
        related_name="children",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    geometry = models.BinaryField(null=True)
    area_m2 = models.FloatField(_("surface in m²"), null=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=_is_level(Level.DISTRICT, 6)
                | _is_level(Level.TOWNSHIP, 9)
                | _is_level(Level.VILLAGE, 12),
                name="territory_division_level",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="territory_division_named"),
            _dates("territory_division_dates"),
        ]

    def __str__(self) -> str:
        return self.name_en if translation.get_language() == "en" and self.name_en else self.name


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
            _dates("territory_grid_dates"),
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
            _dates("territory_former_boundary_dates"),
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


class DivisionLineage(models.Model):
    """One new division came from one old division on a day."""

    id = models.UUIDField(primary_key=True, default=new_id)
    old = models.ForeignKey(Division, related_name="became", on_delete=models.PROTECT)
    new = models.ForeignKey(Division, related_name="came_from", on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=8, choices=LineageChoice)
    day = models.DateField(_("day"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="territory_division_lineage_once"),
            models.CheckConstraint(
                condition=~Q(old=F("new")), name="territory_division_lineage_apart"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} -> {self.new_id}"


class GridPosting(models.Model):
    """A person works in a grid from one day to another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, related_name="grid_postings", on_delete=models.PROTECT)
    grid = models.ForeignKey(Grid, related_name="postings", on_delete=models.PROTECT)
    role = models.CharField(_("role"), max_length=8, choices=PostingRole)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            _dates("territory_posting_dates"),
            models.UniqueConstraint(
                fields=["person", "grid", "role"],
                condition=Q(until__isnull=True),
                name="territory_posting_open_once",
            ),
        ]
        indexes = [models.Index(fields=["grid", "since"], name="territory_posting_grid")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.grid_id}"


class UnitArea(models.Model):
    """A unit is in charge of a division from one day to another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, related_name="areas", on_delete=models.PROTECT)
    division = models.ForeignKey(Division, related_name="units", on_delete=models.PROTECT)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            _dates("territory_unit_area_dates"),
            models.UniqueConstraint(
                fields=["unit", "division"],
                condition=Q(until__isnull=True),
                name="territory_unit_area_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.division_id}"


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
