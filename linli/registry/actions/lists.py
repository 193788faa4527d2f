"""The lists that every record stands on: legal bases and kinds of places, from files as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.registry.actions.writing import check
from linli.registry.models import LegalBasis, PlaceKind, RecordKind
from linli.registry.policies import refuse_manage
from linli.registry.policies.lists import refuse_list

_DATA = Path(__file__).resolve().parent.parent / "data"
BASES_FILE, PLACES_FILE = _DATA / "bases.toml", _DATA / "places.toml"


@dataclass(frozen=True)
class Lists:
    """Both lists as their files tell them, by code."""

    bases: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Mapping[str, Any]]


def read_list(path: Path) -> dict[str, Mapping[str, Any]]:
    """Read one list; Refused, with the place, where the file is not such a list."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        check(refuse_list(path.name, str(error)))
        raise
    return {code: one for code, one in told.items() if isinstance(one, dict)}


def read_lists(bases: Path = BASES_FILE, places: Path = PLACES_FILE) -> Lists:
    """Read both lists, by default those that the product comes with."""
    return Lists(read_list(bases), read_list(places))


def publish_lists(*, lists: Lists, by: Person | None, at: datetime, act_id: UUID) -> int:
    """Bring legal bases and kinds of places to what the lists say; return how many rows differ.

    What is gone from a list is no longer offered; records that stand on it keep it. The same
    lists again change nothing.
    """
    check(refuse_manage(by, at))
    payload = {"bases": lists.bases, "places": lists.places}
    detail = {"bases": len(lists.bases), "places": len(lists.places)}
    with acting(
        act_id, "registry.publish_lists", by=by, at=at, payload=payload, detail=detail
    ) as first_time:
        if not first_time:
            return 0
        bases = {code: _basis(code, told) for code, told in lists.bases.items()}
        places = {code: _named(code, told) for code, told in lists.places.items()}
        return _bring(LegalBasis, bases) + _bring(PlaceKind, places)


def _named(code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    try:
        name, name_en = told["names"]
    except (KeyError, ValueError) as error:
        check(refuse_list(code, "names"))
        raise AssertionError from error
    return {"name": name, "name_en": name_en, "is_active": True}


def _basis(code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    kinds, months = told.get("kinds", []), told.get("months")
    known = set(RecordKind.values)
    if not kinds or not set(kinds) <= known or type(months) is not int or months <= 0:
        check(refuse_list(code, "kinds, months"))
    more = {"kinds": kinds, "keep_months": months}
    return _named(code, told) | more | {"needs_identity": told.get("needs_identity", False)}


def _bring(model: Any, wanted: Mapping[str, Mapping[str, Any]]) -> int:
    there = {one.code: one for one in model.objects.select_for_update()}
    changed = 0
    for code, facts in wanted.items():
        one = there.get(code) or model(code=code)
        if code not in there or any(getattr(one, name) != facts[name] for name in facts):
            for name, value in facts.items():
                setattr(one, name, value)
            one.save()
            changed += 1
    gone = [one.pk for code, one in there.items() if code not in wanted and one.is_active]
    return changed + int(model.objects.filter(pk__in=gone).update(is_active=False))
