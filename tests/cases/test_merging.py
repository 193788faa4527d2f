"""Duplicates are joined without loss, and corrections of many hands meet."""

import pytest

from linli.cases.actions import conversing, dispatching, intake, merging
from linli.cases.actions.correcting import correct
from linli.cases.models import (
    Case,
    CaseStep,
    OutgoingMail,
)
from linli.cases.policies import Facts, Who, refuse
from linli.cases.policies.reporting import Contact
from linli.cases.queries.search import search_page
from linli.cases.rules.workflow import CaseState, CaseVerb
from linli.kernel.refusal import Refused
from tests.factories import (
    NOW,
    Crew,
    code_of,
    make_case,
    make_category,
    make_grid,
    middle,
    order,
)

pytestmark = pytest.mark.django_db


def test_merging_loses_nothing_and_answers_every_reporter(crew: Crew) -> None:
    contact = Contact(name="演示居民", email="one@example.com")
    main, double = make_case(contact=contact), make_case(contact=contact)
    intake.accept(order=order(double, crew.clerk))
    double = merging.merge(order=order(double, crew.clerk), into=main)
    assert (double.state, double.merged_into_id) == (CaseState.MERGED, main.pk)
    OutgoingMail.objects.all().delete()
    conversing.reply(order=order(main, crew.clerk, words="已安排抢修。"))
    assert [mail.case_id for mail in OutgoingMail.objects.all()] == [main.pk]
    OutgoingMail.objects.all().delete()
    main = crew.bring(main, CaseState.DISPATCHED)
    assert {mail.case_id for mail in OutgoingMail.objects.all()} == {main.pk, double.pk}
    double = merging.unmerge(order=order(double, crew.clerk))
    assert (double.state, double.merged_into_id) == (CaseState.ACCEPTED, None)
    assert double.due_at is not None


def test_a_merge_into_itself_or_an_ended_case_is_refused(crew: Crew) -> None:
    case, ended = make_case(), crew.closed()
    for target, code in ((case, "same"), (ended, "ended")):
        with pytest.raises(Refused) as refused:
            merging.merge(order=order(case, crew.clerk), into=target)
        assert code_of(refused) == code


def test_corrections_of_other_fields_meet_and_of_the_same_field_clash(crew: Crew) -> None:
    case = make_case()
    base = case.version
    correct(order=order(case, crew.clerk), fields={"title": "水管爆裂"}, base_version=base)
    case = correct(order=order(case, crew.clerk), fields={"place": "祝融路14号"}, base_version=base)
    assert (case.title, case.place) == ("水管爆裂", "祝融路14号")
    case = correct(order=order(case, crew.clerk), fields={"title": "漏水"}, base_version=base)
    assert case.title == "水管爆裂"
    found, _next = search_page(Case.objects.all(), "爆裂")
    assert found == [case]
    assert search_page(Case.objects.all(), "12号")[0] == []


def test_a_wrong_category_is_put_right_with_all_that_follows_from_it(crew: Crew) -> None:
    wrong, right = make_category(), make_category("占道经营", needs_verification=False)
    case = make_case(wrong)
    case = correct(
        order=order(case, crew.clerk), fields={"category": right.code}, base_version=case.version
    )
    case.refresh_from_db()
    assert (case.category, case.category_version.category) == (right, right)
    step = CaseStep.objects.get(case=case, verb="correct")
    assert step.facts["fields"] == {"category": [wrong.code, right.code]}


def test_a_category_that_is_not_for_this_kind_is_no_correction(crew: Crew) -> None:
    case, other = make_case(), make_category("表扬", kinds=["praise"])
    with pytest.raises(Refused) as refused:
        correct(
            order=order(case, crew.clerk),
            fields={"category": other.code},
            base_version=case.version,
        )
    assert code_of(refused) == "kind"


def test_a_place_told_in_words_is_put_on_the_map_so_that_somebody_can_go_there(
    crew: Crew,
) -> None:
    grid, (lon, lat) = make_grid(), middle()
    case = make_case(make_category(needs_verification=True, verification_reason="看清楚"))
    intake.accept(order=order(case, crew.clerk))
    with pytest.raises(Refused) as refused:
        dispatching.ask_verification(order=order(case, crew.clerk))
    assert code_of(refused) == "grid"
    case.refresh_from_db()
    who = Who.of(crew.clerk, NOW)
    before = refuse(CaseVerb.ASK_VERIFICATION, who, Facts(case), NOW)
    assert str(before.sentence if before else "") == "请先用“更正”在地图上标出位置。"
    case.lon, case.lat = 0.5, 0.5
    outside = refuse(CaseVerb.ASK_VERIFICATION, who, Facts(case), NOW)
    assert "不在任何网格内" in str(outside.sentence if outside else "")
    case.refresh_from_db()
    case = correct(
        order=order(case, crew.clerk),
        fields={"point": f"{lon},{lat}"},
        base_version=case.version,
    )
    assert (case.lon, case.lat, case.grid_id) == (lon, lat, grid.pk)
    case = dispatching.ask_verification(order=order(case, crew.clerk))
    assert case.state == CaseState.VERIFYING


def test_a_corrected_point_is_a_place_on_earth(crew: Crew) -> None:
    case = make_case()
    with pytest.raises(Refused) as refused:
        correct(order=order(case, crew.clerk), fields={"point": "200,9"}, base_version=case.version)
    assert code_of(refused) == "point"
