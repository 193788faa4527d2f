"""The words that names and places of the demo are made of, read from ``data/words.txt``."""

from functools import lru_cache

from linli.demo.rules.divisions import DATA


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[str, ...]]:
    lines = (DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return {name: tuple(listed.split()) for name, listed in pairs}


def words(name: str) -> tuple[str, ...]:
    """Return the words of one list."""
    return _lists()[name]
