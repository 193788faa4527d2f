"""Reading the parts of a grid that is to be split."""

from linli.territory.imports.columns import Columns
from linli.territory.imports.records import read_records
from linli.territory.imports.report import Report, Source
from linli.territory.imports.shapes import declared_system, stored_shape
from linli.territory.rules.facts import Part


def read_parts(source: Source, crs: str) -> tuple[tuple[Part, ...], Report]:
    """Read GeoJSON or a table of names and boundaries; every error is in the report."""
    report, columns = Report(source.name), Columns()
    records = read_records(source, columns.names("name"), report)
    system = declared_system(records, crs, report) if records.rows else None
    if system is None:
        return (), report
    parts = []
    for record in records.rows:
        shape = stored_shape(record, system, report)
        if shape is not None:
            name = columns.text(record, "name") or record.where
            parts.append(Part(name, shape, columns.text(record, "name_en")))
    return tuple(parts), report
