"""Corrections that meet: nothing is overwritten, both values are kept, and a person decides."""

import pytest
from django.db import IntegrityError, transaction

from linli.audit.actions import Clash
from linli.audit.models import Event
from linli.cases.actions import conversing
from linli.cases.actions.correcting import correct
from linli.cases.actions.settling import settle_clash
from linli.cases.models import Case, CaseStep, CorrectionClash
from linli.cases.models.choices import ClashDecision
from linli.cases.queries.search import search_page
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from tests.cases.clashing import TITLES, decide, met, only_clash
from tests.factories import (
    NOW,
    Crew,
    make_case,
    make_category,
    make_grid,
    middle,
    order,
)

pytestmark = pytest.mark.django_db
KEEP, TAKE = ClashDecision.KEEP, ClashDecision.TAKE


@pytest.fixture
def crew() -> Crew:
    return Crew()


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusal.code


# --- correcting ------------------------------------------------------------------------------


def test_fields_that_do_not_clash_are_put_and_the_others_wait(crew: Crew) -> None:
    case = met(crew, TITLES, {"title": "漏水", "place": "祝融路14号"})
    case.refresh_from_db()
    assert (case.title, case.place) == ("水管爆裂", "祝融路14号")
    clash = only_clash()
    assert (clash.field, clash.base, clash.theirs, clash.ours) == (
        "title",
        "祝融路12号门前水管漏水",
        "水管爆裂",
        "漏水",
    )
    assert (clash.by, clash.case, clash.decided_at) == (crew.dispatcher, case, None)
    assert CaseStep.objects.get(pk=clash.step_id).facts["fields"] == {"place": ["", "祝融路14号"]}


def test_where_every_field_clashes_nothing_changes_and_nothing_is_lost(crew: Crew) -> None:
    case = met(crew, {**TITLES, "place": "一"}, {"title": "漏水", "place": "二"})
    case.refresh_from_db()
    assert (case.title, case.place) == ("水管爆裂", "一")
    kept = dict(CorrectionClash.objects.values_list("field", "ours"))
    assert kept == {"title": "漏水", "place": "二"}


def test_the_same_correction_made_twice_is_no_clash(crew: Crew) -> None:
    case = met(crew, TITLES, {**TITLES, "place": "祝融路14号"})
    assert not CorrectionClash.objects.exists()
    assert list(case.steps.last().facts["fields"]) == ["place"]  # type: ignore[union-attr]


def test_what_went_back_to_what_the_person_saw_is_no_clash(crew: Crew) -> None:
    case, base = make_case(), 1
    old = case.title
    for title in ("水管爆裂", old):
        case = correct(
            order=order(case, crew.clerk), fields={"title": title}, base_version=case.version
        )
    case = correct(order=order(case, crew.clerk), fields={"title": "漏水"}, base_version=base)
    assert case.title == "漏水"
    assert not CorrectionClash.objects.exists()


def test_a_correction_sent_twice_leaves_one_row(crew: Crew) -> None:
    case = make_case()
    correct(order=order(case, crew.clerk), fields=TITLES, base_version=1)
    again = order(case, crew.dispatcher)
    for _time in range(2):
        correct(order=again, fields={"title": "漏水"}, base_version=1)
    assert CorrectionClash.objects.count() == 1
    assert case.steps.filter(verb="correct").count() == 2


def test_a_value_that_no_case_can_have_is_refused_and_not_kept(crew: Crew) -> None:
    case, (lon, lat) = make_case(), middle()
    correct(order=order(case, crew.clerk), fields={"point": f"{lon},{lat}"}, base_version=1)
    with pytest.raises(Refused) as refused:
        correct(order=order(case, crew.clerk), fields={"point": "200,9"}, base_version=1)
    assert code_of(refused) == "point"
    assert not CorrectionClash.objects.exists()


def test_category_and_kind_wait_together_where_one_alone_would_not_fit(crew: Crew) -> None:
    praise = make_category("表扬", kinds=["praise"])
    case = make_case()
    case = met(crew, {"kind": "complaint"}, {"kind": "praise", "category": praise.code}, case)
    assert set(CorrectionClash.objects.values_list("field", flat=True)) == {"kind", "category"}
    case.refresh_from_db()
    assert (case.kind, case.category_id == praise.pk) == ("complaint", False)


# --- deciding --------------------------------------------------------------------------------


def test_taking_the_proposed_puts_it_with_all_that_follows(crew: Crew) -> None:
    grid, (lon, lat) = make_grid(), middle()
    case = met(crew, {"point": "100.0,30.0"}, {"point": f"{lon},{lat}"})
    assert case.grid_id is None
    case = decide(crew, case, TAKE)
    case.refresh_from_db()
    assert (case.lon, case.lat, case.grid_id) == (lon, lat, grid.pk)
    clash = only_clash()
    assert (clash.decision, clash.decided_by, clash.decided_at) == ("take", crew.clerk, NOW)
    assert case.steps.last().facts["fields"] == {  # type: ignore[union-attr]
        "point": ["100.0,30.0", f"{lon},{lat}"]
    }


def test_taken_words_are_found_by_the_search(crew: Crew) -> None:
    case = decide(crew, met(crew, TITLES, {"title": "路面塌陷"}), TAKE)
    assert search_page(Case.objects.all(), "塌陷")[0] == [case]
    assert search_page(Case.objects.all(), "爆裂")[0] == []


def test_keeping_what_stands_changes_the_row_alone(crew: Crew) -> None:
    case = decide(crew, met(crew, TITLES, {"title": "漏水"}), KEEP)
    case.refresh_from_db()
    assert case.title == "水管爆裂"
    assert only_clash().decision == "keep"


def test_a_decision_is_one_act_with_its_event_and_is_made_once(crew: Crew) -> None:
    case, clash = met(crew, TITLES, {"title": "漏水"}), only_clash()
    asked = order(case, crew.clerk)

    def send(decision: ClashDecision) -> None:
        settle_clash(order=asked, clash_id=clash.pk, decision=decision, seen_version=case.version)

    send(TAKE)
    send(TAKE)
    assert Event.objects.filter(verb="case.settle_clash", subject=case.pk).count() == 1
    assert CaseStep.objects.filter(verb="settle_clash").count() == 1
    with pytest.raises(Clash):
        send(KEEP)
    with pytest.raises(Refused) as refused:
        decide(crew, case, KEEP)
    assert code_of(refused) == "decided"
    assert Case.objects.get().title == "漏水"


def test_a_value_that_moved_again_is_looked_at_again(crew: Crew) -> None:
    case, clash = met(crew, TITLES, {"title": "漏水"}), only_clash()
    seen = case.version
    correct(order=order(case, crew.clerk), fields={"title": "井盖缺失"}, base_version=seen)
    with pytest.raises(Refused) as refused:
        settle_clash(
            order=order(case, crew.clerk), clash_id=clash.pk, decision=TAKE, seen_version=seen
        )
    assert code_of(refused) == "moved"
    assert Case.objects.get().title == "井盖缺失"
    assert only_clash().decided_at is None


def test_a_note_in_between_does_not_stop_a_decision(crew: Crew) -> None:
    case, clash = met(crew, TITLES, {"title": "漏水"}), only_clash()
    conversing.note(order=order(case, crew.clerk, note="已电话核实"))
    settle_clash(
        order=order(case, crew.clerk), clash_id=clash.pk, decision=TAKE, seen_version=case.version
    )
    assert Case.objects.get().title == "漏水"


def test_after_dispatch_what_stands_can_be_kept_but_nothing_taken(crew: Crew) -> None:
    case = crew.bring(met(crew, TITLES, {"title": "漏水"}), CaseState.DISPATCHED)
    with pytest.raises(Refused) as refused:
        decide(crew, case, TAKE)
    assert code_of(refused) == "state"
    decide(crew, case, KEEP)
    assert not CorrectionClash.objects.filter(decided_at=None).exists()


def test_who_may_not_correct_decides_nothing(crew: Crew) -> None:
    case, clash = met(crew, TITLES, {"title": "漏水"}), only_clash()
    with pytest.raises(Refused):
        settle_clash(
            order=order(case, crew.checker), clash_id=clash.pk, decision=TAKE, seen_version=9
        )
    assert only_clash().decided_at is None


@pytest.mark.parametrize("part", ["decision", "decided_at", "decided_by"])
def test_the_database_takes_no_half_of_a_decision(crew: Crew, part: str) -> None:
    met(crew, TITLES, {"title": "漏水"})
    values = {"decision": "keep", "decided_at": NOW, "decided_by": crew.clerk}
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionClash.objects.update(**{part: values[part]})
    CorrectionClash.objects.update(**values)


def test_the_database_takes_one_row_an_act_and_field(crew: Crew) -> None:
    met(crew, TITLES, {"title": "漏水"})
    row = only_clash()
    row.pk = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
