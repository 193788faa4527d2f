"""Triage walks through all that waits, however much, and reads no more than it must."""

import sys
from datetime import timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.cases.actions.claiming import claim_next
from linli.cases.models import Case
from linli.cases.policies import Who
from linli.cases.queries import desk_triage
from linli.cases.queries.desk_triage import count_pending, is_pending, pending
from linli.cases.rules.deadlines import COLOURS_BY_URGENCY, urgency
from tests.factories import make_case, make_category, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page hold three cases, so that few cases are many pages."""
    monkeypatch.setattr(desk_triage, "_READ", 3)


def waiting(number: int) -> list[Case]:
    """Report cases in every colour and state of triage, with deadlines and without."""
    category, now = make_category(), timezone.now()
    cases = [make_case(category) for _case in range(number)]
    states = ("reported", "accepted", "registered")
    for place, case in enumerate(cases):
        # Some are due at the same moment, and some never.
        due = None if place % 5 == 4 else now + timedelta(hours=place * 7 % 11)
        colour = COLOURS_BY_URGENCY[place % 4]
        Case.objects.filter(pk=case.pk).update(state=states[place % 3], colour=colour, due_at=due)
    return list(Case.objects.filter(pk__in=[case.pk for case in cases]))


@pytest.mark.usefixtures("small_pages")
def test_every_waiting_case_comes_once_in_the_order_of_its_urgency() -> None:
    cases = waiting(60)
    who = Who.of(make_person(Role.INTAKE_CLERK, Role.DISPATCHER), timezone.now())
    cases.sort(key=lambda case: urgency(case.colour, case.due_at, case.arrival))
    assert list(pending(who, ())) == [case.pk for case in cases]


@pytest.mark.usefixtures("small_pages")
def test_what_was_left_for_later_or_is_looked_at_by_others_hides_nothing_behind_it() -> None:
    category = make_category()
    cases = [make_case(category) for _case in range(10)]
    clerk, now = make_person(Role.INTAKE_CLERK), timezone.now()
    who = Who.of(clerk, now)
    order = list(pending(who, ()))
    skipped = [str(pk) for pk in order[:5]]
    assert list(pending(who, skipped)) == order[5:]
    for pk in order[5:9]:
        claim_next(candidates=[pk], by=make_person(Role.INTAKE_CLERK), at=now)
    assert claim_next(candidates=pending(who, skipped), by=clerk, at=now) == order[9]
    assert len(cases) == 10


def test_a_case_reported_last_comes_first_when_it_is_the_most_pressing() -> None:
    category = make_category()
    for _case in range(120):
        make_case(category)
    late = make_case(category)
    Case.objects.filter(pk=late.pk).update(colour="red")
    clerk = make_person(Role.INTAKE_CLERK)
    page = signed_in(clerk, "en").get("/desk/triage/")
    assert page.context["case"].pk == late.pk
    assert "121 wait" in " ".join(page.content.decode().split())


def test_only_what_is_shown_is_read() -> None:
    waiting(60)
    who = Who.of(make_person(Role.INTAKE_CLERK, Role.DISPATCHER), timezone.now())
    with CaptureQueriesContext(connection) as asked:
        assert len(list(islice(pending(who, ()), 1))) == 1
    # One page of each state in the most pressing colour.
    assert len(asked) == 3


def test_waiting_cases_are_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_triage, "COUNTED", 3)
    # The package has a view of the same name.
    monkeypatch.setattr(sys.modules["linli.cases.views.desk.triage"], "COUNTED", 3)
    category = make_category()
    cases = [make_case(category) for _case in range(5)]
    clerk = make_person(Role.INTAKE_CLERK)
    who = Who.of(clerk, timezone.now())
    assert count_pending(who, ()) == 3
    assert count_pending(who, [str(case.pk) for case in cases[:3]] + ["rubbish"]) == 2
    page = signed_in(clerk, "en").get("/desk/triage/").content.decode()
    assert "3 or more wait" in page


def test_a_case_on_the_screen_stays_there_while_it_waits() -> None:
    case, now = make_case(), timezone.now()
    who = Who.of(make_person(Role.INTAKE_CLERK), now)
    assert is_pending(who, case.pk, ())
    assert not is_pending(who, case.pk, [str(case.pk)])
    Case.objects.filter(pk=case.pk).update(state="registered")
    assert not is_pending(who, case.pk, ())


def test_nobody_without_a_say_in_triage_has_anything_there() -> None:
    make_case()
    who = Who.of(make_person(Role.CHECKER), timezone.now())
    assert list(pending(who, ())) == []
    assert count_pending(who, ()) == 0
