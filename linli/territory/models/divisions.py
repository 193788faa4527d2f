"""Districts, townships or streets, villages or communities."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id
from linli.territory.models.periods import LineageChoice, dates
from linli.territory.rules.codes import Level


class LevelChoice(models.TextChoices):
    """The names people read for the levels."""

    DISTRICT = Level.DISTRICT.value, _("district")
    TOWNSHIP = Level.TOWNSHIP.value, _("township or street")
    VILLAGE = Level.VILLAGE.value, _("village or community")


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
            dates("territory_division_dates"),
        ]

    def __str__(self) -> str:
        return self.name_en if translation.get_language() == "en" and self.name_en else self.name


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
