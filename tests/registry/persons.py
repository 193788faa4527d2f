"""Residents that the tests of the guards stand on: sealed as all are, in a square grid."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.sealing import index_of, new_vault
from linli.registry.models import (
    Address,
    Assistance,
    BreakGlass,
    Building,
    Dwelling,
    Export,
    LegalBasis,
    Resident,
    Source,
    SourceKind,
    Unmasking,
    Wish,
)
from linli.registry.rules.folding import folded_name, folded_telephone
from linli.territory.models import Grid
from tests.factories import NOW, make_person, make_unit, make_village, middle

_numbers = itertools.count(1)


def make_basis(code: str = "base_facts") -> LegalBasis:
    """Return a legal basis, made once."""
    basis, _new = LegalBasis.objects.get_or_create(
        code=code,
        defaults={"name": "演示依据", "kinds": ["resident", "dwelling"], "keep_months": 60},
    )
    return basis


def make_source(sender: str = "演示街道办") -> Source:
    """Make a source of facts."""
    return Source.objects.create(kind=SourceKind.FILE, sender=sender, at=NOW)


def _common(grid: Grid | None, basis: str) -> dict[str, Any]:
    return {
        "grid": grid,
        "basis": make_basis(basis),
        "keep_until": date(2031, 3, 2),
        "source": make_source(),
        "confirmed_on": date(2026, 1, 15),
    }


def make_dwelling(grid: Grid | None = None, line: str = "") -> Dwelling:
    """Make a dwelling at an address of the village; ``line`` is its canonical line."""
    number = next(_numbers)
    parts = dict.fromkeys(("street", "number", "building", "unit", "room"), "无")
    address = Address.objects.create(
        division=make_village(), line=line or f"衡山路{number}号", grid=grid, **parts
    )
    return Dwelling.objects.create(address=address, **_common(grid, "base_facts"))


def make_house(grid: Grid | None = None, heads: Sequence[int | None] = ()) -> Building:
    """Make a building with a home for each head-count, on the map in the first square."""
    number = next(_numbers)
    parts = {**dict.fromkeys(("street", "number", "unit", "room"), "无"), "building": f"{number}栋"}
    lon, lat = middle()
    address = Address.objects.create(
        division=make_village(), line=f"{number}栋", grid=grid, lon=lon, lat=lat, **parts
    )
    house = Building.objects.create(address=address, **_common(grid, "base_facts"))
    for room, count in enumerate(heads):
        home = make_dwelling(grid, f"{number}栋{room + 101}室")
        Dwelling.objects.filter(pk=home.pk).update(building=house, heads=count)
    return house


def make_resident(
    name: str = "张小明",
    telephone: str = "13912345678",
    grid: Grid | None = None,
    dwelling: Dwelling | None = None,
    basis: str = "base_facts",
) -> Resident:
    """Make a resident; what is sealed is sealed as the product does."""
    row = new_id()
    vault, wrapped = new_vault("registry_resident", row)
    return Resident.objects.create(
        id=row,
        wrapped_key=wrapped,
        dwelling=dwelling,
        residence="registered",
        birth_year=1980,
        name=vault.seal("name", name),
        telephone=vault.seal("telephone", telephone),
        name_index=index_of("name", folded_name(name)),
        telephone_index=index_of("telephone", folded_telephone(telephone)),
        **_common(grid, basis),
    )


def make_assistance(resident: Resident, *workers: Person) -> Assistance:
    """Make help for a resident by these workers; its plan is sealed."""
    row = new_id()
    vault, wrapped = new_vault("registry_assistance", row)
    made = Assistance.objects.create(
        id=row,
        wrapped_key=wrapped,
        resident=resident,
        need="alone",
        asked_by="self",
        unit=make_unit(),
        review_on=date(2030, 6, 1),
        ends_on=date(2030, 12, 1),
        plan=vault.seal("plan", "每周上门一次"),
        **_common(resident.grid, "base_facts"),
    )
    made.workers.set(workers)
    return made


def logged_text() -> str:
    """Return all that the audit log keeps in words."""
    from linli.audit.models import Event

    return "\n".join(f"{event.verb} {event.detail}" for event in Event.objects.all())


def guard_samples(grid: Grid) -> dict[str, object]:
    """Return one of each thing that the addresses of the guards name, lying in a grid."""
    home = make_dwelling(grid)
    resident = make_resident("张小明", f"139{next(_numbers):08d}", grid, home)
    worker = make_person(Role.GRID_WORKER, grid=grid)
    looked = {"resident": resident, "by": worker, "at": NOW, "reason": "约好下午上门送证"}
    export = {"by": worker, "at": NOW, "purpose": "高龄津贴年度核对", "basis": "依据"}
    until, review_by = NOW + timedelta(minutes=60), NOW.date() + timedelta(days=3)
    return {
        "resident_id": resident.pk,
        "unmasking_id": Unmasking.objects.create(field="telephone", **looked).pk,
        "emergency_id": BreakGlass.objects.create(until=until, review_by=review_by, **looked).pk,
        "export_id": Export.objects.create(area=grid.code, fields=["name"], **export).pk,
        "wish_id": Wish.objects.create(resident=resident, kind="object", at=NOW).pk,
        "registry/find/<uuid:resident_id>/<slug:field>/|field": "telephone",
        "registry/looked/<uuid:person_id>/<slug:day>/|day": NOW.date().isoformat(),
        "my/correct/<slug:field>/|field": "name",
        "my/wish/<slug:kind>/|kind": "object",
    }
