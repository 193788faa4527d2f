"""Sealed values open only where and by whom they were sealed."""

import hmac
from pathlib import Path

import pytest

from linli.kernel.ciphers import HashKey, Profile
from linli.kernel.sealing import (
    Keyring,
    Place,
    UnsealError,
    make_keyring_file,
    profile_of,
    read_keyring_file,
    seal,
    unseal,
    version_of,
)

HERE, THERE = Place("people", "1"), Place("people", "2")
RING = Keyring({1: b"k" * 32}, 1, HashKey(b"i" * 32))


def test_a_value_opens_in_its_own_place_and_nowhere_else() -> None:
    key = RING.new_data_key()
    sealed = seal(key, HERE, "name", "示例")
    assert unseal(key, HERE, "name", sealed) == "示例"
    for place, column in ((THERE, "name"), (HERE, "telephone")):
        with pytest.raises(UnsealError, match="does not open"):
            unseal(key, place, column, sealed)
    assert unseal(key, HERE, "name", seal(key, HERE, "name", "")) == ""


def test_a_data_key_opens_in_its_own_place_and_with_its_master_key() -> None:
    key = RING.new_data_key()
    wrapped = RING.wrap(key, HERE)
    assert RING.unwrap(wrapped, HERE) == key
    with pytest.raises(UnsealError, match="does not open"):
        RING.unwrap(wrapped, THERE)
    with pytest.raises(UnsealError, match="no master key of version 1"):
        Keyring({2: b"k" * 32}, 2, HashKey(b"i" * 32)).unwrap(wrapped, HERE)


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


SM_RING = Keyring({1: b"k" * 32, 2: b"s" * 16}, 2, HashKey(b"i" * 32, Profile.SM))


def test_what_either_profile_sealed_opens_beside_the_other() -> None:
    old, new = RING.new_data_key(), SM_RING.new_data_key()
    wrapped, fresh = RING.wrap(old, HERE), SM_RING.wrap(new, HERE)
    assert (len(old), len(new)) == (32, 16)
    assert [profile_of(one) for one in (wrapped, fresh)] == [Profile.AES, Profile.SM]
    assert [version_of(one) for one in (wrapped, fresh)] == [1, 2]
    for key, kept in ((old, wrapped), (new, fresh)):
        assert SM_RING.unwrap(kept, HERE) == key
        sealed = seal(key, HERE, "name", "示例")
        assert unseal(SM_RING.unwrap(kept, HERE), HERE, "name", sealed) == "示例"


def test_a_key_is_known_for_another_cipher_than_its_mark_says() -> None:
    wrapped = SM_RING.wrap(SM_RING.new_data_key(), HERE)
    marked = bytes([wrapped[0] & 0x3F]) + wrapped[1:]
    with pytest.raises(UnsealError, match="marked as one of another cipher"):
        SM_RING.unwrap(marked, HERE)


@pytest.mark.parametrize("sealed", [b"x", bytes(12), bytes(27), bytes(40)])
def test_what_was_cut_off_does_not_open(sealed: bytes) -> None:
    for ring in (RING, SM_RING):
        with pytest.raises(UnsealError):
            unseal(ring.new_data_key(), HERE, "name", sealed)


def test_hashes_of_older_keys_are_known_and_none_is_made_with_them() -> None:
    older, newer = HashKey(b"i" * 32), HashKey(b"j" * 32, Profile.SM)
    ring = Keyring({1: b"k" * 32}, 1, newer, None, (older,))
    before, after = RING.blind_index("p", "v"), ring.blind_index("p", "v")
    assert before != after
    assert list(ring.blind_indexes("p", "v")) == [after, before]
    assert ring.search_index("p", "v") == after
    assert Keyring({1: b"k" * 32}, 1, newer, older).search_index("p", "v") == before


def test_a_key_file_of_the_other_profile_says_so(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keyring_file(path, Profile.SM)
    ring, _secret = read_keyring_file(path)
    assert (ring.profile, ring.index_key.profile) == (Profile.SM, Profile.SM)
    assert path.read_text().count('"sm:') == 2
    path.write_text(path.read_text().replace('"sm:', '"'))
    with pytest.raises(ValueError, match="not as long as its cipher"):
        read_keyring_file(path)


@pytest.mark.parametrize("ring", [RING, SM_RING])
def test_many_rows_sealed_together_open_as_rows_sealed_alone(ring: Keyring) -> None:
    rows = [("a", ("样甲", "")), ("b", ("样甲", "199"))]
    sealed = ring.seal_rows("people", ("name", "telephone"), rows)
    for (row, texts), (name, telephone, wrapped) in zip(rows, sealed, strict=True):
        place = Place("people", row)
        key = ring.unwrap(wrapped, place)
        assert unseal(key, place, "name", name) == texts[0]
        assert unseal(key, place, "telephone", telephone) == texts[1]
        with pytest.raises(UnsealError):
            unseal(key, place, "telephone", name)
    # Each row has a key of its own, and no nonce comes twice.
    keys = [
        ring.unwrap(one[-1], Place("people", row))
        for (row, _texts), one in zip(rows, sealed, strict=True)
    ]
    assert keys[0] != keys[1]
    assert sealed[0][0] != sealed[1][0]


@pytest.mark.parametrize("profile", Profile)
def test_many_hashes_are_those_that_are_made_one_by_one(profile: Profile) -> None:
    ring = Keyring({1: b"k" * 32}, 1, HashKey(b"i" * 32, profile), HashKey(b"s" * 32, profile))
    values = ["样甲", "", "199"]
    assert ring.blind_hashes("x", values) == [ring.blind_index("x", one) for one in values]
    assert ring.search_hashes("x", values) == [ring.search_index("x", one) for one in values]
    assert ring.blind_index("x", "199") != ring.search_index("x", "199")


def test_a_hash_is_what_others_make_with_the_same_key() -> None:
    whole = hmac.digest(b"i" * 32, b"x\x1f199", "sha256")
    assert RING.blind_index("x", "199") == whole
