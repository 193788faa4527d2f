"""What opened a record to somebody is said to its resident, without anybody having typed it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.registry.actions.own import own_record
from linli.registry.queries.looked import looks_at_resident
from tests.factories import make_person
from tests.registry.ground import Registry
from tests.registry.pages_ground import propose_name

pytestmark = pytest.mark.django_db


def test_each_page_that_was_opened_is_one_look_with_its_reason() -> None:
    registry = Registry.made()
    resident = registry.resident()
    propose_name(resident, registry.worker)
    where = reverse("registry:record", args=["resident", resident.pk])
    people = {
        registry.worker: "keeps the records of this grid",
        registry.supervisor: "oversees the records of this area",
        make_person(Role.INTAKE_CLERK): "answers residents who call, write or come in",
    }
    for person in people:
        browser = Client(HTTP_ACCEPT_LANGUAGE="en")
        browser.force_login(Person.objects.get(pk=person.pk))
        assert browser.get(where).status_code == 200
    for _time in range(2):
        own_record(resident_id=resident.pk, at=timezone.now())
    with translation.override("en"):
        looks = looks_at_resident(resident.pk)
    # Facts and history are two reads of one page; one's own of a day are told once.
    what = "See the record of a resident; Read the history of a record"
    assert [(one.who, one.what, one.why) for one in looks] == [
        ("", "Read one's own record", ""),
        *((person.name, what, why) for person, why in reversed(people.items())),
    ]
