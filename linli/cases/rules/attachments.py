"""What a file is, judged by its bytes and never by its name, and what is kept of it.

A picture is decoded and encoded anew as JPEG: place, camera, comments and whatever was hidden
behind the picture are gone. Other files are kept as they are when their kind is on the list.
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum

import filetype

from linli.cases.rules.pictures import BadPicture, Picture, TooManyPixels, encode_anew

MEGABYTE = 1024 * 1024
# What Pillow calls a kind of picture, by which endings people know it, and how they call it.
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PICTURE_ENDINGS = ("jpg", "jpeg", "png", "webp")
PICTURE_NAMES = ("JPEG", "PNG", "WebP")
DOCUMENTS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/x-wav",
    "amr": "audio/amr",
}
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_MOST_MEMBERS = 2000
_MOST_UNPACKED = 200 * MEGABYTE
_MOST_CONTENT_TYPES = MEGABYTE
# Tab, line feed, form feed and carriage return are part of text; the rest is of programs.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_NAME_LENGTH = 80
_NOT_IN_NAMES = frozenset('"<>:|?*')


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"
    MACROS = "macros"
    KIND = "kind"


class NotTaken(Exception):
    """The file is refused; ``fault`` says why, ``picture`` which other kind of picture it is."""

    def __init__(self, fault: Fault, picture: str = "") -> None:
        super().__init__(fault.value)
        self.fault, self.picture = fault, picture


@dataclass(frozen=True)
class Limits:
    """How large a file may be (bytes, pixels), and which documents are taken (extensions)."""

    size: int = 15 * MEGABYTE
    pixels: int = 16_000_000
    raw_pixels: int = 80_000_000
    side: int = 2560
    documents: frozenset[str] = frozenset(DOCUMENTS)


@dataclass(frozen=True)
class Taken:
    """What is kept of a file; ``thumbnail`` and the sizes (pixels) are of pictures only."""

    data: bytes
    media_type: str
    extension: str
    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None


def _picture(data: bytes, name: str, limits: Limits) -> Taken:
    try:
        made: Picture = encode_anew(
            data, name, pixels=limits.pixels, raw_pixels=limits.raw_pixels, side=limits.side
        )
    except TooManyPixels as error:
        raise NotTaken(Fault.TOO_MANY_PIXELS) from error
    except BadPicture as error:
        raise NotTaken(Fault.DAMAGED) from error
    return Taken(made.data, "image/jpeg", "jpg", made.thumbnail, made.width, made.height)


def _office(data: bytes) -> str:
    """Return docx or xlsx, or "" for another archive; nothing but one small part is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            found = [_OFFICE[name] for name in sorted(names & set(_OFFICE))]
            if len(found) != 1 or "[Content_Types].xml" not in names:
                return ""
            if len(members) > _MOST_MEMBERS or sum(m.file_size for m in members) > _MOST_UNPACKED:
                raise NotTaken(Fault.TOO_LARGE)
            with archive.open("[Content_Types].xml") as part:
                types = part.read(_MOST_CONTENT_TYPES).lower()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise NotTaken(Fault.DAMAGED) from error
    has_macros = b"macroenabled" in types or b"vbaproject" in types
    if has_macros or any("vbaproject" in name.lower() for name in names):
        raise NotTaken(Fault.MACROS)
    return found[0]


def _is_text(data: bytes) -> bool:
    if _NOT_TEXT.search(data):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _as_utf8(data: bytes) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030").encode()
    return data


def _document(data: bytes) -> str:
    """Return the extension of a document by its content, "" for none of ours."""
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    guessed = filetype.guess(data[:8192])
    if guessed is not None:
        extension: str = guessed.extension
        return extension if extension in DOCUMENTS else ""
    return "txt" if _is_text(data) else ""


def examine(data: bytes, limits: Limits) -> Taken:
    """Return what is kept of a file; raises NotTaken with the fault."""
    if not data:
        raise NotTaken(Fault.EMPTY)
    if len(data) > limits.size:
        raise NotTaken(Fault.TOO_LARGE)
    guessed = filetype.guess(data[:8192])
    if guessed is not None and guessed.mime in PICTURES:
        return _picture(data, PICTURES[guessed.mime], limits)
    if guessed is not None and guessed.mime.startswith("image/"):
        raise NotTaken(Fault.KIND, guessed.extension.upper())
    extension = _document(data)
    if extension not in limits.documents:
        raise NotTaken(Fault.KIND)
    if extension == "txt":
        data = _as_utf8(data)
    return Taken(data, DOCUMENTS[extension], extension)


def safe_name(given: str, extension: str) -> str:
    """Return a file name for people: the stem they gave, the ending that the content has."""
    stem = given.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    kept = [
        sign
        for sign in stem
        if sign == " " or (unicodedata.category(sign)[0] not in "CZ" and sign not in _NOT_IN_NAMES)
    ]
    stem = "".join(kept).strip(" .")[:_NAME_LENGTH]
    return f"{stem or 'file'}.{extension}"
