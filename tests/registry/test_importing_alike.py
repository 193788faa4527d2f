"""A file makes the records that a page makes: the way of many rows and the way of one agree."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction

from linli.registry.actions.drafts import Draft
from linli.registry.actions.records import create_record
from linli.registry.actions.sealing import opened
from linli.registry.models import MODELS, RecordKind, Sealed
from linli.registry.models.records import LegalBasis, Source
from linli.registry.rules.dictionary import dictionary
from tests.factories import middle
from tests.registry.ground import Registry, act, place
from tests.registry.importing_files import VILLAGE_NAME, as_csv, take

pytestmark = pytest.mark.django_db
LINE = "祝融路12号3栋1单元502室"
# What is not a fact: keys, where it came from, ciphers that differ each time.
_NOT_FACTS = frozenset({"id", "wrapped_key", "source_id"})
_SEALED = {"name", "telephone", "id_tail", "contact_name", "contact_telephone", "plan"}
TOLD = {
    RecordKind.BUILDING: {"name": "三栋", "floors": "6", "built_year": "1998"},
    RecordKind.DWELLING: {"use": "出租", "heads": "3", "area_m2": "88.5"},
    RecordKind.RESIDENT: {
        "name": "样甲",
        "telephone": "+86 199 0000 0001",
        "residence": "外出",
        "birth_year": "1960-05-01",
    },
    RecordKind.TENANCY: {
        "since": "2026-01-01",
        "rooms": "2",
        "contact_name": "样 乙",
        "contact_telephone": "19900000002",
        "has_smoke_alarm": "有",
        "gas_checked_on": "2026年3月4日",
    },
    RecordKind.ORGANISATION: {
        "name": "样例 餐饮（南岳）有限公司",
        "credit_code": "914304123A1D2CUR40",
        "kind": "商店超市",
        "staff": "7",
        "contact_name": "样丙",
        "contact_telephone": "19900000003",
    },
    RecordKind.SCHOOL: {
        "name": "样例小学",
        "stage": "小学",
        "pupils": "300",
        "has_guard": "有",
        "contact_name": "样丁",
    },
}


@pytest.fixture
def registry() -> Registry:
    return Registry.made()


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _facts(row: models.Model) -> dict[str, Any]:
    """Return what a record says, with its sealed facts opened and what it stands on."""
    if isinstance(row, LegalBasis | Source):
        return {}
    told: dict[str, Any] = {}
    hidden = _SEALED if isinstance(row, Sealed) else set()
    for field in row._meta.concrete_fields:
        value = getattr(row, field.name)
        if isinstance(value, models.Model):
            told[field.name] = _facts(value)
        elif field.attname not in _NOT_FACTS and field.name not in hidden:
            told[field.attname] = _plain(value)
    sealed = [one.name for one in row._meta.concrete_fields if _is_sealed(row, one, hidden)]
    return {**told, **opened(row, tuple(sealed))} if sealed else told


def _is_sealed(row: models.Model, field: Any, hidden: set[str]) -> bool:
    return field.name in hidden and isinstance(field, models.BinaryField)


def _taken_back(kind: RecordKind, make: Callable[[], object]) -> dict[str, Any]:
    """Make one record, return what it says, and take it back."""
    with transaction.atomic():
        make()
        facts = _facts(MODELS[kind]._default_manager.get())
        transaction.set_rollback(True)
    assert not MODELS[kind]._default_manager.exists()
    return facts


def _basis(kind: RecordKind) -> str:
    fits = [one.code for one in LegalBasis.objects.order_by("pk") if kind in one.kinds]
    return fits[0]


def _header(kind: RecordKind, name: str) -> str:
    return next(one.label for one in dictionary().of(kind) if one.name == name)


@pytest.mark.parametrize("kind", TOLD)
def test_a_file_and_a_page_make_the_same_record(registry: Registry, kind: RecordKind) -> None:
    values = TOLD[kind]

    def by_page() -> None:
        draft = Draft(kind, values, _basis(kind), place(LINE))
        create_record(draft=draft, act=act())

    def by_file() -> None:
        head = [_header(kind, name) for name in values]
        where = {
            "村（社区）": VILLAGE_NAME,
            "地址": LINE,
            "经度": middle(0)[0],
            "纬度": middle(0)[1],
        }
        data = as_csv([[*values.values(), *where.values()]], [*head, *where])
        assert take(data, kind, crs="wgs84", basis=_basis(kind)).counts["new"] >= 1

    page, file = _taken_back(kind, by_page), _taken_back(kind, by_file)
    assert file == page
    assert file["grid"] is not None
