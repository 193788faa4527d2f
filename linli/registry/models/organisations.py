"""Organisations and schools: what kind of place it is, and who answers for its safety."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id
from linli.registry.models.places import Address
from linli.registry.models.records import LIVING, Record, Sealed, index_of_grid


class PlaceKind(models.Model):
    """A kind of place, from a list that each district keeps."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        is_english = (translation.get_language() or "").startswith("en")
        return self.name_en or self.name if is_english else self.name


class Organisation(Record, Sealed):
    """A company, shop, office or association at an address.

    ``credit_code`` is the unified social credit code (GB 32100), whose check digit has been
    tested; ``name_key`` is the name without spaces, brackets and company forms, to find doubles.
    """

    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=120)
    credit_code = models.CharField(_("credit code"), max_length=18, blank=True)
    kind = models.ForeignKey(PlaceKind, on_delete=models.PROTECT, related_name="+")
    staff = models.PositiveIntegerField(_("people working there"), null=True, blank=True)
    contact_name = models.BinaryField(blank=True)
    contact_telephone = models.BinaryField(blank=True)
    contact_telephone_index = models.BinaryField(max_length=32, blank=True)

    class Meta:
        indexes = [
            index_of_grid("organisation"),
            models.Index(fields=["name_key"], name="registry_organisation_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="registry_organisation_named"),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & LIVING,
                name="registry_credit_code_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolStage(models.TextChoices):
    """What a school teaches."""

    KINDERGARTEN = "kindergarten", _("kindergarten")
    PRIMARY = "primary", _("primary school")
    MIDDLE = "middle", _("middle school")
    HIGH = "high", _("high school")
    NINE_YEAR = "nine_year", _("nine-year school")
    VOCATIONAL = "vocational", _("vocational school")
    OTHER = "other", _("other school")


class School(Record):
    """What a school has beside what every organisation has."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="schools")
    stage = models.CharField(_("stage"), max_length=16, choices=SchoolStage)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    has_guard = models.BooleanField(_("guard at the gate"), null=True, blank=True)

    class Meta:
        indexes = [index_of_grid("school")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=LIVING, name="registry_school_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
