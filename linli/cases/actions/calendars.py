"""Importing a calendar or a closing day: open deadlines are computed anew, and that is logged."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.cases.actions.clock import DERIVED, reckon
from linli.cases.actions.steps import Order, Work, take
from linli.cases.models import Case, ClosingDay, WorkingCalendar
from linli.cases.policies import Who
from linli.cases.policies.calendar_faults import calendar_fault
from linli.cases.queries.calendars import forget_calendar
from linli.cases.rules.calendar_data import CalendarDataError, calendar_from
from linli.cases.rules.workflow import OPEN, CaseVerb
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused


def _recompute(act_id: uuid.UUID, at: datetime, reason: str) -> int:
    """Compute the deadlines of open cases anew; a step says which changed and from what."""
    forget_calendar()
    moved = 0
    for case in Case.objects.filter(state__in=[state.value for state in OPEN]).iterator(500):
        before = case.due_at
        reckon(case, at)
        if case.due_at == before:
            case.save(update_fields=DERIVED)
            continue
        moved += 1
        _log_move(case, before, act_id, at, reason)
    return moved


def _log_move(
    case: Case, before: datetime | None, act_id: uuid.UUID, at: datetime, reason: str
) -> None:
    def effect(work: Work) -> None:
        work.recorded.update(
            before=before.isoformat() if before else "",
            after=case.due_at.isoformat() if case.due_at else "",
        )

    order = Order(uuid.uuid5(act_id, str(case.pk)), case.pk, Who.clock(), at, note=reason)
    take(order, CaseVerb.RECOMPUTE, effect)


def import_calendar(
    *, content: Mapping[str, Any], name: str, by: Person | None, at: datetime, act_id: uuid.UUID
) -> int:
    """Store a calendar as the one that holds, and return how many deadlines moved.

    Raises Refused with a sentence when the content is no calendar or its version is used.
    """
    try:
        calendar = calendar_from(content)
    except CalendarDataError as error:
        reason = _("This is no calendar: %(why)s.") % {"why": calendar_fault(error)}
        raise Refused(Refusal("calendar", reason)) from error
    with acting(act_id, "calendar.import", by=by, at=at, payload=dict(content)) as first_time:
        if not first_time:
            return 0
        if WorkingCalendar.objects.filter(version=calendar.version).exists():
            raise Refused(
                Refusal("version", _("A calendar of this version is here; give it a new one."))
            )
        WorkingCalendar.objects.create(
            id=new_id(),
            version=calendar.version,
            name=name,
            imported_at=at,
            content=dict(content),
        )
        return _recompute(act_id, at, calendar.version)


def add_closing_day(
    *, day: date, reason: str, by: Person | None, at: datetime, act_id: uuid.UUID
) -> int:
    """Close this district's offices on a day; returns how many deadlines moved."""
    asked = {"day": day.isoformat(), "reason": reason}
    with acting(act_id, "calendar.close_day", by=by, at=at, payload=asked) as first_time:
        if not first_time:
            return 0
        if not reason.strip():
            raise Refused(Refusal("reason", _("Say why the offices are closed.")))
        ClosingDay.objects.update_or_create(day=day, defaults={"reason": reason.strip()})
        return _recompute(act_id, at, reason.strip())


def remove_closing_day(
    *, day: date, reason: str = "", by: Person | None, at: datetime, act_id: uuid.UUID
) -> int:
    """Take a closing day back; returns how many deadlines moved."""
    asked = {"day": day.isoformat(), "reason": reason}
    with acting(act_id, "calendar.open_day", by=by, at=at, payload=asked) as first_time:
        if not first_time:
            return 0
        ClosingDay.objects.filter(day=day).delete()
        return _recompute(act_id, at, f"{day.isoformat()} {reason}".strip())
