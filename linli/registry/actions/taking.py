"""Facts that a record takes over from its double: those it lacks, with where they came from.

Each is a change in the history of the record that goes on. The pair remembers which, so that
parting the two restores both; values stand in no list of what moved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.kernel.ids import new_id
from linli.registry.actions.columns import columns_of, kept_of, own_fields, put
from linli.registry.actions.records import told_on
from linli.registry.actions.relating import Related, kept_related, put_related, related_of
from linli.registry.actions.sealing import Vault, vault_of
from linli.registry.actions.writing import Act, check
from linli.registry.models import Change, ChangeState, Pair, Resident, Sealed, kind_of
from linli.registry.policies import refuse_basis
from linli.registry.policies.values import refuse_row
from linli.registry.queries.changes import last_applied
from linli.registry.rules.dictionary import CellType, Field
from linli.registry.rules.values import text_of

FACTS, DWELLING = "facts", "dwelling"


def _vault(row: Any) -> Vault | None:
    has_key = isinstance(row, Sealed) and bool(row.wrapped_key)
    return vault_of(row) if has_key else None


def is_known(row: Any, fact: Field) -> bool:
    """Say whether a record holds a fact, without opening it."""
    value = getattr(row, columns_of(row, fact)[0])
    return bool(value) if fact.is_sealed else text_of(value) != ""


def missing_facts(stays: Any, gone: Any) -> Sequence[str]:
    """Return the names of the facts that one record lacks and the other has."""
    names = [
        fact.name
        for fact in own_fields(kind_of(type(stays)))
        if fact.type is not CellType.IDENTITY or stays.basis.needs_identity
        if is_known(gone, fact) and not is_known(stays, fact)
    ]
    if isinstance(stays, Resident) and stays.dwelling_id is None and gone.dwelling_id is not None:
        names.append(DWELLING)
    return names


@dataclass(frozen=True)
class _Taking:
    """Two records while facts go from one to the other."""

    stays: Any
    gone: Any
    act: Act

    def facts(self, names: Iterable[str]) -> Iterator[tuple[Field, Related | None]]:
        wanted, kind = (
            set(names) & set(missing_facts(self.stays, self.gone)),
            kind_of(type(self.gone)),
        )
        for fact in own_fields(kind):
            if fact.name in wanted:
                yield fact, None
        related = related_of(kind, DWELLING)
        if DWELLING in wanted and related is not None:
            yield related.field, related

    def put(self, fact: Field, related: Related | None, vaults: Sequence[Vault | None]) -> Change:
        """Put one fact into the record that goes on; its history tells of it."""
        stays, change = self.stays, new_id()
        told = told_on(self.gone, fact.name)
        if related is not None:
            put_related(stays, related, kept_related(self.gone, fact))
            kept = b""
        else:
            text = kept_of(self.gone, fact, vaults[1])
            put(stays, fact, text, vaults[0])
            is_shut = fact.is_sealed and vaults[0] is not None
            kept = vaults[0].seal(f"change:{change}:after", text) if is_shut else text.encode()  # type: ignore[union-attr]
        stays.provenance = {**stays.provenance, fact.name: told}
        return Change(
            id=change,
            kind=fact.kind,
            record=stays.pk,
            field=fact.name,
            after=kept,
            is_sealed=fact.is_sealed,
            base_version=stays.version - 1,
            version=stays.version,
            state=ChangeState.APPLIED,
            source_id=UUID(str(told[0])),
            by=self.act.by,
            at=self.act.at,
        )


def take_over(pair: Pair, both: tuple[Any, Any], names: Iterable[str], act: Act) -> None:
    """Within a merge: let the record that goes on take facts that it lacks, as its next version.

    ``both``: the record that goes on, and the other. A fact that is not missing is left alone;
    Refused where it would break what the record stands on.
    """
    stays, gone = both
    taking, vaults = _Taking(stays, gone, act), (_vault(stays), _vault(gone))
    noted: dict[str, dict[str, object]] = {}
    for fact, related in taking.facts(names):
        if fact.type is CellType.IDENTITY:
            check(refuse_basis(stays.basis, kind_of(type(stays)), with_identity=True))
        before = {"told": stays.provenance.get(fact.name), "grid": stays.grid_id}
        change = taking.put(fact, related, vaults)
        change.save(force_insert=True)
        noted[fact.name] = {**before, "change": str(change.pk)}
    if noted:
        check(refuse_row(stays))
        stays.save()
    pair.moved = {**pair.moved, FACTS: noted}


def give_back(pair: Pair, stays: Any) -> None:
    """Within a parting: let a record forget the facts it took over, where they are still those."""
    kind, vault = kind_of(type(stays)), _vault(stays)
    noted = pair.moved.get(FACTS, {})
    fields = {fact.name: fact for fact in own_fields(kind)}
    for name, told in noted.items():
        change = Change.objects.get(pk=UUID(told["change"]))
        # What somebody changed since they were put together is newer, and stays.
        if last_applied(stays.pk, name) > (change.version or 0):
            continue
        if name == DWELLING:
            stays.dwelling, stays.grid_id = None, told["grid"]
        else:
            put(stays, fields[name], "", vault)
        provenance = {key: value for key, value in stays.provenance.items() if key != name}
        stays.provenance = provenance | ({name: told["told"]} if told["told"] else {})
        # They may be two persons after all: what is the other's stands in no history of this one.
        change.state, change.after = ChangeState.UNDONE, b""
        change.save(update_fields=["state", "after"])
    if noted:
        stays.save()
