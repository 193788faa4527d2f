"""What the clock does: colours, urging one day before, notice on day +1, each once."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils.translation import override

from linli.cases.actions import handling
from linli.cases.jobs.supervising import escalate, refresh_colours
from linli.cases.models import Case, CaseStep, Escalation, Notice
from linli.cases.models.choices import EscalationKind, LimitUnit, PauseReason, Verb
from linli.cases.rules.workflow import CaseState
from linli.cases.views.desk.story import story_of
from linli.kernel.ids import new_id
from tests.factories import NOW, Crew, make_case, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(crew: Crew) -> Case:
    """A case in hand, due on Thursday 2026-03-05 at 17:30 in Shanghai."""
    return crew.bring(make_case(), CaseState.HANDLING)


def _due(case: Case) -> datetime:
    assert case.due_at is not None
    return case.due_at


def _colour(case: Case, at: datetime) -> str:
    refresh_colours(at=at)
    return Case.objects.get(pk=case.pk).colour


def test_a_case_changes_colour_when_its_time_comes(case: Case) -> None:
    due = _due(case)
    assert _colour(case, NOW + timedelta(hours=1)) == ""
    assert _colour(case, due - timedelta(hours=23)) == "blue"
    assert _colour(case, due) == "blue"
    assert _colour(case, due + timedelta(minutes=1)) == "red"
    assert refresh_colours(at=due + timedelta(days=9)) == 0


def test_a_unit_is_urged_one_day_before_and_only_once(case: Case, crew: Crew) -> None:
    near = _due(case) - timedelta(hours=20)
    assert escalate(at=near) == 0
    refresh_colours(at=near)
    assert escalate(at=near) == 1
    assert escalate(at=near + timedelta(hours=1)) == 0
    called = Escalation.objects.get()
    assert (called.kind, called.to) == ("urge", crew.officer)
    assert Notice.objects.filter(person=crew.officer, what="urge").count() == 1
    assert CaseStep.objects.filter(case=case, verb="escalate").count() == 1


def test_the_day_after_unit_and_supervisor_get_notice(case: Case, crew: Crew) -> None:
    due = _due(case)
    refresh_colours(at=due + timedelta(minutes=5))
    assert escalate(at=due + timedelta(minutes=5)) == 0
    assert escalate(at=due + timedelta(days=1)) == 1
    called = Escalation.objects.filter(kind="overdue")
    assert {row.to for row in called} == {crew.officer, crew.supervisor}
    assert escalate(at=due + timedelta(days=2)) == 0


def test_an_undispatched_case_urges_the_desk_that_must_act(crew: Crew) -> None:
    case = make_case()
    near = _due(case) - timedelta(hours=20)
    refresh_colours(at=near)
    assert escalate(at=near) == 1
    assert Escalation.objects.get().to == crew.clerk


def test_a_paused_case_is_never_urged(case: Case, crew: Crew) -> None:
    asked = order(case, crew.officer, note="等产权单位")
    handling.pause(order=asked, reason=PauseReason.OTHER_BODY)
    later = NOW + timedelta(days=60)
    refresh_colours(at=later)
    assert escalate(at=later) == 0


def test_a_new_deadline_is_a_new_occasion(case: Case, crew: Crew) -> None:
    near = _due(case) - timedelta(hours=20)
    refresh_colours(at=near)
    escalate(at=near)
    asked = order(case, crew.officer, near, note="等材料")
    handling.ask_extension(order=asked, amount=3, unit=LimitUnit.WORKING_DAYS)
    granted = handling.decide_extension(order=order(case, crew.supervisor, near), grant=True)
    again = _due(granted) - timedelta(hours=20)
    refresh_colours(at=again)
    assert escalate(at=again) == 1


def test_the_command_runs_what_is_due(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    # The worker drops idle connections; the one that holds this test's transaction must stay.
    worker = "django_tasks_db.management.commands.db_worker.close_old_connections"
    monkeypatch.setattr(worker, lambda: None)
    call_command("work", once=True)
    fresh = Case.objects.get(pk=case.pk)
    assert fresh.colour == "red"
    assert Escalation.objects.filter(case=case, kind="overdue").exists()


def test_the_page_says_that_the_clock_urged_and_not_that_it_went_up(case: Case, crew: Crew) -> None:
    near = _due(case) - timedelta(hours=20)
    refresh_colours(at=near)
    escalate(at=near)
    step = next(one for one in story_of(case) if one.at == near)
    assert (step.verb, list(step.facts)) == (Verb.URGE.label, [EscalationKind.URGE.label])


def test_the_page_names_a_stage_as_the_category_does(case: Case, crew: Crew) -> None:
    CaseStep.objects.create(
        id=new_id(),
        case=case,
        position=case.version + 1,
        verb="milestone",
        source_state=case.state,
        target_state=case.state,
        by=crew.officer,
        at=NOW,
        received_at=NOW,
        facts={"stage": "close"},
    )
    assert list(story_of(case)[0].facts) == ["办结"]


def test_a_call_names_no_day_that_may_have_been_another() -> None:
    with override("en"):
        said = " ".join(str(kind.label) for kind in EscalationKind)
    assert "past its deadline" in said
    assert not {"yesterday", "tomorrow"} & set(said.split())
