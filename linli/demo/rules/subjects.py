"""What the demo must know of a category: its promise, its stages, who is responsible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.demo.rules.office import MINUTES_A_DAY
from linli.demo.rules.places import Spot
from linli.demo.rules.units import CENTRE

_MINUTES = {
    "hours": 60,
    "working_hours": 60,
    "working_days": MINUTES_A_DAY,
    "calendar_days": MINUTES_A_DAY * 5 / 7,
}
_BY_EVERYBODY = frozenset({"accept", "dispatch", "sign"})


@dataclass(frozen=True)
class Span:
    """A time to do something in: minutes, of office time unless ``round_the_clock``."""

    minutes: float
    round_the_clock: bool


@dataclass(frozen=True)
class Subject:
    """A leaf category as the generator sees it."""

    code: str
    name: str
    kinds: tuple[str, ...]
    needs_verification: bool
    needs_photo: bool
    anonymous_allowed: bool
    located: bool
    reopen_days: int
    emergency: str
    unit: str
    level: str
    stages: Mapping[str, Span]
    promises: Mapping[str, Span]

    @property
    def milestones(self) -> tuple[str, ...]:
        """The stages of its own between signing and closing."""
        return tuple(stage for stage in self.stages if stage not in _BY_EVERYBODY)

    def promise(self, kind: str) -> Span:
        """Return the time in which a case of a kind is to be closed."""
        return self.promises.get(kind) or self.promises[""]

    def responsible(self, spot: Spot) -> str:
        """Return the code of the unit that the rules propose at a place."""
        if self.level == "village":
            return spot.village.code
        return spot.village.township if self.level == "township" else self.unit or CENTRE


def _span(limit: Mapping[str, Any]) -> Span:
    return Span(limit["amount"] * _MINUTES[limit["unit"]], limit["unit"] == "hours")


def _promises(limits: Sequence[Mapping[str, Any]]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for limit in limits:
        if limit["is_final"]:
            for kind in limit["kinds"] or [""]:
                found.setdefault(kind, _span(limit))
    return found


def subjects(tree: Mapping[str, Any]) -> dict[str, Subject]:
    """Return the leaf categories of a category file by code."""
    sets = {entry["code"]: entry["limits"] for entry in tree["limit_sets"]}
    return {
        entry["code"]: Subject(
            code=entry["code"],
            name=entry["name"],
            kinds=tuple(entry["kinds"]),
            needs_verification=entry["verify_on_site"],
            needs_photo=entry["photo"] == "required",
            anonymous_allowed=entry["anonymous_allowed"],
            located=entry["duplicate_metres"] > 0 or entry["verify_on_site"],
            reopen_days=entry["reopen_days"],
            emergency=entry["emergency_number"] or "",
            unit=entry["responsible"].get("unit", ""),
            level=entry["responsible"].get("level", ""),
            stages={
                limit["stage"]: _span(limit)
                for limit in sets[entry["limits"]]
                if not limit["is_final"]
            },
            promises=_promises(sets[entry["limits"]]),
        )
        for entry in tree["categories"]
        if entry["parent"]
    }
