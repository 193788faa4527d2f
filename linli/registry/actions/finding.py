"""Finding a person by two facts, and having one field shown: recorded first, shown then."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.actions import acting, record_read
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.reading import record_reads
from linli.registry.actions.sealing import index_of, opened, vault_of
from linli.registry.actions.telling import listeners, tell
from linli.registry.models import (
    Change,
    ChangeState,
    Purpose,
    Resident,
    Telling,
    TellingKind,
    Unmasking,
)
from linli.registry.policies import refuse_decision
from linli.registry.policies.looking import (
    refuse_lacking,
    refuse_one_fact,
    refuse_over_budget,
    refuse_words,
)
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.queries.finding import MOST_ROWS, Keys, dwellings_at, found_by
from linli.registry.rules.folding import (
    folded_name,
    folded_telephone,
    masked_name,
    masked_telephone,
)

# What a resident's page can show in full; assistance is never among it.
SHOWABLE = ("name", "telephone", "id_tail")
# An address where nobody lives finds nobody, whatever else was given.
_NOWHERE = (uuid.UUID(int=0),)


@dataclass(frozen=True)
class TwoFacts:
    """What was typed: a name, and a telephone number or an address (village code and line)."""

    name: str
    telephone: str = ""
    division: str = ""
    line: str = ""

    def keys(self) -> Keys:
        """Return the facts as the database knows them; Refused where there is only one."""
        name, telephone = folded_name(self.name), folded_telephone(self.telephone)
        if not name or not (telephone or (self.division and self.line)):
            raise Refused(refuse_one_fact())
        return Keys(
            name=index_of("name", name),
            telephone=index_of("telephone", telephone),
            dwellings=(dwellings_at(self.division, self.line) or _NOWHERE) if self.line else (),
        )


@dataclass(frozen=True)
class Masked:
    """One row that was found: enough to tell two people apart, too little to know one."""

    id: uuid.UUID
    name: str
    telephone: str
    village: str
    grid: str
    birth_year: int | None


def masked(row: Resident) -> Masked:
    """Open a record for its mask. Only for callers that have recorded the read."""
    plain = opened(row, ("name", "telephone"))
    division = row.dwelling.address.division if row.dwelling is not None else None
    return Masked(
        id=row.pk,
        name=masked_name(plain["name"]),
        telephone=masked_telephone(plain["telephone"]),
        village=str(division) if division is not None else "",
        grid=str(row.grid) if row.grid is not None else "",
        birth_year=row.birth_year,
    )


def find(*, facts: TwoFacts, purpose: Purpose, by: Person, at: datetime) -> Sequence[Masked]:
    """Return at most ten masked rows of those whom somebody may see.

    The search and each row are recorded before a row is opened; no value goes into the log.
    Raises Refused with a sentence when only one fact was given.
    """
    if refusal := refuse_lacking(by, Permission.FIND_PERSON, at):
        raise Refused(refusal)
    # Telephone and address together are more than two facts, and taken as such.
    keys = facts.keys()
    with transaction.atomic():
        record_read(by=by, subject=new_id(), verb="search", at=at, reason=purpose.value)
        rows = list(found_by(keys, Who.of(by, at), at)[:MOST_ROWS]) if keys.is_pair else []
        ids = [row.pk for row in rows]
        record_reads(by=by, subjects=ids, verb="found", at=at, reason=purpose.value)
    return [masked(row) for row in rows]


@dataclass(frozen=True)
class Wanted:
    """One field of one resident, and what for."""

    resident: uuid.UUID
    field: str
    purpose: Purpose
    words: str


def _stop(*, by: Person, at: datetime, refused: Refused) -> Refused:
    """Record that a budget was reached, and tell two people once a day."""
    act_id = uuid.uuid5(by.pk, f"unmask budget {timezone.localdate(at)}")
    if not Telling.objects.filter(subject=act_id).exists():
        with acting(
            act_id, "registry.stop_unmasking", by=by, at=at, subject=by.pk, payload={}
        ) as new:
            if new:
                people = listeners(by, at)
                tell(people=people, kind=TellingKind.BUDGET, about=by, subject=act_id, at=at)
    return refused


def unmask(*, wanted: Wanted, by: Person, at: datetime, act_id: uuid.UUID) -> Unmasking:
    """Note that one field is shown in full, for a reason and within today's budget.

    Returns the row by which :func:`shown` opens the value. Raises Refused, and
    Resident.DoesNotExist for a record that is not theirs.
    """
    if refusal := refuse_lacking(by, Permission.UNMASK, at):
        raise Refused(refusal)
    row = visible_records(Resident, Who.of(by, at), at).get(pk=wanted.resident)
    if wanted.field not in SHOWABLE:
        raise Resident.DoesNotExist
    refusal = refuse_words(wanted.words, opened(row, ("name",))["name"])
    if refusal:
        raise Refused(refusal)
    try:
        return _noted(wanted, by=by, at=at, act_id=act_id)
    except Refused as refused:
        raise _stop(by=by, at=at, refused=refused) from None


def _noted(wanted: Wanted, *, by: Person, at: datetime, act_id: uuid.UUID) -> Unmasking:
    with acting(
        act_id,
        "registry.unmask",
        by=by,
        at=at,
        subject=wanted.resident,
        payload={"field": wanted.field, "purpose": wanted.purpose, "words": wanted.words},
        detail={"field": wanted.field, "reason": wanted.purpose.value},
    ) as first_time:
        if not first_time:
            return Unmasking.objects.get(pk=act_id)
        # Two requests at once must not both see the last one left.
        Person.objects.select_for_update().get(pk=by.pk)
        if refusal := refuse_over_budget(by, at):
            raise Refused(refusal)
        return Unmasking.objects.create(
            id=act_id,
            resident_id=wanted.resident,
            field=wanted.field,
            by=by,
            at=at,
            purpose=wanted.purpose,
            reason=wanted.words.strip(),
        )


def shown(unmasking: Unmasking) -> str:
    """Open the value that an unmasking was recorded for."""
    row = Resident.objects.get(pk=unmasking.resident_id)
    return opened(row, (unmasking.field,))[unmasking.field]


def proposed(unmasking: Unmasking, who: Who) -> Sequence[str]:
    """Open what changes of the field that wait would make of it, for who decides about them.

    The act that shows the field shows them too: nobody agrees to what they may not read.
    """
    row = Resident.objects.get(pk=unmasking.resident_id)
    if refuse_decision(who, row, None) is not None:
        return []
    waiting = Change.objects.filter(
        record=row.pk, field=unmasking.field, state=ChangeState.PROPOSED, is_sealed=True
    )
    vault = vault_of(row)
    return [
        vault.open(f"change:{one.pk}:after", bytes(one.after)) for one in waiting.order_by("at")
    ]
