"""Several counts are asked in one question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.storage.together import counts_of
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_each_set_is_counted_up_to_a_bound() -> None:
    for _number in range(4):
        make_person(Role.CALLER)
    everybody = Person.objects.order_by("name")
    nobody = everybody.filter(username="?")
    with CaptureQueriesContext(connection) as asked:
        assert counts_of([everybody, nobody, everybody.filter(is_active=True)], 3) == [3, 0, 3]
    assert len(asked) == 1


def test_what_can_have_no_row_is_not_asked_for() -> None:
    never = Person.objects.filter(pk__in=[])
    with CaptureQueriesContext(connection) as asked:
        assert counts_of([never, Person.objects.none()], 3) == [0, 0]
        assert counts_of([], 3) == []
    assert not asked.captured_queries
    make_person(Role.CALLER)
    assert counts_of([never, Person.objects.all()], 3) == [0, 1]
