"""Who is posted where, and which unit is in charge where, from one day to another."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, Unit
from linli.kernel.ids import new_id
from linli.territory.models.divisions import Division
from linli.territory.models.grids import Grid
from linli.territory.models.periods import dates


class PostingRole(models.TextChoices):
    """What a person is in a grid."""

    WORKER = "worker", _("grid worker")
    LEADER = "leader", _("grid leader")


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
            dates("territory_posting_dates"),
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
            dates("territory_unit_area_dates"),
            models.UniqueConstraint(
                fields=["unit", "division"],
                condition=Q(until__isnull=True),
                name="territory_unit_area_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.division_id}"
