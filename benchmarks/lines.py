"""A line of the table: a figure beside what it is compared with, its target, met or missed."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.measured import Figure, Figures

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


def text_of(figure: Figure | None) -> str:
    """Return a figure as the table shows it, also one that is not there."""
    return figure.text() if figure else NOT_YET


@dataclass(frozen=True)
class Wait:
    """A waiting time with an upper limit: key of linli's figure, of the other, limit (ms)."""

    label: str
    key: str
    beside: str
    limit: float
    quantile: str = "p50"


def wait_line(figures: Figures, wait: Wait) -> Line:
    """Return a waiting time beside its limit and beside what another program takes."""
    linli, beside = figures.get(wait.key), figures.get(wait.beside)
    value = None
    if linli:
        value = linli.value if wait.quantile == "p50" else float(linli.more["p95"])
    return Line(
        wait.label,
        NOT_YET if value is None else f"{wait.quantile} {Figure(value, 'ms').text()}",
        f"django-helpdesk {text_of(beside)}" if beside else "",
        f"{beside.value / value:.1f} x as fast" if beside and value else "",
        f"{wait.quantile} under {wait.limit:.0f} ms",
        None if value is None else value < wait.limit,
    )
