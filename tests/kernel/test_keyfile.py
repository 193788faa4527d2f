"""A key file changes whole or not at all, and whoever runs learns of it by itself."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.kernel.ciphers import HashKey, Profile
from linli.kernel.keyfile import LiveKeyring, add_master, added_at, forget_masters, put_hash_keys
from linli.kernel.sealing import Place, UnsealError, make_keyring_file, version_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HERE = Place("people", "1")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys.json"
    make_keyring_file(made)
    return made


def test_a_new_master_key_seals_and_the_older_one_still_opens(path: Path) -> None:
    first = LiveKeyring(path)
    key = Profile.AES.new_key()
    old = first.wrap(key, HERE)
    assert add_master(path, NOW) == 2
    ring = LiveKeyring(path)
    assert (version_of(old), version_of(ring.wrap(key, HERE))) == (1, 2)
    assert ring.unwrap(old, HERE) == key
    assert ring.blind_index("a", "b") == first.blind_index("a", "b")
    assert ring.index_key == first.index_key
    assert (added_at(path), set(ring.masters), ring.current) == (NOW, {1, 2}, 2)


def test_the_file_stays_its_owners_alone_and_nothing_lies_beside_it(path: Path) -> None:
    assert added_at(path) is None
    add_master(path, NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["keys.json"]


def test_a_running_process_seals_with_the_new_key_within_a_second(path: Path) -> None:
    clock = Clock()
    running = LiveKeyring(path, clock)
    add_master(path, NOW)
    assert running.current == 1
    clock.now = 1.0
    assert running.current == 2


def test_a_running_process_opens_what_another_sealed_at_once(path: Path) -> None:
    running = LiveKeyring(path, Clock())
    add_master(path, NOW)
    key = Profile.AES.new_key()
    assert running.unwrap(LiveKeyring(path).wrap(key, HERE), HERE) == key
    with pytest.raises(UnsealError):
        running.unwrap(b"\x00\x09" + bytes(60), HERE)


def test_a_file_that_cannot_be_read_takes_no_key_away(path: Path) -> None:
    clock = Clock()
    running = LiveKeyring(path, clock)
    path.write_text("half a file")
    clock.now = 5.0
    assert running.current == 1
    path.unlink()
    clock.now = 10.0
    assert running.current == 1


def test_older_keys_are_forgotten_but_never_the_one_that_seals(path: Path) -> None:
    add_master(path, NOW)
    with pytest.raises(ValueError, match="master key 2 seals"):
        forget_masters(path, 1)
    assert forget_masters(path, 2) == 1
    assert forget_masters(path, 2) == 0
    assert list(json.loads(path.read_text())["masters"]) == ["2"]


def test_a_change_that_fails_leaves_the_file_and_no_other(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_text()

    def full(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        add_master(path, NOW)
    assert path.read_text() == before
    assert [one.name for one in path.parent.iterdir()] == ["keys.json"]


def test_a_running_process_knows_new_and_older_keys_of_hashes_at_once(path: Path) -> None:
    running = LiveKeyring(path, Clock())
    before = running.blind_index("a", "b")
    search, index = HashKey.new(Profile.SM), HashKey.new(Profile.SM)
    put_hash_keys(path, search, index)
    assert next(iter(running.blind_indexes("a", "b"))) == index.hashed("a", "b")
    assert before in running.blind_indexes("a", "b")
    assert running.index_keys[0] == index
    assert running.search_index("a", "b") == search.hashed("a", "b")
    assert len(running.new_data_key()) == running.profile.key_length == 32
