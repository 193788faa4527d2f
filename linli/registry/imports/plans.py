"""What a file will be read as: its sheets, their kinds, and the field of each column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from linli.kernel.forbidden import forbidden_in
from linli.kernel.sheets import Book, Cell
from linli.registry.actions.importing.runs import MIXED, Order, refuse
from linli.registry.models import ColumnMapping, RecordKind
from linli.registry.rules.dictionary import CellType, Field, dictionary
from linli.registry.rules.signs import folded

# The reasons beside rows that came back stand under this header, and are not read again.
REASON_HEADERS = ("退回原因", "Why it was refused")
# In this order a workbook is taken in: what others stand on comes first.
ORDER = (
    *(RecordKind.BUILDING, RecordKind.DWELLING, RecordKind.RESIDENT, RecordKind.TENANCY),
    *(RecordKind.ORGANISATION, RecordKind.SCHOOL, RecordKind.TEAM, RecordKind.ASSISTANCE),
)
UNIT = Field(
    kind="assistance",
    name="unit",
    label="责任单位",
    label_en="Responsible unit",
    type=CellType.TEXT,
    synonyms=("责任单位", "承办单位", "responsible unit"),
    owner="office",
    is_required=True,
)
_LINES = 10
_PERSONS_FIELDS = ("resident.name", "resident.telephone")


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the facts that a row of a kind may tell."""
    fields = dictionary().of(kind)
    if kind == RecordKind.ASSISTANCE:
        known = dictionary().fields
        address = tuple(one for one in known.values() if one.kind == "address")
        return (*(known[key] for key in _PERSONS_FIELDS), UNIT, *address, *fields)
    return fields


def required_of(kind: str) -> tuple[Field, ...]:
    """Return the facts without which a row is refused."""
    needed = [one for one in fields_of(kind) if one.is_required]
    if kind == RecordKind.SCHOOL:
        needed = [one for one in needed if one.key != "organisation.kind"]
    return tuple(needed)


@dataclass(frozen=True)
class SheetPlan:
    """How one sheet is read. ``columns``: fields by the place of their column, from 0.

    ``unknown``: headers that nothing is known of; ``dropped``: what may not be kept, unread.
    """

    index: int
    name: str
    kind: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[int, Field]
    unknown: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    missing: tuple[Field, ...] = ()

    @property
    def mapping(self) -> dict[str, str]:
        """Return the key of the field of each header."""
        return {self.headers[place]: one.key for place, one in self.columns.items()}


@dataclass(frozen=True)
class FilePlan:
    """All sheets that are read, in the order they are taken in, and what is left out."""

    sheets: tuple[SheetPlan, ...]
    left_out: tuple[str, ...] = field(default=())

    @property
    def dropped(self) -> list[str]:
        """Return the headers of columns that may not be kept."""
        return sorted({header for sheet in self.sheets for header in sheet.dropped})


def plan_file(book: Book, order: Order) -> FilePlan:
    """Look at the headers of a file; Refused where it is not what it should be."""
    plans, left_out = [], []
    for sheet in book.sheets:
        wanted = sheet.name == order.sheet if order.sheet else sheet.is_visible
        plan = _plan_sheet(book, sheet.index, sheet.name, order) if wanted else None
        if plan is None:
            left_out.append(sheet.name)
        else:
            plans.append(plan)
    if not plans:
        raise refuse("header", _("No sheet has a header with columns that are known here."))
    places = {kind.value: place for place, kind in enumerate(ORDER)}
    plans.sort(key=lambda plan: places[plan.kind])
    for plan in plans:
        _check(plan, order)
    return FilePlan(tuple(plans), tuple(left_out))


def _check(plan: SheetPlan, order: Order) -> None:
    if plan.missing:
        names = "、".join(one.label for one in plan.missing)
        facts = {"sheet": plan.name, "names": names}
        raise refuse("columns", _("Sheet “%(sheet)s” lacks columns: %(names)s."), **facts)
    has_points = any(one.type is CellType.POINT for one in plan.columns.values())
    if has_points and not order.crs:
        raise refuse("crs", _("The file holds coordinates: say in which coordinate system."))


def _plan_sheet(book: Book, index: int, name: str, order: Order) -> SheetPlan | None:
    head = list(islice(book.rows(index), _LINES))
    kinds = [order.kind] if order.kind != MIXED else [kind.value for kind in ORDER]
    best: SheetPlan | None = None
    for number, cells in head:
        headers = tuple(str(cell).strip() for cell in cells)
        for kind in kinds:
            plan = _plan_header((index, name), number, headers, kind, order)
            if best is None or _rank(plan) > _rank(best):
                best = plan
    return best if best is not None and len(best.columns) > 1 else None


def _rank(plan: SheetPlan) -> tuple[int, int]:
    own = sum(one.kind == plan.kind for one in plan.columns.values())
    return own - 2 * len(plan.missing), len(plan.columns)


def _plan_header(
    sheet: tuple[int, str], number: int, headers: tuple[str, ...], kind: str, order: Order
) -> SheetPlan:
    chosen = {**_kept(order.sender, kind), **order.columns}
    words = dict(_words(kind))
    columns: dict[int, Field] = {}
    unknown, dropped, taken = [], [], set()
    for place, header in enumerate(headers):
        if not header or header in REASON_HEADERS:
            continue
        if any(True for _what in forbidden_in(header, is_name=True)):
            dropped.append(header)
            continue
        one = _field_of(header, kind, chosen, words)
        if one is None or one.key in taken:
            unknown.append(header)
            continue
        columns[place] = one
        taken.add(one.key)
    missing = tuple(one for one in required_of(kind) if one.key not in taken)
    parts = (tuple(unknown), tuple(dropped), missing)
    return SheetPlan(*sheet, kind, number, headers, columns, *parts)


def _field_of(
    header: str, kind: str, chosen: Mapping[str, str], words: Mapping[str, Field]
) -> Field | None:
    if header in chosen:
        fields = {one.key: one for one in fields_of(kind)}
        return fields.get(chosen[header])
    return words.get(folded(header).casefold())


def _words(kind: str) -> Iterator[tuple[str, Field]]:
    # What is the kind's own wins over what it shares.
    for one in sorted(fields_of(kind), key=lambda one: one.kind == kind):
        for word in (one.name, *one.synonyms):
            yield folded(word).casefold(), one


def _kept(sender: str, kind: str) -> dict[str, str]:
    """Return how this sender's columns were read the last time."""
    kept = ColumnMapping.objects.filter(sender=sender, kind=kind).first()
    return dict(kept.columns) if kept else {}


def rows_of(book: Book, plan: SheetPlan) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows below a sheet's header, without empty ones."""
    return ((number, cells) for number, cells in book.rows(plan.index) if number > plan.header_row)
