"""A mapping file that cannot be used says where and why."""

from pathlib import Path

import pytest
from pytest_django import Settings

from linli.cases.imports.mapping import SHIPPED, BadMapping, find, read_mapping
from linli.cases.rules.workflow import CaseVerb
from tests.cases.replay_rows import MAPPING


def test_every_mapping_that_comes_with_linli_can_be_read() -> None:
    names = sorted(path.name for path in SHIPPED.glob("*.toml"))
    assert names == ["boston.toml"]
    mapping = read_mapping(find(Path("boston.toml")))
    assert mapping.ways["Closed"].closing == (
        CaseVerb.FEEDBACK,
        CaseVerb.PASS_CHECK,
        CaseVerb.CLOSE,
    )


def test_a_file_beside_you_wins_over_the_one_that_comes_with_linli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(Path("boston.toml")) == SHIPPED / "boston.toml"
    (tmp_path / "boston.toml").write_text(MAPPING)
    assert read_mapping(find(Path("boston.toml"))).source == "town"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('source = "town"', 'source = "a town"', "source is a word"),
        ('source = "town"', "source = ", "is no TOML"),
        ("[columns]", "[colums]", "The part [columns] is missing."),
        ('id = "nr"', 'ident = "nr"', "knows no ident"),
        ('id = "nr"', "", "needs id, reported"),
        ("America/New_York", "Boston", "name of a time zone"),
        ("America/New_York", "../zone", "name of a time zone"),
        ("register dispatch sign |", "dispatch sign |", "Done: no case can go that way"),
        ("accept register dispatch sign |", "accept refuse |", "Done: no case can go that way"),
        ('"telephone"', '"smoke"', "[channels] smoke is none of"),
        ("[on_time]", '[defaults]\nkind = "gift"\n[on_time]', "[defaults] gift is none of"),
        ("990000001001", "99000000100", "village has a code of 12 digits"),
        ('["990000"', '["abc"', "district has a code of 6 digits"),
        ("since = 2011-01-01", 'since = "soon"', "since is a day"),
        ('township = ["990000001", "小城街道", "Town"]', "", "township is a list"),
    ],
)
def test_a_fault_in_a_mapping_is_told(
    tmp_path: Path, settings: Settings, old: str, new: str, sentence: str
) -> None:
    settings.LANGUAGE_CODE = "en"
    assert old in MAPPING
    path = tmp_path / "town.toml"
    path.write_text(MAPPING.replace(old, new, 1))
    with pytest.raises(BadMapping) as error:
        read_mapping(path)
    assert str(error.value).startswith("town.toml")
    assert sentence in str(error.value)
