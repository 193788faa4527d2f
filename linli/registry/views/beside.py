"""What hangs on a record, as far as it exists for whoever asks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from linli.accounts.rules.roles import Permission
from linli.registry.actions.showing import residents_masked
from linli.registry.models import (
    LIVING,
    Assistance,
    Building,
    Dwelling,
    Organisation,
    Resident,
    School,
)
from linli.registry.policies import Who, visible_records
from linli.registry.policies.errands import errand_of
from linli.registry.policies.places import sees_homes_of
from linli.registry.queries import places, relatives
from linli.web.views.doors import person_of


def _of_building(row: Building, _who: Who, _request: HttpRequest) -> dict[str, object]:
    at_hand = places.organisations_at(row.address_id)
    return {"homes": places.homes_in(row), "organisations": at_hand}


def _of_dwelling(row: Dwelling, who: Who, request: HttpRequest) -> dict[str, object]:
    now, sees = timezone.now(), sees_homes_of(who, row.grid_id)
    lettings = relatives.lettings_of(row)
    living = relatives.residents_of(row, who, now) if sees else []
    lines = residents_masked(
        rows=living, by=person_of(request), at=now, errand=errand_of(who, row, now)
    )
    return {
        "sees_homes": sees,
        "residents": lines,
        "lettings": lettings,
        "is_at_odds": (row.use == "empty" and bool(living or lettings))
        or (row.heads == 0 and bool(living)),
        "organisations": places.organisations_at(row.address_id),
    }


def _of_organisation(row: Organisation, _who: Who, _request: HttpRequest) -> dict[str, object]:
    return {"school": School.objects.filter(LIVING, organisation=row).first()}


def _of_resident(row: Resident, who: Who, _request: HttpRequest) -> dict[str, object]:
    shows = [name for name in ("name", "telephone", "id_tail") if getattr(row, name)]
    return {
        "help": relatives.help_for(row, who, timezone.now()),
        "shows": shows if who.may(Permission.UNMASK) else [],
    }


def _of_assistance(row: Assistance, who: Who, _request: HttpRequest) -> dict[str, object]:
    seen = visible_records(Resident, who, timezone.now()).filter(pk=row.resident_id)
    return {"workers": row.workers.order_by("name"), "sees_resident": seen.exists()}


# What hangs on a record, as far as it exists for whoever asks.
BESIDE: dict[type[Any], Callable[[Any, Who, HttpRequest], dict[str, object]]] = {
    Building: _of_building,
    Dwelling: _of_dwelling,
    Organisation: _of_organisation,
    Resident: _of_resident,
    Assistance: _of_assistance,
}
