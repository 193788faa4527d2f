"""Residents with as few fields as will do, and the help that some of them get."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, Unit
from linli.registry.models.places import Dwelling
from linli.registry.models.records import Record, Sealed, index_of_grid


class ResidenceKind(models.TextChoices):
    """In what way somebody lives here."""

    REGISTERED = "registered", _("registered and living here")
    AWAY = "away", _("registered, living elsewhere")
    INCOMING = "incoming", _("living here, registered elsewhere")


class Resident(Record, Sealed):
    """Name, telephone, dwelling, kind of residence, year of birth: no more.

    ``id_tail`` and ``id_index`` hold the last four signs and a keyed hash of an identity number,
    only where a legal form needs it. The indexes are keyed hashes of folded values; a person is
    found by two of them together, never by one.
    """

    dwelling = models.ForeignKey(
        Dwelling,
        null=True,
        blank=True,
        # The index of homes begins with it.
        db_index=False,
        on_delete=models.PROTECT,
        related_name="residents",
    )
    residence = models.CharField(_("residence"), max_length=12, choices=ResidenceKind)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    name = models.BinaryField()
    telephone = models.BinaryField(blank=True)
    id_tail = models.BinaryField(blank=True)
    name_index = models.BinaryField(max_length=32)
    telephone_index = models.BinaryField(max_length=32, blank=True)
    id_index = models.BinaryField(max_length=32, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_index", "telephone_index"], name="registry_resident_two"),
            models.Index(fields=["dwelling", "name_index"], name="registry_resident_home"),
            index_of_grid("resident"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1880, 2200)),
                name="registry_resident_born",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Need(models.TextChoices):
    """What somebody is helped with."""

    ALONE = "alone", _("living alone")
    DISABILITY = "disability", _("support with a disability")
    SCHOOL = "school", _("support at school")
    WORK = "work", _("finding work")
    MEDICAL = "medical", _("medical help")
    HOUSING = "housing", _("housing")


class AskedBy(models.TextChoices):
    """Who asked for help, or what obliges to give it."""

    SELF = "self", _("asked by themselves")
    GUARDIAN = "guardian", _("asked by a guardian")
    LAW = "law", _("a law obliges")


class Assistance(Record, Sealed):
    """Help for one resident: sealed, and seen only by those who work on it."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="assistance")
    need = models.CharField(_("need"), max_length=12, choices=Need)
    asked_by = models.CharField(_("asked by"), max_length=12, choices=AskedBy)
    is_minor = models.BooleanField(_("for a minor"), default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    workers = models.ManyToManyField(Person, related_name="+")
    review_on = models.DateField(_("review on"))
    ends_on = models.DateField(_("ends on"))
    plan = models.BinaryField(blank=True)

    class Meta:
        indexes = [index_of_grid("assistance")]
        constraints = [
            models.CheckConstraint(
                condition=Q(review_on__lte=F("ends_on")), name="registry_assistance_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
