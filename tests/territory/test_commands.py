"""The import commands: sentences, exit codes, nothing half-done."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from linli.accounts.models import Person, Unit
from linli.territory.models import Division, Grid, GridPosting
from tests.territory.ground import VILLAGE, collection, feature, square


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    with translation.override("en"):
        call_command(*args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def file(folder: Path, content: object, name: str = "x.geojson") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def grid_file(folder: Path) -> str:
    return file(folder, collection(feature(square(0, 0), code=f"{VILLAGE}001", name="第一网格")))


def test_a_whole_territory_comes_in_by_four_commands(
    db: None, tmp_path: Path, worker: Person
) -> None:
    divisions = f"code,name\n430412,南岳区\n430412001,祝融街道\n{VILLAGE},岳庙社区\n"
    out, _ = run("import_divisions", file(tmp_path, divisions, "d.csv"), "--day", "2025-01-01")
    assert out == "3 added, 0 changed, 0 redrawn, 0 as they were.\n"
    out, _ = run("import_grids", grid_file(tmp_path), "--crs", "wgs84", "--day", "2026-01-01")
    assert out.startswith("1 added")
    run("import_units", file(tmp_path, f"code,name,areas\nA,甲,{VILLAGE}\n", "u.csv"))
    postings = f"username,grid\nworker,{VILLAGE}001\n"
    run("import_postings", file(tmp_path, postings, "p.csv"), "--day", "2026-01-05")
    out, _ = run("import_postings", file(tmp_path, postings, "p.csv"))
    assert out.startswith("0 added, 0 changed, 0 redrawn, 1 as they were")
    assert (Division.objects.count(), Unit.objects.count()) == (3, 1)
    assert GridPosting.objects.get().since.isoformat() == "2026-01-05"


def test_a_check_writes_nothing(divisions: None, tmp_path: Path) -> None:
    out, _ = run("import_grids", grid_file(tmp_path), "--crs", "wgs84", "--check")
    assert out == "Checked; nothing was written.\n"
    with pytest.raises(CommandError, match="would be refused") as caught:
        run("import_grids", grid_file(tmp_path), "--check")
    assert caught.value.returncode == 1
    assert not Grid.objects.exists()


def test_a_refusal_has_its_exit_code_and_says_where_the_file_is(
    divisions: None, tmp_path: Path, kept: Path
) -> None:
    with pytest.raises(CommandError) as caught:
        run("import_grids", grid_file(tmp_path))
    assert caught.value.returncode == 1
    assert "Nothing was written" in str(caught.value)
    assert str(next(kept.iterdir())) in str(caught.value)


def test_a_missing_file_is_a_mistake_of_the_command_line(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read") as caught:
        run("import_units", str(tmp_path / "none.csv"))
    assert caught.value.returncode == 2
