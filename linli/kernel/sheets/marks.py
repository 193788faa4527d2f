"""What is found out about a workbook before it is read: whether it may be, and its marks."""

from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from linli.kernel.sheets.cells import Marks
from linli.kernel.sheets.new_books import PartLook, look_at_new_book
from linli.kernel.sheets.old_books import look_at_old_book
from linli.kernel.sheets.open_books import look_at_open_book
from linli.kernel.sheets.packages import Package
from linli.kernel.tables import BadTable, TableProblem

_OLD = b"\xd0\xcf\x11\xe0"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def marks_of(stream: IO[bytes]) -> dict[str, Marks]:
    """Return what is known of the sheets by their names; raise BadTable."""
    stream.seek(0)
    if stream.read(4) == _OLD:
        stream.seek(0)
        look_at_old_book(stream.read())
        return {}
    package = Package(stream)
    if "content.xml" in package.names:
        return look_at_open_book(package)
    if _BOOK not in package.names:
        raise BadTable(TableProblem.OLD_FORMAT)
    if any(name.endswith("vbaProject.bin") for name in package.names):
        raise BadTable(TableProblem.MACROS)
    looks = look_at_new_book(package)
    if not any(look.errors for look in looks.values()):
        return {}
    return _by_names(package, looks)


def _xml(text: bytes) -> Element:
    try:
        root: Element = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadTable(TableProblem.NOT_A_TABLE) from error
    return root


def _by_names(package: Package, looks: dict[str, PartLook]) -> dict[str, Marks]:
    package.start_again()
    targets = {}
    for one in _xml(package.whole(_RELATIONS)).iter():
        if one.get("Id"):
            target = (one.get("Target") or "").lstrip("/")
            targets[one.get("Id")] = target if target.startswith("xl/") else f"xl/{target}"
    found = {}
    for one in _xml(package.whole(_BOOK)).iter():
        if one.tag.endswith("}sheet"):
            ids = [value for name, value in one.items() if name.endswith("}id")]
            look = looks.get(targets.get(ids[0], "")) if ids else None
            found[one.get("name", "")] = Marks(errors=look.errors if look else {})
    return found
