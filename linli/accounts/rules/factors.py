"""How the secrets of second factors are spelled in the database: wrapped key and value."""

import base64

from linli.kernel.sealing import Place

FACTOR_PLACE = Place("mfa_authenticator", "secret")
FACTOR_COLUMN = "secret"
# Under these names allauth keeps what has to be secret.
SECRET_NAMES = ("secret", "seed", "migrated_codes")


def joined(wrapped: bytes, sealed: bytes) -> str:
    """Return a wrapped key and what it sealed as one text."""
    return ".".join(base64.b64encode(part).decode() for part in (wrapped, sealed))


def parted(text: str) -> tuple[bytes, bytes]:
    """Return the wrapped key and what it sealed; ValueError for another text."""
    wrapped, sealed = (base64.b64decode(part, validate=True) for part in text.split("."))
    return wrapped, sealed
