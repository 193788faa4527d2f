"""A new master key for everything that is sealed, in whatever domain, while the servers run.

Data keys are wrapped anew and values stay as they are, unless the new key is of another profile
(``resealing``: then the servers are stopped). The work can be stopped and goes on where it was; a
row is changed only if nobody changed it meanwhile, and only to what opens again.
"""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from linli.accounts.actions.factors import rewrap_factors
from linli.accounts.models import Person
from linli.audit.actions import acting
from linli.kernel.ciphers import Profile
from linli.kernel.keyfile import LiveKeyring, add_master, added_at, forget_masters
from linli.kernel.sealing import Keyring, Place, UnsealError, profile_of, version_of
from linli.registry.actions.resealing import Texts, reseal, sealed_anew
from linli.registry.actions.writing import check
from linli.registry.policies import refuse_manage
from linli.registry.policies.keys import refuse_forget, refuse_nothing_old

_AT_ONCE = 500
_COLUMN = "wrapped_key"
# Whoever wraps a key knows the new one within a second, but may take longer to commit.
_SETTLED = timedelta(hours=1)
Tell = Callable[[int], None]


def _told_nobody(_count: int) -> None:
    return None


@dataclass(frozen=True)
class Rotation:
    """One rotation: the version that seals, how many keys were wrapped anew, and how many lay so.

    ``doubtful`` names rows whose key did not open: they were left as they were.
    """

    version: int
    rewrapped: int
    doubtful: list[str] = field(default_factory=list)


def sealed_tables() -> list[type[models.Model]]:
    """Return every table of every domain whose rows have a data key of their own."""
    found = [
        model
        for model in apps.get_models()
        if any(one.name == _COLUMN for one in model._meta.concrete_fields)
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def count_sealed() -> int:
    """Return how many rows have a data key."""
    return sum(model._default_manager.count() for model in sealed_tables())


def rotate_keys(
    *, by: Person | None, at: datetime, act_id: UUID, tell: Tell = _told_nobody
) -> Rotation:
    """Add a master key, unless an older one is still there, and bring every row under it.

    The key is of the profile that the settings name; values of another one are sealed anew.
    ``tell`` hears of the rows looked at. Run it again after it was stopped: it goes on.
    """
    check(refuse_manage(by, at))
    ring, wanted = LiveKeyring(settings.LINLI_KEY_FILE), Profile(settings.LINLI_SEALING)
    if len(ring.masters) == 1 or ring.profile is not wanted:
        _add(wanted, by, at, act_id)
    ring = settings.LINLI_KEYRING = LiveKeyring(settings.LINLI_KEY_FILE)
    return _rewrap_all(ring.ring(), tell)


def _add(profile: Profile, by: Person | None, at: datetime, act_id: UUID) -> None:
    told = {"profile": profile.value}
    with acting(
        act_id, "registry.rotate_keys", by=by, at=at, payload=told, detail=told
    ) as first_time:
        if first_time:
            add_master(settings.LINLI_KEY_FILE, at, profile)


def forget_old_keys(
    *, by: Person | None, at: datetime, act_id: UUID, tell: Tell = _told_nobody
) -> Rotation:
    """Remove the older master keys, after every row was seen to open with the current one.

    Raises Refused within an hour of the rotation, when there is no older key, or when a row does
    not open: nothing that is sealed may be lost.
    """
    check(refuse_manage(by, at))
    path = settings.LINLI_KEY_FILE
    ring = LiveKeyring(path)
    check(refuse_nothing_old(len(ring.masters)))
    since = added_at(path)
    check(refuse_forget(is_settled=since is None or at - since >= _SETTLED, doubtful=[]))
    done = _rewrap_all(ring.ring(), tell)
    check(refuse_forget(is_settled=True, doubtful=[*done.doubtful, *_not_under(ring.ring())]))
    detail = {"kept": done.version}
    with acting(
        act_id, "registry.forget_keys", by=by, at=at, payload=detail, detail=detail
    ) as first_time:
        if first_time:
            forget_masters(path, done.version)
    settings.LINLI_KEYRING = LiveKeyring(path)
    return done


def _rewrap_all(ring: Keyring, tell: Tell) -> Rotation:
    doubtful: list[str] = []
    count = sum(_rewrap_table(model, ring, doubtful, tell) for model in sealed_tables())
    count += rewrap_factors(lambda *sealed: _factor(ring, *sealed))
    return Rotation(ring.current, count, doubtful)


def _anew(ring: Keyring, wrapped: bytes, place: Place) -> bytes | None:
    """Return a data key under the current master key; None where it lies there.

    Raises UnsealError where it does not open, before or after.
    """
    if version_of(wrapped) == ring.current:
        return None
    key = ring.unwrap(wrapped, place)
    fresh = ring.wrap(key, place)
    if not hmac.compare_digest(ring.unwrap(fresh, place), key):  # pragma: no cover - AES works
        raise AssertionError("a key that was wrapped anew does not open")
    return fresh


def _factor(
    ring: Keyring, wrapped: bytes, place: Place, texts: Texts
) -> tuple[bytes, Texts] | None:
    if profile_of(wrapped) is not ring.profile:
        return sealed_anew(ring, wrapped, place, texts)
    fresh = _anew(ring, wrapped, place)
    return None if fresh is None else (fresh, texts)


def _pages(model: type[models.Model]) -> Iterator[list[tuple[Any, bytes]]]:
    """Yield keys of rows and their wrapped keys, page by page; erased rows have none."""
    rows = model._default_manager.order_by("pk").values_list("pk", _COLUMN)
    page = list(rows[:_AT_ONCE])
    while page:
        yield [(pk, bytes(wrapped)) for pk, wrapped in page if wrapped]
        page = list(rows.filter(pk__gt=page[-1][0])[:_AT_ONCE])


def _rewrap_table(model: type[models.Model], ring: Keyring, doubtful: list[str], tell: Tell) -> int:
    table, changed = model._meta.db_table, 0
    for page in _pages(model):
        fresh = []
        for pk, wrapped in page:
            try:
                if profile_of(wrapped) is not ring.profile:
                    changed += reseal(model, pk, ring)
                    continue
                made = _anew(ring, wrapped, Place(table, str(pk)))
            except UnsealError:
                doubtful.append(f"{table} {pk}")
                continue
            if made is not None:
                fresh.append((made, pk, wrapped))
        changed += _write(model, fresh)
        tell(len(page))
    return changed


def _write(model: type[models.Model], fresh: list[tuple[bytes, Any, bytes]]) -> int:
    """Change wrapped keys that are still what was read; a row erased meanwhile stays erased."""
    if not fresh:
        return 0
    with transaction.atomic():
        return sum(
            model._default_manager.filter(pk=pk, **{_COLUMN: old}).update(**{_COLUMN: new})
            for new, pk, old in fresh
        )


def _not_under(ring: Keyring) -> list[str]:
    """Return the rows that another master key still wraps, after all were brought under one."""
    return [
        f"{model._meta.db_table} {pk}"
        for model in sealed_tables()
        for page in _pages(model)
        for pk, wrapped in page
        if version_of(wrapped) != ring.current or profile_of(wrapped) is not ring.profile
    ]
