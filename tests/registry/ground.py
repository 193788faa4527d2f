"""What tests of records stand on: lists, a grid with its worker, and drafts."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.drafts import Draft, Place
from linli.registry.actions.lists import publish_lists, read_lists
from linli.registry.actions.records import create_record
from linli.registry.actions.writing import Act
from linli.registry.models import RecordKind
from linli.registry.rules.addresses import parse
from linli.territory.models import Grid
from tests.factories import NOW, VILLAGE, make_grid, make_person, middle

TODAY = timezone.localdate(NOW)


def bring_lists() -> None:
    """Publish the lists that the product comes with."""
    publish_lists(lists=read_lists(), by=None, at=NOW, act_id=new_id())


def act(by: Person | None = None, at: Any = NOW, **more: Any) -> Act:
    """Return an act of a person as the database knows them now, or of the machine."""
    fresh = None if by is None else Person.objects.get(pk=by.pk)
    return Act(new_id(), fresh, at, **more)


def place(line: str, column: int = 0) -> Place:
    """Return a place in the middle of a grid."""
    return Place(VILLAGE, parse(line), raw=line, point=middle(column))


@dataclass
class Registry:
    """Two grids side by side, each with its worker, and the lists."""

    grid: Grid
    other: Grid
    worker: Person
    stranger: Person
    supervisor: Person

    @classmethod
    def made(cls) -> "Registry":
        bring_lists()
        grid, other = make_grid(0), make_grid(1)
        return cls(
            grid,
            other,
            make_person(Role.GRID_WORKER, grid=grid),
            make_person(Role.GRID_WORKER, grid=other),
            make_person(Role.SUPERVISOR),
        )

    def resident(self, line: str = "祝融路12号1栋2单元502室", **values: str) -> Any:
        facts = {"name": "演示甲", "telephone": "13900000001", "residence": "常住", **values}
        draft = Draft(RecordKind.RESIDENT, facts, "residence_service", place(line))
        return create_record(draft=draft, act=act(self.worker))
