"""What a file will be read as: its sheets, their kinds, and the field of each column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable, Book, Cell, SheetInfo, TableProblem
from linli.registry.actions.importing.runs import Order, refuse
from linli.registry.actions.mappings import known_mapping, mappings_of
from linli.registry.models import MIXED, RecordKind
from linli.registry.policies.values import label_of
from linli.registry.rules.columns import Why, propose
from linli.registry.rules.dictionary import CellType, Field, dictionary
from linli.registry.rules.headers import (
    Header,
    SheetLook,
    look_at,
    plain_name,
    plain_word,
    rows_below,
)

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
# A proposal that is less certain is for a person to accept.
CERTAIN = 0.65
# A sheet of which fewer columns are known is about something else.
FEWEST = 2
# A column whose name says it is read so, even if no cell fits: its rows come back with reasons.
_BY_NAME = frozenset({Why.KEPT, Why.NAME, Why.SYNONYM})
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

    ``unknown``: headers that nothing is known of; ``dropped``: what may not be kept, unread;
    ``refused``: headers that would be read, had a person not left them out.
    """

    index: int
    name: str
    kind: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[int, Field]
    header: Header
    unknown: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    missing: tuple[Field, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def chosen(self) -> dict[str, str]:
        """Return what is remembered of the sender: the mapping, and what a person left out."""
        return {**dict.fromkeys(self.refused, ""), **self.mapping}

    @property
    def mapping(self) -> dict[str, str]:
        """Return the key of the field of each header."""
        return {self.headers[place]: one.key for place, one in self.columns.items()}


@dataclass(frozen=True)
class FilePlan:
    """All sheets that are read, in the order they are taken in, and what is left out.

    ``could``: sheets of those that are left out that have a header.
    """

    sheets: tuple[SheetPlan, ...]
    left_out: tuple[str, ...] = field(default=())
    could: tuple[str, ...] = field(default=())

    @property
    def dropped(self) -> list[str]:
        """Return the headers of columns that may not be kept."""
        return sorted({header for sheet in self.sheets for header in sheet.dropped})


def plan_file(book: Book, order: Order) -> FilePlan:
    """Look at the headers of a file; Refused where it is not what it should be."""
    plan = plan_sheets(book, order, FEWEST)
    for sheet in plan.sheets:
        check(sheet, order)
    return plan


def plan_sheets(book: Book, order: Order, fewest: int = 0) -> FilePlan:
    """Look at the headers of a file, also of one that cannot be imported yet.

    Sheets of which fewer columns are known are left out, if nobody said what they hold; Refused
    where none is left.
    """
    plans, left_out, could = [], [], []
    for sheet in book.sheets:
        wanted = sheet.name == order.sheet if order.sheet else sheet.is_visible
        plan = _plan_sheet(book, sheet, order) if wanted else None
        if plan is not None and _is_read(plan, order, fewest):
            plans.append(plan)
            continue
        left_out.append(sheet.name)
        if plan is not None:
            could.append(sheet.name)
    if not plans:
        raise _no_sheet(book)
    places = {kind.value: place for place, kind in enumerate(ORDER)}
    plans.sort(key=lambda plan: places[plan.kind])
    return FilePlan(tuple(plans), tuple(left_out), tuple(could))


def _is_read(plan: SheetPlan, order: Order, fewest: int) -> bool:
    told = order.kinds.get(plan.name)
    return len(plan.columns) >= fewest if told is None else bool(told)


def _no_sheet(book: Book) -> BadTable | Refused:
    """Return why no sheet of a file is read."""
    shown = [sheet for sheet in book.sheets if sheet.is_visible]
    if not shown:
        return refuse("hidden", _("Every sheet of this file is hidden: show the one to be read."))
    if not any(any(True for _row in book.rows(sheet.index)) for sheet in shown):
        return BadTable(TableProblem.NO_ROWS)
    return refuse("header", _("No sheet has a header with columns that are known here."))


def check(plan: SheetPlan, order: Order) -> None:
    """Raise Refused where a sheet lacks what every row needs."""
    if plan.missing:
        facts = {"sheet": plan.name, "names": _(", ").join(map(label_of, plan.missing))}
        if not plan.name:
            raise refuse("columns", _("The file lacks columns: %(names)s."), **facts)
        raise refuse("columns", _("Sheet “%(sheet)s” lacks columns: %(names)s."), **facts)
    has_points = any(one.type is CellType.POINT for one in plan.columns.values())
    if has_points and not order.crs:
        raise refuse("crs", _("The file holds coordinates: say in which coordinate system."))


def _plan_sheet(book: Book, sheet: SheetInfo, order: Order) -> SheetPlan | None:
    told = order.kinds.get(sheet.name) or (order.kind if order.kind != MIXED else "")
    kinds = [told] if told else [kind.value for kind in ORDER]
    looks = [(kind, look_at(book, sheet, fields_of(kind))) for kind in kinds]
    ranked = [(_rank(look.header, kind), kind, look) for kind, look in looks if look is not None]
    if not ranked:
        return None
    # The first of equals: what others stand on.
    _best, kind, look = max(ranked, key=lambda one: one[0])
    plan = _plan_header(sheet, look, kind, order)
    known = kind if told else _known_kind(plan, order.sender)
    for _hits, other, seen in ranked:
        if other == known != kind:
            plan = _plan_header(sheet, seen, other, order)
    return plan


def _known_kind(plan: SheetPlan, sender: str) -> str:
    """Return the kind of this sender's earlier sheet with these columns, else the guess."""
    names, kept = plan.mapping.keys(), mappings_of(sender)
    if len(names) < FEWEST or names <= kept.get(plan.kind, {}).keys():
        return plan.kind
    return next((kind for kind, columns in kept.items() if names <= columns.keys()), plan.kind)


def _rank(header: Header, kind: str) -> tuple[int, int]:
    """Return how well a header fits a kind: required facts, then facts of its own, by name."""
    # Of names over two rows the lower one says what the column holds.
    names = {plain_name(one) for name in header.names for one in (name, name.split(" ")[-1])}
    own = [one for one in fields_of(kind) if one.kind == kind]
    hits = sum(any(plain_word(word) in names for word in one.synonyms) for one in own)
    lacking = sum(
        not any(plain_word(word) in names for word in one.synonyms) for one in required_of(kind)
    )
    return hits - 2 * lacking, hits


def _plan_header(sheet: SheetInfo, look: SheetLook, kind: str, order: Order) -> SheetPlan:
    chosen = {**known_mapping(order.sender, kind), **order.columns_of(sheet.name)}
    header = look.header
    columns: dict[int, Field] = {}
    unknown, dropped = [], []
    for one in propose(header, look.sample, fields_of(kind), chosen):
        if one.why is Why.FORBIDDEN:
            dropped.append(one.header)
        elif one.field is not None and (one.certainty >= CERTAIN or one.why in _BY_NAME):
            columns[one.column] = one.field
        elif one.header and one.header not in REASON_HEADERS:
            unknown.append(one.header)
    for place, name in enumerate(header.names):
        if name in REASON_HEADERS:
            columns.pop(place, None)
    taken = {one.key for one in columns.values()}
    missing = tuple(one for one in required_of(kind) if one.key not in taken)
    refused = _left_out(header, look.sample, kind, chosen)
    if order.kinds.get(sheet.name):
        # Whoever said what the rows are has seen that nothing is known of these.
        refused += tuple(unknown)
    parts = (header, tuple(unknown), tuple(dropped), missing, refused)
    return SheetPlan(sheet.index, sheet.name, kind, header.last_row, header.names, columns, *parts)


def _left_out(
    header: Header, sample: Sequence[Sequence[Cell]], kind: str, chosen: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the headers that a person left out, and that would be proposed otherwise."""
    emptied = {name for name, key in chosen.items() if not key} & set(header.names)
    if not emptied:
        return ()
    others = {name: key for name, key in chosen.items() if key}
    proposed = propose(header, sample, fields_of(kind), others)
    return tuple(one.header for one in proposed if one.header in emptied and one.field is not None)


def rows_of(book: Book, plan: SheetPlan) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows below a sheet's header, without empty ones and what may not be kept."""
    return rows_below(book.rows(plan.index), plan.header)
