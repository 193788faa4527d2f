"""Split, merge and close: new codes from a day on, and nothing before it moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from django.db import IntegrityError, transaction
from django.utils import translation

from linli.accounts.models import Person, Unit
from linli.audit.actions import Clash
from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.territory.actions import (
    Act,
    close_division,
    close_grid,
    end_posting,
    merge_grids,
    save_divisions,
    save_grids,
    save_postings,
    save_unit_areas,
    split_grid,
    succeed_villages,
)
from linli.territory.models import (
    Division,
    DivisionLineage,
    FormerBoundary,
    Grid,
    GridLineage,
    GridPosting,
    TerritoryVersion,
    UnitArea,
)
from linli.territory.queries import (
    divisions_of,
    grid_at,
    grids_at,
    grids_of,
    grids_of_unit,
    grids_under,
    lineage_of,
    postings_of,
    successors_of,
    villages_under,
)
from linli.territory.rules.facts import (
    Cut,
    DivisionFacts,
    GridFacts,
    Part,
    PostingFacts,
    Succession,
    Union,
)
from linli.territory.rules.geometry import to_wkb
from tests.territory.ground import DAY, NOW, SINCE, VILLAGE, act, middle, square

BEFORE = DAY - timedelta(1)


pytestmark = pytest.mark.usefixtures("english")


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal with a code, and a sentence to go with it."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.refusal.code == f"territory.{code}"
    assert str(caught.value).endswith(".")


def halves(day: date = DAY, **chosen: Any) -> Cut:
    west, east = shapely.box(*square(0, 0).bounds), square(0, 0)
    x0, y0, x1, y1 = east.bounds
    west, east = shapely.box(x0, y0, x0 + 0.005, y1), shapely.box(x0 + 0.005, y0, x1, y1)
    parts = (Part("第一网格西", to_wkb(west)), Part("第一网格东", to_wkb(east)))
    return Cut(day, parts, **chosen)


def test_a_split_makes_new_codes_and_leaves_the_days_before_as_they_were(grids: list[str]) -> None:
    lons, lats = zip(
        *[middle(x / 10, y / 10) for x in range(-5, 20) for y in range(-5, 20)], strict=True
    )
    before = list(grids_at(lons, lats, on=BEFORE))
    west, east = split_grid(code=grids[0], cut=halves(), **act())
    assert [west.code, east.code] == [f"{VILLAGE}005", f"{VILLAGE}006"]
    x, y = middle(0, 0)
    assert grid_at(x - 0.001, y, on=DAY) == west.pk
    assert grid_at(x + 0.001, y, on=DAY) == east.pk
    assert list(grids_at(lons, lats, on=BEFORE)) == before
    old = Grid.objects.get(code=grids[0])
    assert old.until == DAY
    assert list(successors_of(old)) == [west, east]
    assert list(lineage_of(west)) == [old]
    assert [g.code for g in grids_under(VILLAGE, BEFORE)] == grids
    assert [g.code for g in grids_under(VILLAGE, DAY)] == [*grids[1:], west.code, east.code]


def test_people_of_a_split_grid_are_posted_to_every_part(grids: list[str], worker: Person) -> None:
    post(worker, grids[0])
    parts = split_grid(code=grids[0], cut=halves(), **act())
    assert [g.code for g in grids_of(worker, BEFORE)] == [grids[0]]
    assert set(grids_of(worker, DAY)) == set(parts)


def test_people_of_a_split_grid_may_be_left_to_be_posted_anew(
    grids: list[str], worker: Person
) -> None:
    post(worker, grids[0])
    split_grid(code=grids[0], cut=halves(keep_people=False), **act())
    assert not grids_of(worker, DAY).exists()


def post(person: Person, grid: str, since: date = SINCE, role: str = "worker") -> None:
    save_postings(rows=[PostingFacts(person.username, grid, role, since)], **act())


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (lambda: Cut(DAY, halves().parts[:1]), "into two parts or more"),
        (lambda: Cut(DAY, (*halves().parts[:1], Part("x", to_wkb(square(5, 5))))), "uncovered"),
        (lambda: Cut(DAY, (*halves().parts, halves().parts[0])), "overlap one another"),
        (lambda: Cut(DAY, (*halves().parts, Part("x", to_wkb(square(1, 0))))), "beyond the grid"),
        (lambda: halves(SINCE), "must take effect later"),
    ],
)
def test_a_split_that_does_not_fit_is_refused_and_writes_nothing(
    grids: list[str], cut: Callable[[], Cut], sentence: str
) -> None:
    events, stamp = Event.objects.count(), TerritoryVersion.objects.get().stamp
    with pytest.raises(Refused) as caught:
        split_grid(code=grids[0], cut=cut(), **act())
    assert sentence in str(caught.value)
    assert (Grid.objects.count(), Event.objects.count()) == (4, events)
    assert TerritoryVersion.objects.get().stamp == stamp


def test_a_merger_joins_boundaries_and_people(grids: list[str], worker: Person) -> None:
    post(worker, grids[0])
    post(worker, grids[1])
    whole = merge_grids(codes=grids[:2], union=Union(DAY, "南片网格"), **act())
    assert whole.code == f"{VILLAGE}005"
    assert grid_at(*middle(0, 0), on=DAY) == grid_at(*middle(1, 0), on=DAY) == whole.pk
    assert grid_at(*middle(1, 0), on=BEFORE) == Grid.objects.get(code=grids[1]).pk
    assert [g.code for g in lineage_of(whole)] == grids[:2]
    assert GridPosting.objects.filter(grid=whole, until__isnull=True).count() == 1
    assert set(GridLineage.objects.values_list("kind", "day")) == {("merge", DAY)}


def test_grids_of_two_communities_are_not_merged(grids: list[str]) -> None:
    other = GridFacts("430412001003001", "邻居", shape=to_wkb(square(2, 0)))
    save_grids(rows=[other], day=SINCE, **act())
    with refused("grids_differ"):
        merge_grids(codes=[grids[1], other.code], union=Union(DAY, "x"), **act())
    with refused("too_few_grids"):
        merge_grids(codes=[grids[1], grids[1]], union=Union(DAY, "x"), **act())


def test_a_change_sent_twice_happens_once_and_answers_the_same(grids: list[str]) -> None:
    once = act()
    first = split_grid(code=grids[0], cut=halves(), **once)
    assert split_grid(code=grids[0], cut=halves(), **once) == first
    merged = act()
    whole = merge_grids(codes=grids[1:3], union=Union(DAY, "x"), **merged)
    assert merge_grids(codes=grids[1:3], union=Union(DAY, "x"), **merged) == whole
    with pytest.raises(Clash):
        split_grid(code=grids[1], cut=halves(), **once)
    assert Grid.objects.count() == 7


def test_a_closed_code_is_never_used_again(grids: list[str], worker: Person) -> None:
    post(worker, grids[3])
    later = worker.grid_postings.create(
        grid=Grid.objects.get(code=grids[3]), role="leader", since=DAY + timedelta(9)
    )
    close_grid(code=grids[3], day=DAY, **act())
    assert list(postings_of(person=worker, on=DAY)) == []
    assert not GridPosting.objects.filter(pk=later.pk).exists()
    again = GridFacts(grids[3], "又来", shape=to_wkb(square(1, 1)))
    with refused("grid_closed"):
        save_grids(rows=[again], day=DAY, **act())
    with refused("grid_closed"):
        close_grid(code=grids[3], day=DAY + timedelta(1), **act())


def test_a_redrawn_boundary_cannot_begin_before_the_present_one(grids: list[str]) -> None:
    redrawn = GridFacts(grids[0], "第1网格", shape=to_wkb(square(-1, 0, 1)))
    with refused("day_too_early"):
        save_grids(rows=[redrawn], day=SINCE, **act())
    save_grids(rows=[redrawn], day=DAY, **act())
    assert FormerBoundary.objects.get().until == DAY
    assert grid_at(*middle(0, 0), on=DAY) is None
    assert grid_at(*middle(0, 0), on=BEFORE) == grid_at(*middle(-1, 0), on=DAY)


def test_a_division_closes_only_when_nothing_is_open_under_it(grids: list[str]) -> None:
    with refused("division_not_empty"):
        close_division(code=VILLAGE, day=DAY, **act())
    close_division(code="430412001003", day=DAY, **act())
    assert [d.code for d in villages_under("430412001", BEFORE)] == [VILLAGE, "430412001003"]
    assert [d.code for d in villages_under("430412001", DAY)] == [VILLAGE]
    for again in (
        lambda: close_division(code="430412001003", day=DAY + timedelta(1), **act()),
        lambda: save_divisions(rows=[DivisionFacts("430412001003", "祝圣")], **act()),
    ):
        with refused("division_closed"):
            again()
    with refused("day_too_early"):
        close_division(code=VILLAGE, day=SINCE, **act())


@pytest.mark.parametrize(
    "change",
    [
        lambda codes, day: split_grid(code=codes[0], cut=Cut(day, halves().parts), **act()),
        lambda codes, day: merge_grids(codes=codes[:2], union=Union(day, "x"), **act()),
        lambda codes, day: close_grid(code=codes[0], day=day, **act()),
        lambda _codes, day: close_division(code="430412001003", day=day, **act()),
    ],
)
def test_nothing_changes_more_than_a_year_ahead(
    grids: list[str], change: Callable[[list[str], date], object]
) -> None:
    with refused("day_too_late"):
        change(grids, DAY + timedelta(days=367))
    change(grids, DAY + timedelta(days=366))


def test_a_posting_ends_on_its_day(grids: list[str], worker: Person) -> None:
    post(worker, grids[0])
    posting = GridPosting.objects.get()
    end_posting(posting_id=posting.pk, day=DAY, **act())
    grid = Grid.objects.get(code=grids[0])
    assert [p.person for p in postings_of(grid=grid, on=BEFORE)] == [worker]
    assert not postings_of(grid=grid, on=DAY).exists()


def test_a_unit_has_its_areas_from_one_day_to_another(grids: list[str]) -> None:
    unit = Unit.objects.create(code="YM", name="岳庙居委会", kind="committee", since=SINCE)
    save_unit_areas(unit=unit, codes=["430412001003"], day=SINCE, act=Act(new_id(), None, NOW))
    tally = save_unit_areas(unit=unit, codes=[VILLAGE], day=DAY, act=Act(new_id(), None, NOW))
    assert (tally.added, tally.changed) == (1, 1)
    assert [d.code for d in divisions_of(unit, BEFORE)] == ["430412001003"]
    assert [d.code for d in divisions_of(unit, DAY)] == [VILLAGE]
    assert [g.code for g in grids_of_unit(unit, DAY)] == grids
    assert not grids_of_unit(unit, BEFORE).exists()
    save_unit_areas(unit=unit, codes=[], day=DAY, act=Act(new_id(), None, NOW))
    assert UnitArea.objects.count() == 1


def test_only_an_administrator_changes_the_territory(
    grids: list[str], worker: Person, administrator: Person
) -> None:
    with refused("not_yours"):
        close_grid(code=grids[0], day=DAY, by=worker, at=NOW, act_id=new_id())
    assert Grid.objects.get(code=grids[0]).until is None
    close_grid(code=grids[0], day=DAY, by=administrator, at=NOW, act_id=new_id())
    assert Grid.objects.get(code=grids[0]).until == DAY


@pytest.mark.parametrize(
    "make",
    [
        lambda: Grid.objects.create(
            code="430412001003001", name="x", division_id=VILLAGE, since=SINCE
        ),
        lambda: Grid.objects.create(
            code=f"{VILLAGE}01", name="x", division_id=VILLAGE, since=SINCE
        ),
        lambda: Grid.objects.create(
            code=f"{VILLAGE}009", name="x", division_id=VILLAGE, since=DAY, until=DAY
        ),
        lambda: Grid.objects.create(
            code=f"{VILLAGE}009", name="x", division_id=VILLAGE, since=DAY, geometry=b"x"
        ),
        lambda: Grid.objects.create(code=f"{VILLAGE}001", name="x", division_id=VILLAGE, since=DAY),
        lambda: Grid.objects.create(code=f"{VILLAGE}009", name="", division_id=VILLAGE, since=DAY),
        lambda: Division.objects.create(
            code="430412002", name="x", level="township", parent_id=None, since=DAY
        ),
        lambda: Division.objects.create(
            code="430412001009", name="x", level="village", parent_id="430412", since=DAY
        ),
        lambda: Division.objects.create(code="430413", name="x", level="village", since=DAY),
        lambda: TerritoryVersion.objects.create(id=new_id(), stamp=new_id()),
    ],
)
def test_the_database_itself_refuses_what_cannot_be(
    grids: list[str], make: Callable[[], object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_places_are_named_in_the_language_of_the_reader(grids: list[str]) -> None:
    village = Division.objects.get(code=VILLAGE)
    grid = Grid.objects.get(code=grids[0])
    assert (str(village), str(grid)) == ("Yuemiao", "第1网格")
    with translation.override("zh-hans"):
        assert str(village) == "岳庙社区"


MERGED = "430412001009"


def test_villages_merge_with_their_grids_people_and_units(grids: list[str], worker: Person) -> None:
    unit = Unit.objects.create(code="YM", name="岳庙居委会", kind="committee", since=SINCE)
    save_unit_areas(unit=unit, codes=[VILLAGE], day=SINCE, act=Act(new_id(), None, NOW))
    post(worker, grids[2])
    old = grid_at(*middle(0, 1), on=BEFORE)
    change = Succession(DAY, (VILLAGE, "430412001003"), (DivisionFacts(MERGED, "新岳社区"),))
    once = act()
    (village,) = succeed_villages(change=change, **once)
    assert succeed_villages(change=change, **once) == [village]
    assert [d.code for d in villages_under("430412001", BEFORE)] == [VILLAGE, "430412001003"]
    assert [d.code for d in villages_under("430412001", DAY)] == [MERGED]
    assert [g.code for g in grids_under(MERGED, DAY)] == [f"{MERGED}{k:03d}" for k in range(1, 5)]
    moved = Grid.objects.get(code=f"{MERGED}003")
    assert grid_at(*middle(0, 1), on=DAY) == moved.pk
    assert grid_at(*middle(0, 1), on=BEFORE) == old
    assert list(grids_of(worker, DAY)) == [moved]
    assert [d.code for d in divisions_of(unit, DAY)] == [MERGED]
    assert [d.code for d in divisions_of(unit, BEFORE)] == [VILLAGE]
    assert DivisionLineage.objects.filter(new=village, kind="merge").count() == 2


def test_a_village_splits_when_it_is_said_where_every_grid_goes(grids: list[str]) -> None:
    new = (DivisionFacts("430412001008", "岳东社区"), DivisionFacts(MERGED, "岳西社区"))
    where = tuple((code, new[k % 2].code) for k, code in enumerate(grids))
    with refused("grids_left"):
        succeed_villages(change=Succession(DAY, (VILLAGE,), new, where[:3]), **act())
    succeed_villages(change=Succession(DAY, (VILLAGE,), new, where), **act())
    assert [g.code for g in grids_under(MERGED, DAY)] == [f"{MERGED}001", f"{MERGED}002"]
    assert DivisionLineage.objects.filter(kind="split").count() == 2
    assert [g.code for g in grids_under(VILLAGE, BEFORE)] == grids


def test_a_succession_that_is_none_is_refused(grids: list[str]) -> None:
    one = (DivisionFacts(MERGED, "新"),)
    with refused("not_a_succession"):
        succeed_villages(change=Succession(DAY, (VILLAGE,), one), **act())
    with refused("no_such_division"):
        succeed_villages(change=Succession(DAY, (VILLAGE, "430412001777"), one), **act())
    with refused("day_too_early"):
        succeed_villages(change=Succession(SINCE, (VILLAGE, "430412001003"), one), **act())
    elsewhere = (DivisionFacts("430412777001", "新"),)
    with refused("no_such_division"):
        succeed_villages(change=Succession(DAY, (VILLAGE, "430412001003"), elsewhere), **act())
    assert not Division.objects.filter(code=MERGED).exists()
