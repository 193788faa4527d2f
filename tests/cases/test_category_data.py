"""The category file that comes with the product: whole, in two languages, about matters only."""

from collections import Counter
from typing import Any

import pytest

from linli.cases.imports.category_data import drafts_of, read_tree
from linli.cases.models.choices import Kind, LimitUnit, Verb
from linli.kernel.forbidden import findings

TREE = read_tree()
LEAVES = [entry for entry in TREE["categories"] if entry["parent"]]


def _id(entry: dict[str, Any]) -> str:
    return str(entry["code"])


def test_there_are_about_ten_classes_of_which_each_holds_several_matters() -> None:
    inside = Counter(entry["parent"] for entry in LEAVES)
    tops = [entry["code"] for entry in TREE["categories"] if not entry["parent"]]
    assert sorted(inside) == sorted(tops)
    assert 9 <= len(tops) <= 10
    assert len(LEAVES) >= 60
    assert min(inside.values()) >= 5


@pytest.mark.parametrize("entry", LEAVES, ids=_id)
def test_a_matter_says_in_both_languages_when_it_is_registered_and_closed(
    entry: dict[str, Any],
) -> None:
    for name in ("name", "register_when", "close_when"):
        assert entry[name].strip()
        assert entry[f"{name}_en"].strip()
    assert entry["kinds"]
    assert set(entry["kinds"]) <= set(Kind.values)


@pytest.mark.parametrize("entry", LEAVES, ids=_id)
def test_what_is_asked_of_people_has_its_reason(entry: dict[str, Any]) -> None:
    assert (entry["photo"] == "none") == (not entry["photo_reason"])
    assert bool(entry["photo_reason"]) == bool(entry["photo_reason_en"])
    assert entry["verify_on_site"] == bool(entry.get("verify_reason"))
    assert bool(entry.get("verify_reason")) == bool(entry.get("verify_reason_en"))


def test_photographs_are_needed_almost_nowhere() -> None:
    assert [entry["code"] for entry in LEAVES if entry["photo"] == "required"] == ["0102"]


def test_limits_name_verbs_and_units_and_hold_one_promise_for_every_kind() -> None:
    for entry in TREE["limit_sets"]:
        finals = [limit for limit in entry["limits"] if limit["is_final"]]
        assert finals[-1]["kinds"] == [], "the last promise is for all other kinds"
        for limit in entry["limits"]:
            assert limit["unit"] in LimitUnit.values
            assert {limit["counts_from"], *limit["met_by"]} <= set(Verb.values)


def test_an_emergency_names_one_of_the_numbers_that_the_file_explains() -> None:
    known = {entry["number"] for entry in TREE["emergencies"]}
    assert known == {"110", "119", "120"}
    assert {entry["emergency_number"] for entry in LEAVES} - {None} <= known


def test_categories_describe_matters_and_no_kind_of_person() -> None:
    texts = [
        (str(entry["code"]), str(value), False)
        for entry in TREE["categories"]
        for value in entry.values()
        if isinstance(value, str)
    ]
    assert findings(texts) == []


def test_the_whole_file_becomes_drafts_with_parents_first() -> None:
    drafts = list(drafts_of(TREE))
    seen: set[str] = {""}
    for draft in drafts:
        assert draft.parent in seen
        seen.add(draft.code)
    assert len(drafts) == len(TREE["categories"])
