"""The id behind a case number and back, for those who know cases by id alone."""

from collections.abc import Collection
from uuid import UUID

from linli.cases.models import Case


def subject_of_number(words: str) -> UUID | None:
    """Return the id of the case with this number, or None."""
    return Case.objects.filter(number=words.upper()).values_list("pk", flat=True).first()


def numbers_of_subjects(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the numbers of cases by id; ids of other things are left out."""
    return dict(Case.objects.filter(pk__in=ids).values_list("pk", "number"))
