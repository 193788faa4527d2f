"""The contact of a reporter has an end, and the audit log still verifies."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash, acting, settle_quarantined
from linli.audit.jobs import SETTLED_KEPT, forget_settled
from linli.audit.models import Event, Quarantined
from linli.audit.queries import faults
from linli.cases.actions import checking, merging
from linli.cases.actions.contacts import reveal_contact
from linli.cases.actions.forgetting import forget_contacts
from linli.cases.jobs import loop
from linli.cases.models import Case, CaseStep, OutgoingMail, ReporterContact
from linli.cases.models.choices import Satisfaction, Solved
from linli.cases.policies import Who
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.factories import NOW, Crew, code_of, make_case, make_person, order, signed_in

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def closed(crew: Crew) -> Case:
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    checking.record_call(
        order=order(case, crew.caller),
        reached=True,
        solved=Solved.SOLVED,
        satisfaction=Satisfaction.SATISFIED,
    )
    return checking.close(order=order(case, crew.caller))


def test_a_year_after_its_end_a_case_has_no_contact_any_more(crew: Crew) -> None:
    case = closed(crew)
    step = case.steps.latest("position")
    waiting = OutgoingMail.objects.create(
        id=new_id(), case=case, step=step, created_at=NOW, next_try_at=NOW
    )
    assert forget_contacts(at=NOW + timedelta(days=364)) == 0
    assert forget_contacts(at=NOW + YEAR) == 1
    assert not ReporterContact.objects.exists()
    assert not OutgoingMail.objects.filter(pk=waiting.pk).exists()
    assert Event.objects.filter(verb="case.forget_contact", subject=case.pk).count() == 1
    assert list(faults()) == []
    clerk = crew.clerk
    with pytest.raises(Refused) as caught:
        reveal_contact(case=case, who=Who.of(clerk, NOW), by=clerk, at=NOW, reason="再联系")
    assert code_of(caught) == "no_contact"
    assert forget_contacts(at=NOW + YEAR) == 0


def test_an_open_case_and_one_that_was_taken_up_again_keep_theirs(crew: Crew) -> None:
    crew.bring(make_case(contact=True), CaseState.HANDLING)
    case = closed(crew)
    late = NOW + timedelta(days=300)
    Case.objects.filter(pk=case.pk).update(state=CaseState.HANDLING.value)
    assert forget_contacts(at=NOW + YEAR) == 0
    Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED.value)
    again = {"verb": "close", "target_state": "closed", "at": late, "received_at": late}
    CaseStep.objects.create(id=new_id(), case=case, position=99, **again)
    assert forget_contacts(at=NOW + YEAR) == 0
    assert forget_contacts(at=late + YEAR) == 1


def test_a_duplicate_waits_for_the_case_it_was_merged_into(crew: Crew) -> None:
    main, twin = (crew.bring(make_case(contact=True), CaseState.ACCEPTED) for _ in range(2))
    merging.merge(order=order(twin, crew.clerk), into=main)
    assert forget_contacts(at=NOW + YEAR) == 0
    Case.objects.filter(pk=main.pk).update(state=CaseState.VOIDED.value)
    assert forget_contacts(at=NOW + YEAR) == 2


def test_a_case_that_is_taken_up_at_the_last_moment_keeps_its_contact(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = closed(crew)
    ask = Case.objects.select_for_update

    def reopened_first() -> Any:
        Case.objects.filter(pk=case.pk).update(state=CaseState.HANDLING.value)
        return ask()

    monkeypatch.setattr(Case.objects, "select_for_update", reopened_first)
    assert forget_contacts(at=NOW + YEAR) == 0
    assert not Event.objects.filter(verb="case.forget_contact").exists()
    assert ReporterContact.objects.exists()


def test_what_was_kept_for_a_person_goes_some_time_after_it_was_settled(
    crew: Crew, settings: Any
) -> None:
    settings.LINLI_DEMO = True
    case = make_case()
    for _twice in range(2):
        with pytest.raises(Clash), acting(case.pk, "x", by=None, at=NOW, payload={"a": 1}):
            pass
    first, _second = Quarantined.objects.order_by("pk")
    settle = {"row_id": first.pk, "by": crew.supervisor, "at": NOW, "note": "已核对"}
    settle_quarantined(**settle, act_id=new_id())
    assert forget_settled(at=NOW + SETTLED_KEPT) == 0
    assert forget_settled(at=NOW + SETTLED_KEPT + timedelta(days=1)) == 1
    assert forget_settled(at=NOW + SETTLED_KEPT + timedelta(days=1)) == 0
    kept = {row.pk: bytes(row.body) for row in Quarantined.objects.all()}
    assert kept.pop(first.pk) == b""
    page = reverse("accounts:unseal", args=[first.pk])
    asked = {"reason": "再看一次", "act": str(new_id())}
    client = signed_in(make_person(Role.ADMINISTRATOR), language="en")
    assert client.post(page, asked).status_code == 404
    shown = client.get(reverse("accounts:quarantined", args=[first.pk])).content.decode()
    assert "What came was erased" in shown
    assert page not in shown
    assert all(kept.values())


def test_the_clock_does_both_every_hour(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    closed(crew)
    monkeypatch.setattr(timezone, "now", lambda: NOW + YEAR)
    done = loop.tidy_up.call()
    assert (done["contacts"], done["kept bodies"]) == (1, 0)
