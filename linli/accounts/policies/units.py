"""What may not be done to units."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import RoleGrant, Unit
from linli.kernel.refusal import Refusal


def _is_circle(unit: Unit | None, parent: Unit | None) -> bool:
    """Walk upwards by what is stored now: the unit that was handed in may be old."""
    above = parent.pk if parent else None
    seen: set[UUID] = set()
    while unit is not None and above is not None and above not in seen:
        if above == unit.pk:
            return True
        seen.add(above)
        above = Unit.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return False


def _refuse_end(unit: Unit, values: Mapping[str, Any]) -> Refusal | None:
    until = values["until"]
    if until is None:
        return None
    lasting = Q(until__isnull=True) | Q(until__gt=until)
    if RoleGrant.objects.filter(lasting, unit=unit).exists():
        return Refusal(
            "unit_has_people",
            _("People still hold roles in this unit after its last day: end those first."),
        )
    if Unit.objects.filter(lasting, parent=unit).exists():
        return Refusal(
            "unit_has_units", _("Units below this one last longer: end or move them first.")
        )
    return None


def refuse_unit(unit: Unit | None, values: Mapping[str, Any]) -> Refusal | None:
    """Ask before a unit is made (``unit`` is None) or changed to ``values``, by column."""
    others = Unit.objects.exclude(pk=unit.pk) if unit else Unit.objects.all()
    if others.filter(code=values["code"]).exists():
        return Refusal(
            "code_taken", _("This code belongs to another unit; codes are never reused.")
        )
    if values["until"] is not None and values["until"] <= values["since"]:
        return Refusal("dates", _("The last day lies before the first."))
    if _is_circle(unit, values["parent"]):
        return Refusal("circle", _("A unit cannot stand above itself."))
    return _refuse_end(unit, values) if unit else None
