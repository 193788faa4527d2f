"""Teams of volunteers, mutual-aid groups, and how many households a group chat reaches."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id
from linli.registry.models.records import LIVING, Record, Sealed, index_of_grid
from linli.territory.models import Division, Grid


class TeamKind(models.TextChoices):
    """What a group of people does together."""

    VOLUNTEERS = "volunteers", _("volunteer team")
    MUTUAL_AID = "mutual_aid", _("mutual-aid group")
    SERVICE = "service", _("service team")


class Team(Record, Sealed):
    """A group that helps: its name, what it does, how many they are, whom to call."""

    division = models.ForeignKey(
        Division,
        verbose_name=_("village or community"),
        to_field="code",
        db_column="division_code",
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=TeamKind)
    name = models.CharField(_("name"), max_length=80)
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    contact_name = models.BinaryField(blank=True)
    contact_telephone = models.BinaryField(blank=True)

    class Meta:
        indexes = [index_of_grid("team")]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "name"], condition=LIVING, name="registry_team_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChatCoverage(models.Model):
    """How many households of a grid a group chat reaches on a day: counts, and no names."""

    id = models.UUIDField(primary_key=True, default=new_id)
    grid = models.ForeignKey(
        Grid,
        verbose_name=_("grid"),
        to_field="code",
        db_column="grid_code",
        on_delete=models.PROTECT,
        related_name="+",
    )
    day = models.DateField(_("day"))
    reached = models.PositiveIntegerField(_("households reached"))
    households = models.PositiveIntegerField(_("households"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grid", "day"], name="registry_coverage_once"),
            models.CheckConstraint(
                condition=Q(reached__lte=F("households")), name="registry_coverage_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.day}"
