"""What waits for a word in the demo's registry: doubles, and changes that a worker proposed."""

from datetime import datetime, timedelta

from linli.accounts.models import Person
from linli.demo.actions.district import act_id
from linli.demo.actions.helping import Made
from linli.demo.rules.households import ResidentPlan
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.doubles import find_pair
from linli.registry.actions.writing import Act
from linli.registry.models import RecordKind, Resident
from linli.registry.rules.likeness import Traits, reasons

_LIKENESS = (0.94, 0.88, 0.81, 0.74)
# Every so many homes of the district one name is to be put right.
_EVERY, _NAMES = 2_400, "禾青朗月舟岚"


def save_pairs(made: Made, *, at: datetime) -> int:
    """Note the residents who were written down twice; returns how many pairs."""
    found = 0
    for home, residents in zip(made.homes, made.residents, strict=True):
        for one, resident in zip(home.people, residents, strict=True):
            if one.is_double:
                find_pair(
                    kind=RecordKind.RESIDENT,
                    both=(residents[0], resident),
                    likeness=_LIKENESS[found % len(_LIKENESS)],
                    at=at - timedelta(hours=5 * found + 2),
                    reasons=reasons(_traits(home.people[0]), _traits(one), share_a_home=True),
                )
                found += 1
    return found


def _traits(one: ResidentPlan) -> Traits:
    return Traits(one.name, one.telephone.encode(), one.birth_year)


def propose_some(made: Made, *, at: datetime) -> int:
    """Let grid workers propose another spelling of some names; returns how many wait."""
    people = {person.username: person for person in Person.objects.filter(username__contains="g")}
    waits = 0
    for number, home in enumerate(made.homes[::_EVERY]):
        residents = made.residents[number * _EVERY]
        workers = made.workers.get(home.spot.grid, ())
        if not residents or not workers:
            continue
        name = home.people[0].name[:1] + _NAMES[number % len(_NAMES)]
        version = Resident.objects.values_list("version", flat=True).get(pk=residents[0])
        moment = at - timedelta(hours=3 * number + 1)
        act = Act(act_id(f"name {number}"), people[workers[0]], moment)
        proposal = Proposal(RecordKind.RESIDENT, residents[0], "name", name, version)
        waits += propose_change(proposal=proposal, act=act) is not None
    return waits
