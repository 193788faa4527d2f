"""What the tests of the pages of the registry stand on."""

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.doubles import find_pair
from linli.registry.actions.writing import Act
from linli.registry.imports import waiting
from linli.registry.models import Change, Pair, RecordKind, Resident
from linli.territory.models import Grid
from tests.factories import NOW, make_person
from tests.registry.persons import make_dwelling, make_house, make_resident

# What there is to do on the page of a record.
_TAILS = ("", "confirm/", "end/", "address/", "take_up/")


def make_pair(grid: Grid) -> Pair:
    """Make two residents of one dwelling who may be one."""
    home = make_dwelling(grid)
    rows = [make_resident(name, grid=grid, dwelling=home) for name in ("王小河", "王晓河")]
    both = (rows[0].pk, rows[1].pk)
    return find_pair(kind=RecordKind.RESIDENT, both=both, likeness=0.8, at=NOW)


def propose_name(resident: Resident, by: Person, name: str = "李四") -> Change:
    """Let a grid worker propose another name, which waits for a second person."""
    proposal = Proposal(RecordKind.RESIDENT, resident.pk, "name", name, resident.version)
    made = propose_change(proposal=proposal, act=Act(new_id(), by, NOW))
    assert made is not None
    return made


def page_samples(grid: Grid) -> dict[str, object]:
    """Return one of each thing that the addresses of these pages name, lying in a grid."""
    worker = make_person(Role.GRID_WORKER, grid=grid)
    home, run = make_dwelling(grid), new_id()
    resident = make_resident(grid=grid, dwelling=home)
    change = propose_name(resident, worker)
    asked = waiting.Asked("居民.csv", "resident", "样例社区", str(worker.pk), NOW.isoformat())
    waiting.leave(run, "姓名,地址,居住类别\n张三,样例路1号,常住\n".encode(), asked)
    record = "registry/records/<slug:kind>/<uuid:record_id>/"
    return {
        "record_id": home.pk,
        **{
            f"{record}{tail}|kind": "dwelling"
            for tail in ("", "confirm/", "end/", "address/", "take_up/")
        },
        "registry/records/resident/<uuid:record_id>/move/|record_id": resident.pk,
        "registry/records/<slug:kind>/new/|kind": "dwelling",
        f"{record}change/<slug:field>/|kind": "dwelling",
        f"{record}change/<slug:field>/|field": "heads",
        "registry/areas/<str:code>/|code": grid.division_id,
        "house_id": make_house(grid).pk,
        "change_id": change.pk,
        "pair_id": make_pair(grid).pk,
        "run_id": run,
    }
