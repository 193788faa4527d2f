"""A small town's table of cases, its mapping and its two areas, made up for the replay's tests."""

import csv
import gzip
import json
from pathlib import Path
from typing import Any

from linli.cases.imports.mapping import read_mapping
from linli.cases.imports.replay import Sources

HEADER = (
    *("nr", "opened", "target", "closed", "flag", "state", "title", "topic", "area_of_work"),
    *("team", "office", "where", "lat", "lon", "via"),
)
MAPPING = """
source = "town"
[columns]
id = "nr"
reported = "opened"
due = "target"
closed = "closed"
status = "state"
title = "title"
category = "topic"
group = "area_of_work"
unit = "team"
office = "office"
place = "where"
lat = "lat"
lon = "lon"
channel = "via"
on_time = "flag"
[dates]
zone = "America/New_York"
[statuses]
Done = "accept register dispatch sign | feedback pass_check close"
Waiting = "accept register dispatch sign"
New = ""
[channels]
Phone = "telephone"
App = "other_system"
[on_time]
YES = true
NO = false
[territory]
since = 2011-01-01
district = ["990000", "小城", "Town"]
township = ["990000001", "小城街道", "Town"]
village = ["990000001001", "小城社区", "Town"]
area_code = "ZIP"
"""


def row(nr: str, **facts: str) -> dict[str, str]:
    """Return one row: a closed, punctual pothole in the western area, unless told otherwise."""
    usual = {
        "nr": nr,
        "opened": "2011-07-01 01:32:33",
        "target": "2011-07-15 01:32:32",
        "closed": "2011-07-02 05:06:58",
        "flag": "YES",
        "state": "Done",
        "title": "Pothole in River St",
        "topic": "Pothole",
        "area_of_work": "Roads",
        "team": "Roads North",
        "office": "Works",
        "where": "River St 12",
        "lat": "42.305",
        "lon": "-71.095",
        "via": "Phone",
    }
    return {**usual, **facts}


def waiting(nr: str, **facts: str) -> dict[str, str]:
    """Return a row of a case that is still open."""
    return row(nr, **{"closed": "", "state": "Waiting", "flag": "", **facts})


def town() -> list[dict[str, str]]:
    """Return rows of every way a row can go."""
    return [
        row("1"),
        row("2", closed="2011-08-01 00:00:00", flag="NO"),
        row("3", target="", topic="Street light", team="Lights", lat="42.305", lon="-71.085"),
        waiting("4", opened="2011-07-03 10:00:00"),
        waiting("5", target="", where="", title=""),
        row("6", lat="", lon="", closed="2011-07-01 01:32:33"),
        row("7", lat="10", lon="10", office="", area_of_work="", topic="Other", via="App"),
        waiting("8", state="New"),
    ]


def _square(west: float, name: str) -> dict[str, Any]:
    ring = [[west, 42.3], [west + 0.01, 42.3], [west + 0.01, 42.31], [west, 42.31], [west, 42.3]]
    return {
        "type": "Feature",
        "properties": {"ZIP": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write_table(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as .csv, or packed where the name ends in .gz."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:  # type: ignore[operator]
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_sources(folder: Path, rows: list[dict[str, str]], *, by_steps: bool = False) -> Sources:
    """Write table, mapping and areas into a folder."""
    (folder / "town.toml").write_text(MAPPING)
    areas = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [_square(-71.10, "00001"), _square(-71.09, "00002")],
    }
    (folder / "areas.geojson").write_text(json.dumps(areas))
    return Sources(
        write_table(folder / "cases.csv", rows),
        read_mapping(folder / "town.toml"),
        folder / "areas.geojson",
        by_steps,
    )
