"""Forms that offices want workers to fill in: asked for, refused at once or by a person, ended."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission, Role
from linli.audit.actions import acting
from linli.registry.actions.exporting import Decision
from linli.registry.actions.layouts import Layout
from linli.registry.actions.writing import check
from linli.registry.models import DataForm, Every, FormState, RecordKind
from linli.registry.policies.asking import (
    no_form_reason,
    refuse_columns,
    refuse_form_decision,
    refuse_form_end,
    refuse_over,
)
from linli.registry.policies.looking import refuse_lacking
from linli.registry.policies.scopes import Who
from linli.registry.rules.admission import Ground, Tally, admission, ground_of, tally
from linli.registry.rules.blanks import Blank, asked_columns, likely_kind

_LONGEST_NAME = 120


@dataclass(frozen=True)
class Wanted:
    """What an office states: who asks by which law, what for, which columns, who fills them in.

    ``times`` in ``every`` months by each of ``people``. Without a kind the likeliest is taken.
    ``ends_on`` may be left open, which refuses the form.
    """

    name: str
    requester: str
    basis: str
    purpose: str
    blank: Blank
    role: Role
    people: int
    times: int = 1
    every: Every = Every.MONTH
    ends_on: date | None = None
    kind: str = ""

    def payload(self) -> dict[str, Any]:
        """Return what the act of asking is about."""
        return asdict(self)


def ask_form(*, wanted: Wanted, by: Person, at: datetime, act_id: uuid.UUID) -> DataForm:
    """Ask for a form; what may not be, and what is known here, is refused at once.

    Returns the form, refused or waiting for a person. Raises Refused where nothing is asked.
    """
    check(refuse_lacking(by, Permission.SEE_DESK, at))
    check(refuse_columns(wanted.blank.names))
    kind = wanted.kind or likely_kind(wanted.blank.names)
    columns = [one for one in asked_columns(wanted.blank.names, kind) if one.name]
    counted = tally(columns, admission())
    ground = ground_of(counted, wanted.ends_on, timezone.localdate(at), admission())
    with acting(
        act_id,
        "registry.ask_form",
        by=by,
        at=at,
        subject=act_id,
        payload=wanted.payload(),
        detail={"name": wanted.name, "requester": wanted.requester, "ground": ground or ""},
    ) as first_time:
        if not first_time:
            return DataForm.objects.get(pk=act_id)
        return DataForm.objects.create(
            id=act_id,
            **_stated(wanted),
            **_counted(counted),
            kind=kind,
            columns=[[one.name, one.key] for one in columns],
            state=FormState.ASKED if ground is None else FormState.REFUSED,
            ground=ground or "",
            decided_at=None if ground is None else at,
            asked_by=by,
            asked_at=at,
        )


def ask_forms(
    *, wanted: Wanted, blanks: Sequence[Blank], by: Person, at: datetime, act_id: uuid.UUID
) -> list[DataForm]:
    """Ask for each sheet of a file as a form of its own, named after it: all of them or none.

    Its rows are about a kind of their own, and what is known of one sheet says nothing of another.
    """
    if len(blanks) == 1:
        only = replace(wanted, blank=blanks[0])
        return [ask_form(wanted=only, by=by, at=at, act_id=act_id)]
    made = []
    with transaction.atomic():
        for number, blank in enumerate(blanks):
            room = _LONGEST_NAME - len(blank.sheet) - 2
            name = f"{wanted.name.strip()[:room]}（{blank.sheet}）"
            one = replace(wanted, blank=blank, name=name, kind="")
            act = uuid.uuid5(act_id, f"sheet {number}") if number else act_id
            made.append(ask_form(wanted=one, by=by, at=at, act_id=act))
    return made


def _stated(wanted: Wanted) -> Mapping[str, Any]:
    blank = wanted.blank
    return {
        "name": wanted.name.strip(),
        "requester": wanted.requester.strip(),
        "basis": wanted.basis.strip(),
        "purpose": wanted.purpose.strip(),
        "role": wanted.role.value,
        "people": wanted.people,
        "times": wanted.times,
        "every": wanted.every,
        "ends_on": wanted.ends_on,
        "blank": {"titles": blank.titles, "header": blank.header},
    }


def _counted(counted: Tally) -> Mapping[str, Any]:
    return {"facts": counted.facts, "known": counted.known, "forbidden": list(counted.forbidden)}


def layout_of_form(form: DataForm) -> Layout:
    """Return the form as it is filled from the registry."""
    told = form.blank
    rows = tuple(tuple(row) for row in told["header"])
    names = tuple(name for name, _key in form.columns)
    if len(rows) == 1 or any(len(row) != len(names) for row in rows):
        rows = (names,)
    blank = Blank(tuple(tuple(row) for row in told["titles"]), rows, names)
    kept = dict(form.columns)
    columns = asked_columns(names, form.kind, kept)
    return Layout(form.name, blank, RecordKind(form.kind), columns)


def decide_form(
    *, form_id: uuid.UUID, decision: Decision, by: Person, at: datetime, act_id: uuid.UUID
) -> DataForm:
    """Admit or refuse a form that another person asked for."""
    with acting(
        act_id,
        "registry.admit_form" if decision.is_yes else "registry.refuse_form",
        by=by,
        at=at,
        subject=form_id,
        payload={"yes": decision.is_yes, "words": decision.words},
        detail={"reason": decision.words} if decision.words else None,
    ) as first_time:
        form = DataForm.objects.select_for_update(of=("self",)).get(pk=form_id)
        if not first_time:
            return form
        check(refuse_form_decision(form, Who.of(by, at)))
        words = decision.words.strip()
        if decision.is_yes:
            check(refuse_over(form, timezone.localdate(at)))
        else:
            check(no_form_reason(words))
        form.state = FormState.ADMITTED if decision.is_yes else FormState.REFUSED
        form.decided_by, form.decided_at, form.reason = by, at, words
        form.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return form


def end_form(*, form_id: uuid.UUID, by: Person, at: datetime, act_id: uuid.UUID) -> DataForm:
    """End a running form before its day."""
    with acting(
        act_id,
        "registry.end_form",
        by=by,
        at=at,
        subject=form_id,
        payload={"form": form_id},
    ) as first_time:
        form = DataForm.objects.select_for_update(of=("self",)).get(pk=form_id)
        if not first_time:
            return form
        check(refuse_form_end(form, Who.of(by, at)))
        form.state, form.ended_at = FormState.ENDED, at
        form.save(update_fields=["state", "ended_at"])
    return form


def was_offered(form: DataForm) -> bool:
    """Say whether the filled form is offered instead of asking workers."""
    return form.known > 0 and form.ground in {Ground.KNOWN, ""}
