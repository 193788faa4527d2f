"""What the tests of the search for doubles stand on: records of two senders, and a quick engine."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self

from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.registry.actions.sealing import index_of, new_vault
from linli.registry.actions.writing import Act
from linli.registry.models import (
    Address,
    DoublesSearch,
    Organisation,
    PlaceKind,
    Resident,
)
from linli.registry.rules.folding import folded_organisation
from linli.registry.rules.linking.choosing import Found
from linli.registry.rules.linking.engine import answers
from linli.territory.models import Grid
from tests.factories import NOW, make_village
from tests.registry.persons import make_basis, make_dwelling, make_resident, make_source

CANARY, NUMBER = "金丝雀", "19912340001"


def written_twice(grid: Grid) -> list[Resident]:
    """Return one person as two senders wrote them down."""
    home = make_dwelling(grid)
    return [make_resident(name, NUMBER, grid, home) for name in (CANARY, "金丝鸟")]


class Inside:
    """The engine in this process, as the child answers: starting one takes seconds."""

    def __init__(self, kind: str) -> None:
        self.lines = [json.dumps({"kind": kind}).encode()]
        self.counts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_told: object) -> None:
        """Nothing is to be ended."""

    def send(self, rows: list[Any]) -> None:
        self.lines.append(json.dumps(rows).encode())

    def pairs(self) -> Iterator[Found]:
        for told in answers(self.lines):
            if "pair" in told:
                yield Found(*told["pair"])
            else:
                self.counts = dict(told)


def act(by: Person | None = None) -> Act:
    return Act(new_id(), by, timezone.now())


def make_place(line: str, **parts: str) -> Address:
    whole = dict.fromkeys(("street", "number", "building", "unit", "room"), "无") | parts
    return Address.objects.create(division=make_village(), line=line, **whole)


def common() -> dict[str, Any]:
    return {
        "basis": make_basis(),
        "keep_until": NOW.date() + timedelta(days=900),
        "source": make_source(),
        "confirmed_on": NOW.date(),
    }


def make_shop(name: str, address: Address, contact: str = "", telephone: str = "") -> Organisation:
    kind, _new = PlaceKind.objects.get_or_create(code="shop", defaults={"name": "商店"})
    row = new_id()
    vault, wrapped = new_vault("registry_organisation", row)
    return Organisation.objects.create(
        id=row,
        name=name,
        name_key=folded_organisation(name),
        address=address,
        kind=kind,
        contact_name=vault.seal("contact_name", contact),
        contact_telephone=vault.seal("contact_telephone", telephone),
        contact_telephone_index=index_of("contact_telephone", telephone),
        wrapped_key=wrapped,
        **common(),
    )


def said(search: DoublesSearch, kind: str, what: str) -> int:
    return int(search.counts[kind][what])
