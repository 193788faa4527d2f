"""The one table: every figure beside what it is compared with, its target, and met or missed."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.measured import QUICK, Figure, Figures, Run

HEAD = "| figure | linli | beside | ratio | target | |\n|---|---:|---|---:|---|---|\n"
NOT_YET = "not measured"


@dataclass(frozen=True)
class Line:
    """One line of the table as text; ``met`` is None where there is no target or no figure."""

    figure: str
    linli: str
    beside: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None

    def markdown(self) -> str:
        """Return the line as a row of the table."""
        verdict = {None: "", True: "met", False: "**missed**"}[self.met]
        cells = (self.figure, self.linli, self.beside, self.ratio, self.target, verdict)
        return "| " + " | ".join(cells) + " |"


def _text(figure: Figure | None) -> str:
    return figure.text() if figure else NOT_YET


def _create_lines(figures: Figures, clients: tuple[int, ...]) -> list[Line]:
    """Return creating over HTTP beside django-helpdesk and beside the bare database."""
    lines = []
    for database in ("sqlite", "postgres"):
        for count in clients:
            key = f"{database}.{count}"
            linli = figures.get(f"create.linli.{key}")
            label = f"cases created over HTTP, {database}, {count} client{'s' * (count > 1)}"
            for other, least, target in (
                ("helpdesk", 8.0, "at least 8 times"),
                ("bare", 0.25, "at least 25 %"),
            ):
                beside = figures.get(f"create.{other}.{key}")
                ratio = linli.value / beside.value if linli and beside else None
                shown = "" if ratio is None else f"{ratio:.1f} x" if least > 1 else f"{ratio:.0%}"
                name = "django-helpdesk" if other == "helpdesk" else "bare database"
                lines.append(
                    Line(
                        label,
                        _text(linli),
                        f"{name} {_text(beside)}",
                        shown,
                        target,
                        None if ratio is None else ratio >= least,
                    )
                )
    return lines


@dataclass(frozen=True)
class _Wait:
    """A waiting time with an upper limit: key of linli's figure, of the other, limit (ms)."""

    label: str
    key: str
    beside: str
    limit: float
    quantile: str = "p50"


def _wait_line(figures: Figures, wait: _Wait) -> Line:
    linli, beside = figures.get(wait.key), figures.get(wait.beside)
    value = None
    if linli:
        value = linli.value if wait.quantile == "p50" else float(linli.more["p95"])
    return Line(
        wait.label,
        NOT_YET if value is None else f"{wait.quantile} {Figure(value, 'ms').text()}",
        f"django-helpdesk {_text(beside)}" if beside else "",
        f"{beside.value / value:.1f} x as fast" if beside and value else "",
        f"{wait.quantile} under {wait.limit:.0f} ms",
        None if value is None else value < wait.limit,
    )


def _page_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
    lines = []
    for database in ("sqlite", "postgres"):
        for size in sizes:
            wait = _Wait(
                f"list of 50 by unit and colour, {size:,} cases, {database}",
                f"list.linli.{database}.{size}",
                f"list.helpdesk.{database}",
                40,
            )
            lines.append(_wait_line(figures, wait))
        lines.append(_growth_line(figures, database, sizes))
        largest = sizes[-1]
        page = _Wait(
            f"case page, {largest:,} cases, {database}",
            f"page.linli.{database}.{largest}",
            f"page.helpdesk.{database}",
            15,
        )
        lines.append(_wait_line(figures, page))
        for language in ("zh", "en"):
            search = _Wait(
                f"search in text ({language}), {largest:,} cases, {database}",
                f"search.linli.{database}.{language}",
                f"search.helpdesk.{database}",
                80,
                "p95",
            )
            lines.append(_wait_line(figures, search))
    return lines


def _registry_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
    """Return finding a person by two facts, among as many residents as there are cases."""
    return [
        _wait_line(
            figures,
            _Wait(
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


def _growth_line(figures: Figures, database: str, sizes: tuple[int, ...]) -> Line:
    small = figures.get(f"list.linli.{database}.{sizes[0]}")
    large = figures.get(f"list.linli.{database}.{sizes[-1]}")
    ratio = large.value / small.value if small and large else None
    return Line(
        f"list, {database}: {sizes[-1]:,} cases beside {sizes[0]:,}",
        _text(large),
        _text(small),
        "" if ratio is None else f"{ratio:.2f} x",
        "at most 1.3 times",
        None if ratio is None else ratio <= 1.3,
    )


@dataclass(frozen=True)
class _Plain:
    """A figure of its own: key, key of what stands beside it, and how both are judged."""

    label: str
    key: str
    target: str
    most: float
    beside: str = ""
    name: str = ""


_PLAIN = (
    _Plain(
        "74,245 points to grids in one call",
        "points.linli",
        "at most 1.5 times",
        1.5,
        "points.shapely",
        "vectorised shapely",
    ),
    _Plain("one point to its grid", "point.linli", "well under 1 ms", 0.5),
    _Plain(
        "replay of 31,828 real requests",
        "replay.linli",
        "rows per second",
        0,
        "replay.reading",
        "reading the file",
    ),
    _Plain("its memory", "replay.memory", "flat", 0),
    _Plain("second start of the demo", "start.linli", "under 5 s", 5),
    _Plain(
        "memory of the server after the reports, sqlite", "memory.linli.sqlite", "under 300 MB", 300
    ),
    _Plain(
        "memory of the server after the reports, postgres",
        "memory.linli.postgres",
        "under 300 MB",
        300,
    ),
)


def _plain_line(figures: Figures, plain: _Plain) -> Line:
    figure, beside = figures.get(plain.key), figures.get(plain.beside)
    ratio = figure.value / beside.value if figure and beside else None
    judged = ratio if plain.beside else (figure.value if figure else None)
    more = "; ".join(f"{name} {value:.4g}" for name, value in figure.more.items()) if figure else ""
    return Line(
        plain.label,
        _text(figure),
        f"{plain.name} {_text(beside)}" if beside else more,
        "" if ratio is None else f"{ratio:.2f} x" if ratio >= 0.1 else f"{ratio:.2%}",
        plain.target,
        None if judged is None or not plain.most else judged <= plain.most,
    )


def _import_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
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
                _text(linli),
                f"python-calamine alone {_text(reading)}",
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
                _text(linli),
                f"django-import-export, bulk, neither sealed nor audited {_text(other)}{peaks}",
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
                    _text(cost),
                    f"peak {cost.more['peak']}" if cost else "",
                    "" if growth is None else f"{growth:.2f} x",
                    "constant",
                    None if growth is None else growth <= 1.3,
                )
            )
    return lines


def _context(run: Run) -> str:
    """Say what ran where, and what the generator can do at most."""
    ceilings = [
        f"{figure.text()} at {key.rpartition('.')[2]}"
        for key, figure in run.figures.items()
        if key.startswith("generator.")
    ]
    machine = ", ".join(f"{name} {value}" for name, value in run.machine.items())
    text = f"Measured {run.started}; {machine}. Medians of {run.sizes.rounds} rounds.\n"
    if run.sizes == QUICK:
        text += "\n**Quick sizes: they show that everything works and are no figures to quote.**\n"
    if ceilings:
        text += f"\nThe load generator itself reaches {', '.join(ceilings)} clients against a "
        text += "server that does nothing, so it limits none of the figures below.\n"
    return text


def table_of(run: Run) -> str:
    """Return the whole page: where it was measured, the table, what failed."""
    lines = _create_lines(run.figures, run.sizes.clients)
    lines += _page_lines(run.figures, run.sizes.cases)
    lines += _registry_lines(run.figures, run.sizes.cases)
    lines += _import_lines(run.figures, run.sizes.cases)
    lines += [_plain_line(run.figures, plain) for plain in _PLAIN]
    text = f"# Measured speed\n\n{_context(run)}\n{HEAD}"
    text += "\n".join(line.markdown() for line in lines) + "\n"
    if run.failures:
        text += "\nNot measured, and why:\n\n"
        text += "".join(f"- {name}: {why.splitlines()[0]}\n" for name, why in run.failures.items())
    return text + "\nHow it is measured: [docs/benchmarks.md](../docs/benchmarks.md).\n"
