"""Uploads that nobody confirmed go; what was refused stays, with its report."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from linli.cases.imports import waiting as tables
from linli.cases.jobs.loop import tidy_up
from linli.cases.jobs.tidying import forget_torn_workbooks, forget_unconfirmed
from linli.kernel.ids import new_id
from linli.territory.imports import waiting as places
from linli.territory.imports.report import Report, Source, keep

SOURCE = Source("grids.csv", b"code,name\n")


@pytest.fixture(autouse=True)
def room(settings: LazySettings, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    return tmp_path / "imports"


def age(room: Path, moment: datetime) -> None:
    for folder in (room, *room.rglob("*/")):
        os.utime(folder, (moment.timestamp(), moment.timestamp()))


def test_what_nobody_confirmed_for_a_week_goes_and_what_is_newer_stays(room: Path) -> None:
    at = timezone.now()
    asked = places.Request("grids", timezone.localdate())
    old = places.leave(SOURCE, asked), tables.leave("rules", SOURCE, {}, at)
    age(room, at - timedelta(days=7, minutes=1))
    new = places.leave(SOURCE, asked), tables.leave("rules", SOURCE, {}, at)
    assert forget_unconfirmed(at=at) == 2
    assert (places.find(old[0]), tables.find("rules", old[1])) == (None, None)
    assert places.find(new[0]) is not None
    assert tables.find("rules", new[1]) is not None
    assert forget_unconfirmed(at=at) == 0


def test_a_refused_file_and_its_report_stay(room: Path) -> None:
    at = timezone.now()
    kept = keep(SOURCE, Report(SOURCE.name), at - timedelta(days=400))
    age(room, at - timedelta(days=400))
    assert forget_unconfirmed(at=at) == 0
    assert {path.name for path in kept.iterdir()} == {"grids.csv", "grids.csv.report.txt"}


def test_without_any_import_there_is_nothing_to_do(room: Path) -> None:
    assert forget_unconfirmed(at=timezone.now()) == 0
    assert not room.exists()


def test_what_was_dropped_can_be_forgotten_again() -> None:
    places.forget(new_id())
    tables.forget(new_id())


@pytest.mark.django_db
def test_the_hourly_job_does_it(room: Path) -> None:
    tables.leave("rules", SOURCE, {}, timezone.now())
    age(room, timezone.now() - timedelta(days=8))
    assert tidy_up.func()["previews"] == 1


def test_a_sheet_that_was_being_written_when_its_process_died_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    at = timezone.now()
    for name, minutes in (("openpyxl.old", 61), ("openpyxl.new", 1), ("another", 61)):
        (tmp_path / name).write_text("张三")
        age = (at - timedelta(minutes=minutes)).timestamp()
        os.utime(tmp_path / name, (age, age))
    assert forget_torn_workbooks(at=at) == 1
    left = {path.name for path in tmp_path.iterdir()}
    assert left >= {"openpyxl.new", "another"}
    assert "openpyxl.old" not in left
