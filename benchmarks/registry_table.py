"""The registry's lines of the table: finding people, importing files, finding doubles."""

from __future__ import annotations

from benchmarks.lines import Line, Wait, text_of, wait_line
from benchmarks.measured import Figures


def finding_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
    """Return finding a person by two facts, among as many residents as there are cases."""
    return [
        wait_line(
            figures,
            Wait(
                f"a person by name and {facts}, {sizes[-1]:,} residents, {database}",
                f"registry.search.{facts}.{database}",
                "",
                100,
                "p95",
            ),
        )
        for database in ("sqlite", "postgres")
        for facts in ("telephone", "address")
    ]


def import_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
    """Return the import of the registry beside reading alone, and beside django-import-export."""
    lines = []
    reading, other = figures.get("import.calamine"), figures.get("import.importexport")
    for database in ("sqlite", "postgres"):
        linli = figures.get(f"import.linli.{database}")
        label = f"74,245 rows from .xlsx: sealed, placed, audited, {database}"
        if linli and linli.more["rows"] != 74_245:
            label = label.replace("74,245", f"{linli.more['rows']:,}")
        ratio = linli.value / reading.value if linli and reading else None
        lines.append(
            Line(
                label,
                text_of(linli),
                f"python-calamine alone {text_of(reading)}",
                "" if ratio is None else f"{ratio:.1f} x",
                "at most 6 times",
                None if ratio is None else ratio <= 6,
            )
        )
        faster = other.value / linli.value if linli and other else None
        peaks = f"; peak {linli.more['peak']}, {other.more['peak']}" if linli and other else ""
        lines.append(
            Line(
                label,
                text_of(linli),
                f"django-import-export, bulk, neither sealed nor audited {text_of(other)}{peaks}",
                "" if faster is None else f"1/{faster:.1f}",
                "peak under 400 MB",
                float(linli.more["peak"].split()[0]) < 400 if linli else None,
            )
        )
        small = figures.get(f"import.rows.{database}.{sizes[0]}")
        for size in sizes:
            cost = figures.get(f"import.rows.{database}.{size}")
            growth = cost.value / small.value if cost and small else None
            lines.append(
                Line(
                    f"a row of {size:,} residents from .csv, {database}",
                    text_of(cost),
                    f"peak {cost.more['peak']}" if cost else "",
                    "" if growth is None else f"{growth:.2f} x",
                    "constant",
                    None if growth is None else growth <= 1.3,
                )
            )
    return lines


def doubles_lines(figures: Figures) -> list[Line]:
    """Return how long a search for doubles takes, and how much of what it says is right."""
    lines = []
    for kind in ("resident", "dwelling", "organisation"):
        found = figures.get(f"doubles.{kind}")
        many = f"{found.more['rows']:,} " if found else ""
        lines.append(
            Line(
                f"doubles among {many}{kind}s",
                text_of(found),
                "{right} of the pairs are right, {known} of the true ones are found; peak {peak}"
                "".format_map(found.more)
                if found
                else "",
                target="peak under 400 MB",
                met=float(found.more["peak"].split()[0]) < 400 if found else None,
            )
        )
    return lines
