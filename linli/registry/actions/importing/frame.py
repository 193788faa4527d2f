"""What one import knows while it runs: where it comes from, what it may keep, and what it did."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.accounts.models import Person
from linli.audit.actions import Entry, append_all
from linli.kernel.ids import new_id
from linli.registry.models import LegalBasis
from linli.registry.rules.retention import keep_until

# So many refused rows come back; who sends a file with more begins with these.
MOST_REFUSED = 50_000


@dataclass(slots=True)
class Spot:
    """An address as it was read: the village, its parts, and the canonical line.

    ``key`` is what makes the address the same.
    """

    division: str
    parts: tuple[str, str, str, str, str]
    line: str
    raw: str
    key: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.division, self.line)


@dataclass(slots=True)
class Incoming:
    """One row: its number in the sheet, its facts by their keys, its cells as they were.

    ``point``: longitude and latitude, where the row tells them.
    """

    number: int
    facts: dict[str, Any]
    cells: Sequence[Any]
    spot: Spot | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken, and why; the cells are as they came."""

    kind: str
    sheet: str
    number: int
    cells: tuple[Any, ...]
    reason: str


@dataclass
class Frame:
    """The run, its source and its legal bases, and the tally of what was done."""

    run: UUID
    source: UUID
    at: datetime
    day: date
    by: Person | None
    bases: Mapping[str, LegalBasis]
    sheet: str = ""
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[RefusedRow] = field(default_factory=list)
    _acts: dict[tuple[str, str], list[tuple[UUID, str]]] = field(default_factory=dict)

    def fixed(self, kind: str) -> dict[str, Any]:
        """Return the columns that are equal in all new records of a kind."""
        basis = self.bases[kind]
        return {
            "basis_id": basis.pk,
            "keep_until": keep_until(self.day, basis.keep_months),
            "source_id": self.source,
            "confirmed_on": self.day,
            "provenance": {},
            "version": 1,
        }

    def count(self, kind: str, what: str, many: int = 1) -> None:
        """Count an outcome: new, changed, same, doubtful, refused, waiting, unplaced."""
        self._counts[kind, what] += many

    @property
    def tally(self) -> Counter[str]:
        """Return the outcomes of all kinds."""
        tally: Counter[str] = Counter()
        for (_kind, what), many in self._counts.items():
            tally[what] += many
        return tally

    @property
    def by_kind(self) -> dict[str, dict[str, int]]:
        """Return the outcomes of each kind."""
        found: dict[str, dict[str, int]] = {}
        for (kind, what), many in self._counts.items():
            found.setdefault(kind, {})[what] = many
        return found

    def refuse(self, kind: str, row: Incoming, reason: str) -> None:
        """Give a row back with its reason."""
        self.count(kind, "refused")
        if len(self.refused) < MOST_REFUSED:
            told = RefusedRow(kind, self.sheet, row.number, tuple(row.cells), reason)
            self.refused.append(told)

    def note_act(self, verb: str, kind: str, record: UUID, told: str) -> None:
        """Remember one act on one record for the audit; ``told`` goes into its fingerprint."""
        self._acts.setdefault((verb, kind), []).append((record, told))

    def settle(self) -> None:
        """Chain what was remembered, inside the caller's transaction."""
        if self._acts:
            append_all(list(self._entries()))
            self._acts.clear()

    def _entries(self) -> Iterator[Entry]:
        actor, at, run = self.by.pk if self.by is not None else None, self.at, str(self.run)
        for (verb, kind), acts in self._acts.items():
            detail = f'{{"kind":"{kind}","run":"{run}"}}'
            told = (f"{run}\x1f{one}" for _record, one in acts)
            marks = settings.LINLI_KEYRING.blind_hashes(verb, told)
            for (record, _told), mark in zip(acts, marks, strict=True):
                yield Entry(new_id(), verb, actor, record, at, mark, detail)


def batched(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield so many values at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))
