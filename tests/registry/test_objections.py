"""An objection of a resident is read and decided where their record lies, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions import own
from linli.registry.models import BreakGlass, Resident, Wish, WishKind, WishState
from linli.registry.policies.own import refuse_wish_decision
from linli.territory.models import Division, UnitArea
from tests.factories import SINCE, make_grid, make_person, make_unit, make_village
from tests.registry.persons import make_resident

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def supervisor_of(division: Division) -> Person:
    unit = make_unit()
    UnitArea.objects.create(unit=unit, division=division, since=SINCE)
    return make_person(Role.SUPERVISOR, unit=unit)


def test_what_lies_elsewhere_is_neither_decided_nor_read() -> None:
    resident = make_resident("张小明", "13912345678", make_grid(0))
    told = {"resident_id": resident.pk, "kind": WishKind.OBJECT, "at": NOON}
    wish = own.wish(words="请不要再保存我的信息", act_id=new_id(), **told)
    here = make_village()
    elsewhere = Division.objects.create(
        code="430412999", name="别处", level="township", parent_id=here.code[:6], since=SINCE
    )
    near, far = supervisor_of(here), supervisor_of(elsewhere)
    now = timezone.now()
    # An emergency opens the record to be read, and decides nothing.
    BreakGlass.objects.create(
        id=new_id(),
        resident=resident,
        by=far,
        at=now,
        until=now + timedelta(minutes=60),
        reason="独居老人门内呼救无人应门",
        review_by=timezone.localdate(now) + timedelta(days=3),
    )
    refused = refuse_wish_decision(wish, far, now)
    assert refused is not None
    assert refused.code == "scope"
    assert refuse_wish_decision(wish, near, now) is None
    Wish.objects.update(state=WishState.REFUSED)
    for person, status in ((far, 404), (near, 200)):
        client = Client()
        client.force_login(person)
        assert client.get(f"/registry/looked/wishes/{wish.pk}/").status_code == status
    # What was erased has no words any more, and still its page.
    Wish.objects.update(words=b"")
    Resident.objects.update(wrapped_key=b"")
    assert client.get(f"/registry/looked/wishes/{wish.pk}/").status_code == 200
