"""The page on which a worker tells that a resident moved house."""

from typing import Any

import pytest
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.registry.actions.records import end_record
from linli.registry.models import Change, Dwelling, RecordKind, Resident
from tests.factories import VILLAGE
from tests.registry.ground import TODAY, Registry, act
from tests.registry.typing_in import as_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Registry:
    return Registry.made()


def told(ground: Registry, row: Resident, address: str, **more: object) -> Any:
    values = {"division": VILLAGE, "address": address, "version": row.version}
    where = reverse("registry:move", args=[row.pk])
    client = as_worker(ground.worker)
    return client.post(where, {**values, "act_id": str(new_id()), **more})


def test_a_new_home_in_the_own_grid_is_made_and_no_trail_is_left(ground: Registry) -> None:
    row = ground.resident()
    page = as_worker(ground.worker).get(reverse("registry:record", args=["resident", row.pk]))
    assert reverse("registry:move", args=[row.pk]) in page.content.decode()
    response = told(ground, row, "衡山路8号")
    assert response.url == reverse("registry:record", args=["resident", row.pk])
    row.refresh_from_db()
    assert row.dwelling.address.line == "衡山路8号"
    assert row.grid_id == ground.grid.code
    change = Change.objects.get(record=row.pk)
    assert (bytes(change.before), bytes(change.after)) == (b"", b"")


def test_a_home_in_another_grid_takes_the_record_there(ground: Registry) -> None:
    row = ground.resident()
    home = ground.resident("衡山路9号", telephone="13900000002").dwelling
    Dwelling.objects.filter(pk=home.pk).update(grid=ground.other)
    home.address.grid = ground.other
    home.address.save()
    response = told(ground, row, "衡山路9号")
    assert response.url == reverse("registry:home")
    row.refresh_from_db()
    assert (row.dwelling_id, row.grid_id) == (home.pk, ground.other.code)
    assert told(ground, row, "衡山路8号").status_code == 404


def test_faults_stand_on_the_page_and_move_nobody(ground: Registry) -> None:
    row = ground.resident()
    before = row.dwelling_id
    assert "address" in told(ground, row, "，").context["form"].errors
    response = told(ground, row, "衡山路8号", version=row.version + 5)
    assert response.context["form"].non_field_errors()
    row.refresh_from_db()
    assert row.dwelling_id == before


def test_who_has_ended_moves_no_more(ground: Registry) -> None:
    row = ground.resident()
    end_record(kind=RecordKind.RESIDENT, record_id=row.pk, ended_on=TODAY, act=act(ground.worker))
    assert told(ground, row, "衡山路8号").status_code == 404
