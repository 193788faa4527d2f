"""Pictures of strangers: decoded within limits, and encoded anew from their pixels alone."""

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

THUMBNAIL_SIDE = 480
_QUALITY = 85
_THUMBNAIL_QUALITY = 78
# A progressive JPEG may hold thousands of scans of a large picture, each decoded in turn.
_MOST_SCANS = 64
_SCAN = b"\xff\xda"
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow raises for bytes that are no picture after all.
_BAD = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    AttributeError,
    struct.error,
    zlib.error,
)


class BadPicture(Exception):
    """The bytes cannot be decoded."""


class TooManyPixels(Exception):
    """Decoding would cost more than a picture is worth."""


@dataclass(frozen=True)
class Picture:
    """A JPEG without anything but its pixels, and a small one of it; sizes in pixels."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """Return an RGB picture that carries nothing along from the file (comments, profiles)."""
    clean = Image.new("RGB", image.size, "white")
    if "A" in image.getbands():
        clean.paste(image, mask=image.getchannel("A"))
    else:
        clean.paste(image.convert("RGB"))
    return clean


def _small_enough(image: Image.Image, pixels: int, raw_pixels: int, side: int) -> None:
    width, height = image.size
    if width * height > raw_pixels:
        raise TooManyPixels
    if not image.info.get("progressive"):
        # A JPEG can be decoded at a half, a quarter, an eighth: no need to hold all of it.
        image.draft("RGB", (side, side))
    width, height = image.size
    if width * height > pixels:
        raise TooManyPixels


def encode_anew(data: bytes, kind: str, *, pixels: int, raw_pixels: int, side: int) -> Picture:
    """Return the first frame of a picture, upright, at most ``side`` pixels long.

    ``kind`` is Pillow's name of the format that the bytes begin with; no other decoder is
    asked. Raises TooManyPixels before anything large is decoded, BadPicture for damaged bytes.
    """
    if kind == "JPEG" and data.count(_SCAN) > _MOST_SCANS:
        raise TooManyPixels
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            _small_enough(image, pixels, raw_pixels, side)
            image.load()
            plain: Image.Image = image
            if image.mode == "P" or "transparency" in image.info:
                plain = image.convert("RGBA")
            plain.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
            upright = _on_white(ImageOps.exif_transpose(plain))
    except _BOMBS as error:
        raise TooManyPixels from error
    except _BAD as error:
        raise BadPicture from error
    width, height = upright.size
    whole = _jpeg(upright, _QUALITY)
    upright.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(whole, _jpeg(upright, _THUMBNAIL_QUALITY), width, height)
