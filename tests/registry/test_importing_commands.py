"""``linli import …`` says what it did in a sentence, and in its exit code."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.registry.imports.sealed_files import KEPT, forget_old
from linli.registry.models import ImportRun, Resident
from tests.registry.importing_files import HEAD, ROWS, VILLAGE_NAME, as_csv, cells_of, ground

pytestmark = pytest.mark.django_db
WRONG = ["样丁", "12", VILLAGE_NAME, "衡山路2号", "常住", 1970]


@pytest.fixture(autouse=True)
def _ground(tmp_path: Path, settings: Any) -> None:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    ground()


def run(*words: str, **options: Any) -> str:
    told = StringIO()
    call_command(*words, stdout=told, stderr=told, **options)
    return told.getvalue()


def left(path: Path, rows: list[Any]) -> Path:
    path.write_bytes(as_csv(rows))
    return path


def test_a_file_is_imported_and_taken_back(tmp_path: Path) -> None:
    path = left(tmp_path / "f.csv", ROWS)
    assert "linli import undo" in run("import_residents", str(path), sender="甲")
    assert Resident.objects.count() == 3
    run("import_undo", str(ImportRun.objects.get().pk))
    assert not Resident.objects.exists()


def test_refused_rows_end_with_3_and_can_be_fetched(tmp_path: Path) -> None:
    path, back = left(tmp_path / "f.csv", [*ROWS, WRONG]), tmp_path / "back.xlsx"
    with pytest.raises(CommandError) as stopped:
        run("import_residents", str(path), sender="甲")
    assert stopped.value.returncode == 3
    run("import_refused", str(ImportRun.objects.get().pk), str(back))
    assert cells_of(back.read_bytes())[0][1:] == HEAD


def test_what_is_no_table_ends_with_1_and_a_missing_file_with_2(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"\x00\x01\x02")
    for name, code in ((path, 1), (tmp_path / "none.csv", 2)):
        with pytest.raises(CommandError) as stopped:
            run("import_residents", str(name), sender="甲")
        assert stopped.value.returncode == code


def test_kept_rows_are_forgotten_after_two_weeks(tmp_path: Path) -> None:
    path = left(tmp_path / "f.csv", [*ROWS, WRONG])
    with pytest.raises(CommandError):
        run("import_residents", str(path), sender="甲")
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + KEPT + timedelta(hours=1)) == 1
    with pytest.raises(CommandError):
        run("import_refused", str(ImportRun.objects.get().pk), str(tmp_path / "x.xlsx"))
