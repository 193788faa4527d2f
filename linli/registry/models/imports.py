"""Spreadsheets that came in: what was made of them, and how their columns were read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.registry.models.changes import RecordKind
from linli.registry.models.records import Source


class ImportState(models.TextChoices):
    """How far an import has come."""

    WAITING = "waiting", _("waiting to be checked")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", pgettext_lazy("a file", "refused")
    CANCELLED = "cancelled", _("cancelled")
    BROKEN = "broken", _("broken off")
    UNDONE = "undone", _("taken back")


# A workbook with a sheet for each kind of record.
MIXED = "mixed"
IMPORT_KINDS = [*RecordKind.choices, (MIXED, _("several kinds"))]


class ImportRun(models.Model):
    """One file sent once. Its source is what the records made by it came from.

    ``why``: why the file as a whole was refused. ``counts``: new, changed, same, doubtful,
    refused; ``dropped``: headers of columns that may not be kept and were never read; ``digest``
    is the SHA-256 of the file in hex.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(_("kind"), max_length=16, choices=IMPORT_KINDS)
    name = models.CharField(_("file name"), max_length=160)
    digest = models.CharField(max_length=64)
    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="run")
    state = models.CharField(_("state"), max_length=10, choices=ImportState)
    why = models.TextField(_("reason"), default="", blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    dropped = models.JSONField(default=list, blank=True)
    progress = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="registry_run_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "digest"], condition=Q(state="done"), name="registry_run_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MappingUse(models.TextChoices):
    """What columns were matched for: to be read in, or to be filled."""

    IMPORT = "import", _("import")
    FORM = "form", _("blank form")


class ColumnMapping(models.Model):
    """How the columns of a sender's files were read the last time, to be proposed again.

    Whoever may fill forms need not be allowed to import: what they matched is kept apart.
    ``columns``: header and key of a field, empty where a person left the column out.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    sender = models.CharField(_("sender"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordKind)
    use = models.CharField(
        _("use"), max_length=8, choices=MappingUse, default=MappingUse.IMPORT.value
    )
    columns = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "kind", "use"], name="registry_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.kind}"
