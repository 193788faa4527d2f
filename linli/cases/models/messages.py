"""Messages to people: inside the application, and what waits to leave it."""

from django.db import models
from django.db.models import Q

from linli.accounts.models import Person
from linli.cases.models.cases import Case, CaseStep
from linli.cases.models.choices import Verb
from linli.kernel.ids import new_id


class Notice(models.Model):
    """Something that a person who works here should know about a case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, related_name="notices", on_delete=models.CASCADE)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=20, choices=Verb)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "at"], name="cases_notice_unread", condition=Q(read_at=None)
            ),
            models.Index(fields=["at"], name="cases_notice_unmailed", condition=Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.what}"


class OutgoingMail(models.Model):
    """An e-mail to a reporter that was promised in a transaction and leaves after it.

    Neither address nor words are kept here: both are read from the sealed contact and the
    step when the mail leaves.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, db_index=False)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], name="cases_mail_waiting", condition=Q(sent_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.created_at:%Y-%m-%d}"
