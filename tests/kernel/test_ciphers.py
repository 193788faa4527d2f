"""Both profiles give what the published standards say, and open nothing that was changed."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SM3, Hash

from linli.kernel.ciphers import SM4GCM, HashKey, Profile, cipher_of, read_spelled, spelled

ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
# RFC 8998, appendix A.1 (SM4-GCM).
SM_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
SM_NONCE = bytes.fromhex("00001234567800000000abcd")
SM_TEXT = bytes.fromhex("".join(sign * 16 for sign in "abcdefea"))
SM_SEALED = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec"
)
# McGrew and Viega, The Galois/Counter Mode of Operation, test case 16 (AES-256).
AES_KEY = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
AES_NONCE = bytes.fromhex("cafebabefacedbaddecaf888")
AES_TEXT = bytes.fromhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
AES_SEALED = bytes.fromhex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b"
)
KNOWN = [(SM_KEY, SM_NONCE, SM_TEXT, SM_SEALED), (AES_KEY, AES_NONCE, AES_TEXT, AES_SEALED)]
BOTH = pytest.mark.parametrize(
    ("key", "nonce", "text", "sealed"), KNOWN, ids=["SM4-GCM", "AES-256-GCM"]
)


@BOTH
def test_sealing_gives_the_published_bytes(
    key: bytes, nonce: bytes, text: bytes, sealed: bytes
) -> None:
    assert cipher_of(key).encrypt(nonce, text, ASSOCIATED) == sealed
    assert cipher_of(key).decrypt(nonce, sealed, ASSOCIATED) == text


@BOTH
def test_nothing_opens_that_was_changed_moved_or_cut_off(
    key: bytes, nonce: bytes, text: bytes, sealed: bytes
) -> None:
    cipher = cipher_of(key)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    other = bytes([sealed[0] ^ 1]) + sealed[1:]
    for given in (changed, other, sealed[:-1], sealed[:15], b""):
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, given, ASSOCIATED)
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, b"elsewhere")


def test_a_short_nonce_opens_nothing() -> None:
    with pytest.raises(InvalidTag):
        SM4GCM(SM_KEY).decrypt(b"", SM_SEALED, ASSOCIATED)


def test_the_block_cipher_is_that_of_gbt_32907() -> None:
    """GB/T 32907-2016, appendix A.1."""
    sealing = Cipher(SM4(SM_KEY), ECB()).encryptor()  # noqa: S305 - one block of the standard
    assert sealing.update(SM_KEY).hex() == "681edf34d206965e86b3e94f536e4246"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_hash_is_that_of_gbt_32905(text: bytes, wanted: str) -> None:
    """GB/T 32905-2016, appendix A."""
    sm3 = Hash(SM3())
    sm3.update(text)
    assert sm3.finalize().hex() == wanted


@pytest.mark.parametrize(
    ("key", "text", "wanted"),
    [
        # GM/T 0042-2015, appendix D.3.
        (
            HashKey(bytes(range(1, 33)), Profile.SM),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        # RFC 4231, test case 1.
        (
            HashKey(b"\x0b" * 20),
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
    ],
    ids=["HMAC-SM3", "HMAC-SHA256"],
)
def test_keyed_hashes_give_the_published_bytes(key: HashKey, text: bytes, wanted: str) -> None:
    assert key.digest(text).hex() == wanted
    assert key.digest(text).hex() == wanted


def test_a_key_says_in_its_file_what_it_is_for() -> None:
    for profile in Profile:
        key, hashes = profile.new_key(), HashKey.new(profile)
        assert read_spelled(spelled(key, profile)) == (key, profile)
        assert HashKey.read(hashes.spelled()) == hashes
        assert Profile.of_key(key) is profile
    with pytest.raises(ValueError, match="keys of 24 bytes"):
        cipher_of(bytes(24))
