"""Who reported, sealed and apart from the case; and what was attached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person
from linli.cases.models.cases import Case, CaseStep
from linli.kernel.ids import new_id


class ReporterContact(models.Model):
    """Name and contact of a reporter: one data key a row, no value readable in the database."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.OneToOneField(Case, related_name="contact", on_delete=models.PROTECT)
    wrapped_key = models.BinaryField()
    name = models.BinaryField(blank=True)
    telephone = models.BinaryField(blank=True)
    email = models.BinaryField(blank=True)
    moved_numbers = models.BinaryField(blank=True)
    # Empty: nobody is found by the number of a reporter, so that no hash of it is kept.
    telephone_index = models.BinaryField(max_length=32, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")

    def __str__(self) -> str:
        return str(self.case_id)


class Attachment(models.Model):
    """A photograph or file; the bytes lie outside the web root under its id."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, related_name="attachments", on_delete=models.PROTECT)
    step = models.ForeignKey(CaseStep, null=True, on_delete=models.PROTECT)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64)
    is_public = models.BooleanField(_("the reporter may see it"), default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether it can be shown on a page."""
        return self.media_type.startswith("image/")
