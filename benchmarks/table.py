"""The one table: every figure beside what it is compared with, its target, and met or missed."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.lines import Line, Wait, text_of, wait_line
from benchmarks.measured import QUICK, Figures, Run
from benchmarks.registry_table import doubles_lines, finding_lines, import_lines

HEAD = "| figure | linli | beside | ratio | target | |\n|---|---:|---|---:|---|---|\n"


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
                        text_of(linli),
                        f"{name} {text_of(beside)}",
                        shown,
                        target,
                        None if ratio is None else ratio >= least,
                    )
                )
    return lines


def _page_lines(figures: Figures, sizes: tuple[int, ...]) -> list[Line]:
    lines = []
    for database in ("sqlite", "postgres"):
        for size in sizes:
            wait = Wait(
                f"list of 50 by unit and colour, {size:,} cases, {database}",
                f"list.linli.{database}.{size}",
                f"list.helpdesk.{database}",
                40,
            )
            lines.append(wait_line(figures, wait))
        lines.append(_growth_line(figures, database, sizes))
        largest = sizes[-1]
        page = Wait(
            f"case page, {largest:,} cases, {database}",
            f"page.linli.{database}.{largest}",
            f"page.helpdesk.{database}",
            15,
        )
        lines.append(wait_line(figures, page))
        for language in ("zh", "en"):
            search = Wait(
                f"search in text ({language}), {largest:,} cases, {database}",
                f"search.linli.{database}.{language}",
                f"search.helpdesk.{database}",
                80,
                "p95",
            )
            lines.append(wait_line(figures, search))
    return lines


def _growth_line(figures: Figures, database: str, sizes: tuple[int, ...]) -> Line:
    small = figures.get(f"list.linli.{database}.{sizes[0]}")
    large = figures.get(f"list.linli.{database}.{sizes[-1]}")
    ratio = large.value / small.value if small and large else None
    return Line(
        f"list, {database}: {sizes[-1]:,} cases beside {sizes[0]:,}",
        text_of(large),
        text_of(small),
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
        text_of(figure),
        f"{plain.name} {text_of(beside)}" if beside else more,
        "" if ratio is None else f"{ratio:.2f} x" if ratio >= 0.1 else f"{ratio:.2%}",
        plain.target,
        None if judged is None or not plain.most else judged <= plain.most,
    )


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
    lines += finding_lines(run.figures, run.sizes.cases)
    lines += import_lines(run.figures, run.sizes.cases)
    lines += doubles_lines(run.figures)
    lines += [_plain_line(run.figures, plain) for plain in _PLAIN]
    text = f"# Measured speed\n\n{_context(run)}\n{HEAD}"
    text += "\n".join(line.markdown() for line in lines) + "\n"
    if run.failures:
        text += "\nNot measured, and why:\n\n"
        text += "".join(f"- {name}: {why.splitlines()[0]}\n" for name, why in run.failures.items())
    return text + "\nHow it is measured: [docs/benchmarks.md](../docs/benchmarks.md).\n"
