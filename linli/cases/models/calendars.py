"""Working days as data: imported notices with versions, and a county's own closing days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import new_id


class WorkingCalendar(models.Model):
    """One imported calendar; the newest holds, older ones explain older deadlines."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.CharField(_("version"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    imported_at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        get_latest_by = "imported_at"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ClosingDay(models.Model):
    """A day on which this district's offices are closed besides the national calendar."""

    day = models.DateField(_("day"), primary_key=True)
    reason = models.CharField(_("reason"), max_length=120)

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
