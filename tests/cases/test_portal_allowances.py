"""Allowances fill with time; distances and known matters are told without the words of others."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.cases.actions.allowances import forget_allowances, use_allowance
from linli.cases.models import Allowance
from linli.cases.queries.portal_nearby import Sketch, known_matters
from linli.cases.rules import allowances as rules
from linli.cases.rules.nearby import metres_between
from linli.kernel.refusal import Refused
from tests.factories import NOW, make_case, make_category, middle


def test_a_bucket_fills_by_the_hour_up_to_its_edge() -> None:
    rule = rules.Allowance(burst=10, hourly=4)
    assert rule.filled(2, NOW, NOW + timedelta(minutes=30)) == 4
    assert rule.filled(2, NOW, NOW + timedelta(days=1)) == 10
    assert rule.filled(2, NOW, NOW - timedelta(hours=1)) == 2
    assert rule.wait(0) == timedelta(minutes=15)
    assert rule.wait(3) == timedelta(0)


@pytest.mark.django_db
def test_addresses_are_counted_apart_and_never_kept_in_clear() -> None:
    for address in ("192.0.2.1", "192.0.2.2"):
        use_allowance(purpose="code", whose=address, at=NOW)
    keys = list(Allowance.objects.values_list("pk", flat=True))
    assert len(keys) == 2
    assert not any("192" in key and "." in key for key in keys)
    assert forget_allowances(at=NOW + timedelta(days=1)) == 0
    assert forget_allowances(at=NOW + timedelta(days=3)) == 2


@pytest.mark.django_db
def test_who_has_used_it_up_is_told_how_long_to_wait(settings: Any) -> None:
    settings.LINLI_ALLOWANCES = {"code": (1, 6)}
    use_allowance(purpose="code", whose="a", at=NOW)
    with pytest.raises(Refused) as refused:
        use_allowance(purpose="code", whose="a", at=NOW)
    assert "10" in str(refused.value.refusal)
    use_allowance(purpose="code", whose="a", at=NOW + timedelta(minutes=10))


def test_distances_are_right_within_a_district() -> None:
    assert metres_between((112.7, 27.2), (112.7, 27.2)) == 0
    # One degree of latitude is 111.2 km on the mean sphere; a degree of longitude shrinks.
    assert metres_between((112.7, 27.0), (112.7, 28.0)) == pytest.approx(111_195, rel=1e-3)
    assert metres_between((112.0, 27.0), (113.0, 27.0)) == pytest.approx(99_075, rel=1e-3)


@pytest.mark.django_db
def test_without_a_point_the_same_place_and_words_are_the_same_matter() -> None:
    category, now = make_category(), timezone.now()
    case = make_case(category, at=now, title="祝融路12号水管漏水", place="祝融路12号")
    same = Sketch(category, title="祝融路12号门前水管漏水", place="祝融路12号门口")
    other = Sketch(category, title="祝融路12号门前水管漏水", place="衡山路88号")
    assert [known.case for known in known_matters(same, now)] == [case]
    assert known_matters(other, now) == []


@pytest.mark.django_db
def test_what_is_too_old_of_another_kind_or_closed_is_not_the_same() -> None:
    category, now = make_category(duplicate_hours=72), timezone.now()
    lon, lat = middle()
    make_case(category, at=now - timedelta(hours=80), lon=lon, lat=lat)
    make_case(make_category("别的"), at=now, lon=lon, lat=lat)
    assert known_matters(Sketch(category, lon, lat), now) == []
