"""However an import ends, the run says so, and there is a way on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from linli.cases.jobs import loop
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.kernel.sheets import BadTable
from linli.registry.actions.importing import control, runs, undo_import
from linli.registry.actions.importing.broken import break_off
from linli.registry.imports import Cancelled, import_file, pipeline
from linli.registry.imports.standing import mend_broken, standing_of
from linli.registry.models import ImportRun, ImportState, Resident
from tests.factories import NOW
from tests.registry.importing_files import (
    ROWS,
    VILLAGE_NAME,
    administrator_in_english,
    as_csv,
    ground,
    order,
    take,
)

pytestmark = pytest.mark.django_db
FORBIDDEN = "样本族"


@pytest.fixture(autouse=True)
def _ground(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.LINLI_DEMO, settings.LINLI_IMPORTS = True, tmp_path / "imports"
    ground()
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return administrator_in_english()


def left_running(name: str = "f.csv") -> ImportRun:
    """Begin a run as a process does that is killed at once."""
    asked = order(name=name)
    with control.held(asked.run):
        run = runs.begin(asked, "0" * 64, {}, [])
        control.report_progress(asked.run, 2)
        kept = {path: path.read_bytes() for path in control.folder_of(asked.run).iterdir()}
    control.folder_of(asked.run).mkdir(exist_ok=True)
    for path, data in kept.items():
        path.write_bytes(data)
    return run


def why_of(run: Any) -> str:
    found = standing_of(run if isinstance(run, UUID) else run.pk)
    assert found is not None
    return found.why


# --- Broken off ---


def test_a_run_that_somebody_works_on_is_left_alone() -> None:
    asked = order()
    with control.held(asked.run) as is_mine:
        assert is_mine
        run = runs.begin(asked, "0" * 64, {}, [])
        assert mend_broken(at=NOW) == 0
        # Whoever else wants to work on it is told.
        with pytest.raises(Refused, match="already"):
            import_file(as_csv(ROWS), asked)
        run.refresh_from_db()
        assert run.state == ImportState.RUNNING
    assert control.is_left(asked.run) is None


def test_an_import_is_over_when_the_file_of_refused_rows_is_written() -> None:
    result = take(as_csv(ROWS))
    assert result.run is not None
    with control.held(result.run.pk):
        standing = standing_of(result.run.pk)
        assert standing is not None
        assert standing.is_busy
    standing = standing_of(result.run.pk)
    assert standing is not None
    assert not standing.is_busy


def test_the_clock_tells_of_a_run_whose_program_stopped() -> None:
    run = left_running()
    assert why_of(run) == ""
    assert loop.supervise_deadlines.call()["broken imports"] == 1
    run.refresh_from_db()
    assert (run.state, run.rows) == (ImportState.BROKEN, 2)
    assert "nothing of this file" in why_of(run)
    assert not control.folder_of(run.pk).exists()
    assert break_off(run, NOW) is False
    with pytest.raises(Refused, match="Nothing of this import"):
        undo_import(run_id=run.pk, by=None, at=NOW, act_id=new_id())


def test_a_run_without_any_sign_of_work_is_broken_too() -> None:
    run = left_running()
    control.forget_files(run.pk)
    assert mend_broken(at=NOW) == 1


def test_a_run_that_ends_while_it_is_looked_at_is_not_broken() -> None:
    run = left_running()
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.DONE)
    assert break_off(run, NOW) is False
    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_batches_before_the_end_are_told_and_can_be_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 1)
    asked = order(batch=1)

    def stop(done: int, _most: int) -> None:
        if done == 2:
            control.cancel(asked.run)

    with pytest.raises(Cancelled):
        import_file(as_csv(ROWS), asked, stop)
    assert Resident.objects.count() == 1
    found = standing_of(asked.run)
    assert found is not None
    assert found.can_undo
    assert not found.can_try_again
    undo_import(run_id=asked.run, by=None, at=NOW, act_id=new_id())
    assert not Resident.objects.exists()


def test_a_run_that_broke_off_is_taken_back_without_waiting_for_the_clock() -> None:
    result = take(as_csv(ROWS))
    assert result.run is not None
    ImportRun.objects.filter(pk=result.run.pk).update(state=ImportState.RUNNING)
    with pytest.raises(Refused, match="Nothing"):
        undo_import(run_id=left_running().pk, by=None, at=NOW, act_id=new_id())
    assert break_off(ImportRun.objects.get(pk=result.run.pk), NOW)
    # Three residents in two homes.
    assert "5 records" in why_of(result.run)
    ImportRun.objects.filter(pk=result.run.pk).update(state=ImportState.RUNNING)
    undo_import(run_id=result.run.pk, by=None, at=NOW, act_id=new_id())
    assert not Resident.objects.exists()


# --- Refused as a whole ---


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02", "no spreadsheet"),
        (as_csv([], ["甲事项", "乙事项"]), "No sheet has a header"),
        (as_csv([["常住", 1960]], ["居住类别", "出生年份"]), "lacks columns"),
    ],
)
def test_a_file_that_is_refused_at_its_head_leaves_a_run_with_the_reason(
    data: bytes, words: str
) -> None:
    asked = order(name="坏.csv")
    with pytest.raises((Refused, BadTable)):
        import_file(data, asked)
    run = ImportRun.objects.get()
    assert (run.pk, run.state, run.name) == (asked.run, ImportState.REFUSED, "坏.csv")
    assert words in run.why
    assert why_of(run) == run.why
    assert run.ended_at is not None
    with pytest.raises((Refused, BadTable)):
        import_file(data, order(name="坏.csv", dry_run=True))
    assert ImportRun.objects.count() == 1


def test_a_file_of_which_every_row_is_refused_says_why() -> None:
    wrong = ["样丁", "12", VILLAGE_NAME, "衡山路2号", "常住", 1970]
    with pytest.raises(Refused):
        take(as_csv([wrong]))
    assert "Every row" in ImportRun.objects.get().why


def test_what_nobody_foresaw_is_told_without_its_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("张三 13912345678")

    monkeypatch.setattr(pipeline.Places, "__init__", broken)
    with pytest.raises(RuntimeError):
        take(as_csv(ROWS))
    assert ImportRun.objects.get().why == "Something went wrong here; nothing was stored."
