"""A case from the first words to a checked end, and the ways beside the straight one."""

from datetime import timedelta

import pytest

from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash
from linli.audit.models import Event
from linli.audit.queries import faults
from linli.cases.actions import checking, conversing, dispatching, handling, intake
from linli.cases.actions.steps import Order
from linli.cases.models import (
    Call,
    Case,
    CaseStep,
    Dispatch,
    Escalation,
    Notice,
    StageLimit,
)
from linli.cases.models.choices import (
    Channel,
    Kind,
    LimitUnit,
    PauseReason,
    RefusalReason,
    Satisfaction,
    Solved,
)
from linli.cases.policies import Facts, Who, refuse
from linli.cases.policies.reporting import Report
from linli.cases.queries.dispatching import accuracy
from linli.cases.queries.lists import cases_of
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.factories import (
    NOW,
    Crew,
    code_of,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_rule,
    make_unit,
    middle,
    order,
)

pytestmark = pytest.mark.django_db


def test_the_straight_way_ends_closed_and_every_step_is_audited(crew: Crew) -> None:
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    checking.record_call(
        order=order(case, crew.caller),
        reached=True,
        solved=Solved.SOLVED,
        satisfaction=Satisfaction.SATISFIED,
    )
    case = checking.close(order=order(case, crew.caller, words="已修好，谢谢您的反映。"))
    assert case.state == CaseState.CLOSED
    assert case.closed_at == NOW
    steps = list(CaseStep.objects.filter(case=case))
    assert [step.verb for step in steps] == [
        *("report", "accept", "register", "dispatch", "sign"),
        *("feedback", "pass_check", "record_call", "close"),
    ]
    assert {step.pk for step in steps} <= set(Event.objects.values_list("pk", flat=True))
    assert list(faults()) == []


def test_a_case_finds_its_grid_and_its_deadline_at_the_report() -> None:
    grid = make_grid()
    lon, lat = middle()
    case = make_case(lon=lon, lat=lat)
    assert case.grid_id == grid.pk
    assert case.due_at is not None
    assert case.due_at > NOW


def test_the_same_report_twice_is_one_case_and_another_body_clashes() -> None:
    report = Report(make_category(), Kind.HELP, Channel.WEB, "路灯不亮")
    act_id = new_id()
    first = intake.report(report=report, by=None, at=NOW, act_id=act_id)
    again = intake.report(report=report, by=None, at=NOW + timedelta(hours=1), act_id=act_id)
    assert (first.pk, first.number) == (again.pk, again.number)
    other = Report(report.category, Kind.HELP, Channel.WEB, "井盖松动")
    with pytest.raises(Clash):
        intake.report(report=other, by=None, at=NOW, act_id=act_id)
    assert Case.objects.count() == 1


def test_the_same_step_twice_is_taken_once(crew: Crew) -> None:
    case = make_case()
    asked = order(case, crew.clerk)
    intake.accept(order=asked)
    assert intake.accept(order=asked).state == CaseState.ACCEPTED
    assert CaseStep.objects.filter(case=case, verb="accept").count() == 1


def test_a_handler_never_checks_their_own_case_in_whatever_role(crew: Crew) -> None:
    many = make_person(
        Role.UNIT_OFFICER, Role.CHECKER, Role.CALLER, Role.SUPERVISOR, unit=crew.unit
    )
    case = crew.bring(make_case(), CaseState.DISPATCHED)
    handling.sign(order=order(case, many))
    handling.feedback(order=order(case, many, note="已修好"))
    for act in (checking.pass_check, checking.fail_check):
        with pytest.raises(Refused) as refused:
            act(order=order(case, many, note="x"))
        assert code_of(refused) == "handler"
    checking.pass_check(order=order(case, crew.checker))
    with pytest.raises(Refused) as refused:
        checking.close(order=order(case, many))
    assert code_of(refused) == "handler"


def test_what_is_not_theirs_is_absent(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.DISPATCHED)
    stranger = make_person(Role.UNIT_OFFICER, unit=make_unit("别的单位"))
    with pytest.raises(Case.DoesNotExist):
        handling.sign(order=order(case, stranger))
    worker = make_person(Role.GRID_WORKER, grid=make_grid(5, 5))
    assert not cases_of(Who.of(worker, NOW)).exists()
    assert cases_of(Who.of(crew.officer, NOW)).get() == case


def test_a_refusal_has_a_coded_reason(crew: Crew) -> None:
    case = make_case()
    case = intake.refuse_case(
        order=order(case, crew.clerk, words="请拨打 119。"), reason=RefusalReason.EMERGENCY
    )
    assert (case.state, case.refusal_reason) == (CaseState.REFUSED, "emergency")
    assert case.colour == ""


def test_only_a_question_is_answered_at_once(crew: Crew) -> None:
    asked = make_case(kind=Kind.CONSULTATION)
    done = intake.answer(order=order(asked, crew.clerk, words="每周三下午办理。"))
    assert done.state == CaseState.CHECKED
    with pytest.raises(Refused) as refused:
        intake.answer(order=order(make_case(), crew.clerk, words="好"))
    assert code_of(refused) == "kind"


def test_a_worker_solves_on_the_spot_only_what_they_reported() -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid())
    lon, lat = middle()
    facts = {"channel": Channel.GRID_WORKER, "lon": lon, "lat": lat}
    own, other = make_case(by=worker, **facts), make_case(**facts)
    assert intake.solve_on_spot(order=order(own, worker, note="已清理")).state == CaseState.CLOSED
    with pytest.raises(Refused) as refused:
        intake.solve_on_spot(order=order(other, worker, note="已清理"))
    assert code_of(refused) == "own"


def test_the_public_s_report_is_verified_first_where_the_category_asks(crew: Crew) -> None:
    rules = {"needs_verification": True, "verification_reason": "先看位置"}
    grid, (lon, lat) = make_grid(), middle()
    case = make_case(make_category(**rules), channel=Channel.WEB, lon=lon, lat=lat)
    worker = make_person(Role.GRID_WORKER, grid=grid)
    intake.accept(order=order(case, crew.clerk))
    with pytest.raises(Refused) as refused:
        dispatching.register(order=order(case, crew.clerk))
    assert code_of(refused) == "verify"
    dispatching.ask_verification(order=order(case, crew.clerk))
    assert Notice.objects.filter(person=worker, what="ask_verification").exists()
    dispatching.verify(order=order(case, worker, note="属实"), found=True)
    assert dispatching.register(order=order(case, crew.clerk)).state == CaseState.REGISTERED


def test_a_proposal_names_its_rule_and_its_accuracy_is_kept(crew: Crew) -> None:
    category = make_category()
    make_rule(make_unit("兜底单位"))
    best = make_rule(crew.unit, category)
    case = crew.bring(make_case(category), CaseState.DISPATCHED)
    kept = Dispatch.objects.get(case=case)
    assert (kept.proposed_id, kept.rule_id, kept.chosen_id) == (
        crew.unit.pk,
        best.pk,
        crew.unit.pk,
    )
    handling.send_back(order=order(case, crew.officer, note="不属于我们"))
    counted = accuracy(NOW.date(), NOW.date() + timedelta(days=1))
    assert (counted.dispatched, counted.proposed, counted.taken, counted.sent_back) == (1, 1, 1, 1)


def test_the_third_send_back_goes_up_to_a_named_person(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.REGISTERED)
    for number in range(3):
        assert Escalation.objects.count() == 0
        dispatching.dispatch(order=order(case, crew.dispatcher), unit=crew.unit)
        case = handling.send_back(order=order(case, crew.officer, note=f"理由{number}"))
    assert (case.send_backs, case.level, case.unit) == (3, 1, None)
    assert Escalation.objects.get().to == crew.supervisor
    conversing.acknowledge(order=order(case, crew.supervisor))
    assert Escalation.objects.get().acknowledged_by == crew.supervisor
    with pytest.raises(Refused) as refused:
        conversing.acknowledge(order=order(case, crew.clerk))
    assert code_of(refused) == "called"


def test_the_third_rework_goes_up_too(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLED)
    for _time in range(3):
        checking.fail_check(order=order(case, crew.checker, note="还在漏水"))
        case = handling.feedback(order=order(case, crew.officer, note="再修"))
    assert (case.reworks, case.level) == (3, 1)


def test_an_extension_moves_the_deadline_only_when_granted(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    due = case.due_at
    assert due is not None
    ask = {"amount": 2, "unit": LimitUnit.WORKING_DAYS}
    case = handling.ask_extension(order=order(case, crew.officer, note="等材料"), **ask)
    assert case.due_at == due
    with pytest.raises(Refused) as refused:
        handling.ask_extension(order=order(case, crew.officer, note="再等"), **ask)
    assert code_of(refused) == "asked"
    case = handling.decide_extension(order=order(case, crew.supervisor), grant=True)
    assert case.due_at is not None
    assert case.due_at > due


def test_an_extension_is_not_asked_after_the_deadline(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    late = order(case, crew.officer, NOW + timedelta(days=30), note="等材料")
    with pytest.raises(Refused) as refused:
        handling.ask_extension(order=late, amount=2, unit=LimitUnit.WORKING_DAYS)
    assert code_of(refused) == "too_late"


def test_a_pause_stops_the_clock_and_resuming_gives_the_days_back(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    due = case.due_at
    assert due is not None
    asked = order(case, crew.officer, note="等产权单位")
    case = handling.pause(order=asked, reason=PauseReason.OTHER_BODY)
    assert (case.state, case.due_at, case.colour) == (CaseState.PAUSED, None, "")
    case = handling.resume(order=order(case, crew.officer, NOW + timedelta(days=7)))
    # Tuesday to Friday stood still; Monday evening, when a day would have ended, did not.
    assert case.due_at == due + timedelta(days=6)


def test_a_shelved_case_stands_still_on_a_public_list(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    with pytest.raises(Refused) as refused:
        conversing.shelve(order=order(case, crew.supervisor))
    assert code_of(refused) == "words"
    words = "需等明年雨污分流工程统一改造。"
    case = conversing.shelve(order=order(case, crew.supervisor, words=words))
    assert (case.state, case.due_at) == (CaseState.SHELVED, None)
    case = conversing.take_up(order=order(case, crew.supervisor, NOW + timedelta(days=7)))
    assert case.state == CaseState.REGISTERED
    assert case.due_at is not None


def test_closing_waits_for_the_call_back_or_three_tries(crew: Crew) -> None:
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    for tries in range(3):
        with pytest.raises(Refused) as refused:
            checking.close(order=order(case, crew.caller))
        assert code_of(refused) == "call", tries
        checking.record_call(order=order(case, crew.caller), reached=False)
    assert checking.close(order=order(case, crew.caller)).state == CaseState.CLOSED
    assert Call.objects.filter(case=case, reached=False, satisfaction="").count() == 3


def test_what_the_reporter_calls_unsolved_is_returned_not_closed(crew: Crew) -> None:
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    checking.record_call(
        order=order(case, crew.caller),
        reached=True,
        solved=Solved.NOT_SOLVED,
        satisfaction=Satisfaction.NOT,
    )
    with pytest.raises(Refused) as refused:
        checking.close(order=order(case, crew.caller))
    assert code_of(refused) == "unsolved"
    back = checking.return_for_rework(order=order(case, crew.caller, note="仍在漏水"))
    assert (back.state, back.reworks) == (CaseState.HANDLING, 1)


def _by_reporter(case: Case, days: int = 0, words: str = "") -> Order:
    at = NOW + timedelta(days=days)
    return Order(new_id(), case.pk, Who.reporter(case.pk), at, words=words)


def test_the_reporter_reopens_within_the_days_of_the_category(crew: Crew) -> None:
    case = crew.closed()
    with pytest.raises(Refused) as refused:
        checking.reopen(order=_by_reporter(case, 16, "又漏了"))
    assert code_of(refused) == "too_late"
    case = checking.reopen(order=_by_reporter(case, 14, "又漏了"))
    assert (case.state, case.closed_at) == (CaseState.REGISTERED, None)
    assert case.due_at is not None
    assert case.due_at > NOW + timedelta(days=14)


def test_the_reporter_rates_once_a_closing_and_does_nothing_else(crew: Crew) -> None:
    case = crew.closed()
    ask = {"solved": Solved.SOLVED, "satisfaction": Satisfaction.FAIRLY}
    checking.rate(order=_by_reporter(case), **ask)
    with pytest.raises(Refused) as refused:
        checking.rate(order=_by_reporter(case), **ask)
    assert code_of(refused) == "rated"
    with pytest.raises(Refused) as refused:
        conversing.note(order=_by_reporter(case))
    assert code_of(refused) == "role"


@pytest.mark.parametrize(("kinds", "code"), [(("help",), None), (("complaint",), "stage")])
def test_a_stage_is_recorded_only_where_the_category_has_one(
    crew: Crew, kinds: tuple[str, ...], code: str | None
) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    ways = {"kinds": list(kinds), "met_by": ["milestone"], "stage": "secure"}
    first = StageLimit.objects.get(version=case.category_version)
    StageLimit.objects.filter(pk=first.pk).update(**ways)
    refusal = refuse(CaseVerb.MILESTONE, Who.of(crew.officer, NOW), Facts(case), NOW)
    assert (refusal and refusal.code) == code


def test_a_category_without_stages_offers_none(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.HANDLING)
    with pytest.raises(Refused) as refused:
        handling.milestone(order=order(case, crew.officer), stage="close")
    assert refused.value.refusal.code == "stage"
