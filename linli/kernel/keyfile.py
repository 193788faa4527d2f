"""The key file while the program runs: read again when it changes, and written whole or not at all.

Several processes read one file. Whoever changes it holds a lock on its folder, writes a new file
beside it, and puts that in its place; a reader sees the old file or the new one.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linli.kernel.ciphers import HashKey, Profile, spelled
from linli.kernel.sealing import Keyring, Place, read_keyring_file, version_of

_OWNER_ONLY = 0o600
# How long a process may seal with a key that is no longer the current one.
_LOOK_AGAIN_SECONDS = 1.0


class LiveKeyring:
    """A keyring that follows its file: what another process adds is known here within a second."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._stamp = _stamp(path)
        self._ring = read_keyring_file(path)[0]
        self._looked = clock()

    def ring(self, *, at_once: bool = False) -> Keyring:
        """Return the keyring as it is now; looks at the file at most once a second."""
        now = self._clock()
        if at_once or now - self._looked >= _LOOK_AGAIN_SECONDS:
            self._looked = now
            # A file that cannot be read now does not take away the keys that are known.
            with suppress(OSError, ValueError, KeyError):
                stamp = _stamp(self._path)
                if stamp != self._stamp:
                    self._ring, self._stamp = read_keyring_file(self._path)[0], stamp
        return self._ring

    @property
    def masters(self) -> Mapping[int, bytes]:
        """Return the master keys by version."""
        return self.ring().masters

    @property
    def current(self) -> int:
        """Return the version that seals."""
        return self.ring().current

    @property
    def profile(self) -> Profile:
        """Return the profile of the master key that seals."""
        return self.ring().profile

    @property
    def index_key(self) -> HashKey:
        """Return the key of fingerprints and codes."""
        return self.ring().index_key

    @property
    def index_keys(self) -> tuple[HashKey, ...]:
        """Return it and the older ones, as the file has them now."""
        return self.ring(at_once=True).index_keys

    def new_data_key(self) -> bytes:
        """Return a fresh key for one record, of the profile that seals now."""
        return self.ring().new_data_key()

    def wrap(self, data_key: bytes, place: Place) -> bytes:
        """Return a data key sealed by the current master key."""
        return self.ring().wrap(data_key, place)

    def unwrap(self, wrapped: bytes, place: Place) -> bytes:
        """Return the data key; UnsealError if it was not sealed here."""
        known = version_of(wrapped) in self._ring.masters
        return self.ring(at_once=not known).unwrap(wrapped, place)

    def blind_index(self, purpose: str, value: str) -> bytes:
        """Return 32 bytes that are equal for equal values of one purpose."""
        return self.ring().blind_index(purpose, value)

    def blind_indexes(self, purpose: str, value: str) -> Iterator[bytes]:
        """Yield them as every key of fingerprints and codes makes them, the newest first."""
        return self.ring(at_once=True).blind_indexes(purpose, value)

    def search_index(self, purpose: str, value: str) -> bytes:
        """Return such 32 bytes by the key that can be replaced."""
        return self.ring().search_index(purpose, value)

    def blind_hashes(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """Return such 32 bytes of many values of one purpose."""
        return self.ring().blind_hashes(purpose, values)

    def search_hashes(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """Return such 32 bytes of many values by the key that can be replaced."""
        return self.ring().search_hashes(purpose, values)

    def seal_rows(
        self, table: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]
    ) -> list[tuple[bytes, ...]]:
        """Return the sealed texts of many new rows, each with its wrapped key as the last."""
        return self.ring().seal_rows(table, columns, rows)


def _stamp(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_mtime_ns, told.st_size, told.st_ino


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the body of a key file to be changed; written when the block ends well."""
    path = path.resolve()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        body: dict[str, Any] = json.loads(path.read_text())
        before = json.dumps(body)
        yield body
        if json.dumps(body) != before:
            _put_in_place(path, body, folder)
    finally:
        os.close(folder)


def _put_in_place(path: Path, body: Mapping[str, Any], folder: int) -> None:
    """Replace a key file so that after a power cut the old or the new one is there, whole."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(handle, "w") as file:
            json.dump(body, file, indent=1)
            file.flush()
            # Whoever rotates may be root; the service has to read the file afterwards.
            owner = path.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(file.fileno())
        fresh.replace(path)
        os.fsync(folder)
    finally:
        fresh.unlink(missing_ok=True)


def add_master(path: Path, at: datetime, profile: Profile = Profile.AES) -> int:
    """Add a fresh master key of a profile that seals from now on; return its version."""
    with _changing(path) as body:
        version = max(map(int, body["masters"])) + 1
        body["masters"][str(version)] = spelled(profile.new_key(), profile)
        body["current"] = version
        body["added_at"] = at.astimezone(UTC).isoformat()
    return version


def put_hash_keys(path: Path, search: HashKey, index: HashKey) -> None:
    """Find by another key from now on, and make fingerprints and codes with another one.

    The one that made them is kept: what hangs on it cannot be made anew.
    """
    with _changing(path) as body:
        body["older_index_keys"] = [body["index_key"], *body.get("older_index_keys", ())]
        body["index_key"], body["search_key"] = index.spelled(), search.spelled()


def added_at(path: Path) -> datetime | None:
    """Return when the current master key was added; None for the first one."""
    told = json.loads(path.read_text()).get("added_at")
    return None if told is None else datetime.fromisoformat(told)


def forget_masters(path: Path, keep: int) -> int:
    """Remove all master keys but one, which must be the current; return how many went.

    Raises ValueError where another one seals meanwhile.
    """
    with _changing(path) as body:
        if int(body["current"]) != keep:
            raise ValueError(f"master key {body['current']} seals, not {keep}")
        gone = [version for version in body["masters"] if int(version) != keep]
        for version in gone:
            del body["masters"][version]
    return len(gone)
