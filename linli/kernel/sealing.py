"""Field encryption: one AES-256-GCM data key a record, wrapped by a key outside the database.

Associated data binds each value to its table, column and row, so that a ciphertext moved
elsewhere does not open. Equality search goes through a keyed HMAC ("blind index").
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32


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
def _cipher(master: bytes) -> AESGCM:
    """Return the cipher of a master key: spreading the key costs more than a short text."""
    return AESGCM(master)


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> "hmac.HMAC":
    """Return the beginning of all hashes of a key, to be copied."""
    return hmac.new(key, digestmod=hashlib.sha256)


def _hashed(key: bytes, purpose: str, value: str) -> bytes:
    keyed = _keyed(key).copy()
    keyed.update(f"{purpose}\x1f{value}".encode())
    return keyed.digest()


@dataclass(frozen=True)
class Keyring:
    """Master keys by version, the version that seals, and the keys of hashes.

    ``index_key`` makes what may never change: fingerprints and codes. ``search_key`` makes the
    hashes by which sealed values are found, and can be replaced; until then it is the same.
    """

    masters: Mapping[int, bytes]
    current: int
    index_key: bytes
    search_key: bytes = b""

    def wrap(self, data_key: bytes, place: Place) -> bytes:
        """Return version, nonce and the data key sealed by the current master key."""
        nonce = os.urandom(_NONCE)
        sealed = _cipher(self.masters[self.current]).encrypt(
            nonce, data_key, place.bound_to("data_key")
        )
        return self.current.to_bytes(2, "big") + nonce + sealed

    def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Return the data key; UnsealError if it was not sealed here."""
        version = int.from_bytes(wrapped[:2], "big")
        if version not in self.masters:
            raise UnsealError(f"no master key of version {version}")
        nonce, sealed = wrapped[2 : 2 + _NONCE], wrapped[2 + _NONCE :]
        try:
            return _cipher(self.masters[version]).decrypt(nonce, sealed, place.bound_to("data_key"))
        except InvalidTag as error:
            raise UnsealError("the data key does not open here") from error

    def blind_index(self, purpose: str, value: str) -> bytes:
        """Return 32 bytes that are equal for equal values of one purpose."""
        return _hashed(self.index_key, purpose, value)

    def search_index(self, purpose: str, value: str) -> bytes:
        """Return such 32 bytes by a key that can be replaced when all of them are made anew."""
        return _hashed(self.search_key or self.index_key, purpose, value)


def new_data_key() -> bytes:
    """Return a fresh key for one record."""
    return secrets.token_bytes(_KEY)


def seal(data_key: bytes, place: Place, column: str, text: str) -> bytes:
    """Encrypt one value for one column of one row; an empty text stays empty."""
    if not text:
        return b""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(data_key).encrypt(nonce, text.encode(), place.bound_to(column))


def unseal(data_key: bytes, place: Place, column: str, sealed: bytes) -> str:
    """Open one value; UnsealError if it was moved or changed."""
    if not sealed:
        return ""
    try:
        plain = AESGCM(data_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.bound_to(column))
    except InvalidTag as error:
        raise UnsealError(f"the value of {column} does not open here") from error
    return plain.decode()


def make_keyring_file(path: Path) -> None:
    """Write a new keyring that only its owner can read; an existing one is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "current": 1,
        "masters": {"1": base64.b64encode(secrets.token_bytes(_KEY)).decode()},
        "index_key": base64.b64encode(secrets.token_bytes(_KEY)).decode(),
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
    masters = {int(v): base64.b64decode(key) for v, key in body["masters"].items()}
    index_key, search_key = (
        base64.b64decode(body.get(name, "")) for name in ("index_key", "search_key")
    )
    ring = Keyring(masters, int(body["current"]), index_key, search_key)
    return ring, str(body["secret_key"])
