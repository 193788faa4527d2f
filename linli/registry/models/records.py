"""What every record of the registry has: a grid, a legal basis, an end, and where it came from."""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.territory.models import Grid

# Of several records of one place, one is living: the others ended or went into another.
LIVING = Q(ended_on__isnull=True, merged_into__isnull=True)


class LegalBasis(models.Model):
    """A law, a statute or a consent that allows a record to be kept, and for how long.

    ``kinds``: the kinds of records it holds for. ``keep_months`` are counted from the day a
    record was last confirmed.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    kinds = models.JSONField(_("kinds of records"), default=list)
    keep_months = models.PositiveSmallIntegerField(_("months it is kept"))
    needs_identity = models.BooleanField(_("a form of it needs the identity number"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(keep_months__gt=0), name="registry_basis_ends"),
            models.CheckConstraint(condition=~Q(name=""), name="registry_basis_named"),
        ]

    def __str__(self) -> str:
        is_english = (translation.get_language() or "").startswith("en")
        return self.name_en or self.name if is_english else self.name


class SourceKind(models.TextChoices):
    """By which way facts came here."""

    FILE = "file", _("spreadsheet")
    PAGE = "page", _("typed on a page")
    RESIDENT = "resident", _("the resident")
    SYSTEM = "system", _("another system")


class Source(models.Model):
    """Where facts came from: a file, a person at a page, the resident, another system.

    ``sender`` is the office that gave them; a run of an import is one source.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind)
    sender = models.CharField(_("sender"), max_length=120)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received at"))

    def __str__(self) -> str:
        return self.sender


class Record(models.Model):
    """The part that all records share.

    ``provenance`` names, for each field that did not come with the record's own source, where it
    came from and the day it was last confirmed: ``{"field": ["source id", "2026-11-23"]}``.
    ``version`` counts the changes; an edit names the version that it was made from.
    ``batch`` is the import that made the record, by which it can be undone as a whole.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
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
    # Nobody looks for records by it, and a basis that was used is never deleted.
    basis = models.ForeignKey(
        LegalBasis, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    keep_until = models.DateField(_("kept until"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(_("last confirmed"))
    provenance = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    merged_into = models.UUIDField(null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        abstract = True


def index_of_grid(kind: str) -> models.Index:
    """Return the index by which the records of a grid, or of an area of grids, are found.

    PostgreSQL compares beginnings of codes by an index of patterns alone, which does for equal
    codes too: one index in place of three, as each row of a file pays for all of them.
    """
    patterns = ("varchar_pattern_ops", "uuid_ops")
    return models.Index(fields=["grid", "id"], opclasses=patterns, name=f"registry_{kind}_grid")


class Sealed(models.Model):
    """A record with values that nobody reads in the database: one data key a row."""

    wrapped_key = models.BinaryField()

    class Meta:
        abstract = True
