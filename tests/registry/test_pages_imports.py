"""The import centre: a file is seen, mapped, checked, imported in the queue, and taken back."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.lists import publish_lists, read_lists
from linli.registry.imports import background, waiting
from linli.registry.models import ImportRun, Resident
from tests.factories import NOW, VILLAGE, make_grid, make_person
from tools.scenes import sheet

pytestmark = pytest.mark.django_db

HEADER = "姓名,联系电话,地址,居住类别,民族,备注"
ROWS = ("张小河,13900000001,书院路1号,常住,汉,甲乙丙", "李青禾,1.38E+10,书院路2号,常住,汉,丁")


@pytest.fixture
def client(settings, tmp_path: Path) -> Client:  # type: ignore[no-untyped-def]
    settings.LINLI_DEMO, settings.LINLI_IMPORTS = True, tmp_path
    make_grid(0)
    publish_lists(lists=read_lists(), by=None, at=NOW, act_id=new_id())
    found = Client(HTTP_ACCEPT_LANGUAGE="en")
    found.force_login(make_person(Role.ADMINISTRATOR))
    return found


def send(client: Client, *rows: str) -> str:
    file = SimpleUploadedFile("居民.csv", "\n".join((HEADER, *rows)).encode())
    given = {"file": file, "kind": "resident", "sender": "样例社区", "act_id": str(new_id())}
    response = client.post(reverse("registry:imports"), given)
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def run_of(where: str) -> str:
    return where.rstrip("/").rsplit("/", 1)[-1]


def test_the_preview_masks_persons_and_shows_nothing_of_what_may_not_be_kept(
    client: Client,
) -> None:
    page = client.get(send(client, *ROWS)).content.decode()
    assert "张**" in page
    for hidden in ("小河", "13900000001", "汉", "甲乙丙"):
        assert hidden not in page
    assert "may not be kept" in page
    assert 'value="resident.telephone" selected' in page


def test_a_file_that_waits_is_sealed_on_the_disk(client: Client, tmp_path: Path) -> None:
    send(client, *ROWS)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert "张小河".encode() not in kept
    assert b"13900000001" not in kept


def test_a_check_tells_what_would_come_of_it_and_stores_nothing(client: Client) -> None:
    where = send(client, *ROWS)
    client.post(f"{where}act/", {"verb": "check"})
    assert waiting.note_of(run_of(where)).state == "checking"  # type: ignore[arg-type, union-attr]
    background.check_waiting.call(run_of(where), "en")
    page = client.get(where).content.decode()
    assert "民族" in page
    assert "telephone" in page
    # The value is in the file of the person who sends it, and not on the page.
    assert "李青禾" not in page
    assert Resident.objects.count() == 0
    assert ImportRun.objects.count() == 0


def test_an_import_is_done_in_the_queue_and_taken_back_on_the_page(client: Client) -> None:
    where = send(client, *ROWS)
    client.post(f"{where}act/", {"verb": "import"})
    assert "progress" in client.get(where).content.decode()
    background.import_waiting.call(run_of(where), "en")
    part = client.get(f"{where}progress/", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert client.get(f"{where}progress/").headers["Location"] == where
    assert Resident.objects.count() == 1
    refused = client.get(f"{where}refused.xlsx")
    assert refused.content.startswith(b"PK")
    client.post(f"{where}undo/")
    assert Resident.objects.count() == 0
    assert ImportRun.objects.get().state == "undone"


def test_the_columns_that_a_person_chose_are_the_ones_that_are_read(client: Client) -> None:
    where = send(client, ROWS[0])
    chosen = {"column-0-0": "resident.name", "column-0-1": "", "column-0-2": "address.address"}
    client.post(f"{where}act/", {"verb": "check", "column-0-3": "resident.residence", **chosen})
    background.check_waiting.call(run_of(where), "en")
    client.post(f"{where}act/", {"verb": "import"})
    background.import_waiting.call(run_of(where), "en")
    assert bytes(Resident.objects.get().telephone) == b""


def test_a_file_that_is_no_table_is_told_in_a_sentence(client: Client) -> None:
    file = SimpleUploadedFile("居民.xlsx", b"PK\x03\x04 broken")
    given = {"file": file, "kind": "resident", "sender": "样例社区"}
    where = client.post(reverse("registry:imports"), given).headers["Location"]
    page = client.get(where)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_the_workbook_of_the_picture_can_be_imported_and_its_years_are_whole(
    client: Client,
) -> None:
    file = SimpleUploadedFile("居民.xlsx", sheet())
    given = {"file": file, "kind": "resident", "sender": "样例社区"}
    where = client.post(reverse("registry:imports"), given).headers["Location"]
    page = client.get(where).content.decode()
    assert 'role="alert"' not in page
    assert "1985" in page
    assert "1985.0" not in page


def test_a_waiting_file_that_does_not_open_is_as_good_as_gone(
    client: Client, tmp_path: Path
) -> None:
    where = send(client, *ROWS)
    kept = tmp_path / "registry" / run_of(where) / "upload.sealed"
    kept.write_bytes(kept.read_bytes()[:-9])
    assert "The file is gone" in client.get(where).content.decode()
    answer = client.post(f"{where}act/", {"verb": "check"}, follow=True)
    assert "The file is gone" in answer.content.decode()
    kept.write_bytes(b"no head\n")
    assert "The file is gone" in client.get(where).content.decode()


@pytest.mark.parametrize(
    ("error", "words"),
    [(OperationalError("locked"), "database was busy"), (RuntimeError("x"), "went wrong here")],
)
def test_trouble_of_the_machine_is_told_and_the_file_stays(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    where = send(client, *ROWS)
    monkeypatch.setattr(background, "import_file", fail)
    background.check_waiting.call(run_of(where), "en")
    assert words in client.get(where).content.decode()
    assert waiting.file_of(run_of(where)) is not None  # type: ignore[arg-type]
    assert background.check_waiting.call(str(new_id()), "en") == {"gone": 1}


def test_what_is_not_there_is_absent_and_a_form_without_a_file_says_so(client: Client) -> None:
    nowhere = reverse("registry:import", args=[new_id()])
    assert client.get(nowhere).status_code == 404
    assert client.get(f"{nowhere}refused.xlsx").status_code == 404
    assert client.post(f"{nowhere}undo/").status_code == 404
    assert client.post(reverse("registry:imports"), {"sender": "样"}).status_code == 422


def test_a_file_of_points_can_be_looked_at_before_their_system_is_said(client: Client) -> None:
    file = SimpleUploadedFile(
        "点.csv", "姓名,居住类别,经度,纬度\n张小河,常住,112.7,27.2\n".encode()
    )
    given = {"file": file, "kind": "resident", "sender": "样例社区", "act_id": str(new_id())}
    where = client.post(reverse("registry:imports"), given).headers["Location"]
    page = client.get(where).content.decode()
    assert "say in which coordinate system" in page
    assert 'value="address.lon" selected' in page
    given = {"verb": "check", "crs": "wgs84", "basis": "", "village": VILLAGE}
    client.post(f"{where}act/", given)
    asked = waiting.note_of(run_of(where)).asked  # type: ignore[arg-type, union-attr]
    assert (asked.crs, asked.village, asked.sender) == ("wgs84", VILLAGE, "样例社区")
    background.check_waiting.call(run_of(where), "en")
    page = client.get(where).content.decode()
    assert "say in which coordinate system" not in page
    assert 'value="wgs84" selected' in page
    client.post(f"{where}act/", {**given, "crs": "mars"})
    asked = waiting.note_of(run_of(where)).asked  # type: ignore[arg-type, union-attr]
    assert asked.crs == "wgs84"
