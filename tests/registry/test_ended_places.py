"""An address whose record ended is free: for a new record on a page, and in an import."""

from typing import Any

import pytest

from linli.kernel.refusal import Refused
from linli.registry.actions.doubles import find_pair, merge, unmerge
from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record, end_record
from linli.registry.models import Dwelling, RecordKind, Resident, School, Team, Tenancy
from tests.factories import NOW
from tests.registry.ground import TODAY, Registry, act, place
from tests.registry.importing_files import HEAD, as_csv, ground, take
from tests.registry.typing_in import as_worker, sent

pytestmark = pytest.mark.django_db
LINE = "祝融路12号"
FACTS: dict[RecordKind, dict[str, str]] = {
    RecordKind.BUILDING: {"name": "演示楼"},
    RecordKind.DWELLING: {"use": "自住"},
    RecordKind.TENANCY: {"since": "2026-01-01"},
    RecordKind.TEAM: {"name": "演示队", "kind": "志愿服务队"},
    RecordKind.SCHOOL: {"name": "演示幼儿园", "stage": "幼儿园"},
}

BASES = {
    RecordKind.TENANCY: "let_housing",
    RecordKind.TEAM: "volunteering",
    RecordKind.SCHOOL: "school_safety",
}


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def made(registry: Registry, kind: RecordKind, line: str = LINE) -> Any:
    draft = Draft(kind, FACTS[kind], BASES.get(kind, "base_facts"), place(line))
    return create_record(draft=draft, act=act())


def ended(row: Any, kind: RecordKind) -> Any:
    return end_record(kind=kind, record_id=row.pk, ended_on=TODAY, act=act())


@pytest.mark.parametrize("kind", list(FACTS))
def test_what_ended_leaves_its_place_to_another(registry: Registry, kind: RecordKind) -> None:
    old = made(registry, kind)
    related = {"organisation": old.organisation} if kind is RecordKind.SCHOOL else {}

    def anew() -> Any:
        draft = Draft(kind, FACTS[kind], BASES.get(kind, "base_facts"), place(LINE), related)
        return create_record(draft=draft, act=act())

    with pytest.raises(Refused):
        anew()
    ended(old, kind)
    assert anew().pk != old.pk


def test_on_the_page_a_dwelling_is_made_where_one_ended(registry: Registry) -> None:
    ended(made(registry, RecordKind.DWELLING), RecordKind.DWELLING)
    told = {"grid": registry.grid.code, "address": LINE, "use": "own"}
    assert sent(registry.worker, "dwelling", told).status_code == 302
    assert Dwelling.objects.filter(address__line=LINE).count() == 2
    # The third is the same place as the second.
    assert sent(registry.worker, "dwelling", told).status_code == 422


def test_who_comes_to_an_ended_dwelling_lives_in_a_new_one(registry: Registry) -> None:
    old = ended(made(registry, RecordKind.DWELLING), RecordKind.DWELLING)
    resident: Resident = registry.resident(LINE)
    assert resident.dwelling_id != old.pk
    assert resident.dwelling is not None
    assert resident.dwelling.ended_on is None


def test_an_import_makes_anew_what_ended_and_the_same_file_no_third() -> None:
    ground()
    head, row = ["村（社区）", "地址", "房屋用途"], ["演示社区", "衡山路1号", "自住"]
    first, later = as_csv([row], head), as_csv([[*row, 3]], [*head, "居住人数"])
    assert take(first, "dwelling").counts["new"] == 1
    ended(Dwelling.objects.get(), RecordKind.DWELLING)
    people = as_csv([["样甲", "19900000001", "演示社区", "衡山路1号", "常住", 1960]], HEAD)
    assert take(people).counts["new"] == 1
    # The file that was here before changes nothing; a later one tells of the new dwelling.
    assert not take(first, "dwelling").is_new
    assert take(later, "dwelling").counts["changed"] == 1
    living = Dwelling.objects.get(ended_on=None)
    assert Dwelling.objects.count() == 2
    assert Resident.objects.get().dwelling_id == living.pk


def test_who_is_told_to_live_in_a_double_lives_in_what_it_was_put_into(registry: Registry) -> None:
    stays = made(registry, RecordKind.DWELLING, "祝融路12号")
    gone = made(registry, RecordKind.DWELLING, "祝融路12号之一")
    pair = find_pair(kind=RecordKind.DWELLING, both=(stays.pk, gone.pk), likeness=0.9, at=NOW)
    merge(pair_id=pair.pk, kept=stays.pk, act=act(registry.supervisor))
    assert registry.resident("祝融路12号之一").dwelling_id == stays.pk
    village = registry.grid.division.name
    row = ["样乙", "19900000009", village, "祝融路12号之一", "常住", 1960]
    assert take(as_csv([row], HEAD)).counts["new"] == 1
    assert Resident.objects.get(birth_year=1960).dwelling_id == stays.pk
    # Where another was made at the address since, the two cannot be parted.
    made(registry, RecordKind.DWELLING, "祝融路12号之一")
    with pytest.raises(Refused) as caught:
        unmerge(pair_id=pair.pk, act=act(registry.supervisor))
    assert caught.value.refusal.code == "registry_dwelling_once"


def test_what_a_double_went_into_may_have_ended(registry: Registry) -> None:
    stays = made(registry, RecordKind.DWELLING, "祝融路12号")
    gone = made(registry, RecordKind.DWELLING, "祝融路12号之一")
    pair = find_pair(kind=RecordKind.DWELLING, both=(stays.pk, gone.pk), likeness=0.9, at=NOW)
    merge(pair_id=pair.pk, kept=stays.pk, act=act(registry.supervisor))
    ended(stays, RecordKind.DWELLING)
    assert registry.resident("祝融路12号之一").dwelling_id not in {stays.pk, gone.pk}


def test_a_school_that_ended_hides_from_its_organisation(registry: Registry) -> None:
    school: School = made(registry, RecordKind.SCHOOL)
    where = f"/registry/records/organisation/{school.organisation_id}/"
    link = f"/registry/records/school/{school.pk}/"
    client = as_worker(registry.worker)
    assert link in client.get(where).content.decode()
    ended(school, RecordKind.SCHOOL)
    page = client.get(where).content.decode()
    assert link not in page
    assert f"school/new/?organisation={school.organisation_id}" in page


def test_a_letting_and_a_team_of_a_file_are_new_where_the_old_ones_ended() -> None:
    ground()
    team = (["演示社区", "演示队", "志愿服务队"], ["村（社区）", "队伍名称", "队伍类别"])
    let = (["演示社区", "衡山路1号", "2026-01-01"], ["村（社区）", "地址", "出租起始日"])
    for told, kind, model in ((team, RecordKind.TEAM, Team), (let, RecordKind.TENANCY, Tenancy)):
        row, head = told
        assert take(as_csv([row], head), kind.value).counts["new"] == 1
        ended(model.objects.get(), kind)
        assert take(as_csv([row, []], head), kind.value).counts["new"] == 1
        assert take(as_csv([row, [], []], head), kind.value).counts["same"] == 1
