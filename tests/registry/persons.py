"""Residents that the tests of the guards stand on: sealed as all are, in a square grid."""

import itertools
from datetime import date
from typing import Any

from linli.kernel.ids import new_id
from linli.registry.actions.sealing import index_of, new_vault
from linli.registry.models import Address, Dwelling, LegalBasis, Resident, Source, SourceKind
from linli.registry.rules.folding import folded_name, folded_telephone
from linli.territory.models import Grid
from tests.factories import NOW, make_village

_numbers = itertools.count(1)


def make_basis(code: str = "base_facts") -> LegalBasis:
    """Return a legal basis, made once."""
    basis, _new = LegalBasis.objects.get_or_create(
        code=code,
        defaults={"name": f"依据 {code}", "kinds": ["resident", "dwelling"], "keep_months": 60},
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


def logged_text() -> str:
    """Return all that the audit log keeps in words."""
    from linli.audit.models import Event

    return "\n".join(f"{event.verb} {event.detail}" for event in Event.objects.all())
