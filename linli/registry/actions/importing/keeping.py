"""What all kinds of records share when a file is taken in: a chunk of rows at a time."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.ids import new_id
from linli.registry.actions.importing.changes import News, open_news, sealed_news, tell
from linli.registry.actions.importing.frame import Frame, Incoming
from linli.registry.actions.importing.places import Places
from linli.registry.actions.sealing import index_of, seal_rows
from linli.registry.models import Pair, PairState, Record, RecordKind
from linli.registry.rules.dictionary import Field, dictionary
from linli.registry.rules.folding import folded_telephone
from linli.storage.bulk import BulkTable

Indexes = Callable[[str], dict[str, bytes]]
# Two ids in order, how alike they are, and codes of what agrees and what differs.
Doubt = tuple[UUID, UUID, float, Sequence[str]]


@dataclass(frozen=True)
class Column:
    """How a fact lies in a table: its key in the dictionary, its column, whether it is sealed.

    ``indexes`` returns the hashed columns that go with a sealed value.
    """

    key: str
    name: str
    is_sealed: bool = False
    indexes: Indexes | None = None


def contact_indexes(text: str) -> dict[str, bytes]:
    """Return the hashed column of a contact's telephone number."""
    return {"contact_telephone_index": index_of("contact_telephone", folded_telephone(text))}


class Keeper(ABC):
    """Takes rows of one kind: known ones are compared, new ones are written by ``add``."""

    kind: RecordKind
    model: type[Record]
    columns: tuple[Column, ...]
    # The columns that ``add`` gives, in their order; the others are equal in all new records.
    given: tuple[str, ...]
    # Columns whose texts ``add`` puts into ``texts``: sealed together when the chunk is written.
    sealed: tuple[str, ...] = ()

    def __init__(self, frame: Frame, places: Places) -> None:
        self.frame = frame
        self.places = places
        self.name = self.kind.value
        secret = (*self.sealed, "wrapped_key") if self.sealed else ()
        self.table = BulkTable(self.model, (*self.given, *secret), **frame.fixed(self.name))
        self.rows: list[tuple[Any, ...]] = []
        self.texts: list[tuple[str, ...]] = []
        self.pairs: list[Doubt] = []
        self._fresh: dict[Hashable, Incoming] = {}
        self.fields: dict[str, Field] = dict(dictionary().fields)

    # -- what a kind does its own way ------------------------------------------------------

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Refuse what cannot stand, and look up what the rows refer to."""
        return rows

    @abstractmethod
    def identity(self, row: Incoming) -> Hashable:
        """Return what makes two rows of one chunk the same record."""

    @abstractmethod
    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """Return for each row the record that is stored, or None."""

    @abstractmethod
    def add(self, row: Incoming) -> UUID | None:
        """Keep a new record for `flush`; return its id."""

    # -- the way of all kinds ---------------------------------------------------------------

    def take(self, rows: Sequence[Incoming]) -> None:
        """Take a chunk of rows: refused, the same, new facts, or new records."""
        ready = self.prepare(rows)
        self._fresh.clear()
        new = 0
        for row, record in zip(ready, self.known(ready), strict=True):
            if record is not None:
                self.meet(row, record)
                continue
            key = self.identity(row)
            earlier = self._fresh.setdefault(key, row)
            if earlier is not row:
                self._meet_earlier(row, earlier)
                continue
            made = self.add(row)
            if made is not None:
                self.note(made, row)
                new += 1
        if new:
            self.frame.count(self.name, "new", new)
        self.flush()

    def finish(self) -> None:
        """Do what is done once, after the last row."""
        self.flush()

    def note(self, record: UUID, row: Incoming) -> None:
        """Remember the making of a record for the audit."""
        told = f"{self.frame.sheet}\x1f{row.number}"
        self.frame.note_act("registry.import_record", self.name, record, told)

    def flush(self) -> None:
        """Write what the chunk made, and the acts on it."""
        if self.pairs:
            _write_pairs(self.kind, self.pairs, self.frame.at)
            self.pairs = []
        # The acts are being written while the records are sealed.
        self.frame.settle()
        self.table.insert(self._with_sealed() if self.sealed else self.rows)
        self.rows, self.texts = [], []

    def _with_sealed(self) -> list[tuple[Any, ...]]:
        """Return the new rows with their sealed texts, each by a key of its own."""
        ids = [row[0] for row in self.rows]
        table, told = self.model._meta.db_table, zip(ids, self.texts, strict=True)
        sealed = seal_rows(table, self.sealed, told)
        return [row + more for row, more in zip(self.rows, sealed, strict=True)]

    def _meet_earlier(self, row: Incoming, earlier: Incoming) -> None:
        """Compare two rows of one file that mean one record."""
        if any(earlier.facts.get(key) != value for key, value in row.facts.items()):
            sentence = _("Row %(row)d of this file says otherwise of the same record.")
            self.frame.refuse(self.name, row, sentence % {"row": earlier.number})
        else:
            self.frame.count(self.name, "same")

    def meet(self, row: Incoming, record: Any) -> None:
        """Compare a row with the record it means."""
        news = list(self.news_of(row, record))
        if news and record.merged_into is not None:
            # What it went into goes on; only what that one does not know is news.
            record = self.model._default_manager.get(pk=record.merged_into)
            news = list(self.news_of(row, record))
        if not news:
            self.frame.count(self.name, "same")
        elif record.source_id == self.frame.source:
            sentence = _("An earlier row of this file says otherwise of the same record.")
            self.frame.refuse(self.name, row, sentence)
        else:
            tell(self.frame, record, news)

    def news_of(self, row: Incoming, record: Any) -> Iterable[News]:
        """Yield the facts of a row that the record has otherwise."""
        for column in self.columns:
            value = row.facts.get(column.key)
            if value is None:
                continue
            field, one = self.fields[column.key], None
            if not column.is_sealed:
                one = open_news(record, field, column.name, value)
            else:
                indexes = column.indexes(value) if column.indexes else {}
                one = sealed_news(record, field, column.name, value, indexes)
            if one is not None:
                yield one

    def doubt(self, both: tuple[UUID, UUID], likeness: float, reasons: Sequence[str]) -> None:
        """Remember that two records may be the same, for a person to decide."""
        self.pairs.append((min(both), max(both), min(1.0, likeness), reasons))
        self.frame.count(self.name, "doubtful")


def _write_pairs(kind: RecordKind, pairs: Sequence[Doubt], at: datetime) -> None:
    rows = [
        Pair(
            id=new_id(),
            kind=kind,
            first=a,
            second=b,
            likeness=like,
            reasons=list(why),
            found_at=at,
        )
        for a, b, like, why in pairs
    ]
    for row in rows:
        row.state = PairState.OPEN
    Pair.objects.bulk_create(rows, ignore_conflicts=True)
