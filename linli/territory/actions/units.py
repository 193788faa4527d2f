"""Writing units from a list, together with the divisions they are in charge of.

Units are rows of accounts; the list is a territorial one (who is in charge where), so the action
stands here, above both.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person, Unit
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal
from linli.territory.actions.postings import set_areas
from linli.territory.actions.writing import Act, changing, check
from linli.territory.models import UnitArea
from linli.territory.queries.scopes import open_on
from linli.territory.rules.facts import Tally, UnitFacts


def save_units(
    *, rows: Sequence[UnitFacts], by: Person | None, at: datetime, act_id: UUID
) -> Tally:
    """Add the units that are new, change those that differ, and set their areas where given.

    Raises Refused when an upper unit or a division is missing.
    """
    payload = {"rows": [[r.code, r.name, r.name_en, r.kind, r.parent, r.areas] for r in rows]}
    act, day = Act(act_id, by, at), timezone.localdate(at)
    with changing("save_units", act, payload=payload, detail={"rows": len(rows)}) as first:
        if not first:
            return Tally(unchanged=len(rows))
        codes = {row.code for row in rows} | {row.parent for row in rows if row.parent}
        known = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
        added = changed = 0
        for row in uppers_first(rows):
            unit = known.get(row.code)
            if unit is None:
                known[row.code] = unit = _new_unit(row, known, day)
                added += 1
            elif not is_as(unit, row, day):
                _take(unit, row, known)
                changed += 1
            if row.areas:
                set_areas(unit, set(row.areas), day)
    return Tally(added, changed, 0, len(rows) - added - changed)


def is_as(unit: Unit, row: UnitFacts, day: date) -> bool:
    """Say whether a unit is stored as a row says, its areas included."""
    upper = unit.parent.code if unit.parent else ""
    named = (unit.name, unit.name_en, unit.kind, upper) == (
        row.name,
        row.name_en or unit.name_en,
        row.kind,
        row.parent or upper,
    )
    if not named or not row.areas:
        return named
    areas = UnitArea.objects.filter(open_on(day), unit=unit)
    return set(areas.values_list("division__code", flat=True)) == set(row.areas)


def uppers_first(rows: Sequence[UnitFacts]) -> list[UnitFacts]:
    """Order rows so that a unit follows the one above it; raise Refused on a circle."""
    waiting = {row.code: row for row in rows}
    ordered: list[UnitFacts] = []
    while waiting:
        ready = [row for row in waiting.values() if row.parent not in waiting]
        if not ready:
            circle = ", ".join(sorted(waiting))
            sentence = _("These units stand above one another in a circle: %(codes)s.")
            check(Refusal("territory.unit_circle", sentence % {"codes": circle}))
        ordered.extend(waiting.pop(row.code) for row in ready)
    return ordered


def _upper(row: UnitFacts, known: dict[str, Unit]) -> Unit | None:
    if not row.parent:
        return None
    if row.parent not in known:
        sentence = _("There is no unit with the code %(code)s.") % {"code": row.parent}
        check(Refusal("territory.no_such_unit", sentence))
    return known[row.parent]


def _new_unit(row: UnitFacts, known: dict[str, Unit], day: date) -> Unit:
    return Unit.objects.create(
        id=new_id(),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        parent=_upper(row, known),
        since=day,
    )


def _take(unit: Unit, row: UnitFacts, known: dict[str, Unit]) -> None:
    unit.name, unit.kind = row.name, row.kind
    unit.name_en = row.name_en or unit.name_en
    unit.parent = _upper(row, known) or unit.parent
    unit.save(update_fields=["name", "name_en", "kind", "parent"])
