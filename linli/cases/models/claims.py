"""Who has which case on the screen in triage, so that several clerks get different ones."""

from django.db import models

from linli.accounts.models import Person
from linli.cases.models.cases import Case


class TriageClaim(models.Model):
    """A case that somebody is looking at; it lapses, and is no record of anybody's work."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE)
    person = models.OneToOneField(Person, on_delete=models.CASCADE)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.case_id)
