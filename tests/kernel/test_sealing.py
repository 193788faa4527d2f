"""Sealed values open only where and by whom they were sealed."""

from pathlib import Path

import pytest

from linli.kernel.sealing import (
    Keyring,
    Place,
    UnsealError,
    make_keyring_file,
    new_data_key,
    read_keyring_file,
    seal,
    unseal,
)

HERE, THERE = Place("people", "1"), Place("people", "2")
RING = Keyring({1: b"k" * 32}, 1, b"i" * 32)


def test_a_value_opens_in_its_own_place_and_nowhere_else() -> None:
    key = new_data_key()
    sealed = seal(key, HERE, "name", "示例")
    assert unseal(key, HERE, "name", sealed) == "示例"
    for place, column in ((THERE, "name"), (HERE, "telephone")):
        with pytest.raises(UnsealError, match="does not open"):
            unseal(key, place, column, sealed)
    assert unseal(key, HERE, "name", seal(key, HERE, "name", "")) == ""


def test_a_data_key_opens_in_its_own_place_and_with_its_master_key() -> None:
    key = new_data_key()
    wrapped = RING.wrap(key, HERE)
    assert RING.unwrap(wrapped, HERE) == key
    with pytest.raises(UnsealError, match="does not open"):
        RING.unwrap(wrapped, THERE)
    with pytest.raises(UnsealError, match="no master key of version 1"):
        Keyring({2: b"k" * 32}, 2, b"i" * 32).unwrap(wrapped, HERE)


def test_a_keyring_file_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keys.json"
    make_keyring_file(path)
    first = path.read_text()
    make_keyring_file(path)
    assert path.read_text() == first
    assert path.stat().st_mode & 0o077 == 0
    ring, secret = read_keyring_file(path)
    assert ring.current in ring.masters
    assert len(secret) > 40
