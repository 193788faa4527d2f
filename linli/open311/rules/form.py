"""Reading a form body once: names, values, encodings; nothing here knows what they mean."""

import codecs
from collections.abc import Mapping
from email.message import Message
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
# Encodings that clients in use here send; all are supersets of ASCII, which names are written in.
_ENCODINGS = frozenset({"utf-8", "ascii", "gbk", "gb2312", "gb18030", "iso8859-1"})
MOST_FIELDS = 200


class UnreadableError(ValueError):
    """The body is no form, or not in the encoding it declares."""


def encoding_of(content_type: str) -> str:
    """Return the Python name of the encoding that a Content-Type declares; UTF-8 by default."""
    if "charset" not in content_type.lower():
        return "utf-8"
    message = Message()
    message["Content-Type"] = content_type
    declared = str(message.get_param("charset", "utf-8"))
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name not in _ENCODINGS:
        raise UnreadableError(f"charset={declared[:40]}")
    return name


def fields_of(body: bytes, content_type: str) -> Mapping[str, str]:
    """Return the fields of a form body; of a name that stands twice the last one counts.

    Raises UnreadableError when bytes are not in the declared encoding or there are too many fields.
    """
    encoding = encoding_of(content_type)
    try:
        return dict(
            parse_qsl(
                body.decode("ascii" if encoding == "ascii" else encoding),
                keep_blank_values=True,
                encoding=encoding,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        )
    except ValueError as error:  # UnicodeDecodeError is one
        raise UnreadableError(str(error)) from error
