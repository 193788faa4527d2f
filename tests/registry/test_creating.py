"""Making records on pages: the place once, what looks the same first, nothing lost on a fault."""

import pytest
from django.urls import reverse

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.registry.actions.records import end_record
from linli.registry.models import (
    Address,
    Building,
    Dwelling,
    Pair,
    PairState,
    RecordKind,
    Resident,
)
from tests.factories import make_person, middle
from tests.registry.ground import TODAY, Registry, act
from tests.registry.persons import make_dwelling
from tests.registry.typing_in import LINE, as_worker, resident, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> Registry:
    return Registry.made()


def test_the_page_of_each_kind_asks_for_its_facts_and_no_more(ground: Registry) -> None:
    client = as_worker(ground.worker)
    assert client.get(reverse("registry:new")).status_code == 200
    for kind in RecordKind:
        response = client.get(reverse("registry:create", args=[kind.value]))
        if kind is RecordKind.ASSISTANCE:
            assert response.url == reverse("guards:find")
            continue
        words = response.content.decode()
        assert 'name="basis"' in words
        # Posted to one grid, nobody is asked in which grid the place lies.
        assert 'id="id_grid"' not in words
    assert client.get(reverse("registry:create", args=["nothing"])).status_code == 404


def test_a_resident_is_made_with_the_home_of_the_address(ground: Registry) -> None:
    response = sent(ground.worker, "resident", resident(ground))
    row = Resident.objects.get()
    assert response.url == reverse("registry:record", args=["resident", row.pk])
    assert row.dwelling is not None
    assert row.dwelling.address.line == LINE
    assert (row.grid_id, row.basis.code) == (ground.grid.code, "base_facts")
    assert (row.source.kind, row.source.sender) == ("page", ground.worker.name)


def test_the_same_page_sent_twice_makes_one_record(ground: Registry) -> None:
    values = resident(ground, act_id=str(new_id()))
    first, again = (sent(ground.worker, "resident", values) for _time in range(2))
    assert first.url == again.url
    assert Resident.objects.count() == 1


def test_faults_stand_beside_the_facts_and_on_top_and_what_was_typed_stays(
    ground: Registry,
) -> None:
    values = resident(ground, telephone="1.38E+10", basis="", told="office")
    response = sent(ground.worker, "resident", values)
    words = response.content.decode()
    assert response.status_code == 422
    assert not Resident.objects.exists()
    for name in ("id_telephone", "id_basis", "id_sender"):
        assert f'<a href="#{name}">' in words
    assert words.count("1.38E+10") >= 1
    assert 'value="演示甲"' in words
    assert 'id="rp-faults"' in words
    assert "autofocus" in words


def test_a_legal_basis_that_needs_no_identity_takes_none(ground: Registry) -> None:
    values = resident(ground, identity="110101199003077774")
    response = sent(ground.worker, "resident", values)
    assert response.status_code == 422
    assert "identity" in response.context["form"].errors


def test_who_gave_the_facts_is_kept_as_their_source(ground: Registry) -> None:
    values = resident(ground, told="office", sender="样例派出所")
    sent(ground.worker, "resident", values)
    assert Resident.objects.get().source.sender == "样例派出所"


def test_a_person_alike_is_shown_masked_before_saving_and_a_person_decides(
    ground: Registry,
) -> None:
    known = ground.resident()
    response = sent(ground.worker, "resident", resident(ground, act_id=str(new_id())))
    words = response.content.decode()
    assert response.status_code == 422
    assert Resident.objects.count() == 1
    assert str(known.pk) in words
    assert "演**" in words
    assert Event.objects.filter(verb="read.resident", subject=known.pk).exists()
    response = sent(ground.worker, "resident", resident(ground, is_another="yes"))
    assert response.status_code == 302
    assert Resident.objects.count() == 2
    pair = Pair.objects.get()
    assert (pair.state, pair.decided_by) == (PairState.DIFFERENT, ground.worker)
    assert Event.objects.filter(verb="registry.keep_apart").count() == 1


def test_one_alike_outside_the_grid_is_not_shown_and_waits_as_a_pair(ground: Registry) -> None:
    known = ground.resident()
    elsewhere = resident(ground, grid=ground.other.code, address="衡山路1号")
    response = sent(ground.stranger, "resident", elsewhere)
    assert response.status_code == 302
    assert not Event.objects.filter(verb="read.resident", subject=known.pk).exists()
    assert Pair.objects.get().state == PairState.OPEN


def test_another_name_at_the_same_home_is_nobody_alike(ground: Registry) -> None:
    ground.resident()
    other = resident(ground, name="样例乙", telephone="13900000002", birth_year="1950")
    assert sent(ground.worker, "resident", other).status_code == 302
    assert not Pair.objects.exists()


def test_a_home_is_told_once_and_homes_of_the_same_house_are_offered(ground: Registry) -> None:
    home = ground.resident().dwelling
    near = resident(ground, name="样例乙", telephone="", address="祝融路12号1栋503室")
    response = sent(ground.worker, "resident", near)
    assert response.status_code == 422
    assert f'value="{home.pk}"' in response.content.decode()
    sent(ground.worker, "resident", {**near, "home": str(home.pk)})
    assert Dwelling.objects.count() == 1
    assert home.residents.count() == 2
    sent(ground.worker, "resident", {**near, "name": "样例丙", "home": "new"})
    assert Dwelling.objects.count() == 2


def test_of_a_house_with_entrances_the_homes_of_the_same_one_are_offered(
    ground: Registry,
) -> None:
    second = ground.resident().dwelling
    first = ground.resident("祝融路12号1栋1单元101室", telephone="13900000003").dwelling
    for unit, offered in (("1单元", {first}), ("2单元", {second}), ("9单元", {first, second})):
        address = f"祝融路12号1栋{unit}999室"
        near = resident(ground, name="样例乙", telephone="", address=address)
        response = sent(ground.worker, "resident", near)
        assert set(response.context["doubt"].homes) == offered


def test_begun_on_a_dwelling_no_address_is_asked(ground: Registry) -> None:
    home = ground.resident().dwelling
    query = f"?dwelling={home.pk}"
    page = as_worker(ground.worker).get(reverse("registry:create", args=["resident"]) + query)
    assert 'name="address"' not in page.content.decode()
    assert str(home) in page.content.decode()
    facts = {"name": "样例乙", "residence": "registered"}
    assert sent(ground.worker, "resident", facts, query).status_code == 302
    assert home.residents.count() == 2
    for person in (ground.stranger, ground.supervisor):
        assert sent(person, "resident", facts, query).status_code == 404
    for bad in ("nothing", str(new_id())):
        assert sent(ground.worker, "resident", facts, f"?dwelling={bad}").status_code == 404


def test_an_ended_dwelling_begins_nothing(ground: Registry) -> None:
    home = ground.resident().dwelling
    end_record(kind=RecordKind.DWELLING, record_id=home.pk, ended_on=TODAY, act=act(ground.worker))
    assert sent(ground.worker, "resident", {}, f"?dwelling={home.pk}").status_code == 404


def test_a_place_that_is_kept_already_is_named_and_not_made_again(ground: Registry) -> None:
    home = ground.resident().dwelling
    place = {"grid": ground.grid.code, "address": LINE, "use": "own"}
    response = sent(ground.worker, "dwelling", {**place, "is_another": "yes"})
    assert response.status_code == 422
    assert str(home.pk) in response.content.decode()
    assert Dwelling.objects.count() == 1
    # Somebody else's place is refused, and not shown.
    response = sent(ground.stranger, "dwelling", {**place, "grid": ground.other.code})
    assert str(home.pk) not in response.content.decode()
    assert "address" in response.context["form"].errors


def test_a_building_with_its_point_and_its_homes(ground: Registry) -> None:
    lon, lat = middle()
    house = {"grid": ground.grid.code, "address": "祝融路12号1栋", "floors": "6"}
    half = sent(ground.worker, "building", {**house, "lon": lon})
    assert "lon" in half.context["form"].errors
    sent(ground.worker, "building", {**house, "lon": lon, "lat": lat})
    building = Building.objects.get()
    assert (building.address.lon, building.floors) == (lon, 6)
    query = f"?building={building.pk}"
    page = as_worker(ground.worker).get(reverse("registry:create", args=["dwelling"]) + query)
    assert 'value="祝融路12号1栋"' in page.content.decode()
    home = {"grid": ground.grid.code, "address": LINE, "use": "own", "heads": "3"}
    sent(ground.worker, "dwelling", home, query)
    assert building.dwellings.get().heads == 3
    again = sent(ground.worker, "building", house)
    assert str(building.pk) in again.content.decode()
    assert Building.objects.count() == 1


def test_a_point_elsewhere_is_refused_beside_the_address(ground: Registry) -> None:
    lon, lat = middle(1)
    house = {"grid": ground.grid.code, "address": "祝融路12号1栋", "lon": lon, "lat": lat}
    response = sent(ground.worker, "building", house)
    assert "address" in response.context["form"].errors
    assert not Address.objects.exists()


def test_no_address_is_no_place(ground: Registry) -> None:
    house = {"grid": ground.grid.code, "address": "，"}
    assert "address" in sent(ground.worker, "building", house).context["form"].errors


def test_only_workers_of_the_grid_make_records(ground: Registry) -> None:
    assert sent(ground.supervisor, "resident", resident(ground)).status_code == 404
    unposted = make_person(Role.GRID_WORKER)
    assert sent(unposted, "resident", resident(ground)).status_code == 404


def test_known_addresses_of_ones_own_grids_are_offered_while_typing(ground: Registry) -> None:
    ground.resident()
    where = reverse("registry:lines")
    for person, words, found in (
        (ground.worker, "祝融", True),
        (ground.worker, "祝", False),
        (ground.stranger, "祝融", False),
    ):
        response = as_worker(person).get(where, {"address": words, "grid": ground.grid.code})
        assert (LINE in response.content.decode()) is found


def test_whoever_gives_up_a_new_record_is_back_where_they_began(ground: Registry) -> None:
    home = make_dwelling(ground.grid)
    client, page = as_worker(ground.worker), reverse("registry:create", args=["resident"])
    record = reverse("registry:record", args=["dwelling", home.pk])
    assert (
        f'class="btn" href="{record}"' in client.get(f"{page}?dwelling={home.pk}").content.decode()
    )
    assert f'class="btn" href="{reverse("registry:new")}"' in client.get(page).content.decode()
