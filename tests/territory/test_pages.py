"""The pages of the territory, by form and by role."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import Person, Unit
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.territory.models import Division, Grid, GridLineage, GridPosting, UnitArea
from linli.territory.queries import divisions_of, grids_of
from tests.territory.ground import SINCE, VILLAGE, collection, feature, square


def url(name: str, *args: object) -> str:
    return reverse(f"territory:{name}", args=args)


def today() -> str:
    return timezone.localdate().isoformat()


PAGES = [
    ("overview", []),
    ("add_division", []),
    ("division", [VILLAGE]),
    ("rename_division", [VILLAGE]),
    ("close_division", [VILLAGE]),
    ("grid", [f"{VILLAGE}001"]),
    ("rename_grid", [f"{VILLAGE}001"]),
    ("close_grid", [f"{VILLAGE}001"]),
    ("post_person", [f"{VILLAGE}001"]),
    ("split_grid", [f"{VILLAGE}001"]),
    ("merge_grids", [f"{VILLAGE}001"]),
    ("areas", []),
    ("import", []),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_every_page_opens_for_an_administrator_and_is_absent_for_others(
    desk: Client, grids: list[str], worker: Person, name: str, args: list[str]
) -> None:
    page = desk.get(url(name, *args))
    assert page.status_code == 200
    assert "<h1>" in page.content.decode()
    desk.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
    assert desk.get(url(name, *args)).status_code == 404
    assert Client().get(url(name, *args)).status_code == 302


def test_the_overview_invites_to_import_when_there_is_nothing(desk: Client) -> None:
    assert "There is no territory yet" in desk.get(url("overview")).content.decode()


def test_the_overview_counts_what_is_there(desk: Client, grids: list[str]) -> None:
    page = desk.get(url("overview")).content.decode()
    assert "Yuemiao" in page
    assert "Grids without people" in page


def test_a_division_is_added_renamed_and_closed(desk: Client, grids: list[str]) -> None:
    form = {"code": "430412001004", "name": "衡岳社区", "name_en": "", "since": SINCE.isoformat()}
    assert desk.post(url("add_division"), form).status_code == 302
    again = desk.post(url("add_division"), form)
    assert again.status_code == 422
    assert "codes are never used again" in again.content.decode()
    assert desk.post(url("add_division"), {**form, "code": "12"}).status_code == 422
    orphan = desk.post(url("add_division"), {**form, "code": "430499001001"})
    assert "No division has the code 430499001 now" in orphan.content.decode()
    desk.post(url("rename_division", form["code"]), {"name": "新名", "name_en": "New"})
    desk.post(url("close_division", form["code"]), {"day": today()})
    division = Division.objects.get(code=form["code"])
    assert (division.name, division.name_en, division.until) == (
        "新名",
        "New",
        timezone.localdate(),
    )


def test_a_division_with_grids_is_not_closed_and_says_why(desk: Client, grids: list[str]) -> None:
    page = desk.post(url("close_division", VILLAGE), {"day": today()})
    assert page.status_code == 422
    assert "still has divisions or grids under it (4)" in page.content.decode()
    assert (
        "still has divisions or grids under it (4)"
        in desk.get(url("division", VILLAGE)).content.decode()
    )


def test_a_grid_is_renamed_and_closed(desk: Client, grids: list[str]) -> None:
    desk.post(url("rename_grid", grids[0]), {"name": "新网格", "name_en": ""})
    assert Grid.objects.get(code=grids[0]).name == "新网格"
    assert desk.post(url("close_grid", grids[0]), {"day": "2020-01-01"}).status_code == 422
    desk.post(url("close_grid", grids[0]), {"day": today()})
    assert Grid.objects.get(code=grids[0]).until == timezone.localdate()
    page = desk.get(url("grid", grids[0])).content.decode()
    assert "codes are never used again" in page


def test_a_person_is_posted_once_and_ended(desk: Client, grids: list[str], worker: Person) -> None:
    form = {"person": worker.pk, "role": "worker", "since": today(), "until": ""}
    assert desk.post(url("post_person", grids[0]), form).status_code == 302
    assert [grid.code for grid in grids_of(worker)] == [grids[0]]
    assert desk.post(url("post_person", grids[0]), form).status_code == 422
    assert worker.name in desk.get(url("grid", grids[0])).content.decode()
    posting = GridPosting.objects.get()
    GridPosting.objects.update(since=SINCE)
    assert desk.get(url("end_posting", posting.pk)).status_code == 200
    desk.post(url("end_posting", posting.pk), {"day": today()})
    assert not grids_of(worker).exists()


def upload(document: Any, name: str = "x.geojson") -> SimpleUploadedFile:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SimpleUploadedFile(name, data)


def halves() -> dict[str, object]:
    x0, y0, x1, y1 = square(0, 0).bounds
    west = shapely.box(x0, y0, (x0 + x1) / 2, y1)
    east = shapely.box((x0 + x1) / 2, y0, x1, y1)
    return collection(feature(west, name="西"), feature(east, name="东"))


def test_a_grid_is_split_by_a_file(desk: Client, grids: list[str]) -> None:
    form = {"file": upload(halves()), "crs": "wgs84", "day": today(), "keep_people": "on"}
    assert desk.post(url("split_grid", grids[0]), form).status_code == 302
    assert GridLineage.objects.count() == 2
    page = desk.get(url("grid", f"{VILLAGE}005")).content.decode()
    assert "Came from" in page
    assert grids[0] in page


@pytest.mark.parametrize(("crs", "sentence"), [("", "does not say which"), ("gcj02", "uncovered")])
def test_a_split_that_is_refused_says_why(
    desk: Client, grids: list[str], crs: str, sentence: str
) -> None:
    form = {"file": upload(halves()), "crs": crs, "day": today()}
    page = desk.post(url("split_grid", grids[0]), form)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Grid.objects.count() == 4


def test_grids_are_merged(desk: Client, grids: list[str]) -> None:
    form = {"others": [grids[1]], "name": "南片", "name_en": "", "day": today()}
    assert desk.post(url("merge_grids", grids[0]), form).status_code == 302
    assert Grid.objects.get(name="南片").code == f"{VILLAGE}005"
    page = desk.post(
        url("merge_grids", grids[2]), {**form, "others": [grids[3]], "day": "2020-01-01"}
    )
    assert "must take effect later" in page.content.decode()


def test_a_form_sent_twice_acts_once(desk: Client, grids: list[str]) -> None:
    form = {"name": "甲", "name_en": "", "act_id": new_id()}
    desk.post(url("rename_grid", grids[0]), form)
    desk.post(url("rename_grid", grids[0]), form)
    assert Event.objects.filter(pk=form["act_id"]).count() == 1


def test_a_unit_is_given_its_areas(desk: Client, grids: list[str]) -> None:
    unit = Unit.objects.create(code="YM", name="岳庙居委会", kind="committee", since=SINCE)
    assert "岳庙居委会" in desk.get(url("areas")).content.decode()
    assert desk.get(url("unit_areas", unit.pk)).status_code == 200
    desk.post(url("unit_areas", unit.pk), {"codes": [VILLAGE], "day": today()})
    assert [division.code for division in divisions_of(unit)] == [VILLAGE]
    assert "Yuemiao" in desk.get(url("areas")).content.decode()
    assert UnitArea.objects.count() == 1


def import_form(document: Any, **more: str) -> dict[str, Any]:
    form = {"kind": "grids", "day": today(), "crs": "wgs84", "grid_kind": "base"}
    return {**form, "file": upload(document), **more}


def test_an_import_is_shown_before_it_is_written(desk: Client, divisions: None, kept: Path) -> None:
    document = collection(feature(square(0, 0), code=f"{VILLAGE}001", name="第一网格"))
    there = desk.post(url("import"), import_form(document))
    assert there.status_code == 302
    page = desk.get(there.url)
    assert "1 row is ready" in page.content.decode()
    assert "1 would be added, 0 renamed or changed, 0 redrawn; 0 are" in page.content.decode()
    assert not Grid.objects.exists()
    shapes = desk.get(f"{there.url}map.json").json()["features"]
    assert shapes[0]["properties"]["code"] == f"{VILLAGE}001"
    assert desk.post(there.url).status_code == 302
    assert Grid.objects.get().name == "第一网格"
    assert desk.post(there.url).status_code == 302
    assert desk.get(there.url).status_code == 404
    assert desk.get(f"{there.url}map.json").status_code == 404
    assert Event.objects.filter(verb="territory.save_grids").count() == 1


def test_a_file_with_errors_cannot_be_confirmed_and_is_kept(
    desk: Client, divisions: None, kept: Path
) -> None:
    document = collection(feature(square(0, 0), code=f"{VILLAGE}001", name="第一网格"))
    there = desk.post(url("import"), import_form(document, crs=""))
    page = desk.get(there.url).content.decode()
    assert "The file has 1 error" in page
    assert "does not say which coordinate system" in page
    assert desk.post(there.url).status_code == 422
    assert not Grid.objects.exists()
    assert len(list(kept.glob("*/x.geojson"))) == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("divisions", "code,name\n430412002,新街道\n"),
        ("units", f"code,name,areas\nA,甲,{VILLAGE}\n"),
        ("postings", f"username,grid\nworker,{VILLAGE}001\n"),
    ],
)
def test_tables_of_all_kinds_are_imported(
    desk: Client, grids: list[str], worker: Person, kept: Path, kind: str, text: str
) -> None:
    form = {**import_form(text.encode()), "kind": kind}
    there = desk.post(url("import"), form)
    assert "1 row is ready" in desk.get(there.url).content.decode()
    assert desk.post(there.url).status_code == 302
    assert Event.objects.filter(verb=f"territory.save_{kind}").exists()


def test_layers_are_public_and_fetched_once(client: Client, grids: list[str]) -> None:
    first = client.get(reverse("layers:grids"))
    assert len(first.json()["features"]) == 4
    again = client.get(reverse("layers:grids"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(client.get(reverse("layers:grids"), {"on": "2020-01-01"}).json()["features"]) == 0
    assert len(client.get(reverse("layers:divisions", args=["village"])).json()["features"]) == 1
    for bad in ({"on": "soon"}, {"under": "x"}):
        assert client.get(reverse("layers:grids"), bad).status_code == 404
    assert client.get(reverse("layers:divisions", args=["moon"])).status_code == 404
