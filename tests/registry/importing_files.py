"""Files and a village for the tests of imports. Nobody has these names."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.test import Client
from openpyxl import Workbook, load_workbook

from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.importing import Order
from linli.registry.actions.lists import publish_lists, read_lists
from linli.registry.imports import Result, import_file
from tests.factories import NOW, make_grid, make_person, make_village

HEAD = ["姓名", "联系电话", "村（社区）", "地址", "居住类别", "出生年份"]
VILLAGE_NAME = "演示社区"
ROWS = [
    ["样甲", "19900000001", VILLAGE_NAME, "衡山路1号1栋1单元101室", "常住", 1960],
    ["样乙", "19900000002", VILLAGE_NAME, "衡山路1号1栋1单元101室", "常住", 1990],
    ["样丙", "19900000003", VILLAGE_NAME, "衡山路1号1栋1单元102室", "流入", 1985],
]


def ground() -> str:
    """Make a village with one grid, and the lists; return the grid's code."""
    make_village()
    grid = make_grid()
    publish_lists(lists=read_lists(), by=None, at=NOW, act_id=new_id())
    return str(grid.code)


def administrator_in_english() -> Client:
    """Return a browser whose words do not hang on the language of this process."""
    found = Client(HTTP_ACCEPT_LANGUAGE="en")
    found.cookies["django_language"] = "en"
    found.force_login(make_person(Role.ADMINISTRATOR))
    return found


def as_csv(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


def as_xlsx(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cells_of(data: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(data)).active.values]


def order(kind: str = "resident", **facts: Any) -> Order:
    values = {"name": "f.csv", "sender": "甲单位", "by": None, "at": NOW, **facts}
    return Order(run=new_id(), kind=kind, **values)


def take(data: bytes, kind: str = "resident", **facts: Any) -> Result:
    return import_file(data, order(kind, **facts))


def run_of(result: Result) -> UUID:
    assert result.run is not None
    return result.run.pk
