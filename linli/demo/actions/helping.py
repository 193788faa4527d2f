"""Help in the demo's registry: assistance with those who give it, teams, group chats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from linli.accounts.models import Person, Unit
from linli.demo.actions.filing import Ground, Table, contact_of
from linli.demo.rules.helping import HelpPlan, TeamPlan, chats
from linli.demo.rules.households import Home
from linli.demo.rules.people import OFFICER, DemoPerson
from linli.kernel.ids import new_id
from linli.registry.actions.sealing import new_vault
from linli.registry.models import Assistance, ChatCoverage, RecordKind, Team


@dataclass(frozen=True)
class Made:
    """Homes with the ids of their residents, and who works where."""

    homes: Sequence[Home]
    residents: Sequence[Sequence[UUID]]
    workers: Mapping[str, Sequence[str]]


def save_help(plans: Sequence[HelpPlan], made: Made, on: Ground) -> None:
    """Write assistance with its plan sealed, and the two people who give each."""
    names = ("resident_id", "need", "asked_by", "is_minor", "unit_id", "review_on", "ends_on")
    table = Table(Assistance, *names, "wrapped_key", "plan")
    units = dict(Unit.objects.values_list("code", "pk"))
    people = dict(Person.objects.values_list("username", "pk"))
    works: list[tuple[UUID, UUID]] = []
    for plan in plans:
        grid = made.homes[plan.home].spot.grid
        seen = on.today - timedelta(days=plan.person * 17 + plan.home % 60)
        common = on.common(RecordKind.ASSISTANCE, grid, seen)
        vault, wrapped = new_vault("registry_assistance", common[0])
        table.add(
            *common,
            *(made.residents[plan.home][plan.person], plan.need, plan.asked_by, plan.is_minor),
            *(units[plan.unit], plan.review_on, plan.ends_on, wrapped),
            vault.seal("plan", plan.plan),
        )
        hands = (*made.workers.get(grid, ())[:1], OFFICER + plan.unit.lower())
        works.extend((common[0], people[name]) for name in hands if name in people)
    table.write()
    through = Assistance.workers.through
    through._default_manager.bulk_create(
        through(assistance_id=help_id, person_id=person) for help_id, person in works
    )


def save_teams(plans: Iterator[TeamPlan], on: Ground) -> None:
    """Write the teams with their contacts sealed."""
    sealed = ("wrapped_key", "contact_name", "contact_telephone")
    table = Table(Team, "division_id", "kind", "name", "members", *sealed)
    for number, plan in enumerate(plans):
        seen = on.today - timedelta(days=number % 300)
        common = on.common(RecordKind.TEAM, plan.grid, seen)
        vault, wrapped = new_vault("registry_team", common[0])
        contact = contact_of(vault, plan.contact, f"100{99_900_000 + number:08d}")
        table.add(*common, plan.village, plan.kind, plan.name, plan.members, wrapped, *contact[:2])
    table.write()


def save_chats(homes: Sequence[Home], on: Ground) -> None:
    """Write how far group chats reach in each grid, counted on the first of this month."""
    day = on.today.replace(day=1)
    table = Table(ChatCoverage, "id", "grid_id", "day", "reached", "households", common=False)
    for plan in chats(homes):
        table.add(new_id(), plan.grid, day, plan.reached, plan.households)
    table.write()


def workers_by_grid(people: Sequence[DemoPerson]) -> dict[str, list[str]]:
    """Return the grid workers of each grid, leaders first."""
    found: dict[str, list[str]] = {}
    for one in sorted(people, key=lambda one: not one.is_leader):
        if one.grid:
            found.setdefault(one.grid, []).append(one.username)
    return found
