"""Workers are asked only what is missing or old, and the pages lead a form to them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.answering import Answers, answer_form, sheet_of
from linli.registry.forms.answering import AnswerForm
from linli.registry.models import Change, ChangeState, DataForm, Dwelling, Resident, SourceKind
from linli.registry.policies.scopes import Who
from linli.registry.queries.forms import forms_here, records_due
from linli.registry.rules.dictionary import dictionary
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person, make_unit
from tests.registry.asked import COLUMNS, admitted, asked, book
from tests.registry.ground import act, bring_lists
from tests.registry.persons import make_dwelling, make_resident

TODAY = timezone.localdate(NOW)


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


# --- Answering for one record ---

pytest_db = pytest.mark.django_db


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


@pytest_db
def test_a_form_for_a_resident_shows_masks_and_what_the_dwelling_knows(
    grid: Grid, worker: Person
) -> None:
    home = home_with(grid, date(2026, 2, 1), heads=2)
    row = make_resident("张小明", "13912345678", grid, home)
    names = ("姓名", "所属社区", "住址", "门牌号", "居住人数", "出生年份")
    form = admitted(*names, "甲", "乙", "丙", "丁", kind="resident")
    sheet = sheet_of(form, row, TODAY)
    assert sheet.asked == []
    told = dict(sheet.known)
    assert told["Name"] == "张**"
    assert told["Address"] == home.address.line
    assert told["People"] == "2"
    assert "13912345678" not in str(sheet)
    # What is sealed and old is typed whole, never shown.
    calls = admitted("联系电话", "甲", kind="resident")
    Resident.objects.filter(pk=row.pk).update(confirmed_on=date(2024, 1, 1))
    old = Resident.objects.select_related("dwelling__address__division").get(pk=row.pk)
    page = AnswerForm(row=old, asked=sheet_of(calls, old, TODAY).asked)
    assert "13912345678" not in str(page)


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
def test_what_is_only_sent_along_confirms_nothing(
    client: Client, grid: Grid, worker: Person
) -> None:
    form = admitted(
        *("用途", "居住人数", "甲", "乙", "丙"),
        kind="dwelling",
        ends_on=timezone.localdate() + timedelta(days=30),
        at=timezone.now(),
    )
    old = home_with(grid, date(2024, 2, 1), heads=3)
    client.force_login(worker)
    where = f"/registry/forms/{form.pk}/{old.pk}/"
    sent = {"act_id": new_id(), "version": 1, "use": "own", "heads": "3"}
    # It stays on the page, which says what to do.
    assert client.post(where, sent).url == where
    assert "tick what is still right" in page_of(client, where)
    assert Dwelling.objects.get(pk=old.pk).provenance == {}
    client.post(where, {**sent, "act_id": new_id(), "still-use": "on", "heads": "4"})
    now = Dwelling.objects.get(pk=old.pk)
    assert (now.heads, set(now.provenance)) == (4, {"use", "heads"})
    # Both are known now: the form asks nothing more of this home.
    assert "asks nothing of this record" in page_of(client, where)


@pytest_db
def test_an_answer_removes_a_sealed_fact_by_a_tick_alone(
    client: Client, grid: Grid, worker: Person
) -> None:
    ends = timezone.localdate() + timedelta(days=30)
    form = admitted("联系电话", "甲", kind="resident", ends_on=ends, at=timezone.now())
    row = make_resident("张小明", "13912345678", grid, make_dwelling(grid))
    Resident.objects.filter(pk=row.pk).update(confirmed_on=date(2024, 1, 1))
    client.force_login(worker)
    where = f"/registry/forms/{form.pk}/{row.pk}/"

    def kept() -> bytes:
        return bytes(Resident.objects.get(pk=row.pk).telephone)

    for told, status in (
        ({"telephone": ""}, 302),
        ({"telephone": "13900000002", "none-telephone": "on"}, 422),
        ({"still-telephone": "on", "none-telephone": "on"}, 422),
    ):
        answer = client.post(where, {"act_id": new_id(), "version": 1, **told})
        assert answer.status_code == status
        assert kept() == bytes(row.telephone)
    client.post(where, {"act_id": new_id(), "version": 1, "none-telephone": "on"})
    assert kept() == b""


@pytest_db
def test_the_list_of_forms_begins_with_those_that_wait_for_the_worker(
    client: Client, grid: Grid, worker: Person, officer: Person
) -> None:
    ends = timezone.localdate() + timedelta(days=30)
    admitted("居住人数", "甲", "乙", kind="dwelling", ends_on=ends, at=timezone.now())
    home_with(grid, date(2024, 2, 1), heads=3)
    client.force_login(worker)
    assert "For you to answer" in page_of(client, "/registry/forms/")
    client.force_login(officer)
    assert "For you to answer" not in page_of(client, "/registry/forms/")


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
