"""Records of persons leave the house by two people, marked, counted, and for a reason."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.exporting import Asked, Decision, ask_export, decide_export, take_export
from linli.registry.models import Export
from linli.registry.queries.looked import exports_by_month
from linli.registry.rules.watermarks import Watermark, watermarked
from linli.territory.models import Grid
from tests.factories import SINCE, make_grid, make_person
from tests.registry.persons import logged_text, make_basis, make_dwelling, make_resident

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WHY = "高龄津贴年度核对发放名单"


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def worker(grid: Grid) -> Person:
    return make_person(Role.GRID_WORKER, grid=grid, name="演示网格员甲")


@pytest.fixture
def approver() -> Person:
    return make_person(Role.SUPERVISOR, name="演示主管乙")


def asked_by(person: Person, grid: Grid, **more: Any) -> Export:
    fields = more.pop("fields", ("name", "telephone", "address"))
    asked = Asked(grid.code, fields, more.pop("purpose", WHY), make_basis())
    return ask_export(asked=asked, by=person, at=NOON, act_id=new_id())


def decided(export: Export, by: Person, yes: bool = True, words: str = "") -> Export:
    return decide_export(
        export_id=export.pk, decision=Decision(yes, words), by=by, at=NOON, act_id=new_id()
    )


def book_of(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def test_what_two_people_agreed_on_leaves_marked(
    grid: Grid, worker: Person, approver: Person
) -> None:
    home = make_dwelling(grid, line="衡山路12号")
    inside = make_resident("张小明", "13912345678", grid, home)
    make_resident("李四", "13900000000", make_grid(5))
    export = decided(asked_by(worker, grid), approver)
    book = book_of(take_export(export_id=export.pk, by=worker, at=NOON))
    assert len(book.worksheets) == 2
    for sheet in book.worksheets:
        first = str(sheet["A1"].value)
        for word in ("演示网格员甲", "2026-03-02 12:00", WHY):
            assert word in first
            assert word in str(sheet.oddHeader.center.text)
    told = book.properties
    assert told.creator == "演示网格员甲"
    assert WHY in told.description
    assert str(export.pk) == told.keywords
    rows = list(book.worksheets[0].values)
    assert len(rows[1]) == 3
    assert rows[2:] == [("张小明", "13912345678", "衡山路12号")]
    assert "演示主管乙" in str(list(book.worksheets[1].values))
    # The export and everybody in it are reads that the log holds.
    assert Event.objects.get(verb="read.export").subject == export.pk
    assert [one.subject for one in Event.objects.filter(verb="read.exported")] == [inside.pk]
    assert "13912345678" not in logged_text()


def test_formulas_in_a_record_are_neutralised(grid: Grid, worker: Person, approver: Person) -> None:
    make_resident('=HYPERLINK("http://x","张")', "13912345678", grid)
    export = decided(asked_by(worker, grid), approver)
    book = book_of(take_export(export_id=export.pk, by=worker, at=NOON))
    cell = book.worksheets[0]["A3"]
    assert cell.value.startswith("'=")
    assert cell.data_type == "s"


def test_nobody_approves_what_they_asked_for(grid: Grid) -> None:
    make_resident("张小明", "13912345678", grid)
    both = make_person(Role.SUPERVISOR)
    RoleGrant.objects.create(person=both, role=Role.ADMINISTRATOR.value, since=SINCE)
    export = asked_by(both, grid)
    with pytest.raises(Refused) as refused:
        decided(export, both)
    assert refused.value.refusal.code == "own"
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(decided_by=both, state="approved")


def test_only_whose_role_it_is_asks_and_approves(
    grid: Grid, worker: Person, approver: Person
) -> None:
    make_resident("张小明", "13912345678", grid)
    for role in (Role.INTAKE_CLERK, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(Refused):
            asked_by(make_person(role), grid)
    export = asked_by(worker, grid)
    with pytest.raises(Refused):
        decided(export, make_person(Role.GRID_WORKER))
    assert decided(export, approver).state == "approved"


def test_unapproved_refused_late_or_anothers_is_not_taken(
    grid: Grid, worker: Person, approver: Person
) -> None:
    make_resident("张小明", "13912345678", grid)
    waiting, refused_one = asked_by(worker, grid), asked_by(worker, grid)
    decided(refused_one, approver, yes=False, words="本人可到窗口核对")
    approved = decided(asked_by(worker, grid), approver)
    cases = [
        (waiting, worker, NOON, "not_approved"),
        (refused_one, worker, NOON, "not_approved"),
        (approved, worker, NOON + timedelta(hours=25), "too_late"),
        (approved, approver, NOON, "other"),
    ]
    for export, person, at, code in cases:
        with pytest.raises(Refused) as no:
            take_export(export_id=export.pk, by=person, at=at)
        assert no.value.refusal.code == code
    assert not Event.objects.filter(verb__startswith="read.").exists()


def test_a_purpose_columns_and_somebody_there_are_needed(grid: Grid, worker: Person) -> None:
    with pytest.raises(Refused) as refused:
        asked_by(worker, grid)
    assert refused.value.refusal.code == "empty"
    make_resident("张小明", "13912345678", grid)
    for more in ({"purpose": "用"}, {"fields": ()}, {"fields": ("id_tail",)}):
        with pytest.raises(Refused):
            asked_by(worker, grid, **more)


def test_another_grid_is_not_taken_along(grid: Grid, worker: Person) -> None:
    there = make_grid(5)
    make_resident("李四", "13900000000", there)
    with pytest.raises(Refused) as refused:
        asked_by(worker, there)
    assert refused.value.refusal.code in {"empty", "area"}
    assert not Export.objects.exists()


def test_what_does_not_fit_one_sheet_carries_the_mark_on_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linli.registry.rules.watermarks._MOST_ROWS", 2)
    mark = Watermark("1", "取走：甲", [("取走人", "甲")], "居民", "说明")
    book = book_of(watermarked(mark, ["姓名"], [["甲"], ["乙"], ["丙"]]))
    assert [sheet.title for sheet in book.worksheets] == ["居民 1", "居民 2", "说明"]
    assert {sheet["A1"].value for sheet in book.worksheets} == {"取走：甲"}


def test_the_public_page_shows_totals_and_no_small_ones(
    grid: Grid, worker: Person, approver: Person, client: Client
) -> None:
    make_resident("张小明", "13912345678", grid)
    export = decided(asked_by(worker, grid), approver)
    take_export(export_id=export.pk, by=worker, at=NOON)
    (month,) = exports_by_month()
    assert (month.month, month.exports, month.records) == ("2026-03", 1, None)
    for number in range(5):
        make_resident("王五", f"1391111000{number}", grid)
    take_export(export_id=export.pk, by=worker, at=NOON)
    assert [one.records for one in exports_by_month()] == [6]
    text = client.get("/registry/exports/public/").content.decode()
    assert "2026-03" in text
    for word in (WHY, worker.name, approver.name, grid.code):
        assert word not in text


def test_the_pages_walk_from_asking_to_the_file(
    grid: Grid, worker: Person, approver: Person
) -> None:
    make_resident("张小明", "13912345678", grid)
    asks, decides = Client(), Client()
    asks.force_login(worker)
    decides.force_login(approver)
    asked = {
        "area": grid.code,
        "fields_wanted": ["name", "telephone"],
        "basis": str(make_basis().pk),
        "purpose": WHY,
    }
    assert asks.post("/registry/exports/", asked).status_code == 302
    export = Export.objects.get()
    assert asks.get(f"/registry/exports/{export.pk}/").status_code == 404
    assert WHY in decides.get("/registry/exports/").content.decode()
    assert decides.post(f"/registry/exports/{export.pk}/", {"decision": "yes"}).status_code == 302
    answer = asks.post(f"/registry/exports/{export.pk}/take/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content[:2] == b"PK"
    assert "no-store" in answer["Cache-Control"]
    assert decides.post(f"/registry/exports/{export.pk}/take/").status_code == 404
