"""A waiting file as a page shows it: sheets, columns with their fields and certainty, some rows.

Values of persons are masked, and of columns that may not be kept, or that nobody knows, nothing
is shown at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.refusal import Refused
from linli.kernel.sheets import Book, Cell
from linli.registry.actions.importing.runs import Order
from linli.registry.actions.mappings import known_mapping
from linli.registry.actions.showing import mask_of
from linli.registry.imports.background import order_of
from linli.registry.imports.copies import CleanCopy
from linli.registry.imports.plans import (
    FEWEST,
    FilePlan,
    SheetPlan,
    check,
    fields_of,
    plan_sheets,
    rows_of,
)
from linli.registry.imports.waiting import Asked
from linli.registry.policies.values import label_of
from linli.registry.rules.columns import Why, propose
from linli.registry.rules.dictionary import Field

_SHOWN = 5
_SAMPLE = 60
_HIDDEN = "＊＊"


@dataclass(frozen=True)
class Column:
    """One column: its header, the field it would be read as, and how certain that is (percent)."""

    header: str
    field: str
    label: str
    certainty: int
    why: str
    is_forbidden: bool
    samples: Sequence[str]


@dataclass(frozen=True)
class SheetPreview:
    """One sheet: its kind, how many rows it has at most, its columns, the fields to choose from."""

    name: str
    kind: str
    height: int
    columns: Sequence[Column]
    fields: Sequence[tuple[str, str]]
    missing: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """A whole file; ``problem`` says why it cannot be imported as it is, if so.

    ``could``: sheets that are not read, and would be if a person said what their rows are.
    """

    sheets: Sequence[SheetPreview]
    left_out: Sequence[str]
    rows: int
    could: Sequence[str]
    problem: str = ""


def preview(run: UUID, data: CleanCopy, asked: Asked, at: datetime) -> Preview:
    """Look at the first rows of a file; Refused where nothing in it can be imported."""
    with data.open() as book:
        order = order_of(run, asked, at)
        plan = _plan(book, order)
        sheets = []
        for sheet in plan.sheets:
            rows = []
            for _number, cells in rows_of(book, sheet):
                rows.append(cells)
                if len(rows) == _SAMPLE:
                    break
            sheets.append(_sheet(sheet, rows, book.height(sheet.index), order))
        height = sum(one.height for one in sheets)
        left_out = [name for name in plan.left_out if name not in plan.could]
        return Preview(sheets, left_out, height, plan.could, _problem(plan, order))


def _plan(book: Book, order: Order) -> FilePlan:
    """Plan what would be imported; of a file of which too little is known, what there is."""
    try:
        return plan_sheets(book, order, FEWEST)
    except Refused:
        return plan_sheets(book, order)


def _problem(plan: FilePlan, order: Order) -> str:
    try:
        for sheet in plan.sheets:
            check(sheet, order)
    except Refused as refused:
        return str(refused.refusal)
    return ""


def _sheet(
    plan: SheetPlan, rows: Sequence[Sequence[Cell]], height: int, order: Order
) -> SheetPreview:
    fields = fields_of(plan.kind)
    known = known_mapping(order.sender, plan.kind)
    proposals = {one.column: one for one in propose(plan.header, rows, fields, known)}
    chosen, columns = order.columns_of(plan.name), []
    for place, name in enumerate(plan.headers):
        told = proposals.get(place)
        if told is None or not name:
            continue
        field: Field | None = plan.columns.get(place)
        if not chosen and field is None:
            field = told.field
        is_same = field is not None and told.field is not None and field.key == told.field.key
        certainty, why = (told.certainty, told.why.value) if is_same else (1.0, Why.KEPT.value)
        if field is None:
            certainty, why = 0.0, Why.UNKNOWN.value
        columns.append(
            Column(
                header=name,
                field=field.key if field else "",
                label=label_of(field) if field else "",
                certainty=round(100 * certainty),
                why=why,
                is_forbidden=told.why is Why.FORBIDDEN,
                samples=_samples(rows, place, field),
            )
        )
    return SheetPreview(
        name=plan.name,
        kind=plan.kind,
        height=max(0, height - plan.header_row),
        columns=columns,
        fields=[(one.key, label_of(one)) for one in fields],
        missing=[label_of(one) for one in plan.missing],
    )


def _text(cell: Cell) -> str:
    # Workbooks know no whole numbers: 1985 comes as 1985.0.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _samples(rows: Sequence[Sequence[Cell]], place: int, field: Field | None) -> list[str]:
    """Return the first cells of a column as they may be shown."""
    found = []
    for row in rows[:_SHOWN]:
        text = _text(row[place]) if place < len(row) else ""
        if not text:
            found.append("")
        elif field is None:
            found.append(_HIDDEN)
        else:
            found.append(mask_of(field, text) if field.is_sealed else text[:40])
    return found
