"""What every row with a first and a last day has in common."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.territory.rules.lineage import LineageKind


class LineageChoice(models.TextChoices):
    """How a new place came from an old one."""

    SPLIT = LineageKind.SPLIT.value, _("split")
    MERGE = LineageKind.MERGE.value, _("merger")


def dates(name: str) -> models.CheckConstraint:
    """Return the constraint that a period ends after it begins."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("since")),
        name=name,
        violation_error_message=_("The end must be after the beginning."),
    )
