"""How many households of a grid a group chat reaches: a count on a day, and no names."""

from dataclasses import dataclass
from datetime import date

from linli.audit.actions import acting
from linli.registry.actions.writing import Act, check
from linli.registry.models import ChatCoverage
from linli.registry.policies.chats import refuse_chats
from linli.registry.queries.chats import households_in


@dataclass(frozen=True)
class ChatCount:
    """A count: the code of the grid, the day, and how many households are reached."""

    grid: str
    day: date
    reached: int


def count_chats(*, count: ChatCount, act: Act) -> ChatCoverage | None:
    """Keep a count; the same day counted again replaces it. None where the act came before.

    How many households there are is known from the homes, and is not asked. Raises Refused where
    somebody may not, or more are reached than live there.
    """
    asked = {"grid": count.grid, "day": count.day, "reached": count.reached}
    with acting(
        act.id, "registry.count_chats", by=act.by, at=act.at, payload=asked, detail=asked
    ) as first_time:
        if not first_time:
            return ChatCoverage.objects.filter(grid__code=count.grid, day=count.day).first()
        households = households_in(count.grid)
        check(refuse_chats(act.who, count.grid, (count.reached, households), count.day > act.day))
        return ChatCoverage.objects.update_or_create(
            grid_id=count.grid,
            day=count.day,
            defaults={"reached": count.reached, "households": households},
        )[0]
