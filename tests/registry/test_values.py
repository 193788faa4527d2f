"""Facts as texts and values, and until when a record is kept."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from linli.cases.models.choices import State
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions.lists import BASES_FILE, publish_lists, read_list, read_lists
from linli.registry.models import MODELS, LegalBasis, PlaceKind, RecordKind
from linli.registry.models.changes import ChangeState
from linli.registry.models.guards import WishState
from linli.registry.models.imports import ImportState
from linli.registry.models.looking import ExportState
from linli.registry.rules.cells import read_cell
from linli.registry.rules.dictionary import CellType, dictionary
from linli.registry.rules.folding import (
    folded_name,
    folded_organisation,
    folded_telephone,
    masked_name,
    masked_telephone,
)
from linli.registry.rules.retention import is_stale, keep_until, months_after
from linli.registry.rules.values import Unfit, read_value, tail_of, text_of
from tests.factories import NOW


def test_a_stored_value_is_told_so_that_it_is_read_again() -> None:
    for key, value in (
        ("dwelling.heads", 3),
        ("dwelling.area_m2", 89.5),
        ("tenancy.has_smoke_alarm", True),
        ("tenancy.has_smoke_alarm", False),
        ("tenancy.since", date(2026, 3, 2)),
        ("resident.residence", "away"),
        ("resident.telephone", "13900000001"),
        ("dwelling.heads", None),
    ):
        assert read_value(dictionary().fields[key], text_of(value)) == value


def test_a_text_that_is_no_such_fact_says_why() -> None:
    for key, text, code in (
        ("resident.name", "", "empty"),
        ("resident.name", "123", "name"),
        ("address.address", "祝融路1号", "place"),
        ("address.lon", "112.7", "place"),
    ):
        with pytest.raises(Unfit) as caught:
            read_value(dictionary().fields[key], text)
        assert caught.value.code == code


def test_of_an_identity_number_the_last_four_signs_are_kept() -> None:
    assert tail_of("11010519491231002X") == "002X"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(
    day: date, months: int, then: date
) -> None:
    assert months_after(day, months) == keep_until(day, months) == then


def test_a_fact_is_stale_the_day_after_its_months() -> None:
    told = date(2026, 1, 15)
    assert not is_stale(told, 6, date(2026, 7, 15))
    assert is_stale(told, 6, date(2026, 7, 16))


@pytest.mark.parametrize(
    "name",
    ["衡岳 餐饮（南岳）有限公司", "衡岳餐饮(南岳)有限责任公司", "衡岳餐饮南岳", "衡岳餐饮【南岳】"],
)
def test_an_organisation_is_one_by_whatever_form_it_is_called(name: str) -> None:
    assert folded_organisation(name) == "衡岳餐饮南岳"


def test_telephones_are_one_however_they_are_typed() -> None:
    for typed in ("139 0000 0001", "+86 13900000001", "0086-13900000001", "１３９００００000１"):
        assert folded_telephone(typed) == "13900000001"
    assert folded_telephone("8612345") == "8612345"
    assert folded_telephone("123") == ""


def test_masked_facts_show_as_little_as_tells_them_apart() -> None:
    assert (masked_name("演示甲"), masked_name("")) == ("演**", "")
    assert (masked_telephone("13900000001"), masked_telephone("")) == ("*********01", "")
    assert folded_name(" 演 示·甲 ") == "演示甲"


def test_a_name_that_is_a_form_of_company_stays() -> None:
    assert folded_organisation("公司") == "公司"


def test_choices_of_the_dictionary_are_known_to_the_tables() -> None:
    for field in dictionary().fields.values():
        if field.type is CellType.CHOICE:
            column = MODELS[RecordKind(field.kind)]._meta.get_field(field.name)
            assert set(field.choices.values()) == {value for value, _label in column.choices}  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_a_page_calls_a_choice_is_read_in_a_sheet(language: str) -> None:
    with translation.override(language):
        for field in dictionary().fields.values():
            if field.choices and field.name != "kind":
                column = MODELS[RecordKind(field.kind)]._meta.get_field(field.name)
                for value, label in column.choices or ():
                    if value:
                        assert read_cell(str(label), field) == value, (field.key, str(label))


def test_what_was_refused_in_the_registry_is_no_case_that_was_not_accepted() -> None:
    with translation.override("zh-hans"):
        states = (ChangeState, ExportState, ImportState, WishState)
        said = {str(one.REFUSED.label) for one in states}
        assert str(State.REFUSED.label) not in said


def test_the_dictionary_names_columns_that_there_are() -> None:
    for field in dictionary().fields.values():
        if field.kind != "address" and field.name != "identity":
            assert MODELS[RecordKind(field.kind)]._meta.get_field(field.name)


@pytest.mark.django_db
def test_lists_are_published_once_and_what_is_gone_is_offered_no_more(tmp_path: Path) -> None:
    lists = read_lists()
    assert (
        publish_lists(lists=lists, by=None, at=NOW, act_id=new_id())
        == LegalBasis.objects.count() + PlaceKind.objects.count()
    )
    assert publish_lists(lists=lists, by=None, at=NOW, act_id=new_id()) == 0
    fewer = tmp_path / "bases.toml"
    fewer.write_text('[consent]\nnames = ["同意", "Consent"]\nkinds = ["resident"]\nmonths = 12\n')
    once = new_id()
    changed = publish_lists(lists=read_lists(bases=fewer), by=None, at=NOW, act_id=once)
    assert changed == len(lists.bases)
    assert publish_lists(lists=read_lists(bases=fewer), by=None, at=NOW, act_id=once) == 0
    assert [one.code for one in LegalBasis.objects.filter(is_active=True)] == ["consent"]
    assert LegalBasis.objects.get(code="consent").keep_months == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "not a list",
        '[x]\nnames = ["一"]\nkinds = ["resident"]\nmonths = 1\n',
        '[x]\nnames = ["一", "One"]\nkinds = ["person"]\nmonths = 1\n',
        '[x]\nnames = ["一", "One"]\nkinds = ["resident"]\nmonths = 0\n',
    ],
)
def test_a_list_that_is_wrong_is_refused_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bases.toml"
    path.write_text(text)
    with pytest.raises(Refused):
        publish_lists(lists=read_lists(bases=path), by=None, at=NOW, act_id=new_id())
    assert not LegalBasis.objects.exists()


def test_every_kind_of_record_has_a_legal_basis() -> None:
    kinds = {kind for one in read_list(BASES_FILE).values() for kind in one["kinds"]}
    assert kinds == set(RecordKind.values)
