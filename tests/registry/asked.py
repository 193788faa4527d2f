"""Forms that the tests of admission stand on, and one for the matrix of addresses."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.asking import Wanted, ask_form, decide_form
from linli.registry.actions.exporting import Decision
from linli.registry.models import DataForm, Every
from linli.registry.rules.blanks import typed_blank
from linli.territory.models import Grid
from tests.factories import NOW, make_person, make_unit
from tests.registry.persons import make_dwelling

END = date(2026, 8, 31)
# Of four facts one is known: the grid's. Heads and use are asked by the same dwelling.
COLUMNS = ("所属网格", "居住人数", "楼道是否堆物", "阳台是否封闭", "雨棚是否牢固")


def wanted(*names: str, **stated: Any) -> Wanted:
    """Return what an office states, with what the test does not care about."""
    facts: dict[str, Any] = {
        "name": "住宅安全排查表",
        "requester": "区应急管理局",
        "basis": "《中华人民共和国安全生产法》第九条",
        "purpose": "汛期住宅安全排查",
        "blank": typed_blank(names or COLUMNS),
        "role": Role.GRID_WORKER,
        "people": 20,
        "times": 2,
        "every": Every.MONTH,
        "ends_on": END,
    }
    return Wanted(**{**facts, **stated})


def asked(by: Person, *names: str, at: Any = NOW, **stated: Any) -> DataForm:
    """Ask for a form."""
    return ask_form(wanted=wanted(*names, **stated), by=by, at=at, act_id=new_id())


def admitted(*names: str, at: Any = NOW, **stated: Any) -> DataForm:
    """Ask for a form and have somebody else admit it."""
    form = asked(make_person(Role.UNIT_OFFICER, unit=make_unit()), *names, at=at, **stated)
    return decide_form(
        form_id=form.pk,
        decision=Decision(True),
        by=make_person(Role.SUPERVISOR),
        at=at,
        act_id=new_id(),
    )


def book(*rows: tuple[object, ...], merged: tuple[str, ...] = ()) -> bytes:
    """Return an xlsx with these rows."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def form_samples(grid: Grid) -> dict[str, object]:
    """Return a form that waits, and a running one with a record that it asks about."""
    home, officer = make_dwelling(grid), make_person(Role.UNIT_OFFICER, unit=make_unit())
    waits = asked(officer)
    runs = admitted(ends_on=date.today() + timedelta(days=90))  # noqa: DTZ011 - the views' clock
    return {
        "form_id": waits.pk,
        "registry/forms/<uuid:form_id>/<uuid:record_id>/|form_id": runs.pk,
        "registry/forms/<uuid:form_id>/<uuid:record_id>/|record_id": home.pk,
    }
