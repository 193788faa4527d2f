"""Two profiles of ciphers: AES-256-GCM with SHA-256, and SM4-GCM with SM3.

SM4 is GB/T 32907-2016 and SM3 GB/T 32905-2016; they are put together as RFC 8998 does it. Both
come out of OpenSSL through ``cryptography``, as AES does. A key tells its profile by its length
(AES-256 has 32 bytes, SM4 has 16), so that what was sealed by either opens beside the other.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC

NONCE_LENGTH = 12
_TAG_LENGTH = 16
_HASH_KEY_LENGTH = _AES_KEY_LENGTH = 32
_SM_MARK = "sm:"


class Profile(StrEnum):
    """Which family of ciphers and hashes a key is for."""

    AES = "aes"
    SM = "sm"

    @property
    def key_length(self) -> int:
        """Return how many bytes a key of its cipher has."""
        return 16 if self is Profile.SM else _AES_KEY_LENGTH

    def new_key(self) -> bytes:
        """Return a fresh key of its cipher."""
        return secrets.token_bytes(self.key_length)

    @classmethod
    def of_key(cls, key: bytes) -> "Profile":
        """Return the profile whose cipher takes a key; ValueError where none does."""
        for profile in cls:
            if len(key) == profile.key_length:
                return profile
        raise ValueError(f"no cipher here has keys of {len(key)} bytes")


class Aead(Protocol):
    """A cipher that also proves where a text belongs; the tag follows the ciphertext."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return the text; InvalidTag where anything was changed."""


class SM4GCM:
    """SM4 in Galois counter mode with the face of ``AESGCM``."""

    def __init__(self, key: bytes) -> None:
        self._cipher = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return ciphertext and tag."""
        sealing = Cipher(self._cipher, GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        """Return the text; InvalidTag where anything was changed or cut off."""
        if len(nonce) < NONCE_LENGTH or len(data) < _TAG_LENGTH:
            raise InvalidTag
        opening = Cipher(self._cipher, GCM(nonce, data[-_TAG_LENGTH:])).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(data[:-_TAG_LENGTH]) + opening.finalize()


def cipher_of(key: bytes) -> Aead:
    """Return the cipher of a key by its length."""
    # Asked for every record: the most likely length first.
    if len(key) == _AES_KEY_LENGTH:
        return AESGCM(key)
    Profile.of_key(key)
    return SM4GCM(key)


@lru_cache(maxsize=16)
def _begun(key: bytes, profile: Profile) -> HMAC:
    """Return the beginning of all hashes of a key, to be copied."""
    return HMAC(key, SM3() if profile is Profile.SM else SHA256())


@dataclass(frozen=True)
class HashKey:
    """A key of HMAC-SHA256 or HMAC-SM3; both give 32 bytes."""

    key: bytes
    profile: Profile = Profile.AES

    @classmethod
    def new(cls, profile: Profile) -> "HashKey":
        """Return a fresh key for the hash of a profile."""
        return cls(secrets.token_bytes(_HASH_KEY_LENGTH), profile)

    def digest(self, text: bytes) -> bytes:
        """Return 32 bytes that are equal for equal texts and cannot be made without the key."""
        keyed = _begun(self.key, self.profile).copy()
        keyed.update(text)
        return keyed.finalize()

    def hashed(self, purpose: str, value: str) -> bytes:
        """Return the hash of a value for one purpose."""
        return self.digest(f"{purpose}\x1f{value}".encode())

    def hashed_all(self, purpose: str, values: Iterable[str]) -> list[bytes]:
        """Return the hashes of many values for one purpose."""
        begun = _begun(self.key, self.profile).copy()
        begun.update(f"{purpose}\x1f".encode())
        hashes = []
        for value in values:
            keyed = begun.copy()
            keyed.update(value.encode())
            hashes.append(keyed.finalize())
        return hashes

    def spelled(self) -> str:
        """Return it as it stands in a key file."""
        return spelled(self.key, self.profile)

    @classmethod
    def read(cls, text: str) -> "HashKey":
        """Read what ``spelled`` wrote."""
        return cls(*read_spelled(text))


def spelled(key: bytes, profile: Profile) -> str:
    """Return a key as it stands in a key file: in base 64, marked where it is for SM4 or SM3."""
    mark = _SM_MARK if profile is Profile.SM else ""
    return mark + base64.b64encode(key).decode()


def read_spelled(text: str) -> tuple[bytes, Profile]:
    """Return a key of a key file, and what it is for."""
    profile = Profile.SM if text.startswith(_SM_MARK) else Profile.AES
    return base64.b64decode(text.removeprefix(_SM_MARK)), profile
