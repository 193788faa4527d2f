"""Which column holds which fact: by name, synonym, likeness and content."""

from collections.abc import Mapping

import pytest

from linli.kernel.sheets import Cell, open_book
from linli.registry.rules.cells import Fault
from linli.registry.rules.columns import Proposal, Why, propose, row_reader
from linli.registry.rules.dictionary import dictionary
from linli.registry.rules.headers import Header, look_into

FIELDS = dictionary().fields


def proposals(
    text: str, kind: str = "resident", kept: Mapping[str, str] | None = None
) -> list[Proposal]:
    fields = dictionary().of(kind)
    with open_book(text.encode()) as book:
        look = look_into(book, fields).data[0]
    return list(propose(look.header, look.sample, fields, kept))


def keys(found: list[Proposal]) -> list[str]:
    return [one.field.key if one.field else "" for one in found]


ROW = "张三,13800138000,常住,1980\n李四,13800138001,外出,1975\n"


def test_columns_are_known_by_their_names_and_synonyms() -> None:
    found = proposals(f"姓 名,手机号码,居住类别,出生年月\n{ROW}")
    assert keys(found) == [
        *("resident.name", "resident.telephone", "resident.residence", "resident.birth_year"),
    ]
    assert [one.why for one in found] == [Why.NAME, Why.SYNONYM, Why.NAME, Why.SYNONYM]
    assert [one.certainty for one in found] == [1.0, 0.95, 1.0, 0.95]


def test_a_name_that_is_only_alike_is_less_certain() -> None:
    found = proposals(f"姓名,联系电话号码,居住类别,出生年份\n{ROW}")
    assert keys(found)[1] == "resident.telephone"
    assert found[1].why is Why.SIMILAR
    assert 0.5 < found[1].certainty < 0.9


def test_content_speaks_where_the_name_says_nothing() -> None:
    found = proposals("甲,乙,丙,丁\nx,13800138000,11010519491231002X,常住\n")
    assert keys(found) == ["", "resident.telephone", "resident.identity", "resident.residence"]
    assert [one.why for one in found[1:]] == [Why.CONTENT] * 3
    assert found[0] == Proposal(0, "甲", None, 0.0, Why.UNKNOWN)


def test_content_weakens_a_name_that_it_contradicts() -> None:
    found = proposals("姓名,电话\n张三,不详\n李四,三楼\n")
    assert found[1].certainty < 0.75


def test_each_fact_has_one_column_the_most_certain() -> None:
    found = proposals("姓名,电话,联系电话\n张三,13800138000,13800138001\n")
    assert keys(found) == ["resident.name", "", "resident.telephone"]


def test_a_name_that_asks_is_matched_by_what_it_asks_for() -> None:
    fields = {one.key: one for one in dictionary().of("tenancy")}
    for name, key in (
        ("是否有烟感", "tenancy.has_smoke_alarm"),
        ("有无烟雾报警器", "tenancy.has_smoke_alarm"),
        ("是否配备灭火器", "tenancy.has_extinguisher"),
        ("房东联系方式", "tenancy.contact_telephone"),
    ):
        found = propose(Header(1, 1, (name,)), [], tuple(fields.values()))
        assert [one.field for one in found] == [fields[key]], name


def test_names_over_two_rows_go_by_the_lower_one() -> None:
    found = proposals("姓名,住址,\n,栋,室\n张三,3,501\n")
    assert keys(found) == ["resident.name", "address.building", "address.room"]
    assert found[1].why is Why.PART_OF_NAME


@pytest.mark.parametrize("header", ["民族", "政治面貌", "QQ", "人员类别", "face"])
def test_a_column_that_may_not_be_kept_is_named_and_has_no_field(header: str) -> None:
    found = proposals(f"姓名,{header},电话\n张三,13800138000,13800138001\n")
    assert found[1].why is Why.FORBIDDEN
    assert found[1].field is None
    assert found[1].forbidden
    assert keys(found)[2] == "resident.telephone"


def test_what_a_sender_chose_before_is_chosen_again() -> None:
    kept = {"甲": "resident.name", "电话": "", "乙": "resident.telephone", "民族": "resident.name"}
    found = proposals("甲,电话,乙,民族,居住类别\n张三,13800138000,13800138001,汉,常住\n", kept=kept)
    assert keys(found) == [
        *("resident.name", "", "resident.telephone", "", "resident.residence"),
    ]
    assert found[0].why is Why.KEPT
    assert found[3].why is Why.FORBIDDEN


def test_columns_without_name_and_content_are_passed_over() -> None:
    header = Header(1, 1, ("姓名", "", ""))
    found = propose(header, [["张三", "", "13800138000"]], dictionary().of("resident"))
    assert [one.column for one in found] == [0, 2]


def test_cells_that_say_nothing_speak_for_no_field() -> None:
    found = proposals("姓名,居住类别,备注,电话\n张三,常住,无,无\n李四,常住,/,无\n")
    assert keys(found) == ["resident.name", "resident.residence", "", "resident.telephone"]
    assert found[2].why is Why.UNKNOWN


def test_a_column_is_forbidden_also_where_only_another_line_says_so() -> None:
    header = Header(1, 1, ("姓名", "甲"), {1: "甲", 2: "民族"})
    found = propose(header, [["张三", "x", "y"]], dictionary().of("resident"))
    assert [(one.column, one.header, one.why is Why.FORBIDDEN) for one in found] == [
        (0, "姓名", False),
        (1, "甲", True),
        (2, "民族", True),
    ]


def test_a_row_is_read_by_its_columns() -> None:
    read = row_reader({0: FIELDS["resident.name"], 2: FIELDS["resident.birth_year"]})
    row: list[Cell] = ["张三", "x", 1980.0]
    assert read(row) == ({"resident.name": "张三", "resident.birth_year": 1980}, [])
    assert read(["张三", "x", "早"]) == ({"resident.name": "张三"}, [(2, Fault("year", "早"))])
    assert read(["", "x"]) == ({}, [(0, Fault("missing", ""))])
    assert read(["张3", "x", ""]) == ({}, [(0, Fault("name", "张3"))])
