"""The demo's people. All names are invented: a family name and a word from nature.

Nobody's name was looked up anywhere; that all given names are solar terms, trees, rivers and
weather is meant to be seen at once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from linli.demo.rules.territory import GridPlace
from linli.demo.rules.units import CENTRE, DemoUnit
from linli.demo.rules.vocabulary import words

GRID_WORKERS = 332
# One password for all log-ins of the demo; it is printed, and no secret.
PASSWORD = "linli-demo"  # noqa: S105
# User names of officers and grid workers: these words and the code of their unit or grid.
OFFICER, WORKER = "u-", "g-"

# (user name, role, how many of the centre's people have it)
_CENTRE_STAFF = (
    ("intake", "intake_clerk", 6),
    ("dispatch", "dispatcher", 4),
    ("checker", "checker", 5),
    ("caller", "caller", 4),
    ("supervisor", "supervisor", 3),
    ("admin", "administrator", 2),
    ("auditor", "auditor", 1),
)
# Units with much to do have several officers.
_BUSY = frozenset({"CGJ", "SZS", "HWS", "ZJJ", "SLJ", "SJJ", "RSJ", "YBJ", "JJD", "YJJ"})


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who works in the demo; ``grid`` is set for grid workers."""

    username: str
    name: str
    role: str
    unit: str
    grid: str = ""
    is_leader: bool = False


def invented_names(random: Random) -> Iterator[str]:
    """Yield names, each once, in a shuffled order; then with a number behind."""
    names = [family + given for family in words("family") for given in words("given")]
    random.shuffle(names)
    yield from names
    for number in count(2):  # pragma: no cover - 2,900 names are enough for the demo
        yield from (f"{name}{number}" for name in names)


def _workers(grids: Sequence[GridPlace], names: Iterator[str]) -> Iterator[DemoPerson]:
    """A leader for every grid, and the rest shared out in turn; dedicated grids get one."""
    places: list[tuple[GridPlace, bool]] = [(grid, True) for grid in grids if not grid.dedicated]
    base = [grid for grid, _leader in places]
    places += [(grid, False) for grid in grids if grid.dedicated]
    # Spread over all townships, so that no grid has three while another has one.
    places += [(base[i % len(base)], False) for i in range(GRID_WORKERS - len(places))]
    among: Counter[str] = Counter()
    for place, (grid, is_leader) in enumerate(places):
        among[grid.code] += place > 0
        number = among[grid.code]
        yield DemoPerson(
            username=WORKER + _numbered(grid.code, number, "-") if place else "grid",
            name=next(names),
            role="grid_worker",
            unit=grid.village,
            grid=grid.code,
            is_leader=is_leader,
        )


def _numbered(word: str, number: int, between: str = "") -> str:
    return word if number == 1 else f"{word}{between}{number}"


def _officers(units: Sequence[DemoUnit], names: Iterator[str]) -> Iterator[DemoPerson]:
    for unit in units:
        if unit.code == CENTRE:
            continue
        # The shown one is one more than the pattern: it holds for this unit as for all others.
        shown = ["officer"] if unit.code == "CGJ" else []
        word = OFFICER + unit.code.lower()
        many = (3 if unit.code in _BUSY else 1) - len(shown)
        for username in (*shown, *(_numbered(word, number) for number in range(1, many + 1))):
            yield DemoPerson(username, next(names), "unit_officer", unit.code)


def people(
    units: Sequence[DemoUnit], grids: Sequence[GridPlace], seed: int = 7
) -> tuple[DemoPerson, ...]:
    """Return everybody: the centre's staff, the officers of the units, 332 grid workers.

    Everybody can log in. The first of each role has the role's own word as user name: these are
    the log-ins that are shown; all other officers and workers are named by unit or grid.
    """
    names = invented_names(Random(seed))  # noqa: S311 - the same people every time is the point
    centre = [
        DemoPerson(_numbered(word, number), next(names), role, CENTRE)
        for word, role, many in _CENTRE_STAFF
        for number in range(1, many + 1)
    ]
    officers = list(_officers(units, names))
    # The centre handles suggestions, praise and objections itself.
    officers.append(DemoPerson(OFFICER + CENTRE.lower(), next(names), "unit_officer", CENTRE))
    return (*centre, *officers, *_workers(grids, names))


# The log-ins that are printed, in the order of a case's way.
SHOWN_LOGINS = (
    "intake",
    "dispatch",
    "officer",
    "grid",
    "checker",
    "caller",
    "supervisor",
    "admin",
    "auditor",
)
