"""31,828 real requests of a city run through the same code as everything else.

Then, from linli's own data: the in-time flags are the city's, every point lies in the area that a
plain search through all polygons says, and the counts by type are those of the file.
"""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from pytest_django import DjangoDbBlocker
from shapely.geometry import shape

from linli.audit.models import Event
from linli.audit.queries import faults
from linli.cases.models import Case, CaseStep
from linli.cases.rules.deadlines import on_time
from tests.conftest import begin_chains

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def boston(shared: Path) -> Path:
    return shared / "data" / "boston-311"


@pytest.fixture(scope="module")
def rows(boston: Path) -> dict[str, dict[str, str]]:
    """Return the rows of the file by linli's name of their source."""
    with gzip.open(boston / "requests_2011Q3.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {f"boston:{row['case_enquiry_id']}": row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def replayed(
    boston: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replay the file once for all tests of this module, and take it back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        begin_chains()
        call_command(
            "import_cases",
            str(boston / "requests_2011Q3.csv.gz"),
            "--mapping",
            "boston.toml",
            "--areas",
            str(boston / "zip_areas.geojson"),
            skip_checks=True,
        )
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("replayed")
def test_every_request_is_a_case_in_the_state_the_city_says(
    rows: dict[str, dict[str, str]],
) -> None:
    states = dict(Case.objects.values_list("source", "state"))
    assert states.keys() == rows.keys()
    wanted = {"Closed": "closed", "Open": "handling"}
    assert all(states[source] == wanted[row["case_status"]] for source, row in rows.items())
    assert CaseStep.objects.count() == sum(
        8 if row["case_status"] == "Closed" else 5 for row in rows.values()
    )


@pytest.mark.usefixtures("replayed")
def test_the_flag_is_the_citys_for_every_flagged_closed_request(
    rows: dict[str, dict[str, str]],
) -> None:
    closed = Case.objects.filter(state="closed").values_list("source", "closed_at", "due_at")
    ours = {
        source: "ONTIME" if on_time(closed_at, due_at) else "OVERDUE"
        for source, closed_at, due_at in closed
        if closed_at is not None
    }
    flagged = {
        source: row["ontime"]
        for source, row in rows.items()
        if row["case_status"] == "Closed" and row["ontime"]
    }
    assert Counter(flagged.values()) == {"ONTIME": 25_254, "OVERDUE": 4_745}
    assert {source: ours[source] for source in flagged} == flagged
    assert len(ours) - len(flagged) == 82


@pytest.mark.usefixtures("replayed")
def test_every_point_lies_in_the_area_that_a_search_through_all_polygons_says(
    boston: Path, rows: dict[str, dict[str, str]]
) -> None:
    document = json.loads((boston / "zip_areas.geojson").read_text())
    sources = list(rows)
    points = shapely.points(
        [float(rows[source]["longitude"]) for source in sources],
        [float(rows[source]["latitude"]) for source in sources],
    )
    holding: dict[str, set[str]] = defaultdict(set)
    for feature in document["features"]:
        area = shape(feature["geometry"])
        for position in np.flatnonzero(shapely.intersects(area, points)):
            holding[sources[position]].add(feature["properties"]["ZIP5"])
    ours = dict(Case.objects.values_list("source", "grid__reference"))
    assert all(len(names) == 1 for names in holding.values())
    assert ours == {source: next(iter(holding[source]), None) for source in sources}
    assert sum(map(bool, holding.values())) == 31_823


@pytest.mark.usefixtures("replayed")
def test_the_counts_by_type_and_by_queue_are_those_of_the_file(
    rows: dict[str, dict[str, str]],
) -> None:
    for column, field in (("type", "category__name"), ("queue", "unit__name")):
        counted = Case.objects.values(field).annotate(number=Count("pk"))
        assert {one[field]: one["number"] for one in counted} == Counter(
            row[column] for row in rows.values()
        )


@pytest.mark.usefixtures("replayed")
def test_the_chain_of_a_quarter_of_a_million_events_is_whole() -> None:
    assert Event.objects.count() > 249_000
    assert list(faults()) == []
