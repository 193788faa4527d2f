"""Changing single facts: at once, or after a second person agreed; two edits are never lost.

An edit names the version of the record it was made from. Where another fact changed since, both
hold. Where the same fact changed since, the edit waits beside what was first, and a person decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from linli.audit.actions import acting
from linli.kernel.refusal import Refused
from linli.registry.actions.columns import columns_of, field_of, kept_of, kept_text, put
from linli.registry.actions.records import locked, renew
from linli.registry.actions.relating import Related, kept_related, put_related, related_of
from linli.registry.actions.sealing import Vault, vault_of
from linli.registry.actions.writing import Act, check, source_of
from linli.registry.models import (
    MODELS,
    Change,
    ChangeState,
    RecordKind,
    Sealed,
    Source,
    SourceKind,
)
from linli.registry.policies import refuse_basis, refuse_change, refuse_decision
from linli.registry.policies.changes import (
    no_reason,
    refuse_decided,
    refuse_fact,
    refuse_later,
    refuse_stale,
)
from linli.registry.policies.values import refuse_row
from linli.registry.queries.changes import changed_since, last_applied
from linli.registry.rules.dictionary import Field


@dataclass(frozen=True)
class Proposal:
    """A fact as it should be: the record, the name of the fact, what was typed, and from where.

    ``base_version`` is the version of the record that the edit was made from. Without a source it
    is the page of the person who acts, or the resident.
    """

    kind: RecordKind
    record: UUID
    field: str
    value: str
    base_version: int
    source: Source | None = None


@dataclass(frozen=True)
class Open:
    """A record locked for a change, its vault if it is sealed, and the fact in question."""

    record: Any
    fact: Field
    vault: Vault | None
    related: Related | None = None

    @classmethod
    def of(cls, kind: RecordKind, record_id: UUID, name: str) -> "Open":
        """Lock a record; Refused where its kind has no such fact."""
        fact = field_of(kind, name)
        if fact is None:
            raise Refused(refuse_fact())
        return cls._locked(kind, record_id, fact)

    @classmethod
    def of_waiting(cls, change: Change) -> "Open":
        """Lock the record of a change that waits; its fact may be another record."""
        kind = RecordKind(change.kind)
        related = related_of(kind, change.field)
        if related is None:
            return cls.of(kind, change.record, change.field)
        return replace(cls._locked(kind, change.record, related.field), related=related)

    @classmethod
    def _locked(cls, kind: RecordKind, record_id: UUID, fact: Field) -> "Open":
        record = locked(MODELS[kind], record_id)
        has_key = isinstance(record, Sealed) and bool(record.wrapped_key)
        return cls(record, fact, vault_of(record) if has_key else None)

    @property
    def kept(self) -> str:
        """Return what the record holds now."""
        if self.related is not None:
            return kept_related(self.record, self.fact)
        return kept_of(self.record, self.fact, self.vault)

    def bytes_of(self, change: UUID, column: str, text: str) -> bytes:
        """Return a text as a change keeps it: sealed where the fact is."""
        if self.fact.is_sealed and self.vault is not None:
            return self.vault.seal(f"change:{change}:{column}", text)
        return text.encode()

    def text_of(self, change: Change, column: str) -> str:
        """Return the text that a change keeps."""
        kept = bytes(getattr(change, column))
        if change.is_sealed and self.vault is not None:
            return self.vault.open(f"change:{change.pk}:{column}", kept)
        return kept.decode()

    def write(self, kept: str, source: Source, act: Act) -> None:
        """Put a text into the record as its next version."""
        record = self.record
        if self.related is not None:
            columns = put_related(record, self.related, kept)
        else:
            put(record, self.fact, kept, self.vault)
            columns = columns_of(record, self.fact)
        check(refuse_row(record))
        renew(record, [], act.day)
        told = [str(source.pk), act.day.isoformat()]
        record.provenance = {**record.provenance, self.fact.name: told}
        record.version += 1
        record.save(update_fields=[*columns, "provenance", "keep_until", "version"])

    @property
    def leaves_no_trail(self) -> bool:
        """Whether a change forgets both places once it is decided."""
        return self.related is not None and not self.related.keeps_places


def propose_change(*, proposal: Proposal, act: Act) -> Change | None:
    """Change a fact, or put the change before a second person; return it.

    Returns None where the record says so already: the fact is then confirmed. Raises Refused
    where somebody may not, or the text is no such fact.
    """
    asked = {
        "kind": proposal.kind.value,
        "record": proposal.record,
        "field": proposal.field,
        "value": proposal.value,
        "base_version": proposal.base_version,
    }
    with acting(
        act.id,
        "registry.propose",
        by=act.by,
        at=act.at,
        subject=proposal.record,
        payload=asked,
        detail={"kind": proposal.kind.value, "field": proposal.field},
    ) as first_time:
        if not first_time:
            return Change.objects.filter(pk=act.id).first()
        at_hand = Open.of(proposal.kind, proposal.record, proposal.field)
        check(refuse_change(act.who, at_hand.record))
        check(refuse_later(at_hand.record, proposal.base_version))
        kept = kept_text(MODELS[proposal.kind], at_hand.fact, proposal.value)
        _check_identity(at_hand, kept, proposal.kind)
        if kept == at_hand.kept:
            _confirm(at_hand, act)
            return None
        return _propose(at_hand, proposal, kept, act)


def _check_identity(at_hand: Open, kept: str, kind: RecordKind) -> None:
    if at_hand.fact.name == "identity" and kept:
        check(refuse_basis(at_hand.record.basis, kind, with_identity=True))


def _confirm(at_hand: Open, act: Act) -> None:
    renew(at_hand.record, [at_hand.fact.name], act.day)
    at_hand.record.save(update_fields=["provenance", "keep_until"])


def _source(proposal: Proposal, act: Act) -> Source:
    if proposal.source is not None:
        return proposal.source
    if act.resident is not None:
        return source_of(SourceKind.RESIDENT, "", act)
    return source_of(SourceKind.PAGE, "" if act.by is None else act.by.name, act)


def _propose(at_hand: Open, proposal: Proposal, kept: str, act: Act) -> Change:
    source, before = _source(proposal, act), at_hand.kept
    clashes = changed_since(proposal.record, proposal.field, proposal.base_version)
    # Residents say what they know; what others answer for, one of those decides.
    is_anothers = act.resident is not None and at_hand.fact.owner != "resident"
    waits = at_hand.fact.needs_approval or clashes or is_anothers
    if not waits:
        at_hand.write(kept, source, act)
    return Change.objects.create(
        id=act.id,
        kind=proposal.kind,
        record=proposal.record,
        field=proposal.field,
        before=at_hand.bytes_of(act.id, "before", before),
        after=at_hand.bytes_of(act.id, "after", kept),
        is_sealed=at_hand.fact.is_sealed,
        base_version=proposal.base_version,
        version=None if waits else at_hand.record.version,
        state=ChangeState.PROPOSED if waits else ChangeState.APPLIED,
        source=source,
        by=act.by,
        at=act.at,
    )


def _waiting(change_id: UUID) -> Change:
    """Return a change that waits, locked; Refused where it was decided."""
    found = Change.objects.select_related("source").select_for_update(of=("self",))
    change = found.get(pk=change_id)
    check(refuse_decided(change))
    return change


def approve(*, change_id: UUID, seen_version: int, act: Act) -> Change:
    """Apply a change that waits. A second person does so, never the one who proposed it.

    ``seen_version``: the version of the record that the person who decides has before them. If
    the fact changed after it, Refused: what they agree to is not what they would replace. Where
    another edit brought the same meanwhile, the change is overtaken.
    """
    asked = {"change": change_id, "seen_version": seen_version}
    told = Change.objects.values("record", "field").get(pk=change_id)
    with acting(
        act.id,
        "registry.approve",
        by=act.by,
        at=act.at,
        subject=told["record"],
        payload=asked,
        detail={"change": change_id, "field": told["field"]},
    ) as first_time:
        if not first_time:
            return Change.objects.get(pk=change_id)
        change = _waiting(change_id)
        at_hand = Open.of_waiting(change)
        check(refuse_decision(act.who, at_hand.record, change.by_id))
        check(refuse_stale(last_applied(change.record, change.field), seen_version))
        kept, before = at_hand.text_of(change, "after"), at_hand.kept
        change.state = ChangeState.OVERTAKEN
        if kept != before:
            at_hand.write(kept, change.source, act)
            # What it replaces, which may be newer than what was there when it was proposed.
            change.before = at_hand.bytes_of(change.pk, "before", before)
            change.version, change.state = at_hand.record.version, ChangeState.APPLIED
        if at_hand.leaves_no_trail:
            change.before = change.after = b""
        change.decided_by, change.decided_at = act.by, act.at
        columns = ["before", "after", "version", "state", "decided_by", "decided_at"]
        change.save(update_fields=columns)
    return change


def refuse(*, change_id: UUID, reason: str, act: Act) -> Change:
    """Refuse a change that waits, with a reason; the record stays as it is."""
    words = reason.strip()
    told = Change.objects.values("record", "field").get(pk=change_id)
    with acting(
        act.id,
        "registry.refuse",
        by=act.by,
        at=act.at,
        subject=told["record"],
        payload={"change": change_id, "reason": words},
        detail={"change": change_id, "field": told["field"]},
    ) as first_time:
        if not first_time:
            return Change.objects.get(pk=change_id)
        change = _waiting(change_id)
        at_hand = Open.of_waiting(change)
        check(refuse_decision(act.who, at_hand.record, change.by_id))
        check(no_reason(words))
        if at_hand.leaves_no_trail:
            change.before = b""
        change.state, change.reason = ChangeState.REFUSED, words
        change.decided_by, change.decided_at = act.by, act.at
        change.save(update_fields=["before", "state", "reason", "decided_by", "decided_at"])
    return change


def propose_all(*, proposals: Sequence[Proposal], act: Act) -> list[Change | None]:
    """Change several facts of one record, as a page with many fields does; all or none.

    Each is an act of its own whose id comes from the page's, so that the same page sent again
    changes nothing.
    """
    with transaction.atomic():
        return [
            propose_change(proposal=one, act=replace(act, id=uuid5(act.id, one.field)))
            for one in proposals
        ]
