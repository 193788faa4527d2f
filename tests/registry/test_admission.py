"""What is known is not asked again: forms are weighed, refused, admitted by others, and end."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.asking import ask_form, decide_form, end_form, layout_of_form
from linli.registry.actions.exporting import Decision
from linli.registry.models import DataForm, FormState
from linli.registry.policies.asking import sentence_of
from linli.registry.rules.admission import (
    Column,
    Ground,
    Tally,
    admission,
    ground_of,
    is_known,
    load_of,
    tally,
)
from linli.registry.rules.blanks import (
    KINDS,
    asked_columns,
    fields_for,
    is_about_persons,
    likely_kind,
)
from linli.registry.rules.dictionary import dictionary
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person, make_unit
from tests.registry.asked import COLUMNS, END, admitted, asked, wanted

TODAY = timezone.localdate(NOW)
RULES = admission()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid)


@pytest.fixture
def officer() -> Person:
    return make_person(Role.UNIT_OFFICER, unit=make_unit())


def refused(code: str, call: Any) -> None:
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.refusal.code == code, str(caught.value.refusal)
    assert str(caught.value.refusal)


# --- Rules ---


def facts(known: int, unknown: int) -> Tally:
    columns = [Column("姓名", "resident.name", 1.0)] * known
    return tally([*columns, *[Column("别的", "", 0.0)] * unknown], RULES)


@pytest.mark.parametrize(
    ("known", "unknown", "ground"),
    [(4, 1, Ground.KNOWN), (79, 21, None), (80, 20, Ground.KNOWN), (0, 1, None), (7, 2, None)],
)
def test_from_eighty_percent_known_a_form_is_refused(
    known: int, unknown: int, ground: Ground | None
) -> None:
    assert ground_of(facts(known, unknown), END, TODAY, RULES) == ground


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_share_decides_and_nothing_else(known: int, unknown: int) -> None:
    found = ground_of(facts(known, unknown), END, TODAY, RULES)
    if known + unknown == 0:
        assert found is Ground.NO_FACTS
    else:
        assert (found is Ground.KNOWN) == (100 * known >= 80 * (known + unknown))


@pytest.mark.parametrize(
    ("ends_on", "ground"),
    [
        (None, Ground.NO_END),
        (TODAY - timedelta(days=1), Ground.OVER),
        (TODAY, None),
        (date(2027, 3, 2), None),
        (date(2027, 3, 3), Ground.TOO_LONG),
    ],
)
def test_a_form_ends_within_twelve_months(ends_on: date | None, ground: Ground | None) -> None:
    assert ground_of(facts(1, 9), ends_on, TODAY, RULES) == ground


def test_what_may_not_be_collected_refuses_whatever_else_is_asked() -> None:
    columns = asked_columns(("姓名", "民族", "政治面貌", "家中有无灭蚊灯"), "resident")
    counted = tally(columns, RULES)
    assert counted.forbidden == ("民族", "政治面貌")
    assert ground_of(counted, None, TODAY, RULES) is Ground.FORBIDDEN
    # It is a column that asks, and none that is known.
    assert (counted.facts, counted.known) == (4, 1)


def test_numbers_of_rows_remarks_and_signatures_are_no_facts() -> None:
    counted = tally(asked_columns(("序号", "姓名", "", "备注", "填表人"), "resident"), RULES)
    assert (counted.facts, counted.known, counted.percent) == (1, 1, 100)
    assert tally((), RULES).percent == 0


def test_only_what_is_certain_and_may_be_written_is_known() -> None:
    assert is_known(Column("姓名", "resident.name", RULES.certain_from), RULES)
    assert not is_known(Column("姓名?", "resident.name", RULES.certain_from - 0.01), RULES)
    assert not is_known(Column("别的", "", 1.0), RULES)
    # Of an identity number only a tail is kept: it is never written into a form.
    assert not is_known(Column("身份证号", "resident.identity", 1.0), RULES)


def test_a_load_is_columns_by_people_by_frequency() -> None:
    load = load_of(Tally(10, 3), people=20, times=2, months=3)
    assert (round(load.asked, 6), round(load.known, 6)) == (round(400 / 3, 6), 40.0)


def test_the_kind_is_the_one_that_most_columns_ask_about() -> None:
    forms = {
        "resident": ("姓名", "联系电话", "居住类别", "住址"),
        "dwelling": ("房屋地址", "居住人数", "用途"),
        "organisation": ("企业名称", "信用代码", "从业人数", "联系电话"),
        "school": ("学校名称", "在校学生数", "地址"),
        "building": ("楼名", "层数", "地址"),
        "tenancy": ("房东", "房东电话", "烟感", "灭火器"),
        "team": ("队伍名称", "队长", "队长电话", "人数"),
    }
    assert {kind: likely_kind(names) for kind, names in forms.items()} == {
        one: one for one in KINDS
    }


def test_no_form_asks_about_assistance_and_a_row_reaches_what_hangs_on_it() -> None:
    assert "assistance" not in KINDS
    keys = {kind: {one.key for one in fields_for(kind)} for kind in KINDS}
    assert not any(key.startswith("assistance.") for one in keys.values() for key in one)
    assert {"dwelling.heads", "address.street", "derived.grid"} <= keys["resident"]
    assert "organisation.name" in keys["school"]


def test_rows_of_residents_and_sealed_facts_name_persons() -> None:
    assert is_about_persons("resident", ["address.street"])
    assert is_about_persons("organisation", ["organisation.contact_telephone"])
    assert not is_about_persons("organisation", ["organisation.name"])
    assert not is_about_persons("dwelling", [])


def test_a_person_corrects_what_a_column_was_taken_for() -> None:
    names = ("名称", "户数")
    assert [one.key for one in asked_columns(names, "dwelling")][1] == ""
    kept = {"户数": "dwelling.heads", "名称": ""}
    chosen = asked_columns(names, "dwelling", kept)
    assert [(one.key, one.certainty) for one in chosen] == [("", 0.0), ("dwelling.heads", 1.0)]


def test_every_limit_and_derived_column_stands_in_the_data() -> None:
    assert (RULES.most_known, RULES.longest_months) == (80, 12)
    assert RULES.never_written <= set(dictionary().fields)
    assert {one.key for one in RULES.derived.values()}.isdisjoint(dictionary().fields)


# --- Asking and deciding ---

pytest_db = pytest.mark.django_db


@pytest_db
def test_a_form_of_known_facts_is_refused_with_a_sentence_and_offered_filled(
    officer: Person,
) -> None:
    form = asked(
        officer, "企业名称", "地址", "从业人数", "场所类别", "停车位数量", kind="organisation"
    )
    assert (form.state, form.ground) == (FormState.REFUSED, Ground.KNOWN)
    assert (form.known, form.facts) == (4, 5)
    assert "4 of the 5 facts are known" in sentence_of(form)
    layout = layout_of_form(form)
    assert layout.keys[0] == "organisation.name"
    assert Event.objects.filter(verb="registry.ask_form", subject=form.pk).exists()


@pytest_db
@pytest.mark.parametrize(
    ("stated", "names", "word"),
    [
        ({}, ("姓名", "宗教信仰", "甲", "乙"), "宗教信仰"),
        ({"ends_on": None}, COLUMNS, "no end"),
        ({"ends_on": date(2026, 1, 1)}, COLUMNS, "past"),
        ({"ends_on": date(2028, 1, 1)}, COLUMNS, "12 months"),
        ({}, ("序号", "备注"), "No column"),
    ],
)
def test_a_form_is_refused_at_once_and_says_why(
    officer: Person, stated: dict[str, Any], names: tuple[str, ...], word: str
) -> None:
    form = asked(officer, *names, **stated)
    assert form.state == FormState.REFUSED
    assert form.decided_by is None
    assert word in sentence_of(form)


@pytest_db
def test_a_form_waits_for_somebody_else_and_the_same_act_asks_once(officer: Person) -> None:
    act_id = new_id()
    forms = [ask_form(wanted=wanted(), by=officer, at=NOW, act_id=act_id) for _again in range(2)]
    assert forms[0].pk == forms[1].pk
    form = forms[0]
    assert (form.state, form.kind, form.known, form.facts) == ("asked", "dwelling", 2, 5)


@pytest_db
def test_whoever_asked_never_admits(officer: Person) -> None:
    both = make_person(Role.SUPERVISOR)
    form = asked(both)
    yes = Decision(True)

    def decide(by: Person, decision: Decision = yes, at: Any = NOW) -> DataForm:
        return decide_form(form_id=form.pk, decision=decision, by=by, at=at, act_id=new_id())

    refused("own", lambda: decide(both))
    refused("role", lambda: decide(officer))
    other = make_person(Role.SUPERVISOR)
    refused("reason", lambda: decide(other, Decision(False, " ")))
    refused("over", lambda: decide(other, at=NOW + timedelta(days=365)))
    assert decide(other, Decision(False, "可从已有数据汇总")).state == FormState.REFUSED
    assert sentence_of(DataForm.objects.get(pk=form.pk)) == "可从已有数据汇总"
    refused("decided", lambda: decide(other))
    with pytest.raises(IntegrityError), transaction.atomic():
        DataForm.objects.filter(pk=form.pk).update(decided_by=both)


@pytest_db
def test_nobody_without_the_desk_asks_and_columns_are_needed(officer: Person) -> None:
    refused("role", lambda: asked(make_person()))
    refused("columns", lambda: asked(officer, ""))
    refused("columns", lambda: asked(officer, *[f"列{n}" for n in range(61)]))


@pytest_db
def test_a_running_form_is_ended_by_those_who_asked_or_decide(worker: Person) -> None:
    form = admitted()
    refused("role", lambda: end_form(form_id=form.pk, by=worker, at=NOW, act_id=new_id()))
    act_id = new_id()
    for _again in range(2):
        ended = end_form(form_id=form.pk, by=form.asked_by, at=NOW, act_id=act_id)
    assert ended.state == FormState.ENDED
    supervisor = make_person(Role.SUPERVISOR)
    refused(
        "not_running", lambda: end_form(form_id=form.pk, by=supervisor, at=NOW, act_id=new_id())
    )


# --- Files of several sheets ---


def workbook(**sheets: tuple[str, ...]) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, head in sheets.items():
        made.create_sheet(name).append(list(head))
        made[name].append([""] * len(head))
        made[name].sheet_state = "hidden" if name == "旧表" else "visible"
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


@pytest.mark.django_db
def test_every_sheet_that_is_shown_is_weighed_as_a_form_of_its_own(grid: Grid) -> None:
    data = workbook(
        说明=("填写说明", "请按时报送"),
        住宅=COLUMNS,
        隐患=("阳台堆物数量", "充电桩数量", "楼道灯数量"),
        单位=("单位名称", "统一社会信用代码"),
        旧表=("民族", "姓名"),
        人员=("姓名", "民族"),
    )
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(make_person(Role.SUPERVISOR))
    stated = {"name": "排查表", "requester": "区局", "basis": "《某法》第一条", "purpose": "汛期"}
    stated |= {"role": "grid_worker", "people": "2", "times": "1", "every": "1", "kind": "team"}
    ends = (timezone.localdate() + timedelta(days=30)).isoformat()
    given = {**stated, "ends_on": ends, "act_id": str(new_id()), "file": again(data)}
    page = client.post(reverse("registry:form_new"), given, follow=True).content.decode()
    made = {one.name: one for one in DataForm.objects.all()}
    told = {name.split("（")[1][:-1]: (one.kind, one.ground) for name, one in made.items()}
    assert told == {
        "住宅": ("dwelling", ""),
        "隐患": (told["隐患"][0], ""),
        "单位": ("organisation", Ground.KNOWN),
        "人员": ("resident", Ground.FORBIDDEN),
    }
    assert "民族" in page
    assert "Sheets without a form: " in page
    assert "说明" in page
    # The same page again asks for nothing new.
    client.post(reverse("registry:form_new"), {**given, "file": again(data)})
    assert DataForm.objects.count() == 4


def again(data: bytes) -> BytesIO:
    file = BytesIO(data)
    file.name = "表.xlsx"
    return file
