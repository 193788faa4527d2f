"""Finding a person by two facts: keyed hashes only, so that the database never reads a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.registry.models import Dwelling, Resident
from linli.registry.policies.scopes import Who, visible_records

# Whoever needs more rows than these has not named a person.
MOST_ROWS = 10


@dataclass(frozen=True)
class Keys:
    """Two facts as the database knows them: the keyed hash of a name, and one thing more."""

    name: bytes
    telephone: bytes = b""
    dwellings: tuple[UUID, ...] = ()

    @property
    def is_pair(self) -> bool:
        """Whether there are two facts; one alone finds nobody."""
        return bool(self.name) and bool(self.telephone or self.dwellings)


def dwellings_at(division: str, line: str) -> tuple[UUID, ...]:
    """Return the dwellings at an address: the code of its village, and its canonical line.

    One that ended is among them, for whoever is still noted there, and what one was put into.
    """
    found = Dwelling.objects.filter(address__division__code=division, address__line=line)
    told = found.values_list("pk", "merged_into")
    return tuple({one for both in told for one in both if one is not None})


def _fitting(among: QuerySet[Resident], keys: Keys) -> QuerySet[Resident]:
    wanted = Q(name_index=keys.name)
    if keys.telephone:
        wanted &= Q(telephone_index=keys.telephone)
    if keys.dwellings:
        wanted &= Q(dwelling__in=keys.dwellings)
    found = among.filter(wanted) if keys.is_pair else among.none()
    return found.select_related("dwelling__address__division", "grid").defer("grid__geometry")


def found_by(keys: Keys, who: Who, at: datetime) -> QuerySet[Resident]:
    """Return whom two facts name, of those who exist for somebody; one fact names nobody."""
    return _fitting(visible_records(Resident, who, at), keys)


def found_anywhere(keys: Keys) -> Sequence[Resident]:
    """Return whom two facts name in the whole district, at most two.

    Only for an emergency and for residents who log in, where one row is taken or none.
    """
    living = Resident.objects.filter(ended_on__isnull=True, merged_into__isnull=True)
    return list(_fitting(living, keys)[:2])
