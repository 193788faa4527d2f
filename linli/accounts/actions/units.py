"""Making units and changing them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.accounts.actions.people import Act
from linli.accounts.models import Unit
from linli.accounts.policies.units import refuse_unit
from linli.audit.actions import acting
from linli.kernel.refusal import Refused


@dataclass(frozen=True)
class UnitFacts:
    """What a unit is; from ``since`` (inclusive) to ``until`` (exclusive)."""

    code: str
    name: str
    kind: str
    since: date
    name_en: str = ""
    parent: Unit | None = None
    until: date | None = None


def _columns(facts: UnitFacts) -> dict[str, Any]:
    names = ("code", "name", "name_en", "kind", "since", "until")
    return {**{name: getattr(facts, name) for name in names}, "parent": facts.parent}


def save_unit(*, unit: Unit | None, facts: UnitFacts, act: Act) -> Unit:
    """Make a unit, or change the one given. Raises Refused with the reason."""
    values = _columns(facts)
    number = unit.pk if unit else act.id
    verb = "accounts.edit_unit" if unit else "accounts.create_unit"
    asked = {**values, "parent": facts.parent.pk if facts.parent else None, "unit": number}
    with acting(
        act.id,
        verb,
        by=act.by,
        at=act.at,
        subject=number,
        payload=asked,
        detail={"code": facts.code, "fields": _changed(unit, values)},
    ) as first_time:
        if first_time:
            refusal = refuse_unit(unit, values)
            if refusal is not None:
                raise Refused(refusal)
            Unit.objects.update_or_create(pk=number, defaults=values)
    return Unit.objects.get(pk=number)


def _changed(unit: Unit | None, values: dict[str, Any]) -> list[str]:
    return [name for name, value in values.items() if unit and getattr(unit, name) != value]
