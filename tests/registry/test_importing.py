"""A file into the registry: stored, sealed, placed, audited, once, and taken back."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from linli.audit.models import Event
from linli.audit.queries import faults
from linli.kernel.forbidden import FORBIDDEN
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.importing import cancel, undo_import
from linli.registry.actions.importing.runs import on_sheet
from linli.registry.actions.sealing import opened
from linli.registry.imports import Cancelled, import_file, open_refused
from linli.registry.imports.background import checked
from linli.registry.imports.waiting import Asked, Note
from linli.registry.models import (
    MIXED,
    Address,
    ColumnMapping,
    Dwelling,
    ImportRun,
    Organisation,
    Resident,
    School,
    Tenancy,
)
from tests.factories import NOW
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    VILLAGE_NAME,
    as_csv,
    as_xlsx,
    cells_of,
    ground,
    order,
    run_of,
    take,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> str:
    return ground()


def test_residents_are_sealed_and_live_in_dwellings_of_the_village(grid: str) -> None:
    result = take(as_csv(ROWS))
    assert (result.counts["new"], result.counts["implied"]) == (3, 2)
    assert Dwelling.objects.count() == Address.objects.count() == 2
    first = Resident.objects.get(birth_year=1960)
    told = opened(first, ("name", "telephone"))
    assert dict(told) == {"name": "样甲", "telephone": "19900000001"}
    assert first.grid_id == grid
    assert first.dwelling is not None
    assert first.dwelling.address.line == "衡山路1号1栋1单元101室"
    assert first.source.sender == "甲单位"


def test_each_record_has_an_event_and_the_chain_verifies(grid: str) -> None:
    result = take(as_csv(ROWS))
    made = Event.objects.filter(verb="registry.import_record")
    assert made.count() == 5
    assert set(Resident.objects.values_list("pk", flat=True)) <= set(
        made.values_list("subject", flat=True)
    )
    assert Event.objects.filter(verb="registry.import", subject=run_of(result)).exists()
    assert not list(faults())


def test_the_same_file_twice_changes_nothing(grid: str) -> None:
    take(as_csv(ROWS))
    events = Event.objects.count()
    again = take(as_csv(ROWS))
    assert not again.is_new
    assert Resident.objects.count() == 3
    assert Event.objects.count() == events


def test_equal_rows_in_another_file_change_nothing(grid: str) -> None:
    take(as_csv(ROWS))
    before = list(Resident.objects.order_by("pk").values())
    second = take(as_csv([*ROWS, []]), sender="乙单位")
    assert second.counts["same"] == 3
    assert list(Resident.objects.order_by("pk").values()) == before


def test_a_workbook_of_several_kinds_is_taken_in_the_order_things_stand_on(grid: str) -> None:
    data = as_xlsx(
        {
            "居民": [HEAD, *ROWS],
            "学校": [
                ["单位名称", "地址", "办学阶段", "学生人数"],
                ["样例小学", "学府路1号", "小学", 300],
            ],
            "单位": [
                ["单位名称", "统一社会信用代码", "场所类别", "地址", "安全负责人", "负责人电话"],
                ["样例商行", "914304123A1D2CUR40", "商店超市", "衡山路9号", "样丁", "19800000001"],
            ],
            "出租房": [
                ["地址", "出租起始日", "房东", "房东电话", "烟感报警器"],
                ["衡山路1号1栋1单元102室", "2026-01-01", "样戊", "19800000002", "有"],
            ],
            "房屋": [
                ["地址", "房屋用途", "居住人数"],
                ["衡山路1号1栋1单元101室", "自住", 2],
                ["衡山路1号1栋1单元102室", "出租", 1],
            ],
        }
    )
    result = take(data, MIXED)
    assert "implied" not in result.counts
    assert Dwelling.objects.get(use="let").tenancies.get().has_smoke_alarm is True
    assert opened(Tenancy.objects.get(), ("contact_name",))["contact_name"] == "样戊"
    assert School.objects.get().organisation.name == "样例小学"
    assert Organisation.objects.filter(grid_id=grid).count() == 2


def test_points_need_a_coordinate_system_and_place_in_grids(grid: str) -> None:
    head = [*HEAD, "经度", "纬度"]
    rows = [[*ROWS[0], 112.705, 27.205]]
    with pytest.raises(Refused, match=r"坐标|coordinate"):
        take(as_csv(rows, head))
    take(as_csv(rows, head), crs="wgs84")
    assert Resident.objects.get().grid_id == grid


def test_a_refused_row_comes_back_and_can_be_corrected_and_sent_again(grid: str) -> None:
    wrong = ["样丁", 1.38e20, VILLAGE_NAME, "衡山路2号", "常住", 1970]
    odd = ["=1+1样", "+86 19900000005", VILLAGE_NAME, "=cmd|'衡山路3号", "没听过", 1971]
    data = as_xlsx({"居民": [HEAD, *ROWS, wrong, odd]})
    result = take(data)
    assert (result.counts["new"], result.counts["refused"]) == (3, 2)
    kept = open_refused(run_of(result))
    assert kept is not None
    back = cells_of(kept)
    assert len(back) == 3
    assert back[0][1:] == HEAD
    assert back[2][1].startswith("'=")
    assert all(row[0] for row in back)
    corrected = [back[0], [back[1][0], "样丁", "19900000004", *back[1][3:]]]
    # Of the other row the name and the kind of residence are corrected, and nothing else.
    corrected.append([back[2][0], "样戊", *back[2][2:5], "常住", 1971])
    assert back[2][2] == "'+86 19900000005"
    again = take(as_xlsx({"居民": corrected}))
    assert again.counts["new"] == 2
    last = Resident.objects.get(birth_year=1971)
    assert opened(last, ("telephone",))["telephone"] == "19900000005"
    assert last.dwelling is not None
    assert not last.dwelling.address.line.startswith("'")


def test_a_file_of_which_every_row_is_refused_is_refused_and_kept(grid: str) -> None:
    asked = order()
    with pytest.raises(Refused):
        import_file(as_csv([["样丁", "12", VILLAGE_NAME, "衡山路2号", "常住", 1970]]), asked)
    assert ImportRun.objects.get(pk=asked.run).state == "refused"
    assert open_refused(asked.run) is not None
    assert not Address.objects.exists()


def test_columns_that_may_not_be_kept_are_dropped_and_named(grid: str) -> None:
    rows = [[*row, "汉族"] for row in ROWS]
    result = take(as_csv(rows, [*HEAD, "民族"]))
    assert result.dropped == ("民族",)
    assert result.counts["new"] == 3


def test_every_forbidden_column_is_dropped_named_and_stored_nowhere(grid: str) -> None:
    words = [word for entry in FORBIDDEN for word in (*entry.english, *entry.chinese)]
    headers = [*dict.fromkeys(words), "民 族", "ＱＱ 号码", "政治\u3000面貌（必填）"]
    secret = [f"机密{at}" for at in range(len(headers))]
    rows = [[*row, *secret] for row in (*ROWS, ["样丁", "1.38E+10", *ROWS[0][2:]])]
    result = take(as_csv(rows, [*HEAD, *headers]))
    assert result.counts["new"] == 3
    assert len(set(result.dropped)) == len(headers)
    assert len(ImportRun.objects.get().dropped) == len(headers)
    back = cells_of(open_refused(run_of(result)) or b"")
    assert len(back) == 2
    assert "机密" not in str(back)
    stored = [list(model.objects.values()) for model in (ImportRun, Resident, ColumnMapping)]
    assert "机密" not in str(stored)
    assert not set(headers) & set(ColumnMapping.objects.get().columns)


def test_the_senders_mapping_is_kept_for_the_next_file(grid: str) -> None:
    head = ["户主大名", *HEAD[1:]]
    with pytest.raises(Refused, match="姓名"):
        take(as_csv(ROWS, head), columns={"户主大名": ""})
    take(as_csv(ROWS, head), columns={"户主大名": "resident.name"})
    assert ColumnMapping.objects.get().columns["户主大名"] == "resident.name"
    more = [["样己", "19900000009", VILLAGE_NAME, "衡山路8号", "常住", 1999]]
    assert take(as_csv(more, head)).counts["new"] == 1


def test_a_column_that_was_left_out_stays_out_and_others_are_not_forgotten(grid: str) -> None:
    take(as_csv(ROWS[:1]), columns={"出生年份": "", "没有的": ""})
    kept = ColumnMapping.objects.get()
    assert kept.columns["出生年份"] == ""
    assert "没有的" not in kept.columns
    take(as_csv([["样丁", "常住", "衡山路9号"]], ["姓名", "居住类别", "地址"]))
    kept.refresh_from_db()
    assert kept.columns["出生年份"] == ""
    take(as_csv(ROWS[1:]))
    assert set(Resident.objects.values_list("birth_year", flat=True)) == {None}


def test_what_a_person_said_of_a_column_goes_before_what_a_name_says(grid: str) -> None:
    head = ["姓名", "户主大名", *HEAD[1:]]
    result = take(as_csv([["甲", *ROWS[0]]], head), columns={"户主大名": "resident.name"})
    assert result.run is not None
    mapping = result.run.mapping[""]
    assert mapping["户主大名"] == "resident.name"
    assert "姓名" not in mapping


def test_the_same_header_may_be_read_otherwise_on_another_sheet(grid: str) -> None:
    lets = [
        ["电话", "房屋地址", "房东", "烟感", "出租起始日"],
        ["19900000009", "衡山路1号", "样戊", "是", "2026-01-01"],
    ]
    homes = [["姓名", "电话", "地址", "居住类别"], ["样甲", "", "衡山路1号", "常住"]]
    data = as_xlsx({"居民": homes, "出租屋": lets})
    columns = {
        on_sheet("居民", "电话"): "",
        on_sheet("出租屋", "电话"): "tenancy.contact_telephone",
    }
    result = take(data, MIXED, columns=columns)
    assert result.run is not None
    assert "电话" not in result.run.mapping["居民"]
    assert result.run.mapping["出租屋"]["电话"] == "tenancy.contact_telephone"


def test_a_rehearsal_counts_and_writes_nothing(grid: str) -> None:
    result = take(as_csv(ROWS), dry_run=True)
    assert result.counts["new"] == 3
    assert not Resident.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_cancelled_import_stores_nothing(grid: str) -> None:
    asked = order()

    def watch(_done: int, _most: int) -> None:
        cancel(asked.run)

    with pytest.raises(Cancelled):
        import_file(as_csv(ROWS), asked, watch)
    assert ImportRun.objects.get(pk=asked.run).state == "cancelled"
    assert not Resident.objects.exists()
    assert not Address.objects.exists()


def test_batches_store_the_same_as_one_transaction(grid: str) -> None:
    rows = [
        [f"样{sign}", f"1990000{n:04d}", VILLAGE_NAME, f"衡山路{n + 1}号", "常住", 1970]
        for n, sign in enumerate("甲乙丙丁戊己庚辛壬癸")
    ]
    result = take(as_csv(rows), batch=3)
    assert result.counts["rows"] == Resident.objects.count() == 10
    assert ImportRun.objects.get().state == "done"


def test_an_import_is_taken_back_as_a_whole_and_can_come_again(grid: str) -> None:
    for _time in range(2):
        result = take(as_csv(ROWS))
        done = undo_import(run_id=run_of(result), by=None, at=NOW, act_id=new_id())
        assert sum(done.removed.values()) == 5
        assert not done.left
        assert not Resident.objects.exists()
        assert not Address.objects.exists()
    with pytest.raises(Refused):
        undo_import(run_id=run_of(result), by=None, at=NOW, act_id=new_id())
    assert Event.objects.filter(verb="registry.remove_imported").count() == 10


def test_taking_back_leaves_what_others_changed_and_says_why(grid: str) -> None:
    result = take(as_csv(ROWS))
    moved = [[*ROWS[0][:4], "外出", 1960]]
    take(as_csv(moved), sender="乙单位")
    act = new_id()
    done = undo_import(run_id=run_of(result), by=None, at=NOW, act_id=act)
    left = Resident.objects.get()
    assert (left.residence, left.version) == ("away", 2)
    assert {one.record for one in done.left} == {left.pk, left.dwelling_id}
    assert all(one.why for one in done.left)
    assert undo_import(run_id=run_of(result), by=None, at=NOW, act_id=act) == done


def test_no_value_of_a_person_lies_in_any_file(
    grid: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(settings, "LINLI_IMPORTS", tmp_path / "imports")
    rows = [["样金丝雀", "19912345678", VILLAGE_NAME, "衡山路1号", "常住", 1960]]
    rows.append(["样金丝雀", "19912345678", VILLAGE_NAME, "衡山路2号", "没听过", 1960])
    data = as_xlsx({"居民": [HEAD, *rows]})
    result = take(data)
    assert result.counts["refused"] == 1
    values = ("样金丝雀", "19912345678")
    assert Resident.objects.count() == 1
    found = [
        path
        for path in [*tmp_path.rglob("*"), *_database_files()]
        if path.is_file() and any(value.encode() in path.read_bytes() for value in values)
    ]
    assert not found
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text = repr([[_plain(cell) for cell in row] for row in cursor.fetchall()])
            assert not any(value in text for value in values), table
    assert not any(value in caplog.text for value in values)


def _database_files() -> list[Path]:
    name = str(connection.settings_dict["NAME"])
    return list(Path(name).parent.glob(f"{Path(name).name}*")) if "/" in name else []


def _plain(cell: Any) -> Any:
    is_bytes = isinstance(cell, bytes | memoryview)
    return bytes(cell).decode("utf-8", "replace") if is_bytes else cell


def test_a_refused_row_names_all_that_is_wrong_with_it(grid: str) -> None:
    result = take(as_csv([*ROWS, ["样丁", "12", "没有的村", "衡山路1号", "火星", "哪年"]]))
    told = result.refused[0].reason.split("\n")
    assert len(told) == 4
    for word in ("“12”", "“火星”", "“哪年”"):
        assert any(word in sentence for sentence in told)
    # What may stand there is said.
    assert any("常住 / 外出 / 流入" in sentence for sentence in told)


def test_the_check_counts_each_thing_that_is_wrong_by_itself(grid: str) -> None:
    rows = [
        ["样丁", "12", VILLAGE_NAME, "衡山路1号", "火星", ""],
        ["样戊", "13", VILLAGE_NAME, "衡山路2号", "常住", ""],
    ]
    asked = Asked("f.csv", "resident", "甲单位", "", "")
    noted = checked(Note(asked), import_file(as_csv(rows), order(dry_run=True)))
    assert [count for _sheet, _reason, count, _first in noted.reasons] == [2, 1]
