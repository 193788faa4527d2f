"""Indexes of the tables that files fill by the hundred thousand: each row pays for each of them."""

import pytest
from django.db import connection, models

from linli.audit.models import Event
from linli.registry.models import Address, Dwelling, Resident

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Address, Dwelling, Resident, Event])
def test_no_index_does_what_another_begins_with(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        named = connection.introspection.get_constraints(cursor, model._meta.db_table)
    # What holds for some rows only is no index of the others.
    partial = {one.name for one in model._meta.constraints if getattr(one, "condition", None)}
    told = [one for name, one in named.items() if name not in partial]
    all_columns = [one["columns"] for one in told if one["index"] or one["unique"]]
    plain = [one["columns"] for one in told if one["index"] and not one["unique"]]
    for columns in plain:
        beginnings = [other[: len(columns)] for other in all_columns]
        assert beginnings.count(columns) == 1, columns


def test_records_of_a_grid_and_of_an_area_are_found_by_one_index() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    for condition in ({"grid": "430412001001001"}, {"grid__code__startswith": "430412001"}):
        plan = Resident.objects.order_by().filter(**condition).explain()
        if connection.vendor == "postgresql" or "grid" in condition:
            assert "registry_resident_grid" in plan
