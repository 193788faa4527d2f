"""Acts of the desk: many at a time, one after another, reports for others, calls, notices."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.rules.roles import Role
from linli.audit.models import Event
from linli.cases.actions import conversing, merging
from linli.cases.actions.claiming import claim_next
from linli.cases.models import Call, Case, CaseStep, Notice
from linli.cases.policies import Who
from linli.cases.queries.desk import loads_of, most_pressing, queues_of
from linli.cases.queries.desk_triage import pending
from linli.cases.queries.duplicates import alike_to, sketch_of
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from tests.factories import (
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_rule,
    middle,
    order,
    signed_in,
)

pytestmark = pytest.mark.django_db


def states(*cases: Case) -> list[str]:
    found = {case.pk: case.state for case in Case.objects.filter(pk__in=[c.pk for c in cases])}
    return [found[case.pk] for case in cases]


def test_the_form_of_a_verb_on_a_page_of_its_own_asks_for_no_dialog() -> None:
    address = f"/desk/cases/{make_case().pk}/do/note/"
    client = signed_in(make_person(Role.INTAKE_CLERK))
    page = client.get(address).content.decode()
    assert f'action="{address}"' in page
    assert "#ld-deed-box" not in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-target="#ld-deed-box"' in part


def test_bulk_does_what_it_can_and_says_why_not() -> None:
    crew = Crew()
    fresh, taken = make_case(), crew.bring(make_case(), CaseState.REGISTERED)
    form = {"verb": "accept", "case": [str(fresh.pk), str(taken.pk)], "act_id": str(new_id())}
    page = signed_in(crew.clerk).post("/desk/cases/bulk/", form).content.decode()
    assert states(fresh, taken) == ["accepted", "registered"]
    assert page.count("ld-done") == 1
    assert page.count("ld-not") == 1


def test_a_bulk_form_sent_twice_does_each_act_once() -> None:
    crew = Crew()
    cases = [make_case(), make_case()]
    form = {
        "verb": "note",
        "case": [str(case.pk) for case in cases],
        "note": "已电话核实",
        "said": "yes",
        "act_id": str(new_id()),
    }
    client = signed_in(crew.clerk)
    for _again in range(2):
        assert client.post("/desk/cases/bulk/", form).content.decode().count("ld-done") == 2
    assert CaseStep.objects.filter(verb="note").count() == 2


def test_bulk_without_a_unit_confirms_each_proposal() -> None:
    crew, category = Crew(), make_category()
    make_rule(crew.unit, category)
    ruled = crew.bring(make_case(category), CaseState.REGISTERED)
    unruled = crew.bring(make_case(), CaseState.REGISTERED)
    form = {"verb": "dispatch", "case": [str(ruled.pk), str(unruled.pk)], "said": "yes"}
    signed_in(crew.dispatcher).post("/desk/cases/bulk/", form)
    assert states(ruled, unruled) == ["dispatched", "registered"]


def test_bulk_asks_for_what_a_verb_needs_before_it_does_anything() -> None:
    case, clerk = make_case(), make_person(Role.INTAKE_CLERK)
    form = {"verb": "note", "case": [str(case.pk)]}
    page = signed_in(clerk).post("/desk/cases/bulk/", form).content.decode()
    assert 'name="said"' in page
    assert not CaseStep.objects.filter(verb="note").exists()


def test_clerks_in_triage_get_different_cases() -> None:
    make_case(), make_case()
    first, second = make_person(Role.INTAKE_CLERK), make_person(Role.INTAKE_CLERK)
    shown = [signed_in(clerk).get("/desk/triage/").context["case"].pk for clerk in (first, second)]
    assert len(set(shown)) == 2
    assert signed_in(first).get("/desk/triage/").context["case"].pk == shown[0]


def test_triage_and_my_work_begin_with_what_is_due_first_within_a_colour() -> None:
    now, category = timezone.now(), make_category()
    cases = [make_case(category) for _number in range(12)]
    for number, case in enumerate(cases):
        # The later it was reported, the sooner it is due.
        due = now + timedelta(hours=24 - number)
        Case.objects.filter(pk=case.pk).update(colour="blue", due_at=due)
    Case.objects.filter(pk=cases[3].pk).update(colour="yellow")
    Case.objects.filter(pk=cases[11].pk).update(due_at=None)
    clerk = make_person(Role.INTAKE_CLERK)
    who = Who.of(clerk, now)
    wanted = [cases[n].pk for n in (3, 10, 9, 8, 7, 6, 5, 4, 2, 1, 0, 11)]
    assert list(pending(who, ())) == wanted
    loads = loads_of(queues_of(who), who)
    assert [case.pk for case in most_pressing(who, loads, 8)] == wanted[:8]
    assert signed_in(clerk).get("/desk/triage/").context["case"].pk == wanted[0]


def test_a_claim_lapses_and_is_free_for_others() -> None:
    case = make_case()
    first, second, now = make_person(), make_person(), timezone.now()
    assert claim_next(candidates=[case.pk], by=first, at=now) == case.pk
    assert claim_next(candidates=[case.pk], by=second, at=now) is None
    later = now + timedelta(minutes=11)
    assert claim_next(candidates=[case.pk], by=second, at=later) == case.pk


def test_triage_shows_the_next_case_after_an_act_and_leaves_one_for_later() -> None:
    one, other = make_case(), make_case()
    client = signed_in(make_person(Role.INTAKE_CLERK))
    shown = client.get("/desk/triage/").context["case"]
    answer = client.post(
        f"/desk/cases/{shown.pk}/do/refuse/",
        {"reason": "outside", "words": "请拨打供水热线", "back": "triage"},
        headers={"HX-Request": "true"},
    )
    assert answer["HX-Retarget"] == "#ld-triage"
    assert {answer.context["case"].pk, shown.pk} == {one.pk, other.pk}
    client.post("/desk/triage/skip/", {"case": str(answer.context["case"].pk)})
    assert "case" not in client.get("/desk/triage/").context


def test_a_merge_in_triage_can_be_taken_back() -> None:
    category = make_category()
    one, other = make_case(category), make_case(category)
    client = signed_in(make_person(Role.INTAKE_CLERK))
    form = {"into": other.number, "back": "triage"}
    client.post(f"/desk/cases/{one.pk}/do/merge/", form)
    page = client.get(f"/desk/triage/?did=merge&case={one.pk}").content.decode()
    assert f"/desk/cases/{one.pk}/do/unmerge/" in page
    client.post(f"/desk/cases/{one.pk}/do/unmerge/", {"back": "triage"})
    assert states(one) == ["reported"]


def test_duplicates_are_near_in_place_time_and_category() -> None:
    category, now = make_category(), timezone.now()
    lon, lat = middle()
    case = make_case(category, at=now, lon=lon, lat=lat)
    near = make_case(category, at=now, lon=lon + 0.001, lat=lat)
    unlike = make_case(category, at=now, lon=lon, lat=lat + 0.001, title="井盖破损响声大")
    make_case(category, at=now, lon=lon + 0.01, lat=lat)
    make_case(category, at=now - timedelta(hours=80), lon=lon, lat=lat)
    make_case(at=now, lon=lon, lat=lat)
    found = alike_to(sketch_of(case))
    assert [alike.case.pk for alike in found] == [near.pk, unlike.pk]
    assert found[0].metres == pytest.approx(99, abs=2)


def test_a_merged_case_is_no_duplicate_any_more() -> None:
    category, clerk, now = make_category(), make_person(Role.INTAKE_CLERK), timezone.now()
    case, other = make_case(category, at=now), make_case(category, at=now)
    assert alike_to(sketch_of(case))
    merging.merge(order=order(other, clerk), into=case)
    assert not alike_to(sketch_of(case))


def report_form(**facts: object) -> dict[str, object]:
    return {
        "category": str(make_category().pk),
        "kind": "help",
        "channel": "telephone",
        "title": "祝融路水管漏水",
        "act_id": str(new_id()),
        **facts,
    }


def test_a_report_for_somebody_becomes_a_case_with_a_sealed_contact() -> None:
    grid = make_grid()
    lon, lat = middle()
    form = report_form(lon=lon, lat=lat, name="演示居民", telephone="13900000000")
    client = signed_in(make_person(Role.INTAKE_CLERK))
    for _again in range(2):
        assert client.post("/desk/new/", form).status_code == 302
    case = Case.objects.get()
    assert case.grid_id == grid.pk
    assert not case.is_anonymous
    assert b"13900000000" not in bytes(case.contact.telephone)


def test_numbers_in_the_text_are_moved_only_after_asking() -> None:
    form = report_form(title="水管漏水，电话13812345678")
    client = signed_in(make_person(Role.INTAKE_CLERK))
    asked = client.post("/desk/new/", form)
    assert asked.status_code == 422
    assert not Case.objects.exists()
    assert 'name="numbers"' in asked.content.decode()
    client.post("/desk/new/", {**form, "numbers": "move"})
    case = Case.objects.get()
    assert "13812345678" not in case.title
    assert case.contact.moved_numbers


def test_what_is_typed_brings_up_open_duplicates() -> None:
    category = make_category()
    case = make_case(category, at=timezone.now())
    typed = {"category": str(category.pk), "title": case.title, "place": ""}
    page = signed_in(make_person(Role.INTAKE_CLERK)).post("/desk/new/alike/", typed)
    assert case.number in page.content.decode()


def test_a_worker_records_what_was_solved_on_the_spot() -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid())
    form = {"category": str(make_category().pk), "title": "楼道杂物已清走", "place": "12栋"}
    form["act_id"] = str(new_id())
    client = signed_in(worker)
    for _again in range(2):
        assert client.post("/desk/spot/", form).status_code == 302
    assert Case.objects.get().state == "closed"


def test_a_mark_in_no_grid_is_asked_about_once() -> None:
    worker = make_person(Role.GRID_WORKER, grid=make_grid())
    lon, lat = middle(30, 30)
    form = {"category": str(make_category().pk), "title": "楼道杂物已清走", "act_id": str(new_id())}
    form |= {"lon": str(lon), "lat": str(lat)}
    client = signed_in(worker, "en")
    asked = client.post("/desk/spot/", form)
    assert asked.status_code == 422
    assert "lies in no grid" in asked.content.decode()
    assert not Case.objects.exists()
    seen = asked.context["mark"]
    assert f'name="mark_seen" value="{seen}"' in asked.content.decode()
    # A mark that was moved to another such place is asked about anew.
    moved = {**form, "lon": str(lon + 1), "mark_seen": seen}
    assert client.post("/desk/spot/", moved).status_code == 422
    assert client.post("/desk/spot/", {**form, "mark_seen": seen}).status_code == 302
    assert Case.objects.get().state == "closed"


def test_a_mark_in_a_grid_and_one_without_any_grids_are_taken_at_once() -> None:
    worker, (lon, lat) = make_person(Role.GRID_WORKER), middle()
    client = signed_in(worker)
    for grids in (0, 1):
        if grids:
            make_grid()
        form = {"category": str(make_category().pk), "title": "已清走", "act_id": str(new_id())}
        form |= {"lon": str(lon), "lat": str(lat)}
        assert client.post("/desk/spot/", form).status_code == 302
    assert Case.objects.count() == 2


def test_a_contact_is_shown_for_a_reason_that_is_recorded() -> None:
    case, clerk = make_case(contact=True), make_person(Role.INTAKE_CLERK)
    client, address = signed_in(clerk), f"/desk/cases/{case.pk}/contact/"
    assert "13900000000" not in client.post(address, {"reason": ""}).content.decode()
    assert not Event.objects.filter(verb="read.contact").exists()
    shown = client.post(address, {"reason": "核实地点"})
    assert "13900000000" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert Event.objects.filter(verb="read.contact", subject=case.pk).count() == 1


def test_a_call_is_recorded_from_the_list_of_calls() -> None:
    crew = Crew()
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    client = signed_in(crew.caller)
    assert case.number in client.get("/desk/calls/").content.decode()
    answer = client.post(
        f"/desk/cases/{case.pk}/do/record_call/", {"reached": "no", "back": "calls"}
    )
    assert answer["Location"] == "/desk/calls/"
    assert Call.objects.get(case=case).reached is False
    assert client.get("/desk/calls/").context["waiting"][0].tries == 1


def test_a_call_that_reached_somebody_needs_the_answers() -> None:
    crew = Crew()
    case = crew.bring(make_case(contact=True), CaseState.CHECKED)
    address = f"/desk/cases/{case.pk}/do/record_call/"
    assert signed_in(crew.caller).post(address, {"reached": "yes"}).status_code == 422
    assert not Call.objects.exists()


def test_notices_are_counted_in_the_bell_and_marked_as_read() -> None:
    crew = Crew()
    crew.bring(make_case(), CaseState.DISPATCHED)
    client = signed_in(crew.officer)
    page = client.get("/desk/notices/")
    assert "ll-bell-count" in page.content.decode()
    notice = Notice.objects.get(person=crew.officer)
    client.post("/desk/notices/read/", {"notice": str(notice.pk)})
    assert "ll-bell-count" not in client.get("/desk/notices/").content.decode()


def test_nobody_reads_the_notices_of_others() -> None:
    crew = Crew()
    crew.bring(make_case(), CaseState.DISPATCHED)
    notice = Notice.objects.get(person=crew.officer)
    signed_in(crew.clerk).post("/desk/notices/read/", {"notice": str(notice.pk)})
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_the_map_holds_open_cases_of_the_person_alone() -> None:
    crew = Crew()
    lon, lat = middle()
    case = crew.bring(make_case(lon=lon, lat=lat), CaseState.DISPATCHED)
    make_case(lon=lon, lat=lat)
    points = json.loads(signed_in(crew.officer).get("/desk/map/cases.json").content)
    assert [p["properties"]["url"] for p in points["features"]] == [f"/desk/cases/{case.pk}/"]
    assert points["capped"] is False


def test_oversight_is_for_supervisors() -> None:
    crew = Crew()
    case = make_case()
    conversing.note(order=order(case, crew.clerk, note="备注"))
    assert signed_in(crew.supervisor).get("/desk/oversight/").status_code == 200
    assert signed_in(crew.clerk).get("/desk/oversight/").status_code == 404
