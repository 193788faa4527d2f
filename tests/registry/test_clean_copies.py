"""Of a file that waits nothing is stored that may not be kept."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.imports import background, import_file, keep_file, open_refused, waiting
from linli.registry.models import ImportRun, Resident
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    administrator_in_english,
    as_csv,
    cells_of,
    ground,
    order,
    take,
)

pytestmark = pytest.mark.django_db
# What stands in columns that may not be kept, and nowhere else.
GONE = ("畲", "戴某教", "乙型", "某标签甲", "某标签乙")


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> Client:
    settings.LINLI_DEMO, settings.LINLI_IMPORTS = True, tmp_path
    ground()
    return administrator_in_english()


def send(client: Client, data: bytes, kind: str = "resident") -> str:
    file = SimpleUploadedFile("居民.xlsx", data)
    given = {"file": file, "kind": kind, "sender": "样例社区", "act_id": str(new_id())}
    return str(client.post(reverse("registry:imports"), given).headers["Location"])


def run_of(where: str) -> Any:
    return where.rstrip("/").rsplit("/", 1)[-1]


def sealed_cells(where: str) -> list[Any]:
    """Return all that is kept of a file: the names of its sheets, and their cells."""
    copy = waiting.file_of(run_of(where))
    assert copy is not None
    with copy.open() as book:
        rows = [row for one in book.sheets for _number, row in book.rows(one.index)]
        return [*(one.name for one in book.sheets), *(cell for row in rows for cell in row)]


def book_of_traps() -> bytes:
    """Return a workbook with what may not be kept under several headers, in every way."""
    book = Workbook()
    first = book.active
    first.title = "居民"
    first.append(["重点人员登记表"])
    first.merge_cells("A1:I1")
    head = ["姓名", "联系电话", "地址", "居住类别", "民 族", "登记日期", "备注"]
    first.append([*head, "健康情况", "健康情况", "重点人员情况说明" + "（详见附件）" * 8])
    first.append(["", "", "", "", "", "", "", "血型", "体检"])
    first.append(["样甲", "１９９０００００００１", "书院路1号", "常住", GONE[0], date(2026, 1, 2)])
    second = ["样乙", "1.38E+10", "民族路2号", "常住", GONE[0], "2026/1/3"]
    first.append([*second, "党员", GONE[2], "好"])
    first["J5"] = GONE[3]
    first.append(["样丙", "19900000003", "书院路3号", "常住", "", "", GONE[4]])
    other = book.create_sheet("单位")
    other.append(["单位名称", "统一社会信用代码", "场所类别", "地址"])
    other.append(["姓名", "宗教信仰", "", ""])
    other.append(["样丁", GONE[1], "", ""])
    book.create_sheet("旧").append(["姓名", GONE[0]])
    book["旧"].sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_no_value_of_a_forbidden_column_is_in_the_sealed_file(client: Client) -> None:
    kept = sealed_cells(send(client, book_of_traps()))
    assert not [cell for cell in kept if any(one in str(cell) for one in GONE)]
    # Names of columns and sheets are there, and every cell that may be kept, as it was.
    for cell in ("民 族", "旧", "民族路2号", "１９９０００００００１", "1.38E+10", "好"):
        assert cell in kept
    assert {date(2026, 1, 2), "2026/1/3"} <= set(kept)


def test_the_same_is_told_of_a_file_as_before_it_was_copied(client: Client) -> None:
    data = book_of_traps()
    where = send(client, data)
    page = client.get(where).content.decode()
    for name in ("民 族", "备注", "健康情况 血型", "重点人员情况说明"):
        assert name in page
    run = run_of(where)
    client.post(f"{where}act/", {"verb": "import"})
    background.import_waiting.call(run, "en")
    made = ImportRun.objects.get(pk=run)
    rows = cells_of(open_refused(made.pk) or b"")
    by_command = take(data, "resident", name="again.xlsx")
    assert not by_command.is_new
    assert made.counts["new"] == Resident.objects.count() == 2
    assert made.counts["refused"] == 1
    assert "民 族" in made.dropped
    assert "备注" in made.dropped
    # The row that came back has neither the columns nor their values.
    assert len(rows) == 2
    assert "样乙" in rows[1]
    assert not {"党员", *GONE} & set(map(str, rows[0] + rows[1]))


def test_a_file_that_a_command_left_is_kept_as_a_clean_copy_too(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv([[*row, GONE[0]] for row in ROWS], [*HEAD[1:4], "x", "y", "", "民族"]))
    asked = order(name="f.csv")
    with pytest.raises(Refused, match=r"缺少|lacks"):
        import_file(path, asked)
    assert keep_file(path, asked)
    assert GONE[0] not in sealed_cells(str(asked.run))
    assert "样甲" in sealed_cells(str(asked.run))


def test_a_sheet_that_was_hidden_is_kept_for_whoever_asked_for_it(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("旧").append(["姓名", "民族"])
    book["旧"].append(["样甲", GONE[0]])
    book["旧"].sheet_state = "hidden"
    book.save(tmp_path / "f.xlsx")
    run = new_id()
    asked = waiting.Asked("f", "resident", "甲", "", "", sheet="旧")
    waiting.leave(run, tmp_path / "f.xlsx", asked)
    assert {"样甲", "民族"} <= set(sealed_cells(str(run)))
    assert GONE[0] not in sealed_cells(str(run))


def test_of_a_file_that_cannot_be_read_the_reason_alone_is_kept(
    client: Client, tmp_path: Path
) -> None:
    for data in (b"PK\x03\x04 broken", "姓名,民族\n样甲,畲\n".encode() + b"\xff\xff\xff\x80" * 9):
        where = send(client, data)
        page = client.get(where)
        assert page.status_code == 200
        assert page.content.decode().count('role="alert"') == 1
        assert waiting.file_of(run_of(where)) is None
        assert waiting.note_of(run_of(where)).state == waiting.FAILED  # type: ignore[union-attr]
    assert not list(tmp_path.rglob("upload*"))


def test_a_form_that_is_sent_twice_leaves_the_file_as_it_is(client: Client) -> None:
    given = {"kind": "resident", "sender": "样例社区", "act_id": str(new_id())}
    for _ in range(2):
        file = SimpleUploadedFile("居民.csv", as_csv(ROWS))
        answer = client.post(reverse("registry:imports"), {**given, "file": file})
        where = str(answer.headers["Location"])
        client.post(f"{where}act/", {"verb": "check"})
    assert waiting.note_of(run_of(where)).state == waiting.CHECKING  # type: ignore[union-attr]
