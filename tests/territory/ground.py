"""Ground to test on: squares of 0.01 degrees, and the files that describe them."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely

from linli.kernel.ids import new_id
from linli.territory.imports import GridOptions, ImportRefused, Source, import_grids
from linli.territory.models import Grid

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
SINCE = date(2026, 1, 1)
VILLAGE = "430412001002"
WEST, SOUTH, STEP = 112.70, 27.20, 0.01


def square(column: float, row: float, size: float = 1) -> shapely.Polygon:
    """Return a square in cells of 0.01 degrees from the south-western corner."""
    x, y = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(x, y, x + size * STEP, y + size * STEP)


def middle(column: float, row: float) -> tuple[float, float]:
    """Return the middle of such a square."""
    return WEST + (column + 0.5) * STEP, SOUTH + (row + 0.5) * STEP


def act() -> dict[str, Any]:
    """Return what every action wants: nobody's command, now, a new id."""
    return {"by": None, "at": NOW, "act_id": new_id()}


def feature(shape: Any, **properties: object) -> dict[str, object]:
    """Return a GeoJSON Feature."""
    geometry = (
        shape if isinstance(shape, dict) or shape is None else shapely.geometry.mapping(shape)
    )
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object, crs: str = "") -> dict[str, object]:
    """Return a FeatureCollection, with a crs member if one is named."""
    document: dict[str, object] = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return document


def geojson(document: object, name: str = "grids.geojson") -> Source:
    """Return a document as an uploaded file."""
    return Source(name, json.dumps(document).encode())


def options(**chosen: Any) -> GridOptions:
    return GridOptions(**{"day": SINCE, "crs": "wgs84", **chosen})


def grid_feature(number: int, shape: Any) -> dict[str, object]:
    return feature(shape, code=f"{VILLAGE}{number:03d}", name=f"第{number}网格")


def refusal_of(plan: Any) -> str:
    with pytest.raises(ImportRefused) as caught:
        import_grids(plan, **act())
    assert not Grid.objects.exists()
    return str(caught.value)
