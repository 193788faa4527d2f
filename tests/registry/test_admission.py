"""What is known is not asked again: forms are weighed, refused, admitted by others, and end."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.answering import Answers, answer_form, sheet_of
from linli.registry.actions.asking import ask_form, decide_form, end_form, layout_of_form
from linli.registry.actions.exporting import Decision
from linli.registry.models import Change, ChangeState, DataForm, Dwelling, FormState, SourceKind
from linli.registry.policies.asking import sentence_of
from linli.registry.policies.scopes import Who
from linli.registry.queries.forms import forms_here, records_due
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
from tests.registry.asked import COLUMNS, END, admitted, asked, book, wanted
from tests.registry.ground import act, bring_lists
from tests.registry.persons import make_dwelling, make_resident

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


# --- Answering for one record ---


def home_with(grid: Grid, confirmed: date, **columns: Any) -> Dwelling:
    home = make_dwelling(grid)
    Dwelling.objects.filter(pk=home.pk).update(confirmed_on=confirmed, **columns)
    return Dwelling.objects.select_related("address__division", "source").get(pk=home.pk)


@pytest_db
def test_a_worker_is_asked_only_what_is_missing_or_old(grid: Grid, worker: Person) -> None:
    form = admitted("用途", "居住人数", "建筑面积", *COLUMNS[2:], "甲", "乙", kind="dwelling")
    fresh = home_with(grid, date(2026, 2, 1), heads=3, area_m2=90.0)
    missing = home_with(grid, date(2026, 2, 1), area_m2=90.0)
    old = home_with(grid, date(2024, 2, 1), heads=3, area_m2=90.0)
    asks = {
        row.pk: [one.fact.name for one in sheet_of(form, row, TODAY).asked]
        for row in (fresh, missing, old)
    }
    assert asks == {fresh.pk: [], missing.pk: ["heads"], old.pk: ["use", "heads"]}
    sheet = sheet_of(form, missing, TODAY)
    assert [text for _label, text in sheet.known] == ["lived in by its owner", "90"]
    assert "楼道是否堆物" in sheet.elsewhere
    listed = records_due(form, Who.of(worker, NOW), NOW)
    assert [(one.row.pk, one.facts) for one in listed] == [(old.pk, 2), (missing.pk, 1)]


@pytest_db
def test_answers_go_the_way_of_every_change_under_the_office_that_asked(
    grid: Grid, worker: Person
) -> None:
    form = admitted("用途", "居住人数", "甲", "乙", "丙", kind="dwelling")
    old = home_with(grid, date(2024, 2, 1), heads=3, area_m2=90.0)
    answers = Answers({"heads": "4", "area_m2": "10"}, frozenset({"use"}), old.version)
    done = act(worker)
    made = answer_form(form=form, row=old, answers=answers, act=done)
    # The same page sent again asks for nothing more.
    assert (
        answer_form(form=form, row=Dwelling.objects.get(pk=old.pk), answers=answers, act=done) == []
    )
    now = Dwelling.objects.get(pk=old.pk)
    assert (now.heads, now.area_m2) == (4, 90.0)
    assert [one.field for one in made if one] == ["heads"]
    change = Change.objects.get(record=old.pk)
    assert change.state == ChangeState.APPLIED
    assert (change.source.kind, change.source.sender) == (SourceKind.PAGE, form.requester)
    assert now.provenance["use"][1] == TODAY.isoformat()
    assert not sheet_of(
        form, Dwelling.objects.select_related("address__division").get(pk=old.pk), TODAY
    ).asked


@pytest_db
def test_a_form_asks_those_of_its_role_while_it_runs(grid: Grid, worker: Person) -> None:
    home = make_dwelling(grid)
    nothing = Answers({}, frozenset(), 1)
    others = admitted(role=Role.CHECKER)
    running = admitted()
    refused(
        "other_role", lambda: answer_form(form=others, row=home, answers=nothing, act=act(worker))
    )
    late = NOW + timedelta(days=300)
    refused(
        "not_running",
        lambda: answer_form(form=running, row=home, answers=nothing, act=act(worker, late)),
    )
    who = Who.of(worker, NOW)
    assert [one.pk for one in forms_here(running.kind, who, NOW)] == [running.pk]  # type: ignore[arg-type]


@pytest_db
def test_residents_are_listed_for_no_form(grid: Grid, worker: Person) -> None:
    make_resident("张小明", "", grid)
    form = admitted("居住类别", "甲", "乙", "丙", kind="resident")
    assert records_due(form, Who.of(worker, NOW), NOW) == []


# --- Pages ---


@pytest.fixture
def client() -> Client:
    reader = Client()
    reader.cookies["django_language"] = "en"
    return reader


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest_db
def test_the_pages_take_a_form_from_the_office_to_the_worker(
    client: Client, grid: Grid, worker: Person, officer: Person
) -> None:
    client.force_login(officer)
    upload = SimpleUploadedFile("表.xlsx", book(("住宅安全排查表",), COLUMNS, merged=("A1:E1",)))
    stated = {
        "act_id": new_id(),
        "name": "住宅安全排查表",
        "requester": "区应急管理局",
        "basis": "安全生产法",
        "purpose": "汛期排查",
        "role": "grid_worker",
        "people": 20,
        "times": 1,
        "every": 1,
        "ends_on": timezone.localdate() + timedelta(days=60),
        "file": upload,
    }
    response = client.post("/registry/forms/new/", stated)
    form = DataForm.objects.get()
    where = f"/registry/forms/{form.pk}/"
    assert response.headers["Location"] == where
    assert form.blank["titles"] == [["住宅安全排查表"] * 5]
    assert "not known here" in page_of(client, where)
    client.force_login(make_person(Role.SUPERVISOR))
    assert client.post(f"{where}decide/", {"act_id": new_id()}).status_code == 422
    client.post(f"{where}decide/", {"act_id": new_id(), "decision": "yes"})
    assert "Running" in page_of(client, "/registry/forms/")
    client.force_login(worker)
    home = make_dwelling(grid, line="祝融路9号")
    assert "祝融路9号" in page_of(client, where)
    one = f"{where}{home.pk}/"
    assert "People" in page_of(client, one)
    sent = {"act_id": new_id(), "version": 1, "heads": "5"}
    assert client.post(one, sent).headers["Location"] == where
    assert Dwelling.objects.get(pk=home.pk).heads == 5
    assert client.post(one, {"act_id": new_id(), "version": 9, "heads": "x"}).status_code in {
        302,
        422,
    }
    client.force_login(officer)
    client.post(f"{where}end/", {"act_id": new_id()})
    client.force_login(worker)
    assert client.get(one).status_code == 404


@pytest_db
def test_a_refused_form_offers_the_filled_one(client: Client, officer: Person) -> None:
    bring_lists()
    client.force_login(officer)
    form = asked(officer, "房屋地址", "居住人数", "用途", kind="dwelling")
    page = page_of(client, f"/registry/forms/{form.pk}/")
    assert f"/registry/forms/fill/?form={form.pk}" in page
    assert "3 of the 3 facts" in page
    filled = page_of(client, f"/registry/forms/fill/?form={form.pk}")
    assert "selected>Address" in filled


@pytest_db
def test_a_form_without_columns_says_so(client: Client, officer: Person) -> None:
    client.force_login(officer)
    stated = {"name": "表", "requester": "局", "basis": "法", "purpose": "用", "role": "checker"}
    more = {"people": 1, "times": 1, "every": 1, "act_id": new_id()}
    response = client.post("/registry/forms/new/", {**stated, **more})
    assert response.status_code == 422
    assert "Name the columns" in response.content.decode()


@pytest_db
def test_everybody_at_the_desk_reads_the_dictionary(client: Client) -> None:
    client.force_login(make_person(Role.CALLER))
    page = page_of(client, "/registry/dictionary/")
    for field in dictionary().fields.values():
        assert field.label_en.replace("'", "&#x27;") in page
    assert "the grid worker" in page
