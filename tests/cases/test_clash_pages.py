"""Pages of corrections that met: the answer, the case, the list and the count on my work."""

import pytest
from django.conf import settings
from django.test import Client

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.actions.correcting import correct
from linli.cases.models import Case
from linli.cases.models.choices import ClashDecision
from linli.cases.policies import Who
from linli.cases.queries.desk_clashes import open_clashes
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from linli.territory.models import UnitArea
from tests.cases.clashing import TITLES, decide, met, only_clash
from tests.factories import (
    NOW,
    SINCE,
    Crew,
    make_case,
    make_category,
    make_grid,
    make_person,
    make_unit,
    make_village,
    middle,
    order,
)

pytestmark = pytest.mark.django_db
KEEP = ClashDecision.KEEP


@pytest.fixture
def crew() -> Crew:
    return Crew()


def signed_in(person: Person, language: str = "en") -> Client:
    client = Client()
    client.force_login(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def sent(crew: Crew, case: Case, changes: dict[str, str], **more: str) -> str:
    """Send the form of a correction as it was drawn before the other one; return the page."""
    form = {
        "title": case.title,
        "description": case.description,
        "place": case.place,
        "kind": case.kind,
        "category": str(case.category_id),
        "base_version": str(case.version),
        "act_id": str(new_id()),
        **changes,
        **more,
    }
    correct(order=order(case, crew.clerk), fields=TITLES, base_version=case.version)
    answer = signed_in(crew.dispatcher).post(
        f"/desk/cases/{case.pk}/do/correct/", form, follow=True
    )
    return answer.content.decode()


def test_the_answer_names_what_was_put_and_what_waits(crew: Crew) -> None:
    said = sent(crew, make_case(), {"title": "漏水", "place": "祝融路14号"})
    assert "Corrected: Place in words. Somebody else corrected Title meanwhile" in said
    assert "and a person decides below." in said
    assert "水管爆裂" in said
    assert "漏水" in said


def test_the_answer_says_when_nothing_was_changed(crew: Crew) -> None:
    said = sent(crew, make_case(), {"title": "漏水"})
    assert "Nothing was changed yet. Somebody else corrected Title meanwhile" in said
    assert "and a person decides below." in said


def test_in_triage_the_answer_is_said_too(crew: Crew) -> None:
    case = crew.bring(make_case(), CaseState.REGISTERED)
    said = sent(crew, case, {"title": "漏水"}, back="triage")
    assert "Somebody else corrected Title meanwhile" in said
    assert "and a person decides on the page of the case." in said
    assert "#clashes" in said


def test_the_case_page_shows_both_values_to_those_who_may_correct_and_takes_the_answer(
    crew: Crew,
) -> None:
    right, wrong, first = make_category("占道经营"), make_category("噪声"), make_category()
    case = met(crew, {"category": right.code}, {"category": wrong.code}, make_case(first))
    where = f"/desk/cases/{case.pk}/"
    client = signed_in(crew.clerk)
    page = signed_in(crew.clerk, "zh-hans").get(where).content.decode()
    assert page.count('name="decision"') == 2
    section = page[page.index('id="clashes"') :]
    assert section.index("占道经营") < section.index("噪声")
    assert right.code not in section
    assert 'name="decision"' not in signed_in(crew.checker).get(where).content.decode()
    form = {"decision": "take", "seen_version": case.version}
    address = f"{where}clashes/{only_clash().pk}/"
    answer = client.post(address, form, headers={"HX-Request": "true"})
    assert answer["HX-Retarget"] == "#ld-case"
    assert Case.objects.get().category == wrong
    assert 'id="clashes"' not in answer.content.decode()
    assert "the proposed was taken" in answer["HX-Trigger"]


def test_a_decision_about_a_value_that_moved_shows_what_stands_now(crew: Crew) -> None:
    case = met(crew, TITLES, {"title": "漏水"})
    seen = case.version
    correct(order=order(case, crew.clerk), fields={"title": "井盖缺失"}, base_version=seen)
    form = {"decision": "take", "seen_version": seen, "back": "clashes"}
    page = (
        signed_in(crew.clerk)
        .post(f"/desk/cases/{case.pk}/clashes/{only_clash().pk}/", form, follow=True)
        .content.decode()
    )
    assert "has changed again" in page
    assert "井盖缺失" in page
    assert "水管爆裂" not in page[page.index("ld-clash") :]


def test_a_place_is_told_by_its_grid(crew: Crew) -> None:
    grid, (lon, lat) = make_grid(), middle()
    met(crew, {"point": f"{lon},{lat}"}, {"point": ""}, make_case(lon=lon + 1, lat=lat))
    page = signed_in(crew.clerk).get("/desk/clashes/").content.decode()
    assert f"{grid.division} · {grid}" in page
    assert "no place on the map" in page


def test_my_work_counts_what_waits_for_those_who_may_decide(crew: Crew) -> None:
    case = met(crew, TITLES, {"title": "漏水"})
    assert "/desk/clashes/" in signed_in(crew.clerk).get("/desk/").content.decode()
    assert "/desk/clashes/" not in signed_in(crew.checker).get("/desk/").content.decode()
    decide(crew, case, KEEP)
    assert "/desk/clashes/" not in signed_in(crew.clerk).get("/desk/").content.decode()


def test_the_list_is_of_ones_own_cases_and_anothers_answers_404(crew: Crew) -> None:
    village = make_village()
    unit = make_unit()
    UnitArea.objects.create(unit=unit, division=village, since=SINCE)
    narrow = make_person(Role.INTAKE_CLERK, unit=unit)
    case = met(crew, TITLES, {"title": "漏水"})
    client = signed_in(narrow)
    form = {"decision": "keep", "seen_version": case.version}
    assert "漏水" not in client.get("/desk/clashes/").content.decode()
    where = f"/desk/cases/{case.pk}/clashes/{only_clash().pk}/"
    assert client.post(where, form).status_code == 404
    assert only_clash().decided_at is None
    assert signed_in(crew.checker).get("/desk/clashes/").status_code == 404


def test_the_clash_of_one_case_is_not_decided_under_another(crew: Crew) -> None:
    case, other = met(crew, TITLES, {"title": "漏水"}), make_case()
    form = {"decision": "keep", "seen_version": case.version}
    where = f"/desk/cases/{other.pk}/clashes/{only_clash().pk}/"
    assert signed_in(crew.clerk).post(where, form).status_code == 404


def test_the_list_asks_no_more_for_more_rows(
    crew: Crew, django_assert_max_num_queries: object
) -> None:
    for _number in range(3):
        met(crew, TITLES, {"title": "漏水"})
    assert open_clashes(Who.of(Person.objects.get(pk=crew.clerk.pk), NOW)).count() == 3
    client = signed_in(crew.clerk)
    client.get("/desk/clashes/")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get("/desk/clashes/")


def test_the_history_tells_what_waited_and_what_was_decided(crew: Crew) -> None:
    case = met(crew, TITLES, {"title": "漏水"})
    client = signed_in(crew.clerk)
    story = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "“漏水” was proposed" in story[story.index('id="story"') :]
    decide(crew, case, KEEP)
    story = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "“水管爆裂” was kept" in story
