"""Doubles and changes: a second person decides, and what was put together can be parted."""

import pytest
from django.test import Client
from django.urls import reverse

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.doubles import find_pair, keep_apart, merge, unmerge
from linli.registry.actions.history import history_of
from linli.registry.actions.writing import Act
from linli.registry.models import Change, Dwelling, Pair, RecordKind, Resident, Tenancy
from linli.territory.models import Grid
from tests.factories import NOW, make_grid, make_person
from tests.registry.pages_ground import make_pair, propose_name
from tests.registry.persons import make_dwelling, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid() -> Grid:
    return make_grid(0)


@pytest.fixture
def supervisor() -> Person:
    return make_person(Role.SUPERVISOR)


def act(by: Person) -> Act:
    return Act(new_id(), by, NOW)


def test_what_hung_on_a_dwelling_moves_with_it_and_goes_back(
    grid: Grid, supervisor: Person
) -> None:
    homes = [make_dwelling(grid), make_dwelling(grid)]
    resident = make_resident(grid=grid, dwelling=homes[1])
    both = (homes[0].pk, homes[1].pk)
    pair = find_pair(kind=RecordKind.DWELLING, both=both, likeness=0.7, at=NOW)
    merge(pair_id=pair.pk, kept=homes[0].pk, act=act(supervisor))
    resident.refresh_from_db()
    assert resident.dwelling_id == homes[0].pk
    assert Dwelling.objects.get(pk=homes[1].pk).merged_into == homes[0].pk
    unmerge(pair_id=pair.pk, act=act(supervisor))
    resident.refresh_from_db()
    assert resident.dwelling_id == homes[1].pk
    assert Dwelling.objects.get(pk=homes[1].pk).merged_into is None
    assert Pair.objects.get(pk=pair.pk).state == "open"


def test_sealed_changes_can_be_read_at_the_record_they_moved_to(
    grid: Grid, supervisor: Person
) -> None:
    pair, worker = make_pair(grid), make_person(Role.GRID_WORKER, grid=grid)
    kept, gone = (Resident.objects.get(pk=key) for key in (pair.first, pair.second))
    change = propose_name(gone, worker, "赵云起")
    merge(pair_id=pair.pk, kept=kept.pk, act=act(supervisor))
    lines = history_of(record=Resident.objects.get(pk=kept.pk), by=supervisor, at=NOW)
    assert [line.after for line in lines] == ["赵**"]
    unmerge(pair_id=pair.pk, act=act(supervisor))
    assert Change.objects.get(pk=change.pk).record == gone.pk
    lines = history_of(record=Resident.objects.get(pk=gone.pk), by=supervisor, at=NOW)
    assert [line.after for line in lines] == ["赵**"]


def test_not_the_same_is_remembered(grid: Grid, supervisor: Person) -> None:
    pair = make_pair(grid)
    keep_apart(pair_id=pair.pk, act=act(supervisor))
    both = (pair.second, pair.first)
    again = find_pair(kind=RecordKind.RESIDENT, both=both, likeness=0.99, at=NOW)
    assert (again.pk, again.state) == (pair.pk, "different")
    with pytest.raises(Refused):
        merge(pair_id=pair.pk, kept=pair.first, act=act(supervisor))


def test_two_dwellings_that_are_both_let_are_not_put_together(
    grid: Grid, supervisor: Person
) -> None:
    homes = [make_dwelling(grid), make_dwelling(grid)]
    for home in homes:
        common = {"basis": home.basis, "keep_until": home.keep_until, "source": home.source}
        Tenancy.objects.create(
            dwelling=home, since=NOW.date(), confirmed_on=NOW.date(), wrapped_key=b"", **common
        )
    both = (homes[0].pk, homes[1].pk)
    pair = find_pair(kind=RecordKind.DWELLING, both=both, likeness=0.7, at=NOW)
    with pytest.raises(Refused) as refused:
        merge(pair_id=pair.pk, kept=homes[0].pk, act=act(supervisor))
    assert refused.value.refusal.code == "let"


def test_a_grid_worker_decides_about_no_double(grid: Grid) -> None:
    worker, pair = make_person(Role.GRID_WORKER, grid=grid), make_pair(grid)
    with pytest.raises(Refused):
        merge(pair_id=pair.pk, kept=pair.first, act=act(worker))


def test_two_records_stand_side_by_side_and_the_difference_is_marked(
    grid: Grid, supervisor: Person
) -> None:
    pair, client = make_pair(grid), Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(supervisor)
    where = reverse("registry:double", args=[pair.pk])
    page = client.get(where).content.decode()
    # The names differ, though their masks do not.
    assert page.count("rp-differs") == 1
    assert "小河" not in page
    client.post(where, {"verb": "first", "act_id": str(new_id())})
    assert Pair.objects.get(pk=pair.pk).kept == pair.first


def test_what_one_record_lacks_is_no_difference(grid: Grid, supervisor: Person) -> None:
    pair, client = make_pair(grid), Client(HTTP_ACCEPT_LANGUAGE="en")
    Resident.objects.filter(pk=pair.second).update(
        birth_year=None, telephone=b"", telephone_index=b"", dwelling=None
    )
    client.force_login(supervisor)
    page = client.get(reverse("registry:double", args=[pair.pk])).content.decode()
    assert page.count("on one side only") == 3
    assert page.count("rp-differs") == 1


def test_a_decision_leads_to_the_next_pair_that_waits(grid: Grid, supervisor: Person) -> None:
    likest, middle, last = made = [make_pair(grid) for _ in range(3)]
    for pair, likeness in zip(made, (0.9, 0.8, 0.7), strict=True):
        Pair.objects.filter(pk=pair.pk).update(likeness=likeness)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(supervisor)

    def decide(pair: Pair, verb: str) -> tuple[str, str]:
        where = reverse("registry:double", args=[pair.pk])
        answer = client.post(where, {"verb": verb, "act_id": str(new_id())}, follow=True)
        return answer.redirect_chain[-1][0], answer.content.decode()

    where, page = decide(middle, "apart")
    assert where == reverse("registry:double", args=[last.pk])
    assert "next pair that waits" in page
    # Behind the last one the list begins anew.
    assert decide(last, "first")[0] == reverse("registry:double", args=[likest.pk])
    where, page = decide(likest, "second")
    assert where == reverse("registry:doubles")
    assert "No other pair waits" in page
    assert decide(likest, "part")[0] == reverse("registry:doubles")


def test_the_page_of_a_merged_pair_says_which_goes_on(grid: Grid, supervisor: Person) -> None:
    pair, client = make_pair(grid), Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(supervisor)
    merge(pair_id=pair.pk, kept=pair.second, act=act(supervisor))
    page = client.get(reverse("registry:double", args=[pair.pk])).content.decode()
    assert "the second goes on" in page
    assert "the first goes on" not in page


def test_a_second_person_applies_a_change_on_its_page(grid: Grid, supervisor: Person) -> None:
    worker = make_person(Role.GRID_WORKER, grid=grid)
    resident = make_resident("张三", grid=grid, dwelling=make_dwelling(grid))
    change = propose_name(resident, worker, "章三")
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(supervisor)
    assert "张" not in client.get(reverse("registry:changes")).content.decode()
    where = reverse("registry:change_waiting", args=[change.pk])
    assert "章*" in client.get(where).content.decode()
    client.post(where, {"verb": "approve", "version": "1", "act_id": str(new_id())})
    assert Change.objects.get(pk=change.pk).state == "applied"
