"""Villages become one another from the pages: what is wrong is said in sentences."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.audit.models import Event
from linli.kernel.ids import new_id
from linli.territory.models import Division, DivisionLineage, Grid
from linli.territory.rules.codes import next_village_codes
from tests.territory.ground import SINCE, VILLAGE

BEFORE_ALL = SINCE - timedelta(days=400)
NEIGHBOUR, NEXT, AFTER = "430412001003", "430412001004", "430412001005"


def url(name: str, code: str = VILLAGE) -> str:
    return reverse(f"territory:{name}", args=[code])


def merge_form(**given: Any) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    return {
        "others": [NEIGHBOUR],
        "code": NEXT,
        "name": "新岳社区",
        "day": day,
        "checked": "on",
        **given,
    }


def split_form(grids: list[str], **given: Any) -> dict[str, Any]:
    form = {"code_1": NEXT, "name_1": "岳东社区", "code_2": AFTER, "name_2": "岳西社区"}
    where = {f"grid_{code}": str(k % 2 + 1) for k, code in enumerate(grids)}
    form |= {**where, "day": timezone.localdate().isoformat(), "checked": "on"}
    return {**form, **given}


def test_a_village_offers_to_be_merged_and_split_and_others_do_not(
    desk: Client, grids: list[str]
) -> None:
    page = desk.get(url("division")).content.decode()
    assert url("merge_villages") in page
    assert url("split_village") in page
    township = desk.get(url("division", VILLAGE[:9])).content.decode()
    assert "/merge/" not in township
    assert desk.get(url("split_village", VILLAGE[:9])).status_code == 404


def test_villages_are_merged_and_the_page_says_what_came_from_what(
    desk: Client, grids: list[str]
) -> None:
    page = desk.get(url("merge_villages")).content.decode()
    # The next code that was never used is offered.
    assert f'value="{NEXT}"' in page
    assert NEIGHBOUR in page
    answer = desk.post(url("merge_villages"), merge_form())
    assert answer.headers["Location"] == url("division", NEXT)
    assert Grid.objects.filter(division_id=NEXT).count() == 4
    assert DivisionLineage.objects.filter(new__code=NEXT, kind="merge").count() == 2
    merged = desk.get(url("division", NEXT)).content.decode()
    assert url("division", NEIGHBOUR) in merged
    old = desk.get(url("division")).content.decode()
    assert url("division", NEXT) in old
    assert "codes are never used again" in old


def test_a_village_is_split_and_every_grid_goes_where_it_is_said(
    desk: Client, grids: list[str]
) -> None:
    page = desk.get(url("split_village")).content.decode()
    assert all(f'name="grid_{code}"' in page for code in grids)
    assert desk.post(url("split_village"), split_form(grids)).status_code == 302
    assert Grid.objects.filter(division_id=NEXT).count() == 2
    assert Grid.objects.filter(division_id=AFTER).count() == 2
    assert Division.objects.get(code=VILLAGE).until == timezone.localdate()


def test_a_village_may_become_more_than_two(desk: Client, grids: list[str]) -> None:
    page = desk.get(url("split_village")).content.decode()
    assert 'href="?parts=3"' in page
    more = {"code_3": "430412001006", "name_3": "岳南社区", f"grid_{grids[0]}": "3"}
    form = split_form(grids, **more)
    assert desk.post(f"{url('split_village')}?parts=3", form).status_code == 302
    assert Grid.objects.filter(division_id="430412001006").count() == 1
    assert 'href="?parts=7"' not in desk.get(f"{url('split_village')}?parts=9").content.decode()


def test_one_form_sent_twice_acts_once(desk: Client, grids: list[str]) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    form = split_form(grids, act_id=str(new_id()), day=tomorrow)
    for _again in range(2):
        assert desk.post(url("split_village"), form).status_code == 302
    assert Event.objects.filter(verb="territory.succeed_villages").count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code": NEIGHBOUR}, "are never used again: 430412001003."),
        ({"code": VILLAGE[:9]}, "is not the code of a village or community"),
        ({"code": "12"}, "A village or community has a code of 12 digits."),
        ({"code": "430412777001"}, "No division has the code 430412777 now"),
        ({"day": SINCE.isoformat()}, "must take effect later"),
        ({"day": BEFORE_ALL.isoformat()}, "exists since 2026-01-01"),
        ({"day": "2999-01-01"}, "The day may be"),
        ({"others": []}, "This field is required."),
        ({"checked": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_merger_is_said(
    desk: Client, grids: list[str], given: dict[str, Any], sentence: str
) -> None:
    answer = desk.post(url("merge_villages"), merge_form(**given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DivisionLineage.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code_2": NEXT}, f"are never used again: {NEXT}."),
        ({"day": "2999-01-01"}, "The day may be"),
        ({"checked": ""}, "This field is required."),
        ({"code_1": "x"}, "A village or community has a code of 12 digits."),
        ({f"grid_{VILLAGE}001": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_split_is_said(
    desk: Client, grids: list[str], given: dict[str, Any], sentence: str
) -> None:
    answer = desk.post(url("split_village"), split_form(grids, **given))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DivisionLineage.objects.exists()


def test_a_day_too_far_ahead_is_said_at_its_field(desk: Client, grids: list[str]) -> None:
    latest = timezone.localdate() + timedelta(days=366)
    late = merge_form(day=(latest + timedelta(days=1)).isoformat())
    form = desk.post(url("merge_villages"), late).context["form"]
    assert form.errors["day"] == [f"The day may be {latest} at the latest; check the year."]
    assert desk.post(url("merge_villages"), merge_form(day=latest.isoformat())).status_code == 302


def test_a_village_that_will_end_is_not_said_to_have_ended(desk: Client, grids: list[str]) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    desk.post(url("split_village"), split_form(grids, day=tomorrow.isoformat()))
    page = desk.get(url("division")).content.decode()
    assert f"will be dissolved on {tomorrow}" in page
    assert "was dissolved" not in page
    grid = desk.get(reverse("territory:grid", args=[grids[0]])).content.decode()
    assert f"will be dissolved on {tomorrow}" in grid


def test_new_codes_follow_the_highest_that_was_ever_used() -> None:
    taken = {"430412001002", "430412001007", "430412002009"}
    assert next_village_codes("430412001", taken, 2) == ["430412001008", "430412001009"]
    assert next_village_codes("430412009", taken, 1) == ["430412009001"]
    assert next_village_codes("430412001", {"430412001998"}, 3) == ["430412001999"]
