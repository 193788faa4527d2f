"""Who of the people at work can go on with a case."""

from datetime import date

from linli.accounts.models import Person
from linli.accounts.queries import people_with
from linli.accounts.rules.roles import Role
from linli.cases.models import Case
from linli.cases.rules.workflow import WITH_UNIT, CaseState
from linli.territory.queries import postings_of

_ROLES = {
    CaseState.REPORTED: Role.INTAKE_CLERK,
    CaseState.ACCEPTED: Role.INTAKE_CLERK,
    CaseState.REGISTERED: Role.DISPATCHER,
    CaseState.HANDLED: Role.CHECKER,
    CaseState.CHECKED: Role.CALLER,
    CaseState.SHELVED: Role.SUPERVISOR,
}
_MOST = 3


def next_people(case: Case, day: date) -> list[Person]:
    """Return some of those who can take the next step on a day; nobody when the case has ended.

    With a unit these are its officers, on site the workers of the grid, else the desk whose
    turn it is.
    """
    state = CaseState(case.state)
    if state is CaseState.VERIFYING:
        if case.grid is None:
            return []
        return [posting.person for posting in postings_of(grid=case.grid, on=day)[:_MOST]]
    if state in WITH_UNIT:
        found = people_with(Role.UNIT_OFFICER, day, case.unit_id)
    elif state in _ROLES:
        found = people_with(_ROLES[state], day)
    else:
        return []
    return list(found.order_by("username")[:_MOST])
