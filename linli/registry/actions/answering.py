"""Answering a form for one record: only what is missing or old is asked, and goes one way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid5

from django.db import transaction

from linli.registry.actions.changing import Proposal, propose_all
from linli.registry.actions.columns import kept_of
from linli.registry.actions.records import confirm
from linli.registry.actions.showing import FactLine, facts_of, words_for
from linli.registry.actions.writing import Act, check, source_of
from linli.registry.models import Change, DataForm, RecordKind, SourceKind
from linli.registry.policies.asking import refuse_answering
from linli.registry.policies.values import label_of
from linli.registry.queries.forms import facts_asked, is_due, unknown_names
from linli.registry.queries.relatives import address_of
from linli.registry.rules.dictionary import ADDRESS, Field, dictionary


@dataclass(frozen=True)
class Question:
    """One fact that a form asks of a record, with how it stands now."""

    fact: Field
    line: FactLine

    @property
    def is_missing(self) -> bool:
        """Whether nothing is known yet; else what is known is old."""
        return not self.line.value


@dataclass(frozen=True)
class Sheet:
    """A form for one record: what it asks; what is known (label, text); what is not kept here."""

    asked: Sequence[Question]
    known: Sequence[tuple[str, str]]
    elsewhere: Sequence[str]


def sheet_of(form: DataForm, row: Any, today: date) -> Sheet:
    """Return a form for one record. Only for callers that recorded the read of a resident."""
    facts = facts_asked(form)
    lines = {line.name: line for line in facts_of(row, today)}
    asked = [
        Question(fact, lines[fact.name])
        for fact in facts
        if not lines[fact.name].waits and is_due(row, fact, today)
    ]
    names = {one.fact.name for one in asked}
    known = [
        (lines[one.name].label, lines[one.name].value) for one in facts if one.name not in names
    ]
    return Sheet(asked, [*_beside(form, row), *known], unknown_names(form))


def _beside(form: DataForm, row: Any) -> list[tuple[str, str]]:
    """Return what a form asks that the address or the dwelling of a record knows."""
    known, found = dictionary().fields, []
    address, home = address_of(row), getattr(row, "dwelling", None)
    for _name, key in form.columns:
        fact = known.get(key)
        if fact is None or fact.kind == form.kind:
            continue
        if fact.kind == ADDRESS and address is not None:
            found.append((label_of(fact), _of_address(address, fact)))
        elif fact.kind == RecordKind.DWELLING and home is not None:
            found.append((label_of(fact), words_for(home, fact, kept_of(home, fact, None))))
    return found


def _of_address(address: Any, fact: Field) -> str:
    if fact.name in {"village", "address"}:
        return str(address.division) if fact.name == "village" else address.line
    return str(getattr(address, fact.name) or "")


@dataclass(frozen=True)
class Answers:
    """What was typed by the names of facts, which old ones still hold, and from which version.

    ``removed`` are the facts of which it was said that there is none any more.
    """

    typed: Mapping[str, str]
    still_right: frozenset[str]
    version: int
    removed: frozenset[str] = frozenset()


def answer_form(*, form: DataForm, row: Any, answers: Answers, act: Act) -> list[Change | None]:
    """Send the answers for one record: changes as everywhere, confirmations of what still holds.

    What the form does not ask of this record is left alone, whatever was sent. Raises Refused.
    """
    check(refuse_answering(form, act.who, act.day))
    kind = RecordKind(form.kind)
    with transaction.atomic():
        asked = [one.fact for one in sheet_of(form, row, act.day).asked]
        held = [one.name for one in asked if one.name in answers.still_right]
        source = source_of(SourceKind.PAGE, form.requester, act)
        proposals = [
            Proposal(kind, row.pk, one.name, typed, answers.version, source)
            for one in asked
            for typed in [answers.typed.get(one.name, "").strip()]
            if one.name not in held and (typed or one.name in answers.removed)
        ]
        if held:
            sure = replace(act, id=uuid5(act.id, "confirm"))
            confirm(kind=kind, record_id=row.pk, fields=held, act=sure)
        return propose_all(proposals=proposals, act=act)
