"""Whom a step concerns: notices inside the application, and mail promised to reporters.

The rows are written in the step's own transaction; what leaves the system leaves afterwards.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.queries import people_with
from linli.accounts.rules.roles import Role
from linli.cases.models import Case, Notice, OutgoingMail
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.territory.models import GridPosting
from linli.territory.queries.scopes import open_on

_V = CaseVerb
_TO_UNIT = frozenset(
    {
        _V.DISPATCH,
        _V.FAIL_CHECK,
        _V.RETURN_FOR_REWORK,
        _V.GRANT_EXTENSION,
        _V.REFUSE_EXTENSION,
        _V.URGE,
        _V.SUPERVISE,
        _V.ADD_WORDS,
    }
)
_TO_DISPATCHERS = frozenset({_V.SEND_BACK, _V.REOPEN, _V.TAKE_UP})
_TO_SUPERVISORS = frozenset({_V.ASK_EXTENSION})
_TO_REPORTER = frozenset(
    {_V.REFUSE, _V.ANSWER, _V.DISPATCH, _V.REPLY, _V.SHELVE, _V.CLOSE, _V.REOPEN}
)


def _concerned(case: Case, verb: CaseVerb, at: datetime) -> Iterable[Person]:
    day = timezone.localdate(at)
    if verb in _TO_UNIT and case.unit_id is not None:
        return people_with(Role.UNIT_OFFICER, day, case.unit_id)
    if verb in _TO_DISPATCHERS:
        return people_with(Role.DISPATCHER, day)
    if verb in _TO_SUPERVISORS:
        return people_with(Role.SUPERVISOR, day)
    if verb is _V.ASK_VERIFICATION and case.grid_id is not None:
        posted = GridPosting.objects.filter(open_on(day), grid=case.grid_id)
        return Person.objects.filter(is_active=True, pk__in=posted.values("person_id"))
    return ()


def tell(case: Case, verb: CaseVerb, at: datetime, doer: Person | None, act_id: uuid.UUID) -> None:
    """Write a notice for everybody concerned but the doer, and promise the reporter's mail."""
    Notice.objects.bulk_create(
        Notice(person=person, case=case, what=verb.value, at=at)
        for person in _concerned(case, verb, at)
        if doer is None or person.pk != doer.pk
    )
    if verb in _TO_REPORTER:
        _promise_mail(case, verb, act_id, at)


def first_mail(case: Case, at: datetime) -> OutgoingMail:
    """Return the promise of the first mail of a new case, whose only reporter left an address."""
    return OutgoingMail(id=case.pk, case=case, step_id=case.pk, created_at=at, next_try_at=at)


def _promise_mail(case: Case, verb: CaseVerb, act_id: uuid.UUID, at: datetime) -> None:
    """Answer each reporter of the matter, those of merged duplicates too.

    A reply speaks to the one reporter it was written for, and goes to nobody else.
    """
    matter = Q(pk=case.pk)
    if verb is not _V.REPLY:
        matter |= Q(merged_into=case.pk, state=CaseState.MERGED.value)
    reachable = Case.objects.filter(matter, contact__isnull=False).exclude(contact__email=b"")
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            id=uuid.uuid5(act_id, str(concerned)),
            case_id=concerned,
            step_id=act_id,
            created_at=at,
            next_try_at=at,
        )
        for concerned in reachable.values_list("pk", flat=True)
    )
