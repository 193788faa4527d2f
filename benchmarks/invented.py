"""Invented cases: deterministic facts from which rows are made, the same for the same number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.words import PLACES, words_of

SPAN = timedelta(days=2 * 365)
EPOCH_MS = 1_577_836_800_000
_KINDS = ("complaint", "help", "hazard", "consultation", "suggestion")
_CHANNELS = ("web", "telephone", "grid_worker", "open311", "walk_in")
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_WAY = ("report", "accept", "register", "dispatch", "sign", "feedback", "pass_check", "close")
_AFTER = (
    *("reported", "accepted", "registered", "dispatched"),
    *("handling", "handled", "checked", "closed"),
)


@dataclass(frozen=True)
class Fact:
    """What stands in the columns that differ from case to case."""

    case: dict[str, Any]
    steps: list[tuple[str, str, str, datetime]]


@dataclass
class Ground:
    """What cases refer to: ids as the database takes them."""

    categories: list[tuple[Any, Any]]
    units: list[Any]
    grids: list[Any]
    people: list[Any]
    now: datetime
    size: int
    calendar: str


def id_of(milliseconds: int, number: int, kind: int) -> str:
    """Return a uuid of version 7 that is the same for the same case."""
    mixed = (number * 0x9E3779B97F4A7C15 + kind * 0xD1B54A32D192ED03) & (2**64 - 1)
    return f"{milliseconds:012x}7{mixed >> 52:03x}8{mixed & (2**60 - 1):015x}"


def _number(at: datetime, number: int) -> str:
    text = ""
    mixed = number * 2_654_435_761 % 30**6
    for _place in range(6):
        mixed, rest = divmod(mixed, 30)
        text += _ALPHABET[rest]
    return f"{at:%Y%m%d}-{text}"


def fact(ground: Ground, number: int) -> Fact:
    """Return the case with this number: always the same one on the same ground."""
    mixed = (number * 0x9E3779B1 + 0x7F4A7C15) & 0xFFFFFFFF
    at = ground.now - SPAN * ((ground.size - number) / ground.size)
    milliseconds = int(at.timestamp() * 1000)
    is_open = mixed % 4 == 0
    done = 4 + (mixed >> 4) % 2 if is_open else 8
    if is_open and (mixed >> 6) % 16 == 0:
        done = 1 + (mixed >> 10) % 3
    has_unit = done >= 4
    colour, due = "", at + timedelta(days=1 + (mixed >> 7) % 15)
    if is_open:
        colour = ("red", "red", "red", "yellow", "blue", "")[(mixed >> 12) % 6]
        due = ground.now + timedelta(minutes=(mixed >> 15) % 40_000) * (
            -1 if colour == "red" else 1
        )
    category, version = ground.categories[(mixed >> 3) % len(ground.categories)]
    words = words_of(number)
    moments = [at + timedelta(minutes=37 * place) for place in range(8)]
    told = dict(zip(_WAY, moments[:done], strict=False))
    case = {
        "id": id_of(milliseconds, number, 1),
        "number": _number(at, number),
        "arrival": (milliseconds - EPOCH_MS) << 22 | number % (1 << 22),
        "kind": _KINDS[mixed % 5],
        "channel": _CHANNELS[(mixed >> 5) % 5],
        "category_id": category,
        "category_version_id": version,
        "title": words.title,
        "description": words.description,
        "place": PLACES[mixed % len(PLACES)],
        "lon": 112.60 + (mixed >> 8) % 2000 / 10_000,
        "lat": 27.16 + (mixed >> 12) % 1800 / 10_000,
        "grid_id": ground.grids[(mixed >> 9) % len(ground.grids)],
        "state": _AFTER[done - 1],
        "unit_id": ground.units[(mixed >> 11) % len(ground.units)] if has_unit else None,
        "reported_at": at,
        "received_at": at,
        "accepted_at": told.get("accept"),
        "registered_at": told.get("register"),
        "dispatched_at": told.get("dispatch"),
        "signed_at": told.get("sign"),
        "handled_at": told.get("feedback"),
        "checked_at": told.get("pass_check"),
        "closed_at": told.get("close"),
        "due_at": due,
        "calendar_version": ground.calendar,
        "colour": colour,
        "colour_changes_at": due if colour in {"yellow", "blue"} else None,
        "version": done,
    }
    steps = [
        (verb, _AFTER[place - 1] if place else "", _AFTER[place], moment)
        for place, (verb, moment) in enumerate(told.items())
    ]
    return Fact(case, steps)
