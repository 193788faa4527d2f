"""Dispatch rules: added, ended, taken from tables; two never hold for one matter and area."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from linli.accounts.rules.roles import Role
from linli.cases.actions.rules import RuleFacts, add_rule, end_rule, facts_of_rule, save_rules
from linli.cases.imports.rule_tables import (
    RulePlan,
    import_rules,
    plan_rules,
    rule_csv,
    rule_workbook,
)
from linli.cases.models import Case, DispatchRule
from linli.cases.queries.dispatching import candidates, propose
from linli.cases.queries.manage import RuleFilter, dispatch_rules
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.territory.imports.report import ImportRefused, Source
from tests.factories import (
    NOW,
    VILLAGE,
    make_category,
    make_grid,
    make_person,
    make_unit,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def ground() -> None:
    make_category("路灯不亮", code="a")
    make_unit("供水公司", code="w")
    make_unit("市政所", code="m")
    make_grid()


def add(unit: str, since: date = DAY, replace: bool = False, **facts: Any) -> DispatchRule | None:
    rule = RuleFacts(unit, since, **facts)
    return add_rule(facts=rule, replace=replace, by=None, at=NOW, act_id=new_id())


def plan(*rows: str) -> RulePlan:
    header = "事项编码,区域编码,责任单位,生效日期,失效日期,依据"
    return plan_rules(Source("rules.csv", "\n".join([header, *rows]).encode()), DAY)


def take(*rows: str) -> None:
    import_rules(plan(*rows), by=None, at=NOW, act_id=new_id())


def held() -> set[tuple[str, str, str, date, date | None]]:
    facts = [facts_of_rule(rule) for rule in dispatch_rules(RuleFilter(), DAY)]
    return {(f.unit, f.category, f.area, f.since, f.until) for f in facts}


def test_a_rule_for_the_same_matter_and_area_is_refused_or_ends_the_other(ground: None) -> None:
    add("w", date(2026, 1, 1), category="a")
    with pytest.raises(Refused):
        add("m", date(2026, 5, 1), category="a")
    assert len(held()) == 1
    add("m", date(2026, 5, 1), category="a", area=VILLAGE)
    add("m", date(2026, 5, 1), replace=True, category="a")
    assert ("w", "a", "", date(2026, 1, 1), date(2026, 5, 1)) in held()
    assert ("m", "a", "", date(2026, 5, 1), None) in held()


def test_an_act_done_twice_adds_one_rule(ground: None) -> None:
    act = new_id()
    for _time in range(2):
        add_rule(facts=RuleFacts("w", DAY, "a"), by=None, at=NOW, act_id=act)
    assert DispatchRule.objects.count() == 1


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 1, 1)])
def test_a_rule_ends_after_it_began(ground: None, until: date) -> None:
    rule = add("w")
    assert rule is not None
    with pytest.raises(Refused):
        end_rule(rule_id=rule.pk, until=until, by=None, at=NOW, act_id=new_id())
    with pytest.raises(Refused):
        add("m", category="a", until=until)


def test_a_table_is_saved_whole_and_a_second_time_changes_nothing(ground: None) -> None:
    rows = ("a,,w,2026-01-01,2026-06-01,职责", f"a,{VILLAGE},市政所,2026/1/1,,", ",,m,,,兜底")
    take(*rows)
    assert held() == {
        ("w", "a", "", date(2026, 1, 1), date(2026, 6, 1)),
        ("m", "a", VILLAGE, date(2026, 1, 1), None),
        ("m", "", "", DAY, None),
    }
    again = plan(*rows)
    assert (again.count("same"), again.rows) == (3, [])
    changed = plan("a,,w,2026-01-01,2026-05-01,职责")
    assert changed.count("changed") == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("zz,,w,,,", "事项编码"),
        ("a,999,w,,,", "区域编码"),
        ("a,,nobody,,,", "责任单位"),
        ("a,,,,,", "责任单位"),
        ("a,,w,2026-02-30,,", "生效日期"),
        ("a,,w,2026-02-01,2026-01-01,", "失效日期"),
        (f"a,,w,,,{'长' * 201}", "依据"),
    ],
)
def test_every_refused_cell_is_named(ground: None, kept: Path, row: str, column: str) -> None:
    found = plan(",,m,,,", row)
    assert [(f.row, f.column) for f in found.findings.faults] == [(3, column)]
    with pytest.raises(ImportRefused):
        import_rules(found, by=None, at=NOW, act_id=new_id())
    assert not DispatchRule.objects.exists()
    assert list(kept.rglob("rules.csv"))


def test_two_rules_that_would_hold_at_once_are_refused(ground: None) -> None:
    add("w", date(2026, 1, 1), category="a")
    assert [f.row for f in plan("a,,m,2026-05-01,,").findings.faults] == [2]
    assert [
        f.row for f in plan("a,,w,2026-01-01,2026-05-01,", "a,,m,2026-05-01,,").findings.faults
    ] == []
    rows = [RuleFacts("m", date(2026, 5, 1), "a")]
    with pytest.raises(Refused):
        save_rules(rows=rows, by=None, at=NOW, act_id=new_id())
    assert len(held()) == 1


def test_an_export_comes_back_without_a_change(ground: None) -> None:
    take("a,,w,2026-01-01,2026-06-01,=1+1", f"a,{VILLAGE},m,,,", ",,m,,,")
    rules = list(dispatch_rules(RuleFilter(), DAY))
    for source in (Source("a.xlsx", rule_workbook(rules)), Source("a.csv", rule_csv(rules))):
        found = plan_rules(source, DAY)
        assert found.findings.faults == []
        assert (found.count("same"), found.rows) == (3, [])
    assert b",'=1+1" in rule_csv(rules)


def test_the_most_specific_rule_proposes_and_the_others_say_why_not(ground: None) -> None:
    category = make_category("漏水", code="b")
    grid, far = make_grid(1), make_grid(2)
    add("m")
    add("w", category="b")
    add("m", category="b", area=VILLAGE)
    add("w", category="b", area=grid.code)
    add("m", category="b", area=far.code)
    case = Case(category=category, grid=grid)
    found = candidates(case, DAY)
    areas = [facts_of_rule(one.rule).area for one in found]
    assert areas == [grid.code, VILLAGE, "", "", far.code]
    assert [one.fits for one in found] == [True, True, True, True, False]
    best = propose(case, DAY)
    assert best is not None
    assert best.rule == found[0].rule


def test_the_filter_keeps_what_holds_what_comes_and_what_ended(ground: None) -> None:
    add("w", date(2025, 1, 1), category="a", until=date(2026, 1, 1))
    add("w", date(2026, 1, 1), category="a")
    add("w", date(2027, 1, 1), area=VILLAGE)
    counts = [
        dispatch_rules(RuleFilter(state=state), DAY).count() for state in ("now", "later", "ended")
    ]
    assert counts == [1, 1, 1]
    assert dispatch_rules(RuleFilter(area=VILLAGE[:6]), DAY).count() == 1
    assert dispatch_rules(RuleFilter(category="a"), DAY).count() == 2


def shown(address: str, language: str) -> str:
    client = signed_in(make_person(Role.ADMINISTRATOR), language)
    return client.get(address).content.decode()


def test_why_a_rule_holds_is_read_in_the_readers_language(ground: None, settings: Any) -> None:
    settings.LINLI_DEMO = True  # no second factor
    add("w", category="a", note="按部门职责分工", note_en="By the duties of the units")
    add("m", note="未分类事项统一受理")
    for address in ("/manage/rules/", "/manage/rules/try/?category=a"):
        page = shown(address, "en")
        assert "By the duties of the units" in page
        assert "按部门职责分工" not in page
        # Where nobody wrote English, what there is says more than nothing.
        assert "未分类事项统一受理" in page
        assert "按部门职责分工" in shown(address, "zh-hans")


def test_english_words_come_and_go_with_tables_and_are_not_lost(ground: None) -> None:
    add("w", category="a", note="旧", note_en="Old")
    take("a,,w,2026-03-02,,新")
    rule = DispatchRule.objects.get()
    assert (rule.note, rule.note_en) == ("新", "Old")
    back = rule_csv([rule]).decode("utf-8-sig").replace("Old", "New")
    import_rules(plan_rules(Source("a.csv", back.encode()), DAY), by=None, at=NOW, act_id=new_id())
    assert DispatchRule.objects.get().note_en == "New"
