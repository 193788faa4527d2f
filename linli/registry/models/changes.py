"""Changes to records: proposed, approved where the field says so, never silently lost."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.registry.models.records import Source


class RecordKind(models.TextChoices):
    """The kinds of records that the registry keeps."""

    BUILDING = "building", _("building")
    DWELLING = "dwelling", _("dwelling")
    TENANCY = "tenancy", _("let dwelling")
    ORGANISATION = "organisation", _("organisation")
    SCHOOL = "school", _("school")
    RESIDENT = "resident", _("resident")
    ASSISTANCE = "assistance", _("assistance")
    TEAM = "team", _("team")


class ChangeState(models.TextChoices):
    """What became of a change."""

    PROPOSED = "proposed", _("waiting for approval")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", pgettext_lazy("an approval", "refused")
    OVERTAKEN = "overtaken", _("overtaken by another change")
    UNDONE = "undone", _("taken back")


class Change(models.Model):
    """One change of one field. Values of sealed fields are sealed with the record's own key.

    ``before`` and ``after`` are UTF-8 texts of open fields, ciphertexts of sealed ones; their
    associated data names the column ``change:<id>:before`` or ``:after`` of the record's row.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordKind)
    record = models.UUIDField()
    field = models.CharField(_("field"), max_length=40)
    before = models.BinaryField(blank=True)
    after = models.BinaryField(blank=True)
    is_sealed = models.BooleanField(default=False)
    base_version = models.PositiveIntegerField()
    version = models.PositiveIntegerField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=ChangeState)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["record", "at"], name="registry_change_record"),
            models.Index(
                fields=["at"], condition=Q(state="proposed"), name="registry_change_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="applied", version__isnull=False) | ~Q(state="applied"),
                name="registry_change_applied_has_version",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_at__isnull=False),
                name="registry_change_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.field}"
