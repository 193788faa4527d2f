"""Values of a record that nobody reads in the database, and opening them again.

Every sealed record has a data key of its own, wrapped by the master key; each value is bound to
its table, column and row. Equality is asked by keyed hashes of folded values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from linli.kernel import sealing

# Hashes that can be made anew, because what they were made of can be opened. Of an identity
# number only the tail can, and codes that were sent live for minutes.
REPLACEABLE = frozenset({"name", "telephone", "contact_telephone"})


@dataclass(frozen=True)
class Vault:
    """The key of one record, open in memory."""

    place: sealing.Place
    key: bytes

    def seal(self, column: str, text: str) -> bytes:
        """Seal a value of this record."""
        return sealing.seal(self.key, self.place, column, text)

    def open(self, column: str, sealed: bytes) -> str:
        """Open a value of this record; UnsealError if it was moved or changed."""
        return sealing.unseal(self.key, self.place, column, bytes(sealed))


def new_vault(table: str, row: UUID) -> tuple[Vault, bytes]:
    """Return the vault of a new record of a table, and its wrapped key for ``wrapped_key``."""
    place = sealing.Place(table, str(row))
    key = settings.LINLI_KEYRING.new_data_key()
    return Vault(place, key), settings.LINLI_KEYRING.wrap(key, place)


def vault_of(row: Any) -> Vault:
    """Return the vault of a stored record. Only for callers that have recorded the read."""
    return vault_at(row._meta.db_table, row.pk, row.wrapped_key)


def vault_at(table: str, row: UUID, wrapped_key: bytes) -> Vault:
    """Return the vault of a row by its wrapped key; only for those who recorded the read."""
    place = sealing.Place(table, str(row))
    return Vault(place, settings.LINLI_KEYRING.unwrap(bytes(wrapped_key), place))


def opened(row: Any, columns: tuple[str, ...]) -> Mapping[str, str]:
    """Open some columns of a stored record. Only for callers that have recorded the read."""
    vault = vault_of(row)
    return {column: vault.open(column, getattr(row, column)) for column in columns}


def index_of(purpose: str, folded: str) -> bytes:
    """Return the keyed hash by which equal folded values are found; empty for an empty one."""
    if not folded:
        return b""
    ring = settings.LINLI_KEYRING
    hashed = ring.search_index if purpose in REPLACEABLE else ring.blind_index
    return hashed(f"registry.{purpose}", folded)


def is_index_of(purpose: str, folded: str, kept: bytes) -> bool:
    """Say whether a kept hash is that of a folded value, by whichever key it was made."""
    if purpose in REPLACEABLE or not (folded and kept):
        return index_of(purpose, folded) == kept
    return kept in settings.LINLI_KEYRING.blind_indexes(f"registry.{purpose}", folded)


def indexes_of(purpose: str, folded: Sequence[str]) -> list[bytes]:
    """Return `index_of` of many folded values of one purpose."""
    ring = settings.LINLI_KEYRING
    hashed = ring.search_hashes if purpose in REPLACEABLE else ring.blind_hashes
    hashes = hashed(f"registry.{purpose}", folded)
    return [one if text else b"" for text, one in zip(folded, hashes, strict=True)]


def seal_rows(
    table: str, columns: Sequence[str], rows: Iterable[tuple[UUID, Sequence[str]]]
) -> list[tuple[bytes, ...]]:
    """Seal columns of many new records: their values, and the wrapped key of each as the last."""
    named = ((str(row), texts) for row, texts in rows)
    sealed: list[tuple[bytes, ...]] = settings.LINLI_KEYRING.seal_rows(table, columns, named)
    return sealed
