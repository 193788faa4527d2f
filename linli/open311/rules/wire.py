"""How GeoReport v2 spells a document in XML and in JSON.

One document is a list of rows, or one row; XML names the root and each row, JSON is the bare
array (or object). Lists inside rows become elements around elements.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from xml.sax.saxutils import escape

import orjson

Row: TypeAlias = "Mapping[str, Value]"
Value: TypeAlias = "str | int | float | bool | Sequence[Row] | Sequence[str] | None"

# What each thing inside a list is called in XML.
_ONE_OF = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "updates": "update",
}
# XML 1.0 has no way at all to write these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Spelling(StrEnum):
    """The two formats; the value is the ending of an address."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """What the Content-Type header says."""
        if self is Spelling.XML:
            return "text/xml; charset=utf-8"
        return "application/json; charset=utf-8"


@dataclass(frozen=True)
class Document:
    """What is answered: the XML name of the whole, of one row ("" for a single object), rows."""

    root: str
    item: str
    rows: tuple[Row, ...]

    def spelled(self, spelling: Spelling) -> bytes:
        """Return the document as bytes in UTF-8."""
        if spelling is Spelling.XML:
            return _xml(self)
        return orjson.dumps(self.rows if self.item else self.rows[0])


def one(root: str, row: Row) -> Document:
    """Return a document that is a single object."""
    return Document(root, "", (row,))


def many(root: str, item: str, rows: Iterable[Row]) -> Document:
    """Return a document that is a list of rows."""
    return Document(root, item, tuple(rows))


def errors(faults: Iterable[tuple[int, str]]) -> Document:
    """Return the document of errors, each a code and a sentence."""
    return many("errors", "error", ({"code": code, "description": text} for code, text in faults))


def _text(value: str | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(_UNWRITABLE.sub("\ufffd", str(value)))


def _element(name: str, value: Value) -> Iterator[str]:
    if value is None or isinstance(value, str | int | float):
        text = _text(value)
        yield f"<{name}>{text}</{name}>" if text else f"<{name}/>"
        return
    yield f"<{name}>"
    for entry in value:
        if isinstance(entry, str):
            yield from _element(_ONE_OF[name], entry)
        else:
            yield from _row(_ONE_OF[name], entry)
    yield f"</{name}>"


def _row(name: str, row: Row) -> Iterator[str]:
    yield f"<{name}>"
    for key, value in row.items():
        yield from _element(key, value)
    yield f"</{name}>"


def _xml(document: Document) -> bytes:
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
    if document.item:
        parts.append(f"<{document.root}>")
        for row in document.rows:
            parts.extend(_row(document.item, row))
        parts.append(f"</{document.root}>")
    else:
        parts.extend(_row(document.root, document.rows[0]))
    return "".join(parts).encode()
