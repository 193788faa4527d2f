"""Between a fact of the field dictionary and the columns of its record.

A fact is kept in changes as a text; the same text puts it into the row, so that a change that
waited for approval is applied as it was asked.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.refusal import Refused
from linli.registry.actions.sealing import Vault, index_of
from linli.registry.models import PlaceKind, RecordKind
from linli.registry.policies.values import refuse_value
from linli.registry.rules.dictionary import CellType, Field, dictionary
from linli.registry.rules.folding import folded_name, folded_organisation, folded_telephone
from linli.registry.rules.values import Unfit, read_value, tail_of, text_of

_SMALL = 32_767
# What is hashed of a sealed value, so that equal facts are found however they were typed.
FOLD = {CellType.NAME: folded_name, CellType.TELEPHONE: folded_telephone}
# An identity number is kept as its tail and a keyed hash, in a text that holds both.
_JOINT = ":"


def own_fields(kind: RecordKind) -> tuple[Field, ...]:
    """Return the facts that a record of a kind holds itself."""
    return tuple(one for one in dictionary().of(kind.value) if one.kind == kind.value)


def field_of(kind: RecordKind, name: str) -> Field | None:
    """Return a fact of a kind by its name, or None."""
    return next((one for one in own_fields(kind) if one.name == name), None)


def kept_text(model: type[models.Model], field: Field, typed: str) -> str:
    """Return what is kept of what was typed; Refused, with what to type, where it is unfit."""
    try:
        value = read_value(field, typed)
        if value is None:
            return ""
        if field.type is CellType.IDENTITY:
            return f"{tail_of(str(value))}{_JOINT}{index_of('identity', str(value)).hex()}"
        if field.key == "organisation.kind":
            return _place_kind(str(value)).code
        _fits(model, field, value)
    except Unfit as unfit:
        raise Refused(refuse_value(field, unfit)) from unfit
    return text_of(value)


def _place_kind(words: str) -> PlaceKind:
    named = Q(code=words) | Q(name=words) | Q(name_en__iexact=words)
    found = PlaceKind.objects.filter(named).order_by("-is_active").first()
    if found is None:
        raise Unfit("place_kind")
    return found


def _fits(model: type[models.Model], field: Field, value: object) -> None:
    """Raise Unfit where a column is too small for a value."""
    if field.is_sealed:
        return
    column: Any = model._meta.get_field(field.name)
    if column.max_length is not None and len(str(value)) > column.max_length:
        raise Unfit("too_long")
    if isinstance(column, models.PositiveSmallIntegerField) and int(str(value)) > _SMALL:
        raise Unfit("too_large")


def put(row: Any, field: Field, kept: str, vault: Vault | None) -> None:
    """Put a kept text into the columns of a record."""
    if field.type is CellType.IDENTITY:
        tail, _joint, index = kept.partition(_JOINT)
        row.id_tail = _vault(vault).seal("id_tail", tail)
        row.id_index = bytes.fromhex(index)
    elif field.is_sealed:
        _put_sealed(row, field, kept, _vault(vault))
    elif field.key == "organisation.kind":
        row.kind = PlaceKind.objects.get(code=kept)
    else:
        column = row._meta.get_field(field.name)
        value = read_value(field, kept) if kept else None
        if value is None and not column.null:
            value = column.get_default()
        setattr(row, field.name, value)
        if field.key == "organisation.name":
            row.name_key = folded_organisation(kept)


def _put_sealed(row: Any, field: Field, kept: str, vault: Vault) -> None:
    setattr(row, field.name, vault.seal(field.name, kept))
    index = f"{field.name}_index"
    if hasattr(row, index):
        setattr(row, index, index_of(field.name, FOLD[field.type](kept)))


def kept_of(row: Any, field: Field, vault: Vault | None) -> str:
    """Return the kept text of a fact as the record holds it now."""
    if field.type is CellType.IDENTITY:
        tail = _vault(vault).open("id_tail", bytes(row.id_tail))
        return f"{tail}{_JOINT}{bytes(row.id_index).hex()}" if tail else ""
    if field.is_sealed:
        return _vault(vault).open(field.name, bytes(getattr(row, field.name)))
    if field.key == "organisation.kind":
        return str(row.kind.code)
    return text_of(getattr(row, field.name))


def is_kept(row: Any, field: Field) -> bool:
    """Say whether a record holds a sealed fact, without opening it."""
    return bool(getattr(row, columns_of(row, field)[0]))


def shown(field: Field, kept: str) -> str:
    """Return a kept text as a reader may see it: of an identity number its tail alone."""
    return kept.partition(_JOINT)[0] if field.type is CellType.IDENTITY else kept


def columns_of(row: Any, field: Field) -> tuple[str, ...]:
    """Return the names of the columns that a fact of a record lies in."""
    if field.type is CellType.IDENTITY:
        return ("id_tail", "id_index")
    index = f"{field.name}_index"
    if field.key == "organisation.name":
        return (field.name, "name_key")
    return (field.name, index) if hasattr(row, index) else (field.name,)


def _vault(vault: Vault | None) -> Vault:
    if vault is None:
        raise TypeError("a record with sealed facts has a vault")
    return vault
