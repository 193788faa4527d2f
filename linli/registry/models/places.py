"""Addresses in parts, buildings, dwellings, and dwellings that are let."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id
from linli.registry.models.records import LIVING, Record, Sealed, index_of_grid
from linli.territory.models import Division, Grid


class Address(models.Model):
    """A place by its parts: the village or community, then street, number, building, unit, room.

    An absent part is "无". ``line`` is the canonical line below the village, made of the parts;
    ``raw`` is what was written first.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    division = models.ForeignKey(
        Division,
        verbose_name=_("village or community"),
        to_field="code",
        db_column="division_code",
        # What makes an address unique begins with it.
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    street = models.CharField(_("street or group"), max_length=60)
    number = models.CharField(_("house number"), max_length=30)
    building = models.CharField(_("building"), max_length=30)
    unit = models.CharField(_("entrance"), max_length=30)
    room = models.CharField(_("room"), max_length=30)
    line = models.CharField(_("address"), max_length=200)
    raw = models.CharField(_("as written"), max_length=240, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    grid = models.ForeignKey(
        Grid,
        verbose_name=_("grid"),
        to_field="code",
        db_column="grid_code",
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        indexes = [models.Index(fields=["grid"], name="registry_address_grid")]
        constraints = [
            models.UniqueConstraint(fields=["division", "line"], name="registry_address_once"),
            models.CheckConstraint(
                condition=~Q(line="")
                & ~Q(street="")
                & ~Q(number="")
                & ~Q(building="")
                & ~Q(unit="")
                & ~Q(room=""),
                name="registry_address_whole",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="registry_address_point",
            ),
        ]

    def __str__(self) -> str:
        return self.line


class Building(Record):
    """A house: where it stands, its name, how many floors."""

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="buildings")
    name = models.CharField(_("name"), max_length=80, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)

    class Meta:
        indexes = [index_of_grid("building")]
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=LIVING, name="registry_building_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.address)


class DwellingUse(models.TextChoices):
    """What a dwelling is used for."""

    OWN = "own", _("lived in by its owner")
    LET = "let", _("let")
    EMPTY = "empty", _("empty")
    OTHER = "other", _("other use")


class Dwelling(Record):
    """A home; its household is the count of heads, not a graph of who lives with whom."""

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="dwellings")
    building = models.ForeignKey(
        Building, null=True, blank=True, on_delete=models.PROTECT, related_name="dwellings"
    )
    use = models.CharField(_("use"), max_length=8, choices=DwellingUse, default=DwellingUse.OWN)
    heads = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    area_m2 = models.FloatField(_("surface in m²"), null=True, blank=True)

    class Meta:
        indexes = [index_of_grid("dwelling")]
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=LIVING, name="registry_dwelling_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)


class Tenancy(Record, Sealed):
    """A dwelling that is let: who answers for it, and what keeps it safe. Nothing on tenants."""

    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="tenancies")
    since = models.DateField(_("let since"))
    until = models.DateField(_("let until"), null=True, blank=True)
    rooms = models.PositiveSmallIntegerField(_("rooms let"), null=True, blank=True)
    contact_name = models.BinaryField(blank=True)
    contact_telephone = models.BinaryField(blank=True)
    contact_telephone_index = models.BinaryField(max_length=32, blank=True)
    has_smoke_alarm = models.BooleanField(_("smoke alarm"), null=True, blank=True)
    has_extinguisher = models.BooleanField(_("fire extinguisher"), null=True, blank=True)
    has_second_exit = models.BooleanField(_("second way out"), null=True, blank=True)
    gas_checked_on = models.DateField(_("gas checked on"), null=True, blank=True)
    wiring_checked_on = models.DateField(_("wiring checked on"), null=True, blank=True)

    class Meta:
        indexes = [index_of_grid("tenancy")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="registry_tenancy_dates",
            ),
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=Q(until__isnull=True) & LIVING,
                name="registry_tenancy_running_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.dwelling)
