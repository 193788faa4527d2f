"""Imports that did not come to their end have a way on: in the import centre, by commands."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.kernel.ids import new_id
from linli.registry.actions.importing import control, runs
from linli.registry.imports import Cancelled, background, import_file, pipeline, waiting
from linli.registry.imports.standing import mend_broken, standing_of
from linli.registry.imports.waiting import Asked, Note
from linli.registry.models import MIXED, GridCount, ImportRun, Resident
from tests.factories import NOW
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    administrator_in_english,
    as_csv,
    as_xlsx,
    ground,
    order,
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


# --- Commands ---


def run_command(*words: str, **options: Any) -> CommandError:
    with pytest.raises(CommandError) as stopped:
        call_command(*words, **options)
    return stopped.value


def test_a_file_refused_from_the_command_line_waits_in_the_import_centre(
    tmp_path: Path, client: Client
) -> None:
    head = ["大名", "联络方式", "村（社区）", "地址", "居住类别", "民族"]
    rows = [[*row[:5], FORBIDDEN] for row in ROWS]
    path = tmp_path / "散.csv"
    path.write_bytes(as_csv(rows, head))
    error = run_command("import_residents", str(path), sender="甲")
    assert error.returncode == 1
    assert "import centre" in str(error)
    run = ImportRun.objects.get()
    for kept in (tmp_path / "imports").rglob("*"):
        assert kept.is_dir() or FORBIDDEN.encode() not in kept.read_bytes()
    where = reverse("registry:import", args=[run.pk])
    page = client.get(where).content.decode()
    assert "lacks columns" in page
    assert "Look at the file again" in page
    new = new_id()
    client.post(f"{where}act/", {"verb": "again", "act_id": str(new)})
    again = reverse("registry:import", args=[new])
    told = {"column-0-0": "resident.name", "column-0-1": "resident.telephone"}
    told |= {"column-0-2": "address.village", "column-0-3": "address.address"}
    told["column-0-4"] = "resident.residence"
    assert "大名" in client.get(again).content.decode()
    client.post(f"{again}act/", {"verb": "check", **told})
    background.check_waiting.call(str(new), "en")
    client.post(f"{again}act/", {"verb": "import"})
    background.import_waiting.call(str(new), "en")
    assert ImportRun.objects.get(pk=new).why == ""
    assert Resident.objects.count() == 3
    assert waiting.note_of(run.pk) is None
    assert client.post(f"{where}act/", {"verb": "again"}).status_code == 302


def test_what_no_page_would_take_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST_BYTES", 10)
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv([], ["甲事项", "乙事项"]))
    assert "import centre" not in str(run_command("import_residents", str(path), sender="甲"))
    dry = run_command("import_residents", str(path), sender="甲", dry_run=True)
    assert "import centre" not in str(dry)
    assert not list((tmp_path / "imports").rglob("*.sealed"))


def test_commands_count_the_grids_as_the_pages_do(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv(ROWS))
    call_command("import_residents", str(path), sender="甲")
    assert GridCount.objects.get(kind="resident").records == 3
    call_command("import_undo", str(ImportRun.objects.get().pk))
    assert not GridCount.objects.filter(kind="resident", records__gt=0).exists()


def test_a_stopped_command_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 1)
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv(ROWS))
    monkeypatch.setattr(control, "is_cancelled", lambda _run: True)
    stopped = run_command("import_residents", str(path), sender="甲")
    assert (stopped.returncode, "nothing of this file" in str(stopped)) == (130, True)
    calls: list[object] = []

    def second(_run: UUID) -> bool:
        calls.append(_run)
        return len(calls) == 2

    monkeypatch.setattr(control, "is_cancelled", second)
    stopped = run_command("import_residents", str(path), sender="甲", batch=1)
    assert "linli import undo" in str(stopped)
    assert Resident.objects.count() == 1


def test_who_stops_a_command_by_hand_is_told_that_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(control, "report_progress", stop)
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv(ROWS))
    stopped = run_command("import_residents", str(path), sender="甲")
    assert (stopped.returncode, "nothing of this file" in str(stopped)) == (130, True)
    assert ImportRun.objects.get().state == "cancelled"
    assert not Resident.objects.exists()


def test_the_same_file_twice_changes_nothing_by_command_and_page(
    tmp_path: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv(ROWS))
    for _time in range(2):
        call_command("import_residents", str(path), sender="甲")
    assert "imported before" in capsys.readouterr().out
    run = wait(waiting.NEW)
    where = reverse("registry:import", args=[run])
    client.post(f"{where}act/", {"verb": "import"})
    background.import_waiting.call(str(run), "en")
    page = client.get(where).content.decode()
    assert "The same file was imported before" in page
    assert ImportRun.objects.count() == 1
    assert Resident.objects.count() == 3
    assert set(Resident.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize(
    "kind",
    [
        *("residents", "dwellings", "buildings", "tenancies"),
        *("organisations", "schools", "assistance", "teams", "registry"),
    ],
)
def test_every_kind_has_its_command_and_refuses_in_a_sentence(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv([["一", "二"]], ["甲事项", "乙事项"]))
    assert "No sheet has a header" in str(run_command(f"import_{kind}", str(path), sender="甲"))
    run = ImportRun.objects.get()
    assert run.state == "refused"
    told = standing_of(run.pk)
    assert told is not None
    assert told.can_try_again


# --- Workbooks of several kinds ---


def test_a_workbook_of_several_kinds_has_a_kind_of_its_own(client: Client) -> None:
    sheets: dict[str, Any] = {
        "住宅": [["地址", "用途", "居住人数"], ["衡山路1号", "自住", 2]],
        "居民": [HEAD, *ROWS],
    }
    file = SimpleUploadedFile("全.xlsx", as_xlsx(sheets))
    given = {"file": file, "sender": "甲", "kind": "", "act_id": str(new_id())}
    where = client.post(reverse("registry:imports"), given).headers["Location"]
    client.post(f"{where}act/", {"verb": "import"})
    background.import_waiting.call(where.rstrip("/").rsplit("/", 1)[-1], "en")
    run = ImportRun.objects.get()
    assert (run.kind, run.get_kind_display()) == (MIXED, "several kinds")
    run.clean_fields(exclude=["mapping", "counts", "dropped"])
    assert Resident.objects.count() == 3


# --- Pages ---


def wait(state: str, data: bytes = b"", by: str = "") -> UUID:
    run = new_id()
    asked = Asked("f.csv", "resident", "甲", by, NOW.isoformat())
    waiting.leave(run, data or as_csv(ROWS), asked)
    waiting.note(run, Note(asked, state=state, total=3))
    return run


def test_a_check_whose_program_stopped_can_be_done_again(client: Client) -> None:
    run = wait(waiting.CHECKING)
    where = reverse("registry:import", args=[run])
    # Nobody began yet: it waits for its turn.
    assert mend_broken(at=NOW) == 0
    control.folder_of(run).mkdir(exist_ok=True)
    (control.folder_of(run) / "working").touch()
    client.post(f"{where}act/", {"verb": "check"})
    assert "Checking every row" in client.get(where).content.decode()
    assert mend_broken(at=NOW) == 1
    assert "check them again" in client.get(where).content.decode()
    client.post(f"{where}act/", {"verb": "check"})
    background.check_waiting.call(str(run), "en")
    told = waiting.note_of(run)
    assert told is not None
    assert told.state == waiting.CHECKED


def test_an_import_whose_program_stopped_can_be_done_again_on_the_page(client: Client) -> None:
    run = wait(waiting.RUNNING)
    with control.held(run):
        runs.begin(_order(run), "0" * 64, {}, [])
        (control.folder_of(run) / "working").rename(control.folder_of(run) / "kept")
    (control.folder_of(run) / "kept").rename(control.folder_of(run) / "working")
    where = reverse("registry:import", args=[run])
    assert "0 of at most 3 rows" in client.get(where).content.decode()
    assert mend_broken(at=NOW) == 1
    page = client.get(where).content.decode()
    assert "stopped in the middle" in page
    assert "Look at the file again" in page
    assert "Take back" not in page
    new = new_id()
    client.post(f"{where}act/", {"verb": "again", "act_id": str(new)})
    again = reverse("registry:import", args=[new])
    client.post(f"{again}act/", {"verb": "import"})
    background.import_waiting.call(str(new), "en")
    assert Resident.objects.count() == 3


def _order(run: UUID) -> Any:
    return runs.Order(run=run, kind="resident", name="f.csv", sender="甲", by=None, at=NOW)


def test_a_file_that_is_gone_cannot_be_looked_at_again(client: Client) -> None:
    run = wait(waiting.FAILED)
    runs.refuse_file(_order(run), "0" * 64, "why")
    (control.folder_of(run) / "upload.sealed").unlink()
    where = reverse("registry:import", args=[run])
    answer = client.post(f"{where}act/", {"verb": "again"}, follow=True)
    assert "The file is gone" in answer.content.decode()


def test_a_stopped_import_of_the_page_keeps_its_file_for_another_try(client: Client) -> None:
    run = wait(waiting.NEW)
    where = reverse("registry:import", args=[run])
    client.post(f"{where}act/", {"verb": "import"})
    client.post(f"{where}act/", {"verb": "cancel"})
    background.import_waiting.call(str(run), "en")
    assert ImportRun.objects.get().state == "cancelled"
    assert not Resident.objects.exists()
    assert waiting.file_of(run) is not None
    # The queue may hand a task out twice; the file stays all the same.
    background.import_waiting.call(str(run), "en")
    assert waiting.file_of(run) is not None
    late = client.post(f"{where}act/", {"verb": "cancel"}, follow=True).content.decode()
    assert "come to its end already" in late
    client.post(f"{where}act/", {"verb": "import"})
    assert ImportRun.objects.count() == 1
    client.post(f"{where}act/", {"verb": "forget"})
    assert waiting.file_of(run) is None
    assert client.get(where).status_code == 200


def test_an_import_by_command_can_be_watched_and_stopped_on_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK", 1)
    asked = order()
    where = reverse("registry:import", args=[asked.run])
    seen: list[str] = []

    def watch(done: int, _most: int) -> None:
        if done == 2:
            seen.append(client.get(where).content.decode())
            part = client.get(f"{where}progress/", headers={"HX-Request": "true"})
            seen.append(part.content.decode())
            client.post(f"{where}act/", {"verb": "cancel"})

    with pytest.raises(Cancelled):
        import_file(as_csv(ROWS), asked, watch)
    assert "Stop, and take back" in seen[0]
    assert "甲单位" in seen[0]
    assert "1 rows so far" in seen[1]
    assert not Resident.objects.exists()
    over = client.get(f"{where}progress/", headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("verb", ["import", "check"])
def test_two_workers_never_take_the_same_file_at_once(verb: str) -> None:
    run = wait(waiting.RUNNING)
    go, done = threading.Event(), threading.Event()

    def hold() -> None:
        with control.held(run):
            go.set()
            done.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    go.wait(10)
    getattr(background, f"{verb}_waiting").call(str(run), "en")
    done.set()
    other.join()
    told = waiting.note_of(run)
    assert told is not None
    assert "already" in told.why
    assert not Resident.objects.exists()


def test_an_import_that_was_stopped_counts_nothing_that_is_not_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = wait(waiting.RUNNING)
    monkeypatch.setattr(control, "is_cancelled", lambda _run: True)
    background.import_waiting.call(str(run), "en")
    page = client.get(reverse("registry:import", args=[run])).content.decode()
    assert ImportRun.objects.get().counts["new"] == 3
    assert "nothing of this file is stored" in page
    assert "What came of it" not in page
    monkeypatch.setattr("linli.registry.imports.standing.holds_something", lambda _run: True)
    page = client.get(reverse("registry:import", args=[run])).content.decode()
    assert "can be taken back" in page
    assert "What came of it" in page
