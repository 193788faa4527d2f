"""A district of messy files: each habit is read, each trap is answered, nothing is guessed."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.actions.sealing import opened
from linli.registry.imports import import_file, open_refused
from linli.registry.imports.pipeline import why
from linli.registry.models import (
    MIXED,
    MODELS,
    Address,
    ColumnMapping,
    ImportRun,
    ImportState,
    Resident,
    Source,
    Tenancy,
)
from tests.kernel.books import packed, sheet
from tests.kernel.test_sheet_traps import TRAPS
from tests.registry import messy
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    as_csv,
    as_xlsx,
    cells_of,
    ground,
    order,
    take,
)

pytestmark = pytest.mark.django_db
ALL_REFUSED: dict[str, Callable[[], bytes]] = {
    **{name: make for name, (make, _problem) in TRAPS.items()},
    **messy.REFUSED,
}


@pytest.fixture(autouse=True)
def _ground(tmp_path: Path, settings: Any) -> None:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    ground()


def persons() -> set[tuple[str, str]]:
    rows = (opened(one, ("name", "telephone")) for one in Resident.objects.all())
    return {(row["name"], row["telephone"]) for row in rows}


@pytest.mark.parametrize("name", messy.HABITS)
def test_every_habit_is_read(name: str) -> None:
    result = take(messy.HABITS[name](), MIXED)
    assert persons() == messy.PERSONS
    assert not result.refused
    assert set(Resident.objects.values_list("birth_year", flat=True)) == {1960, 1985, 1990}
    assert Address.objects.count() == 2


@pytest.mark.parametrize("lines", range(10))
@pytest.mark.parametrize("made", ["csv", "xlsx", "ods", "xls"])
def test_the_header_may_stand_on_any_of_the_first_ten_lines(lines: int, made: str) -> None:
    rows = messy.above(lines)
    make: dict[str, Callable[[], bytes]] = {
        "csv": lambda: as_csv(rows[1:], rows[0]),
        "xlsx": lambda: as_xlsx({"居民": rows}),
        "ods": lambda: messy.ods(rows),
        "xls": lambda: messy.xls(rows),
    }
    take(make[made]())
    assert persons() == messy.PERSONS


def test_dates_are_read_in_every_spelling_and_both_calendars() -> None:
    take(messy.lets(messy.DATES), "tenancy")
    told = set(Tenancy.objects.values_list("since", flat=True))
    assert told == set(messy.DATES.values())
    old = datetime(2026, 3, 1)  # noqa: DTZ001 - spreadsheets have no zones
    assert begun(messy.lets([old], is_1904=True)) == {date(2026, 3, 1)}
    other = messy.lets([date(2026, 3, 2), "2026-03-02 00:00:00", 46083.0])
    assert begun(other) == {date(2026, 3, 2)}


def begun(data: bytes) -> set[date]:
    """Return when lettings began, as a check would store it."""
    Tenancy.objects.all().delete()
    take(data, "tenancy")
    return set(Tenancy.objects.values_list("since", flat=True))


@pytest.mark.parametrize(
    ("cell", "chinese", "english"),
    [
        ("1.38E+10", "1.38E+10", "rounded the telephone number to 1.38E+10"),
        (13800138000.5, "13800138000.5", "rounded"),
        ("=A9→", "公式", "formula that was never computed"),
        ("#REF!", "#REF!", "#REF!"),
        ("1380013800", "1380013800", "not a telephone number"),
    ],
)
def test_what_would_have_to_be_guessed_comes_back_with_the_reason(
    cell: Any, chinese: str, english: str
) -> None:
    row = ["样庚", cell, *ROWS[0][2:]]
    data = packed(sheet=sheet(messy.cells([HEAD, *ROWS, row])))
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            result = take(data, dry_run=True)
        assert [one.number for one in result.refused] == [5]
        assert words in result.refused[0].reason
        assert ("联系电话" in result.refused[0].reason) == (language == "zh-hans")
    assert {name for name, _number in persons()} == set()


@pytest.mark.parametrize("name", ALL_REFUSED)
def test_every_trap_is_answered_in_a_sentence_and_nothing_is_stored(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / "表.xlsx"
    file.write_bytes(ALL_REFUSED[name]())
    said = []
    for language in ("zh-hans", "en"):
        asked = order(MIXED, name="表.xlsx")
        with translation.override(language), pytest.raises((Refused, BadTable)) as caught:
            import_file(file, asked)
        with translation.override(language):
            said.append(why(caught.value))
        run = ImportRun.objects.get(pk=asked.run)
        assert (run.state, run.why) == (ImportState.REFUSED, said[-1])
    assert all(sentence.endswith((".", "。")) for sentence in said)
    assert all(not model._default_manager.exists() for model in MODELS.values())
    assert not Address.objects.exists()
    assert not ColumnMapping.objects.exists()
    assert Source.objects.count() == 2
    kept = [path for path in (tmp_path / "imports").rglob("*") if path.is_file()]
    assert kept == []


def test_a_check_of_a_trap_leaves_no_run() -> None:
    for name in ("declared rows", "macros", "a page named .xls"):
        with pytest.raises((Refused, BadTable)):
            take(ALL_REFUSED[name](), dry_run=True)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "no row in this file"),
        ("empty lines", "no row in this file"),
        ("an empty workbook", "no row in this file"),
        ("only hidden sheets", "Every sheet of this file is hidden"),
        ("nothing known", "No sheet has a header"),
        ("a page named .xls", "This format is not read"),
        ("XML named .xls", "This format is not read"),
        ("JSON", "no spreadsheet"),
        ("PDF", "no spreadsheet"),
        ("cut off", "damaged"),
    ],
)
def test_the_sentence_says_what_to_do_about_it(name: str, words: str) -> None:
    with translation.override("en"), pytest.raises((Refused, BadTable)) as caught:
        take(ALL_REFUSED[name](), MIXED)
    with translation.override("en"):
        assert words in why(caught.value)


def test_real_files_of_others_are_answered_too(shared: Path) -> None:
    for file in sorted((shared / "data" / "tables").iterdir()):
        with pytest.raises((Refused, BadTable)) as caught:
            import_file(file, order(MIXED, name=file.name))
        assert why(caught.value)
    assert not Resident.objects.exists()


FORBIDDEN_HEADS = [
    "民 族",
    "政治\n面貌",
    "宗　教　信仰",
    "ＱＱ号",
    "民族（必填）",
    "Political Status",
]
SECRET = "样本族"


def test_columns_that_may_not_be_kept_are_dropped_however_they_are_written() -> None:
    wrong = ["样丁", "12", *ROWS[0][2:]]
    rows = [[*row, *[SECRET] * len(FORBIDDEN_HEADS)] for row in (*ROWS, wrong)]
    result = take(as_xlsx({"居民": [[*HEAD, *FORBIDDEN_HEADS], *rows]}))
    told = [" ".join(name.split()) for name in FORBIDDEN_HEADS]
    assert result.run is not None
    assert result.run.dropped == sorted(told)
    data = open_refused(result.run.pk)
    assert data is not None
    assert cells_of(data)[0][1:] == HEAD
    assert SECRET not in str(cells_of(data))
    assert len(cells_of(data)) == 2
    assert SECRET not in str(list(ImportRun.objects.values()))
    assert SECRET not in str(list(ColumnMapping.objects.values()))


def test_a_forbidden_name_over_two_columns_forbids_both() -> None:
    upper = [*HEAD, "政治面貌", None]
    lower = [*[None] * len(HEAD), "本人", "配偶"]
    rows = [[*row, SECRET, SECRET] for row in ROWS]
    tall = [f"{sign}1:{sign}2" for sign in "ABCDEF"]
    result = take(messy.with_merged([upper, lower, *rows], "G1:H1", *tall))
    assert result.run is not None
    assert result.run.dropped == ["政治面貌 本人", "政治面貌 配偶"]
    assert persons() == messy.PERSONS
