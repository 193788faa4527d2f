"""The table of the case is complete, and actions obey it in every pair of verb and state."""

import pytest
from django.core.management import CommandError, call_command

from linli.accounts.rules.roles import ROLE_PERMISSIONS, Permission
from linli.cases.actions.steps import Order, take
from linli.cases.models import Case, CaseStep
from linli.cases.models.choices import State, Verb
from linli.cases.policies import Facts, Who, refuse
from linli.cases.rules.workflow import (
    CASE_WORKFLOW,
    ENDED,
    OPEN,
    CaseState,
    CaseVerb,
)
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.kernel.workflow import ForbiddenStepError, Step, Workflow
from tests.factories import NOW, make_case, make_category, make_unit

PAIRS = [(verb, state) for verb in CaseVerb for state in CaseState]


def test_every_verb_stands_in_the_table_once_and_has_a_name() -> None:
    assert {step.verb for step in CASE_WORKFLOW} == set(CaseVerb)
    assert len(list(CASE_WORKFLOW)) == len(CaseVerb)
    assert {choice.value for choice in Verb} == set(CaseVerb)
    assert {choice.value for choice in State} == set(CaseState)


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    targets = {step.target for step in CASE_WORKFLOW} - {None}
    assert targets == set(CaseState)
    for state in OPEN:
        leaving = [CASE_WORKFLOW.target(verb, state) for verb in CASE_WORKFLOW.verbs_from(state)]
        assert any(target is not state for target in leaving), state


def test_ended_cases_are_only_reopened_unmerged_or_spoken_about() -> None:
    moved = {
        (step.verb, source)
        for step in CASE_WORKFLOW
        for source in step.sources & ENDED
        if step.target is not None
    }
    assert moved == {(CaseVerb.REOPEN, CaseState.CLOSED)}


def test_every_permission_of_the_table_is_held_by_some_role() -> None:
    held = frozenset().union(*ROLE_PERMISSIONS.values())
    assert held == frozenset(Permission)


@pytest.mark.parametrize(("verb", "state"), PAIRS)
def test_the_table_answers_every_pair(verb: CaseVerb, state: CaseState) -> None:
    step = CASE_WORKFLOW.step(verb)
    if CASE_WORKFLOW.allows(verb, state):
        assert CASE_WORKFLOW.target(verb, state) is (step.target or state)
        assert verb in CASE_WORKFLOW.verbs_from(state)
    else:
        assert verb not in CASE_WORKFLOW.verbs_from(state)
        with pytest.raises(ForbiddenStepError):
            CASE_WORKFLOW.target(verb, state)


def test_a_verb_may_not_stand_twice() -> None:
    step = Step(CaseVerb.SIGN, frozenset({CaseState.DISPATCHED}), CaseState.HANDLING)
    with pytest.raises(ValueError, match="twice"):
        Workflow((step, step))


def _put(case: Case, state: CaseState) -> None:
    """Put a case into a state by the back door, as a test may."""
    other = make_case(make_category())
    Case.objects.filter(pk=case.pk).update(
        state=state.value,
        unit=make_unit(),
        closed_at=NOW,
        merged_into=other,
        refusal_reason="outside",
    )


@pytest.mark.django_db
def test_actions_refuse_every_forbidden_pair_and_write_nothing() -> None:
    case = make_case()
    for state in CaseState:
        _put(case, state)
        steps = CaseStep.objects.filter(case=case).count()
        for verb in CaseVerb:
            if CASE_WORKFLOW.allows(verb, state):
                continue
            with pytest.raises(Refused) as refused:
                take(Order(new_id(), case.pk, Who.clock(), NOW), verb)
            assert refused.value.refusal.code == "state"
        assert Case.objects.get(pk=case.pk).state == state
        assert CaseStep.objects.filter(case=case).count() == steps


@pytest.mark.django_db
def test_the_clock_can_take_every_allowed_step_of_the_table() -> None:
    """No policy hides a pair that the table allows: the clock has no scope and no role."""
    case = make_case()
    for state in CaseState:
        _put(case, state)
        fresh = Case.objects.get(pk=case.pk)
        for verb in CaseVerb:
            refusal = refuse(verb, Who.clock(), Facts(fresh), NOW)
            is_state = refusal is not None and refusal.code == "state"
            assert is_state is not CASE_WORKFLOW.allows(verb, state), (verb, state)


def test_the_drawn_table_is_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("draw_workflows", check=True)
    assert "state" not in capsys.readouterr().err


def test_a_drawing_that_differs_is_found(tmp_path: object, settings: object) -> None:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="draw-workflows"):
        call_command("draw_workflows", check=True)
