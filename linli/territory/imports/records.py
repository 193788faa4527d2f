"""Turning a file into records: values by column name, and perhaps a shape, whatever the format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from linli.kernel.tables import MOST_BYTES, BadTable, TableProblem, read_table
from linli.territory.imports.report import Report, Source

# The header may follow a title and a line that says who made the table.
_HEADER_WITHIN_ROWS = 10
_WKT_NAMES = ("wkt", "geometry", "边界", "几何", "范围")
_NOT_A_SHAPE = (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True)
class Record:
    """One row or feature: where it stands, what it says, and its shape if it has one."""

    where: str
    values: Mapping[str, str]
    shape: BaseGeometry | None = None


@dataclass(frozen=True)
class Records:
    """All records of a file, the coordinate system it declares, and whether any has a shape."""

    rows: list[Record]
    declared_crs: str = ""

    @property
    def have_shapes(self) -> bool:
        """Say whether a coordinate system matters."""
        return any(row.shape is not None for row in self.rows)


def read_records(source: Source, names: Sequence[str], report: Report) -> Records:
    """Read GeoJSON or a spreadsheet; errors go to the report.

    ``names`` are column names of which a table's header must hold one, lower case.
    """
    if source.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return _read_geojson(source, report)
    try:
        table = read_table(source.name, source.data)
    except BadTable as error:
        report.error(table_sentence(error.problem))
        return Records([])
    if table.error_cells:
        report.warning(
            _("Cells that hold an error such as #REF! were read as empty: %(number)d.")
            % {"number": table.error_cells}
        )
    return _records_of_table(table.rows, names, report)


def table_sentence(problem: TableProblem) -> str:
    """Say in words why a file cannot be read as a table."""
    sentences = {
        TableProblem.TOO_LARGE: _("The file is too large, or claims more cells than it may have."),
        TableProblem.NOT_A_TABLE: _(
            "The file is neither a .csv nor an .xlsx table, or is damaged."
        ),
        TableProblem.ENCODING: _("The text is neither UTF-8 nor GB 18030."),
        TableProblem.OLD_FORMAT: _(
            "Please save the table as .xlsx or .csv; this format is not read."
        ),
        TableProblem.LOCKED: _("The workbook is protected by a password; save it without one."),
        TableProblem.MACROS: _(
            "The workbook holds macros, which are never run here; save it as .xlsx without them."
        ),
        TableProblem.NO_ROWS: _("The file has no visible sheet with anything in it."),
    }
    return sentences[problem]


def _records_of_table(rows: list[list[str]], names: Sequence[str], report: Report) -> Records:
    wanted = {name.lower() for name in names}
    header_at = next(
        (
            number
            for number, row in enumerate(rows[:_HEADER_WITHIN_ROWS])
            if wanted & {cell.lower() for cell in row}
        ),
        None,
    )
    if header_at is None:
        report.error(
            _("None of the first %(rows)d rows is a header with one of the columns %(names)s.")
            % {"rows": _HEADER_WITHIN_ROWS, "names": ", ".join(names)}
        )
        return Records([])
    header = rows[header_at]
    records = []
    for number, row in enumerate(rows[header_at + 1 :], start=header_at + 2):
        if any(row):
            where = _("row %(number)d") % {"number": number}
            values = dict(zip(header, row, strict=False))
            values.pop("", None)
            records.append(_with_wkt(Record(where, values), report))
    return Records(records)


def _with_wkt(record: Record, report: Report) -> Record:
    for name, text in record.values.items():
        if name.lower() in _WKT_NAMES and text:
            try:
                return Record(record.where, record.values, shapely.from_wkt(text))
            except ShapelyError:
                report.error(
                    _("The boundary in column %(column)s is not WKT.") % {"column": name},
                    record.where,
                )
    return record


def _read_geojson(source: Source, report: Report) -> Records:
    if len(source.data) > MOST_BYTES:
        report.error(table_sentence(TableProblem.TOO_LARGE))
        return Records([])
    try:
        document = orjson.loads(source.data.lstrip(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        report.error(_("The file is not JSON: %(reason)s.") % {"reason": error})
        return Records([])
    features = _features_of(document)
    if not features:
        report.error(
            _("The file holds no FeatureCollection, no list of Features and no single Feature.")
        )
        return Records([])
    records = [_feature(number, each, report) for number, each in enumerate(features, start=1)]
    return Records([record for record in records if record is not None], _crs_of(document))


def _features_of(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if document.get("type") == "Feature":
        return [document]
    features = document.get("features")
    return features if isinstance(features, list) else []


def _crs_of(document: Any) -> str:
    """Return the name in the ``crs`` member; of a bare list, that of its first feature."""
    holder = document[0] if isinstance(document, list) else document
    crs = holder.get("crs") if isinstance(holder, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", "")) if isinstance(properties, dict) else ""


def _feature(number: int, feature: Any, report: Report) -> Record | None:
    where = _("feature %(number)d") % {"number": number}
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        report.error(_("This is not a GeoJSON Feature."), where)
        return None
    properties = feature.get("properties")
    values = {
        str(name): "" if value is None else str(value).strip()
        for name, value in (properties if isinstance(properties, dict) else {}).items()
    }
    geometry = feature.get("geometry")
    if geometry is None:
        return Record(where, values)
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        report.error(
            _("A boundary must be a Polygon or MultiPolygon, not %(kind)s.") % {"kind": kind}, where
        )
        return None
    try:
        return Record(where, values, shape_of(geometry))
    except _NOT_A_SHAPE as error:
        report.error(_("The boundary cannot be read: %(reason)s.") % {"reason": error}, where)
        return None
