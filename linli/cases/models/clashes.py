"""Corrections that met: what two people wrote into the same field, until a person decides."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.cases.models.cases import Case, CaseStep
from linli.cases.models.choices import ClashDecision, CorrectedField
from linli.kernel.ids import new_id


class CorrectionClash(models.Model):
    """One field that somebody corrected while another had corrected it already.

    ``base`` is what the person saw, ``theirs`` what stood there by then, ``ours`` what the
    person proposed; values are spelled as a correction spells them. Nothing of it is deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, related_name="clashes", on_delete=models.PROTECT, db_index=False)
    step = models.ForeignKey(CaseStep, related_name="clashes", on_delete=models.PROTECT)
    field = models.CharField(max_length=12, choices=CorrectedField)
    base = models.TextField(blank=True)
    theirs = models.TextField(blank=True)
    ours = models.TextField(blank=True)
    by = models.ForeignKey(
        Person, null=True, related_name="+", on_delete=models.PROTECT, db_index=False
    )
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        Person, null=True, related_name="+", on_delete=models.PROTECT, db_index=False
    )
    decision = models.CharField(_("decision"), max_length=4, choices=ClashDecision, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "field"], name="cases_clash_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    decision__in=["keep", "take"],
                ),
                name="cases_clash_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="cases_clash_open", condition=Q(decided_at=None)),
            models.Index(
                fields=["case"], name="cases_clash_open_case", condition=Q(decided_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"
