"""Keys of the programs that may post reports."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Unit
from linli.kernel.ids import new_id


class ApiKey(models.Model):
    """One program that may post. The key itself is shown once; only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("what it is for"), max_length=80)
    unit = models.ForeignKey(
        Unit, verbose_name=_("whose program it is"), null=True, blank=True, on_delete=models.PROTECT
    )
    made_at = models.DateTimeField(_("made at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        ordering = ("label", "made_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
                name="open311_key_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_active(self) -> bool:
        """Whether it still opens the door."""
        return self.ended_at is None
