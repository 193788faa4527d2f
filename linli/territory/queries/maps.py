"""Layers for the map: GeoJSON made once for each state of the territory, then served as bytes."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
import shapely
from django.utils.translation import get_language
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.territory.models import Grid
from linli.territory.queries.points import boundaries_on, territory_stamp
from linli.territory.queries.scopes import divisions_under, today
from linli.territory.rules.codes import DIGITS_OF, Level
from linli.territory.rules.geometry import from_wkb

# About two metres: nobody sees it at the scale of a district.
DEFAULT_TOLERANCE = 0.00002
# Six decimals of a degree are eleven centimetres.
_DECIMALS = 6
_LAYERS_KEPT = 16
MakeFeatures = Callable[[], list[dict[str, object]]]


@dataclass(frozen=True)
class MapLayer:
    """A GeoJSON FeatureCollection as bytes, and the ETag (quoted) it goes under."""

    body: bytes
    etag: str


_kept: OrderedDict[tuple[object, ...], MapLayer] = OrderedDict()
_guard = threading.Lock()


def grids_layer(
    under: str = "", on: date | None = None, tolerance: float = DEFAULT_TOLERANCE
) -> MapLayer:
    """Return the boundaries of the grids of a day under a division, simplified together.

    Shared edges stay shared (``coverage_simplify``). Properties: id, code, label (the name in the
    reader's language), name, name_en, kind, village (code) and village_name. ``tolerance`` is in
    degrees.
    """
    day = today(on)
    key = ("grids", get_language(), territory_stamp(), under, day, tolerance)
    return _kept_or(key, lambda: _grid_features(under, day, tolerance))


def divisions_layer(
    level: Level, on: date | None = None, tolerance: float = DEFAULT_TOLERANCE
) -> MapLayer:
    """Return the outlines of a level's divisions: their own, or else the union of their grids."""
    day = today(on)
    outlines = divisions_under(on=day, level=level).values_list("code", "name", "name_en")
    # Divisions carry no stamp of their own: their names and number are part of the key.
    key = ("divisions", get_language(), territory_stamp(), level, day, tolerance, tuple(outlines))
    return _kept_or(key, lambda: _division_features(level, day, tolerance))


def _kept_or(key: tuple[object, ...], make: MakeFeatures) -> MapLayer:
    layer = _kept.get(key)
    if layer is None:
        body = orjson.dumps({"type": "FeatureCollection", "features": make()})
        layer = MapLayer(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        with _guard:
            _kept[key] = layer
            while len(_kept) > _LAYERS_KEPT:
                _kept.popitem(last=False)
    return layer


def _grid_features(under: str, day: date, tolerance: float) -> list[dict[str, object]]:
    rows = boundaries_on(day, under=under)
    grids = Grid.objects.select_related("division").defer("geometry", "division__geometry")
    facts = {grid.pk: grid for grid in grids.filter(pk__in=[row[0] for row in rows])}
    shapes = _simplified([from_wkb(row[2]) for row in rows], tolerance)
    features = []
    for (grid_id, code, _shape), shape in zip(rows, shapes, strict=True):
        grid = facts[grid_id]
        properties = {
            "id": str(grid_id),
            "code": code,
            "label": str(grid),
            "name": grid.name,
            "name_en": grid.name_en,
            "kind": grid.kind,
            "village": grid.division.code,
            "village_name": grid.division.name,
        }
        features.append(feature(shape, properties))
    return features


def _division_features(level: Level, day: date, tolerance: float) -> list[dict[str, object]]:
    digits = DIGITS_OF[level]
    of_grids: dict[str, list[BaseGeometry]] = {}
    for _id, code, shape in boundaries_on(day):
        of_grids.setdefault(code[:digits], []).append(from_wkb(shape))
    divisions, shapes = [], []
    for division in divisions_under(on=day, level=level):
        if division.geometry is not None:
            shapes.append(from_wkb(division.geometry))
        elif division.code in of_grids:
            shapes.append(shapely.union_all(of_grids[division.code]))
        else:
            continue
        divisions.append(division)
    return [
        feature(shape, {"code": division.code, "label": str(division), "name": division.name})
        for division, shape in zip(divisions, _simplified(shapes, tolerance), strict=True)
    ]


def _simplified(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    array: NDArray[np.object_] = np.array(shapes, dtype=object)
    if tolerance > 0 and len(array):
        array = shapely.coverage_simplify(array, tolerance)
    return list(array)


def feature(shape: BaseGeometry, properties: Mapping[str, object]) -> dict[str, object]:
    """Return a GeoJSON feature, a MultiPolygon of six decimals."""
    polygons = [
        [
            shapely.get_coordinates(ring).round(_DECIMALS).tolist()
            for ring in shapely.get_rings(part)
        ]
        for part in shapely.get_parts(shape)
    ]
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    return {"type": "Feature", "properties": properties, "geometry": geometry}
