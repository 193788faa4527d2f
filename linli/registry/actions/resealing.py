"""What a record says, sealed anew with a key of the profile that seals now (AES or SM4).

The servers have to be stopped meanwhile: one that had read the older key would seal with it.
Each record is brought over in a transaction of its own.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from linli.kernel.sealing import Keyring, Place, seal, unseal
from linli.registry.models import Change, Resident, Wish

Texts = dict[str, bytes]
_KEY = "wrapped_key"


def sealed_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns of a table whose values its rows' own keys open."""
    return tuple(
        one.name
        for one in model._meta.concrete_fields
        if isinstance(one, models.BinaryField)
        and one.name != _KEY
        and not one.name.endswith("_index")
    )


def sealed_anew(ring: Keyring, wrapped: bytes, place: Place, texts: Texts) -> tuple[bytes, Texts]:
    """Return a fresh wrapped key and what the older one sealed, under it; by names of columns."""
    old, new = ring.unwrap(wrapped, place), ring.new_data_key()
    fresh = {
        column: seal(new, place, column, unseal(old, place, column, bytes(text)))
        for column, text in texts.items()
    }
    return ring.wrap(new, place), fresh


def reseal(model: type[models.Model], pk: Any, ring: Keyring) -> bool:
    """Seal anew what a row and its changes say; False where it was erased meanwhile."""
    with transaction.atomic():
        row: Any = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None or not row.wrapped_key:
            return False
        beside = list(_beside(model, pk))
        texts = {column: bytes(getattr(row, column)) for column in sealed_columns(model)}
        texts |= {bound: bytes(getattr(one, name)) for one, name, bound in beside}
        place = Place(model._meta.db_table, str(pk))
        row.wrapped_key, fresh = sealed_anew(ring, bytes(row.wrapped_key), place, texts)
        for one, name, bound in (*((row, each, each) for each in sealed_columns(model)), *beside):
            setattr(one, name, fresh[bound])
        row.save(update_fields=[_KEY, *sealed_columns(model)])
        for one, name, _bound in beside:
            one.save(update_fields=[name])
    return True


def _beside(model: type[models.Model], pk: Any) -> Iterable[tuple[Any, str, str]]:
    """Yield what lies elsewhere under a record's key: the row, its column, and how it is bound."""
    for change in Change.objects.filter(record=pk, is_sealed=True).order_by("pk"):
        for side in ("before", "after"):
            yield change, side, f"change:{change.pk}:{side}"
    if model is Resident:
        for wish in Wish.objects.filter(resident=pk).order_by("pk"):
            yield wish, "words", f"wish:{wish.pk}"
