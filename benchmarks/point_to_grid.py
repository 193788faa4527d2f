"""From points to grids: linli's query beside vectorised shapely, in one run on one machine.

    python -m benchmarks.point_to_grid

119 grids are cut from an invented outline, with borders that wind as real ones do (about 20,000
vertices), and written into a database of its own by the product's own action. 74,245 points, the
number of base records of the reference district, are then asked for in one call, and some of them
one by one. Beside it: shapely's ``contains_xy`` for every polygon, prepared, over the points in its
bounding box. Both must give the same answer for every point before anything is timed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median

import numpy as np
import shapely
from numpy.typing import NDArray

GRIDS, POINTS = 119, 74_245
ROUNDS, SINGLE_POINTS = 25, 2_000
WEST, SOUTH, EAST, NORTH = 112.57, 27.14, 112.83, 27.36
VILLAGE = "990101001001"
DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Medians:
    """Medians in milliseconds, and of one point in microseconds."""

    linli_ms: float
    shapely_ms: float
    single_us: float
    single_99_us: float
    build_ms: float

    @property
    def ratio(self) -> float:
        """Return linli's time as a multiple of shapely's."""
        return self.linli_ms / self.shapely_ms

    def __str__(self) -> str:
        return (
            f"{POINTS:,} points among {GRIDS} grids: linli {self.linli_ms:.1f} ms, "
            f"vectorised shapely {self.shapely_ms:.1f} ms, ratio {self.ratio:.2f}; "
            f"one point {self.single_us:.0f} µs (99th percentile {self.single_99_us:.0f} µs); "
            f"first question after a change {self.build_ms:.0f} ms"
        )


def make_shapes() -> NDArray[np.object_]:
    """Cut the outline into cells around random points and let all their borders wind alike."""
    random = np.random.default_rng(20260101)
    seeds = random.uniform((WEST, SOUTH), (EAST, NORTH), (GRIDS, 2))
    outline = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=outline)
    )
    cells = shapely.segmentize(shapely.intersection(cells, outline), 0.0004)

    def wind(points: NDArray[np.float64]) -> NDArray[np.float64]:
        # One smooth shift of the whole plane: neighbours keep their common border.
        x, y = points[:, 0] * 900, points[:, 1] * 900
        shift = np.column_stack([np.sin(y) + np.sin(2.7 * x + y), np.cos(x) + np.cos(2.3 * y - x)])
        return np.asarray(points + shift * 0.00015)

    return np.asarray(shapely.transform(cells, wind))


def write_grids(shapes: NDArray[np.object_]) -> None:
    """Write the shapes through the product's action."""
    from django.utils import timezone

    from linli.kernel.ids import new_id
    from linli.territory.actions import save_divisions, save_grids
    from linli.territory.rules.facts import DivisionFacts, GridFacts
    from linli.territory.rules.geometry import as_area, to_wkb

    codes = [VILLAGE[:6], VILLAGE[:9], VILLAGE]
    save_divisions(
        rows=[DivisionFacts(code, "演示", since=DAY) for code in codes],
        by=None,
        at=timezone.now(),
        act_id=new_id(),
    )
    rows = [
        GridFacts(f"{VILLAGE}{number:03d}", "演示网格", shape=to_wkb(as_area(shape).shape))
        for number, shape in enumerate(shapes, start=1)
    ]
    save_grids(rows=rows, day=DAY, by=None, at=timezone.now(), act_id=new_id())


def ask_shapely(
    shapes: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the position of the shape that contains each point, or -1."""
    answers = np.full(len(x), -1, dtype=np.int64)
    bounds = shapely.bounds(shapes)
    for position, (shape, (west, south, east, north)) in enumerate(
        zip(shapes, bounds, strict=True)
    ):
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        answers[near[shapely.contains_xy(shape, x[near], y[near])]] = position
    return answers


def _milliseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def measure() -> Medians:
    """Run both, taking turns; return the medians. Django is set up, its database empty."""
    from linli.territory.models import Grid
    from linli.territory.queries import grid_at, grids_at

    write_grids(make_shapes())
    stored = list(Grid.objects.order_by("code").values_list("id", "geometry"))
    shapes = shapely.from_wkb([bytes(shape or b"") for _id, shape in stored])
    shapely.prepare(shapes)
    random = np.random.default_rng(7)
    x, y = random.uniform(WEST, EAST, POINTS), random.uniform(SOUTH, NORTH, POINTS)
    build = _milliseconds(lambda: grid_at(x[0], y[0]))
    ids = np.array([grid_id for grid_id, _shape in stored] + [None], dtype=object)
    if not (grids_at(x, y) == ids[ask_shapely(shapes, x, y)]).all():
        raise AssertionError("linli and shapely disagree")
    linli, beside = [], []
    for _round in range(ROUNDS):
        linli.append(_milliseconds(lambda: grids_at(x, y)))
        beside.append(_milliseconds(lambda: ask_shapely(shapes, x, y)))
    singles = []
    for lon, lat in zip(x[:SINGLE_POINTS].tolist(), y[:SINGLE_POINTS].tolist(), strict=True):
        begun = time.perf_counter()
        grid_at(lon, lat)
        singles.append((time.perf_counter() - begun) * 1e6)
    return Medians(
        median(linli),
        median(beside),
        median(singles),
        float(np.percentile(singles, 99)),
        build,
    )


def main() -> Medians:
    """Make a database in a folder that is thrown away, measure, print."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as home:
        os.environ["LINLI_HOME"] = home
        os.environ.pop("LINLI_DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        found = measure()
    print(json.dumps(asdict(found)) if "--json" in sys.argv else found)
    return found


if __name__ == "__main__":
    main()
