"""A large file is read while its page says how far it is, and can be stopped."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.registry.actions.importing import control
from linli.registry.imports import arriving, waiting
from linli.registry.imports.standing import mend_broken
from tests.factories import NOW
from tests.registry.importing_files import ROWS, administrator_in_english, as_csv, ground

pytestmark = pytest.mark.django_db


class Gate:
    """Holds a reader back until the test has looked at the page."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        self.readers: list[threading.Thread] = []
        leave, take_in = waiting.leave, arriving.take_in

        def late(*args: Any) -> None:
            self.open.wait(20)
            leave(*args)

        def told(*args: Any) -> None:
            self.readers.append(take_in(*args))  # type: ignore[arg-type]

        monkeypatch.setattr(arriving, "AT_ONCE_BYTES", 10)
        monkeypatch.setattr(waiting, "leave", late)
        monkeypatch.setattr("linli.registry.views.importing.take_in", told)

    def let(self) -> None:
        self.open.set()
        for reader in self.readers:
            reader.join(20)


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> Client:
    settings.LINLI_DEMO, settings.LINLI_IMPORTS = True, tmp_path
    ground()
    return administrator_in_english()


def send(client: Client, data: bytes) -> str:
    file = SimpleUploadedFile("居民.csv", data)
    given = {"file": file, "kind": "resident", "sender": "样例社区", "act_id": str(new_id())}
    return str(client.post(reverse("registry:imports"), given).headers["Location"])


def run_of(where: str) -> Any:
    return where.rstrip("/").rsplit("/", 1)[-1]


def test_the_page_waits_with_progress_and_shows_the_columns_then(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    where = send(client, as_csv(ROWS * 2000))
    page = client.get(where).content.decode()
    assert "Reading the file" in page
    assert "rows so far" in page
    gate.let()
    part = client.get(f"{where}progress/", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert client.get(where).context["preview"].sheets[0].height == len(ROWS) * 2000 + 1
    assert control.is_left(run_of(where)) is None


def test_a_file_that_is_being_read_can_be_stopped(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    where = send(client, as_csv(ROWS))
    client.post(f"{where}act/", {"verb": "cancel"})
    gate.let()
    page = client.get(where).content.decode()
    assert "stopped before the file was read" in page
    assert not waiting.is_kept(run_of(where))
    client.post(f"{where}act/", {"verb": "forget"})
    assert client.get(where).status_code == 404


def test_trouble_while_reading_is_told_and_a_program_that_stopped_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    gate = Gate(monkeypatch)
    gate.open.set()
    monkeypatch.setattr(waiting, "digest_of", fail)
    where = send(client, as_csv(ROWS))
    gate.let()
    assert "went wrong here" in client.get(where).content.decode()
    run = new_id()
    waiting.note(run, waiting.Note(waiting.Asked("f", "resident", "甲", "", ""), waiting.READING))
    (control.folder_of(run) / "working").touch()
    assert mend_broken(at=NOW) == 1
    page = client.get(reverse("registry:import", args=[run])).content.decode()
    assert "while the file was read" in page
