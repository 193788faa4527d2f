"""What the rows of a sheet are is guessed, and a person can say otherwise."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.registry.imports import background, waiting
from linli.registry.imports.waiting import Note
from linli.registry.models import MIXED, Dwelling, ImportRun, Organisation, Resident
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    administrator_in_english,
    as_xlsx,
    ground,
)

pytestmark = pytest.mark.django_db
# It says an address and who answers for it: a letting as much as an organisation.
HOMES = [["房屋地址", "用途", "备注"], ["衡山路1号1栋1单元103室", "自住", "甲"]]
NOTES = [["说明", "地址", "经手"], ["旧表", "衡山路5号", "某人"]]


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> Client:
    settings.LINLI_DEMO, settings.LINLI_IMPORTS = True, tmp_path
    ground()
    return administrator_in_english()


def send(client: Client, sheets: Any, kind: str = MIXED, **more: str) -> str:
    file = SimpleUploadedFile("表.xlsx", as_xlsx(sheets))
    given = {"file": file, "kind": kind, "sender": "样例社区", "act_id": str(new_id()), **more}
    return str(client.post(reverse("registry:imports"), given).headers["Location"])


def note_of(where: str) -> Note:
    told = waiting.note_of(run_of(where))
    assert told is not None
    return told


def run_of(where: str) -> Any:
    return where.rstrip("/").rsplit("/", 1)[-1]


def shown(client: Client, where: str) -> Any:
    return client.get(where).context["preview"]


def act(client: Client, where: str, verb: str, **more: str) -> str:
    """Send the page as it is shown, with what a person changed on it."""
    given = {"verb": verb}
    for nth, sheet in enumerate(shown(client, where).sheets):
        given[f"kind-{nth}"] = sheet.kind
        for place, column in enumerate(sheet.columns):
            given[f"column-{nth}-{place}"] = column.field
    answer = client.post(f"{where}act/", {**given, **more}, follow=True)
    return str(answer.content.decode())


def test_a_sheet_taken_for_another_kind_is_read_as_a_person_says(client: Client) -> None:
    where = send(client, {"房": HOMES}, "resident", basis="residence_service")
    assert [one.kind for one in shown(client, where).sheets] == ["resident"]
    # Checking does not begin before the columns were seen.
    page = act(client, where, "check", **{"kind-0": "dwelling", "column-0-0": "address.address"})
    assert note_of(where).state == waiting.NEW
    assert note_of(where).asked.kind == "dwelling"
    assert "look at them again" in page
    (sheet,) = shown(client, where).sheets
    assert [one.field for one in sheet.columns] == ["address.address", "dwelling.use", ""]
    act(client, where, "import")
    background.import_waiting.call(run_of(where), "en")
    assert ImportRun.objects.get().kind == "dwelling"
    assert Dwelling.objects.get().use == "own"
    assert not Resident.objects.exists()


def test_the_next_file_of_the_sender_is_guessed_as_this_one_was(client: Client) -> None:
    head = ["单位名称", "地址", "场所类别"]
    odd = {"表": [head, ["样例商行", "衡山路9号", "商店超市"]]}
    first = send(client, odd)
    (guessed,) = [one.kind for one in shown(client, first).sheets]
    assert guessed == "organisation"
    other = {"column-0-0": "building.name", "column-0-1": "address.address", "column-0-2": ""}
    act(client, first, "kinds", **{"kind-0": "building"})
    act(client, first, "check", **other)
    background.check_waiting.call(run_of(first), "en")
    act(client, first, "import")
    background.import_waiting.call(run_of(first), "en")
    assert not Organisation.objects.exists()
    again = send(client, {"表": [head, ["样例商行二", "衡山路19号", "商店超市"]]})
    assert [one.kind for one in shown(client, again).sheets] == ["building"]
    stranger = send(client, {"表": [head, ["样例商行三", "衡山路29号", "商店超市"]]}, sender="乙")
    assert [one.kind for one in shown(client, stranger).sheets] == ["organisation"]


def test_a_sheet_is_left_out_or_brought_in(client: Client) -> None:
    where = send(client, {"居民": [HEAD, *ROWS], "说明": NOTES})
    seen = shown(client, where)
    assert ([one.name for one in seen.sheets], list(seen.could)) == (["居民"], ["说明"])
    act(client, where, "kinds", **{"other-0": "dwelling", "column-0-1": ""})
    seen = shown(client, where)
    assert [(one.name, one.kind) for one in seen.sheets] == [
        ("说明", "dwelling"),
        ("居民", "resident"),
    ]
    # What was said of the columns of the other sheet holds.
    assert [one.field for one in seen.sheets[1].columns][:2] == ["resident.name", ""]
    assert note_of(where).asked.kind == MIXED
    act(client, where, "kinds", **{"kind-0": ""})
    assert [one.name for one in shown(client, where).sheets] == ["居民"]
    assert "One sheet must be read" in act(client, where, "kinds", **{"kind-0": ""})
    assert [one.name for one in shown(client, where).sheets] == ["居民"]


def test_a_basis_that_does_not_fit_the_other_kind_goes(client: Client) -> None:
    where = send(client, {"房": HOMES}, "resident", basis="residence_service")
    page = act(client, where, "kinds", **{"kind-0": "building"})
    assert note_of(where).asked.basis == ""
    assert "the usual one is taken" in page
