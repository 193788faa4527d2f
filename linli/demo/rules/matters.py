"""The phrases of the demo's cases, read from ``data/matters.txt``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from linli.demo.rules.divisions import DATA


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong, what may follow from it, and what was done about it."""

    what: str
    effects: tuple[str, ...]
    handled: tuple[str, ...]


@dataclass(frozen=True)
class Matter:
    """What may be told of one category: ``weight`` and the months in which it is more.

    ``tags`` say where it can be: town or village, street or building; none means anywhere.
    """

    code: str
    weight: float
    seasons: Mapping[int, float]
    wrongs: tuple[Wrong, ...]
    answers: Mapping[str, str]
    suggestions: tuple[str, ...]
    praises: tuple[str, ...]
    tags: frozenset[str] = frozenset()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of report for which there are words."""
        there = {
            "consultation": self.answers,
            "help": self.wrongs,
            "complaint": self.wrongs,
            "hazard": self.wrongs,
            "suggestion": self.suggestions,
            "praise": self.praises,
        }
        return tuple(kind for kind, words in there.items() if words)

    def weight_in(self, month: int) -> float:
        """Return how often it is told in a month (1 to 12), beside others."""
        return self.weight * self.seasons.get(month, 1.0)


def _months(span: str) -> range | list[int]:
    """Read "5-8" as months; "10-2" goes over the end of the year."""
    first, last = (int(part) for part in span.split("-"))
    if first <= last:
        return range(first, last + 1)
    return [*range(first, 13), *range(1, last + 1)]


def _seasons(words: list[str]) -> dict[int, float]:
    seasons: dict[int, float] = {}
    for word in words:
        span, factor = word.split("x")
        seasons.update(dict.fromkeys(_months(span), float(factor)))
    return seasons


def _parts(line: str) -> tuple[str, ...]:
    return tuple(part for part in line.split("|") if part)


def _wrong(line: str, usual: tuple[str, ...]) -> Wrong:
    what, effects, handled = (part.strip() for part in line.split(">"))
    own = () if effects == "-" else _parts(effects)
    return Wrong(what, own or usual, _parts(handled))


def _matter(code: str, lines: Mapping[str, list[str]]) -> Matter:
    def one(key: str) -> tuple[str, ...]:
        return _parts("|".join(lines.get(key, [])))

    weight, *more = lines["n"][0].split()
    seasons = [word for word in more if "x" in word]
    return Matter(
        code=code,
        weight=float(weight),
        seasons=_seasons(seasons),
        wrongs=tuple(_wrong(line, one("e")) for line in lines.get("w", [])),
        answers=dict(zip(one("q"), one("r"), strict=True)),
        suggestions=one("s"),
        praises=one("p"),
        tags=frozenset(more) - set(seasons),
    )


@lru_cache(maxsize=1)
def matters() -> Mapping[str, Matter]:
    """Return the phrases of every category by its code."""
    blocks: dict[str, dict[str, list[str]]] = {}
    block: dict[str, list[str]] = {}
    for line in (DATA / "matters.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            block = blocks.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, words = line.partition(": ")
            block.setdefault(key, []).append(words)
    return {code: _matter(code, lines) for code, lines in blocks.items()}
