"""Field encryption: one data key a record, wrapped by a key outside the database.

AES-256-GCM, or SM4-GCM where a centre chose that profile. Associated data binds each value to its
table, column and row, so that a ciphertext moved elsewhere does not open. Equality search goes
through a keyed HMAC ("blind index").
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag

from linli.kernel.ciphers import (
    NONCE_LENGTH,
    Aead,
    HashKey,
    Profile,
    cipher_of,
    read_spelled,
    spelled,
)

# The first two bytes of a wrapped key: by which cipher it is wrapped, which cipher it is a key
# of, and the version of the master key.
_WRAPPED_BY_SM, _KEY_OF_SM, _VERSION = 0x8000, 0x4000, 0x3FFF
_HEAD = 2


class UnsealError(Exception):
    """A value could not be opened: wrong key, or moved or changed ciphertext."""


@dataclass(frozen=True)
class Place:
    """Where a record lies: table name and row id; the column comes with each value."""

    table: str
    row: str

    def bound_to(self, column: str) -> bytes:
        """Return the associated data of one column of this row."""
        return f"{self.table}\x1f{column}\x1f{self.row}".encode()


@lru_cache(maxsize=16)
def _cipher(master: bytes) -> Aead:
    """Return the cipher of a master key: spreading the key costs more than a short text."""
    return cipher_of(master)


def _head(version: int, master: bytes, data_key: bytes) -> bytes:
    by = _WRAPPED_BY_SM if Profile.of_key(master) is Profile.SM else 0
    of = _KEY_OF_SM if Profile.of_key(data_key) is Profile.SM else 0
    return (by | of | version).to_bytes(_HEAD, "big")


def version_of(wrapped: bytes) -> int:
    """Return the version of the master key that sealed a data key; 0 for none."""
    return int.from_bytes(wrapped[:_HEAD], "big") & _VERSION


def profile_of(wrapped: bytes) -> Profile:
    """Return by which cipher the values are sealed that a wrapped key opens."""
    is_sm = int.from_bytes(wrapped[:_HEAD], "big") & _KEY_OF_SM
    return Profile.SM if is_sm else Profile.AES


@dataclass(frozen=True)
class Keyring:
    """Master keys by version, the version that seals, and the keys of hashes.

    ``index_key`` makes fingerprints and codes; those that ``older_index_keys`` made, newest first,
    are still known. ``search_key`` makes the hashes by which sealed values are found: when it is
    replaced, all of them are made anew. Until then it is the same as ``index_key``.
    """

    masters: Mapping[int, bytes]
    current: int
    index_key: HashKey
    search_key: HashKey | None = None
    older_index_keys: tuple[HashKey, ...] = ()

    @property
    def profile(self) -> Profile:
        """Return the profile of the master key that seals."""
        return Profile.of_key(self.masters[self.current])

    @property
    def index_keys(self) -> tuple[HashKey, ...]:
        """Return the key of fingerprints and codes, and then the older ones."""
        return (self.index_key, *self.older_index_keys)

    def new_data_key(self) -> bytes:
        """Return a fresh key for one record, of the profile that seals now."""
        return self.profile.new_key()

    def wrap(self, data_key: bytes, place: Place) -> bytes:
        """Return version, nonce and the data key sealed by the current master key."""
        nonce, master = os.urandom(NONCE_LENGTH), self.masters[self.current]
        sealed = _cipher(master).encrypt(nonce, data_key, place.bound_to("data_key"))
        return _head(self.current, master, data_key) + nonce + sealed

    def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Return the data key; UnsealError if it was not sealed here."""
        version, sealed = version_of(wrapped), wrapped[_HEAD + NONCE_LENGTH :]
        if version not in self.masters:
            raise UnsealError(f"no master key of version {version}")
        master, nonce = self.masters[version], wrapped[_HEAD : _HEAD + NONCE_LENGTH]
        try:
            key = _cipher(master).decrypt(nonce, sealed, place.bound_to("data_key"))
        except (InvalidTag, ValueError) as error:
            raise UnsealError("the data key does not open here") from error
        if _head(version, master, key) != wrapped[:_HEAD]:
            raise UnsealError("the data key is marked as one of another cipher")
        return key

    def blind_index(self, purpose: str, value: str) -> bytes:
        """Return 32 bytes that are equal for equal values of one purpose."""
        return self.index_key.hashed(purpose, value)

    def blind_indexes(self, purpose: str, value: str) -> Iterator[bytes]:
        """Yield them as every key of fingerprints and codes makes them, the newest first."""
        return (key.hashed(purpose, value) for key in self.index_keys)

    def blind_hashes(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """Return `blind_index` of many values of one purpose."""
        return self.index_key.hashed_all(purpose, values)

    def search_index(self, purpose: str, value: str) -> bytes:
        """Return such 32 bytes by a key that can be replaced when all of them are made anew."""
        return (self.search_key or self.index_key).hashed(purpose, value)

    def search_hashes(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """Return `search_index` of many values of one purpose."""
        return (self.search_key or self.index_key).hashed_all(purpose, values)

    def seal_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]
    ) -> list[tuple[bytes, ...]]:
        """Seal some columns of many new rows of a table, each row by a new key of its own.

        ``rows``: the id of each row and its texts in the order of the columns. Returns for each
        the sealed texts and, as the last, the wrapped key: what `seal` and `wrap` return.
        """
        master, length = self.masters[self.current], self.profile.key_length
        bound = [f"{table}\x1f{column}\x1f".encode() for column in columns]
        wrapped = f"{table}\x1fdata_key\x1f".encode()
        head, wrap = _head(self.current, master, bytes(length)), _cipher(master).encrypt
        done = []
        for row, texts in rows:
            # A key, a nonce for each text, and one for the key itself.
            drawn, named = os.urandom(length + NONCE_LENGTH * (len(bound) + 1)), row.encode()
            key, nonce, at = drawn[:length], drawn[-NONCE_LENGTH:], length
            encrypt, sealed = cipher_of(key).encrypt, []
            for place, text in zip(bound, texts, strict=True):
                own, at = drawn[at : at + NONCE_LENGTH], at + NONCE_LENGTH
                said = text.encode()
                sealed.append(own + encrypt(own, said, place + named) if said else said)
            sealed.append(head + nonce + wrap(nonce, key, wrapped + named))
            done.append(tuple(sealed))
        return done


def seal(data_key: bytes, place: Place, column: str, text: str) -> bytes:
    """Encrypt one value for one column of one row; an empty text stays empty."""
    if not text:
        return b""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + cipher_of(data_key).encrypt(nonce, text.encode(), place.bound_to(column))


def unseal(data_key: bytes, place: Place, column: str, sealed: bytes) -> str:
    """Open one value; UnsealError if it was moved or changed."""
    if not sealed:
        return ""
    try:
        nonce, rest = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
        plain = cipher_of(data_key).decrypt(nonce, rest, place.bound_to(column))
    except (InvalidTag, ValueError) as error:
        raise UnsealError(f"the value of {column} does not open here") from error
    return plain.decode()


def make_keyring_file(path: Path, profile: Profile = Profile.AES) -> None:
    """Write a new keyring that only its owner can read; an existing one is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "current": 1,
        "masters": {"1": spelled(profile.new_key(), profile)},
        "index_key": HashKey.new(profile).spelled(),
        "secret_key": secrets.token_urlsafe(48),
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        json.dump(body, file, indent=1)


def read_keyring_file(path: Path) -> tuple[Keyring, str]:
    """Return the keyring and the secret that signs sessions."""
    body = json.loads(path.read_text())
    masters = {int(version): _master(text) for version, text in body["masters"].items()}
    ring = Keyring(
        masters,
        int(body["current"]),
        HashKey.read(body["index_key"]),
        HashKey.read(body["search_key"]) if "search_key" in body else None,
        tuple(HashKey.read(text) for text in body.get("older_index_keys", ())),
    )
    return ring, str(body["secret_key"])


def _master(text: str) -> bytes:
    """Return a master key; ValueError where it is not as long as its mark says."""
    key, profile = read_spelled(text)
    if Profile.of_key(key) is not profile:
        raise ValueError("a master key of the key file is not as long as its cipher needs it")
    return key
