"""Reading the category tree that comes with the product (``data/categories.json``)."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from linli.cases.actions.categories import CategoryDraft, LimitDraft

DATA = Path(__file__).resolve().parent.parent / "data" / "categories.json"

_COPIED = (
    "kinds",
    "register_when",
    "register_when_en",
    "close_when",
    "close_when_en",
    "photo_reason",
    "photo_reason_en",
    "anonymous_allowed",
    "duplicate_metres",
    "duplicate_hours",
    "reopen_days",
)


def read_tree(path: Path = DATA) -> dict[str, Any]:
    """Return the file as it stands."""
    tree: dict[str, Any] = json.loads(path.read_text())
    return tree


def _limit(entry: Mapping[str, Any], stages: Mapping[str, Mapping[str, str]]) -> LimitDraft:
    stage = stages[entry["stage"]]
    return LimitDraft(
        stage=entry["stage"],
        name=stage["name"],
        name_en=stage["name_en"],
        kinds=tuple(entry["kinds"]),
        amount=entry["amount"],
        unit=entry["unit"],
        counts_from=entry["counts_from"],
        met_by=tuple(entry["met_by"]),
        is_final=entry["is_final"],
    )


def drafts_of(tree: Mapping[str, Any]) -> Iterator[CategoryDraft]:
    """Yield the categories of the file, parents first."""
    stages = {stage["code"]: stage for stage in tree["stages"]}
    sets = {
        entry["code"]: tuple(_limit(limit, stages) for limit in entry["limits"])
        for entry in tree["limit_sets"]
    }
    for position, entry in enumerate(tree["categories"]):
        rules: dict[str, object] = {}
        if entry["parent"]:
            rules = {name: entry[name] for name in _COPIED if entry.get(name) is not None}
            rules["needs_verification"] = entry["verify_on_site"]
            rules["verification_reason"] = entry.get("verify_reason") or ""
            rules["verification_reason_en"] = entry.get("verify_reason_en") or ""
            rules["needs_photo"] = entry["photo"] == "required"
            rules["emergency_number"] = entry["emergency_number"] or ""
        yield CategoryDraft(
            code=entry["code"],
            name=entry["name"],
            name_en=entry["name_en"],
            parent=entry["parent"] or "",
            position=position,
            rules=rules,
            limits=sets[entry["limits"]] if entry["parent"] else (),
        )
