"""Putting doubles together takes over missing facts, and parting them restores both."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.kernel.ids import new_id
from linli.registry.actions.changing import Proposal, propose_change
from linli.registry.actions.columns import kept_of, own_fields
from linli.registry.actions.doubles import find_pair, merge, unmerge
from linli.registry.actions.drafts import Draft
from linli.registry.actions.history import history_of
from linli.registry.actions.records import create_record
from linli.registry.actions.sealing import vault_of
from linli.registry.actions.showing import note_residents
from linli.registry.actions.taking import missing_facts
from linli.registry.models import (
    Change,
    ChangeState,
    Errand,
    Pair,
    RecordKind,
    Sealed,
    kind_of,
)
from linli.registry.queries.looked import looks_at_resident
from tests.factories import NOW
from tests.registry.ground import Registry, act, place
from tests.registry.persons import make_dwelling, make_resident, make_source

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"


@pytest.fixture
def ground() -> Registry:
    return Registry.made()


def told_of(row: Any) -> dict[str, object]:
    """Return all that a record says, but for its version."""
    row = type(row).objects.get(pk=row.pk)
    vault = vault_of(row) if isinstance(row, Sealed) else None
    facts = {one.name: kept_of(row, one, vault) for one in own_fields(kind_of(type(row)))}
    lying = ("grid_id", "dwelling_id", "keep_until", "confirmed_on", "provenance", "merged_into")
    return {**facts, **{name: getattr(row, name, None) for name in lying}}


def paired(first: Any, second: Any) -> Pair:
    kind = kind_of(type(first))
    return find_pair(kind=kind, both=(first.pk, second.pk), likeness=0.8, at=NOW)


def two_residents(ground: Registry) -> tuple[Any, Any]:
    """Make one without telephone and home, and one with both, from another sender."""
    poor = make_resident("演示甲", telephone="", grid=ground.grid, basis="residence_service")
    home = make_dwelling(ground.other)
    rich = make_resident("演示甲", "13900000009", ground.other, home, "residence_service")
    type(poor).objects.filter(pk=poor.pk).update(birth_year=None)
    rich.provenance = {"telephone": [str(make_source("样例社区").pk), "2026-02-03"]}
    rich.save()
    for row in (poor, rich):
        row.refresh_from_db()
    return poor, rich


def test_what_one_lacks_and_the_other_has_is_taken_with_where_it_came_from(
    ground: Registry,
) -> None:
    poor, rich = two_residents(ground)
    before = [told_of(row) for row in (poor, rich)]
    pair = paired(poor, rich)
    assert set(missing_facts(poor, rich)) == {"telephone", "birth_year", "dwelling"}
    assert missing_facts(rich, poor) == []
    take = ["telephone", "dwelling", "residence", "nothing"]
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor), take=take)
    now = told_of(poor)
    assert (now["telephone"], now["dwelling_id"]) == ("13900000009", rich.dwelling_id)
    assert (now["birth_year"], now["grid_id"]) == ("", ground.other.code)
    assert now["provenance"]["telephone"] == rich.provenance["telephone"]  # type: ignore[index]
    changes = {one.field: one for one in Change.objects.filter(record=poor.pk)}
    assert changes["telephone"].source.sender == "样例社区"
    # No trail of addresses is left behind.
    assert bytes(changes["dwelling"].after) == b""
    poor.refresh_from_db()
    lines = history_of(record=poor, by=ground.supervisor, at=NOW)
    assert "*********09" in [line.after for line in lines]
    unmerge(pair_id=pair.pk, act=act(ground.supervisor))
    assert [told_of(row) for row in (poor, rich)] == before
    poor.refresh_from_db()
    assert (bytes(poor.telephone), bytes(poor.telephone_index)) == (b"", b"")
    changes = {one.field: one for one in Change.objects.filter(record=poor.pk)}
    assert {one.state for one in changes.values()} == {ChangeState.UNDONE}
    assert bytes(changes["telephone"].after) == b""


def test_nothing_is_taken_that_was_not_ticked(ground: Registry) -> None:
    poor, rich = two_residents(ground)
    before = told_of(poor)
    pair = paired(poor, rich)
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor))
    assert told_of(poor) == before
    assert not Change.objects.exists()


def test_a_fact_that_changed_since_stays_when_the_two_are_parted(ground: Registry) -> None:
    poor, rich = two_residents(ground)
    pair = paired(poor, rich)
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor), take=["telephone"])
    poor.refresh_from_db()
    newer = Proposal(RecordKind.RESIDENT, poor.pk, "telephone", "13900000010", poor.version)
    propose_change(proposal=newer, act=act(ground.worker))
    unmerge(pair_id=pair.pk, act=act(ground.supervisor))
    assert told_of(poor)["telephone"] == "13900000010"
    assert told_of(rich)["telephone"] == "13900000009"


def test_an_identity_is_taken_only_where_the_basis_has_a_form_for_it(ground: Registry) -> None:
    facts = {"identity": "110101199003077774"}
    rich = ground.resident(**facts)
    for basis, offered in (("base_facts", False), ("residence_service", True)):
        home = make_dwelling(ground.grid)
        poor = make_resident("演示甲", "13900000001", ground.grid, home, basis)
        assert ("identity" in missing_facts(poor, rich)) is offered
    pair = paired(poor, rich)
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor), take=["identity"])
    assert str(told_of(poor)["identity"]).startswith("7774:")


def shop(ground: Registry, line: str, **values: str) -> Any:
    facts = {"name": "样例餐饮", "kind": "school", **values}
    draft = Draft(RecordKind.ORGANISATION, facts, "work_safety", place(line))
    return create_record(draft=draft, act=act(ground.worker))


def test_a_credit_code_goes_over_and_back_though_two_may_not_have_it(ground: Registry) -> None:
    poor = shop(ground, "祝融路1号", staff="3")
    rich = shop(ground, "祝融路2号", credit_code=CODE, contact_name="演示甲")
    before = [told_of(row) for row in (poor, rich)]
    pair = paired(poor, rich)
    take = missing_facts(poor, rich)
    assert set(take) == {"credit_code", "contact_name"}
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor), take=take)
    assert (told_of(poor)["credit_code"], told_of(poor)["staff"]) == (CODE, "3")
    unmerge(pair_id=pair.pk, act=act(ground.supervisor))
    assert [told_of(row) for row in (poor, rich)] == before


def test_who_lives_in_a_dwelling_lies_in_its_grid_wherever_it_goes(ground: Registry) -> None:
    homes = make_dwelling(ground.grid), make_dwelling(ground.other)
    resident = make_resident(grid=ground.other, dwelling=homes[1])
    before = told_of(resident)
    pair = paired(*homes)
    merge(pair_id=pair.pk, kept=homes[0].pk, act=act(ground.supervisor))
    assert told_of(resident)["grid_id"] == ground.grid.code
    unmerge(pair_id=pair.pk, act=act(ground.supervisor))
    assert told_of(resident) == before


def test_the_page_offers_each_missing_fact_and_takes_those_ticked(ground: Registry) -> None:
    poor, rich = two_residents(ground)
    pair = paired(poor, rich)
    client, where = Client(), reverse("registry:double", args=[pair.pk])
    client.force_login(ground.supervisor)
    words = client.get(where).content.decode()
    for name in ("telephone", "birth_year", "dwelling"):
        assert words.count(f'value="{name}"') == 1
    assert 'value="residence"' not in words
    verb = "first" if pair.first == poor.pk else "second"
    told = {"verb": verb, "take": ["birth_year"], "act_id": str(new_id())}
    assert client.post(where, told).status_code == 302
    assert (told_of(poor)["birth_year"], told_of(poor)["telephone"]) == ("1980", "")
    assert 'value="telephone"' not in client.get(where).content.decode()


def test_dates_of_confirmation_go_over_as_they_were(ground: Registry) -> None:
    poor, rich = two_residents(ground)
    rich.confirmed_on, rich.provenance = date(2025, 5, 5), {}
    rich.save()
    pair = paired(poor, rich)
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor), take=["telephone"])
    told = told_of(poor)["provenance"]["telephone"]  # type: ignore[index]
    assert told == [str(rich.source_id), "2025-05-05"]


def test_who_looked_at_either_stands_on_the_page_of_the_one(ground: Registry) -> None:
    poor, rich = two_residents(ground)
    note_residents(rows=[rich], by=ground.supervisor, at=NOW, errand=Errand.DOUBLES)
    assert looks_at_resident(poor.pk) == []
    pair = paired(poor, rich)
    merge(pair_id=pair.pk, kept=poor.pk, act=act(ground.supervisor))
    assert [look.who for look in looks_at_resident(poor.pk)] == [ground.supervisor.name]
    unmerge(pair_id=pair.pk, act=act(ground.supervisor))
    assert looks_at_resident(poor.pk) == []
