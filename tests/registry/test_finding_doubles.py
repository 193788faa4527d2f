"""Doubtful pairs are found for a person, once, and what is of a person stays where it is."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.registry.actions import comparing
from linli.registry.actions.comparing import find_doubles
from linli.registry.actions.doubles import find_pair, keep_apart, merge
from linli.registry.models import (
    DoublesSearch,
    Dwelling,
    Organisation,
    Pair,
    PairState,
    RecordKind,
    Resident,
    SearchState,
)
from linli.registry.rules.linking.child import Child, EngineFailed
from linli.registry.rules.linking.choosing import Found
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person
from tests.registry.doubles_ground import (
    CANARY,
    NUMBER,
    Inside,
    act,
    common,
    make_place,
    make_shop,
    said,
    written_twice,
)
from tests.registry.persons import (
    logged_text,
    make_resident,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def supervisor() -> Person:
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def two(grid: Grid) -> list[Resident]:
    return written_twice(grid)


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "Child", Inside)


# -- what is found -------------------------------------------------------------------------------


def test_a_resident_of_two_senders_is_found_with_the_reasons_in_codes(two: list[Resident]) -> None:
    search = find_doubles(act=act())
    pair = Pair.objects.get()
    assert {pair.first, pair.second} == {one.pk for one in two}
    assert set(pair.reasons) == {"name_slip", "home_same", "telephone_same", "born_same"}
    assert (search.state, said(search, "resident", "new")) == (SearchState.DONE, 1)
    assert said(search, "resident", "compared") == 2


def test_a_dwelling_without_its_entrance_is_found() -> None:
    whole = {"street": "衡山路", "number": "1号", "building": "2栋", "room": "301"}
    for line, unit in (("衡山路1号2栋301室", "无"), ("衡山路1号2栋1单元301室", "1单元")):
        Dwelling.objects.create(address=make_place(line, unit=unit, **whole), **common())
    find_doubles(act=act())
    assert Pair.objects.get().reasons == ["part_missing"]


def test_an_organisation_with_another_name_and_the_same_contact_is_found() -> None:
    address = make_place("祝融路9号", street="祝融路", number="9号")
    for name in ("衡岳餐饮有限公司", "南岳衡岳餐饮店"):
        make_shop(name, address, "周某", NUMBER)
    find_doubles(act=act())
    assert {"contact_same", "telephone_same", "address_same"} <= set(Pair.objects.get().reasons)


# -- what is not asked again ---------------------------------------------------------------------


def test_not_the_same_is_remembered(two: list[Resident], supervisor: Person) -> None:
    find_doubles(act=act())
    keep_apart(pair_id=Pair.objects.get().pk, act=act(supervisor))
    search = find_doubles(act=act())
    assert said(search, "resident", "new") == 0
    assert Pair.objects.get().state == PairState.DIFFERENT


def test_what_was_merged_or_has_ended_is_not_compared(
    two: list[Resident], supervisor: Person
) -> None:
    find_doubles(act=act())
    merge(pair_id=Pair.objects.get().pk, kept=two[0].pk, act=act(supervisor))
    Resident.objects.filter(pk=two[0].pk).update(ended_on=NOW.date())
    assert said(find_doubles(act=act()), "resident", "compared") == 0
    assert Pair.objects.count() == 1


def test_an_open_pair_whose_record_ended_is_asked_about_no_more(two: list[Resident]) -> None:
    find_doubles(act=act())
    Resident.objects.filter(pk=two[0].pk).update(ended_on=NOW.date())
    find_doubles(act=act())
    assert not Pair.objects.exists()


def test_a_pair_that_an_import_noted_is_told_its_reasons_and_not_asked_twice(
    two: list[Resident],
) -> None:
    both = (two[0].pk, two[1].pk)
    find_pair(kind=RecordKind.RESIDENT, both=both, likeness=0.8, at=NOW)
    search = find_doubles(act=act())
    assert "name_slip" in Pair.objects.get().reasons
    assert said(search, "resident", "new") == 0


def test_more_than_can_be_decided_is_left_out_and_said(
    two: list[Resident], grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MOST_OPEN", 1)
    make_resident("金丝鹤", NUMBER, grid, two[0].dwelling)
    search = find_doubles(act=act())
    assert (said(search, "resident", "new"), said(search, "resident", "left_out")) == (1, 2)
    again = find_doubles(act=act())
    assert (said(again, "resident", "new"), said(again, "resident", "left_out")) == (0, 2)


def test_a_record_that_ends_during_the_search_is_not_noted(
    two: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Inside.pairs

    def slow(child: Inside) -> Iterator[Found]:
        yield from found(child)
        Resident.objects.filter(pk=two[0].pk).update(ended_on=NOW.date())

    monkeypatch.setattr(Inside, "pairs", slow)
    assert said(find_doubles(act=act()), "resident", "new") == 0
    assert not Pair.objects.exists()


def test_a_record_that_does_not_open_stops_nothing(two: list[Resident], grid: Grid) -> None:
    broken = make_resident("何某", "19900009999", grid, two[0].dwelling)
    Resident.objects.filter(pk=broken.pk).update(name=bytes(two[0].name))
    address = make_place("祝融路8号", street="祝融路", number="8号")
    shop, _other = (make_shop(name, address, "周某") for name in ("某店", "别的商行"))
    Organisation.objects.filter(pk=shop.pk).update(wrapped_key=b"")
    search = find_doubles(act=act())
    assert said(search, "resident", "compared") == 2
    assert said(search, "organisation", "compared") == 1


# -- nothing of a person leaves -------------------------------------------------------------------


def look_on(process: Any, opened: set[str]) -> None:
    """Note which files a process has open for writing while it runs."""
    folder = Path(f"/proc/{process.pid}")
    while process.poll() is None:
        with suppress(OSError, IndexError):
            for one in (folder / "fd").iterdir():
                flags = (folder / "fdinfo" / one.name).read_text().split("flags:")[1].split()[0]
                where = str(one.readlink())
                if int(flags, 8) & 3 and where.startswith("/"):
                    opened.add(where)
        time.sleep(0.01)


def test_no_value_of_a_person_goes_through_the_pipe_into_a_file_or_into_the_database(
    two: list[Resident], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    sent: list[str] = []
    opened: set[str] = set()
    write, pairs = Child._write, Child.pairs

    def spied(child: Child, told: object) -> None:
        sent.append(repr(told))
        write(child, told)

    def looked(child: Child) -> Iterator[Found]:
        watch = threading.Thread(target=look_on, args=(child._process, opened))
        watch.start()
        yield from pairs(child)
        watch.join()

    monkeypatch.setattr(comparing, "Child", Child)
    monkeypatch.setattr(Child, "_write", spied)
    monkeypatch.setattr(Child, "pairs", looked)
    address = make_place("祝融路9号", street="祝融路", number="9号")
    make_shop("衡岳餐饮有限公司", address, CANARY, NUMBER)
    make_shop("南岳衡岳餐饮店", address, CANARY, NUMBER)
    find_doubles(act=act())
    assert Pair.objects.count() == 2
    rows = [*Pair.objects.values(), *DoublesSearch.objects.values()]
    kept = f"{rows}{logged_text()}"
    for canary in (CANARY, NUMBER, NUMBER[3:], "金丝", str(two[0].pk)):
        assert canary not in "".join(sent)
    for canary in (CANARY, NUMBER, NUMBER[3:], "金丝"):
        assert canary not in kept
    assert opened == {"/dev/null"}


def test_that_everything_is_compared_is_recorded_before_anything_is_opened(
    two: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_told: object) -> None:
        assert Event.objects.filter(verb="registry.compare").count() == 1
        raise EngineFailed("OutOfMemoryException")

    monkeypatch.setattr(comparing, "Child", failing)
    with pytest.raises(EngineFailed):
        find_doubles(act=act())
    search = DoublesSearch.objects.get()
    assert (search.state, search.trouble) == (SearchState.FAILED, "OutOfMemoryException")
    assert not Pair.objects.exists()
