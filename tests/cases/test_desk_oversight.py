"""The supervisor's page: what waits for a decision first, and no section longer than it must be."""

import sys

import pytest
from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.actions import handling
from linli.cases.models import Case, Escalation, Extension
from linli.cases.models.choices import EscalationKind, LimitUnit
from linli.cases.rules.workflow import CaseState
from linli.territory.models import Division, UnitArea
from tests.factories import (
    NOW,
    SINCE,
    VILLAGE,
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_unit,
    middle,
    order,
    signed_in,
)

pytestmark = pytest.mark.django_db


def call(case: Case, person: Person) -> None:
    Escalation.objects.create(
        case=case, to=person, kind=EscalationKind.URGE, occasion="once", at=NOW
    )


def ask_for_time(crew: Crew, **facts: object) -> Case:
    now = timezone.now()
    case = crew.bring(make_case(at=now, **facts), CaseState.HANDLING, now)  # type: ignore[arg-type]
    asked = order(case, crew.officer, now, note="等材料")
    handling.ask_extension(order=asked, amount=2, unit=LimitUnit.WORKING_DAYS)
    return case


def test_what_must_be_decided_stands_before_what_others_are_called_to() -> None:
    crew = Crew()
    asked, mine = ask_for_time(crew), make_case()
    call(mine, crew.supervisor)
    raised = make_case()
    Case.objects.filter(pk=raised.pk).update(level=1)
    others = [make_case() for _number in range(9)]
    for case in others:
        call(case, crew.dispatcher)
    page = signed_in(crew.supervisor).get("/desk/oversight/").content.decode()
    wanted = [asked, mine, raised, *others]
    places = [page.index(case.number) for case in wanted[:4]]
    assert places == sorted(places)
    assert all(page.count(case.number) == 1 for case in wanted)
    # The acknowledgement is offered for one's own call alone.
    assert page.count("/do/acknowledge/") == 1


def test_a_long_section_shows_its_beginning_and_folds_the_rest() -> None:
    supervisor, category = make_person(Role.SUPERVISOR), make_category()
    other = make_person(Role.DISPATCHER)
    cases = [make_case(category) for _number in range(9)]
    for case in cases:
        call(case, other)
    page = signed_in(supervisor, "en").get("/desk/oversight/").content.decode()
    shown, fold = page.split("<details", 1)[0], page.split('<details class="ld-fold ld-more"', 1)[1]
    assert sum(case.number in fold for case in cases) == 3
    assert "Show 3 more" in " ".join(fold.split())
    assert sum(case.number in page for case in cases) == 9
    assert shown
    for case in cases[7:]:
        Escalation.objects.filter(case=case).delete()
    # Nobody has to unfold one row.
    page = signed_in(supervisor, "en").get("/desk/oversight/").content.decode()
    assert "ld-more" not in page


def test_more_than_the_page_holds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package has a view of the same name.
    monkeypatch.setattr(sys.modules["linli.cases.views.desk.oversight"], "_MOST", 8)
    supervisor, category = make_person(Role.SUPERVISOR), make_category()
    other = make_person(Role.DISPATCHER)
    for _number in range(10):
        call(make_case(category), other)
    page = signed_in(supervisor, "en").get("/desk/oversight/").content.decode()
    assert "the 8 oldest of 10 are on this page" in page


def test_nothing_to_decide_is_said() -> None:
    page = signed_in(make_person(Role.SUPERVISOR), "en").get("/desk/oversight/").content.decode()
    assert "Nothing waits for your decision" in page


def test_a_request_for_time_of_another_area_is_not_there_and_ones_own_is_for_others() -> None:
    crew, grid = Crew(), make_grid()
    lon, lat = middle()
    here, elsewhere = ask_for_time(crew, lon=lon, lat=lat), ask_for_time(crew)
    assert Case.objects.get(pk=here.pk).grid_id == grid.pk
    unit = make_unit("演示街道办", kind="office")
    UnitArea.objects.create(unit=unit, division=Division.objects.get(code=VILLAGE[:9]), since=SINCE)
    near = make_person(Role.SUPERVISOR, unit=unit)
    for address in ("/desk/oversight/", "/desk/"):
        page = signed_in(near).get(address).content.decode()
        assert here.number in page
        assert elsewhere.number not in page
    both = make_person(Role.SUPERVISOR, Role.DISPATCHER)
    Extension.objects.filter(case=here).update(asked_by=both)
    page = signed_in(both).get("/desk/oversight/").content.decode()
    assert here.number not in page
    assert elsewhere.number in page
