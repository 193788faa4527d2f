"""Two senders tell of the same: recognised, changed, or left to a person."""

import pytest

from linli.kernel.ids import new_id
from linli.registry.actions.importing import undo_import
from linli.registry.actions.sealing import opened
from linli.registry.models import (
    Change,
    ChangeState,
    Dwelling,
    Organisation,
    Pair,
    PairState,
    Resident,
)
from tests.factories import NOW
from tests.registry.importing_files import (
    HEAD,
    ROWS,
    VILLAGE_NAME,
    as_csv,
    ground,
    run_of,
    take,
)

pytestmark = pytest.mark.django_db
HOME = ROWS[0][3]
FIRMS = ["单位名称", "统一社会信用代码", "场所类别", "地址", "从业人数"]
CODE = "914304123A1D2CUR40"


@pytest.fixture(autouse=True)
def _ground() -> None:
    ground()


def told(name: str, telephone: str, home: str, born: int, residence: str = "常住") -> list[object]:
    return [name, telephone, VILLAGE_NAME, home, residence, born]


def test_another_spelling_of_name_and_address_is_the_same_resident() -> None:
    take(as_csv(ROWS))
    spelled = told("样 甲", "+86 199 0000 0001", "衡山路１号一幢一单元101", 1960)
    result = take(as_csv([spelled]), sender="乙单位")
    assert result.counts["same"] == 1
    assert Resident.objects.count() == 3


def test_a_new_fact_is_applied_with_where_it_came_from() -> None:
    take(as_csv(ROWS))
    result = take(as_csv([told("样甲", "19900000077", HOME, 1960)]), sender="乙单位")
    assert result.counts["changed"] == 1
    resident = Resident.objects.get(birth_year=1960)
    assert opened(resident, ("telephone",))["telephone"] == "19900000077"
    assert result.run is not None
    assert resident.provenance["telephone"][0] == str(result.run.source_id)
    change = Change.objects.get()
    assert (change.state, change.version, change.base_version) == (ChangeState.APPLIED, 2, 1)
    assert b"19900000077" not in bytes(change.after)
    undo_import(run_id=run_of(result), by=None, at=NOW, act_id=new_id())
    resident.refresh_from_db()
    assert opened(resident, ("telephone",))["telephone"] == "19900000001"
    assert "telephone" not in resident.provenance
    assert Change.objects.get().state == ChangeState.UNDONE


def test_who_moved_is_known_by_name_and_telephone_and_a_person_approves_it() -> None:
    take(as_csv(ROWS))
    moved = told("样甲", "19900000001", "衡山路77号", 1960)
    result = take(as_csv([moved]), sender="乙单位")
    assert result.counts["waiting"] == 1
    assert Resident.objects.count() == 3
    change = Change.objects.get()
    assert (change.field, change.state) == ("dwelling", ChangeState.PROPOSED)
    assert Resident.objects.get(birth_year=1960).dwelling.address.line != "衡山路77号"
    again = take(as_csv([moved, moved]), sender="乙单位")
    assert again.counts["same"] == 2
    assert Change.objects.count() == 1


def test_one_slip_in_the_name_is_left_to_a_person_and_not_asked_twice() -> None:
    take(as_csv(ROWS))
    slip = told("样申", "19900000001", HOME, 1960)
    result = take(as_csv([slip]), sender="乙单位")
    assert (result.counts["new"], result.counts["doubtful"]) == (1, 1)
    pair = Pair.objects.get()
    assert pair.likeness > 0.6
    Pair.objects.update(state=PairState.DIFFERENT, decided_at=NOW)
    take(as_csv([slip, slip]), sender="乙单位")
    assert Pair.objects.count() == 1
    assert Resident.objects.count() == 4


def test_a_family_that_shares_a_telephone_is_not_doubted() -> None:
    take(as_csv(ROWS))
    child = told("样庚壬", "19900000001", HOME, 2015)
    assert "doubtful" not in take(as_csv([child]), sender="乙单位").counts


def test_father_and_son_of_one_name_are_two_and_a_person_is_asked() -> None:
    take(as_csv(ROWS))
    son = told("样甲", "19900000088", HOME, 1995)
    result = take(as_csv([son]), sender="乙单位")
    assert (result.counts["new"], result.counts["doubtful"]) == (1, 1)


def test_two_rows_of_one_file_that_contradict_are_not_both_taken() -> None:
    rows = [ROWS[0], [*ROWS[0][:4], "外出", 1960], ROWS[0]]
    result = take(as_csv(rows))
    assert (result.counts["new"], result.counts["refused"], result.counts["same"]) == (1, 1, 1)


def test_an_older_file_overwrites_nothing() -> None:
    take(as_csv(ROWS))
    older = told("样甲", "19900000066", HOME, 1960)
    result = take(as_csv([older]), sender="乙单位", day=NOW.date().replace(year=2025))
    assert result.counts["waiting"] == 1
    assert Change.objects.get().state == ChangeState.PROPOSED


def test_a_dwelling_is_its_address() -> None:
    head = ["地址", "房屋用途", "居住人数"]
    take(as_csv([[HOME, "自住", 2]], head), "dwelling")
    result = take(as_csv([["衡山路1号1幢1单元101", "出租", 2]], head), "dwelling", sender="乙单位")
    assert result.counts["changed"] == 1
    assert Dwelling.objects.get().use == "let"


def test_an_organisation_is_its_code_and_then_its_name_and_address() -> None:
    take(as_csv([["样例商行", CODE, "商店超市", "衡山路9号", 3]], FIRMS), "organisation")
    same = ["样例商行有限公司", CODE, "商店超市", "衡山路9号", 3]
    assert take(as_csv([same], FIRMS), "organisation", sender="乙").counts["same"] == 1
    bare = ["样例（商行）", "", "商店超市", "衡山路9号", 5]
    assert take(as_csv([bare], FIRMS), "organisation", sender="丙").counts["changed"] == 1
    assert Organisation.objects.get().staff == 5
    far = ["样例商行", "", "商店超市", "衡山路90号", 3]
    result = take(as_csv([far], FIRMS), "organisation", sender="丁")
    assert (result.counts["new"], result.counts["doubtful"]) == (1, 1)


def test_who_was_merged_is_recognised_again() -> None:
    take(as_csv(ROWS[:1]))
    slip = told("样申", "19900000001", HOME, 1960)
    take(as_csv([slip]), sender="乙单位")
    kept, gone = Resident.objects.order_by("pk")
    Resident.objects.filter(pk=gone.pk).update(merged_into=kept.pk)
    assert take(as_csv([slip, slip]), sender="乙单位").counts["same"] == 2
    assert Resident.objects.count() == 2


def test_an_empty_column_says_nothing() -> None:
    take(as_csv(ROWS))
    blank = [ROWS[0][0], "", *ROWS[0][2:5], ""]
    assert take(as_csv([blank], HEAD), sender="乙单位").counts["same"] == 1
