"""From shapes as files give them to areas as linli stores them, with every repair reported."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from linli.territory.imports.records import Record, Records
from linli.territory.imports.report import Report
from linli.territory.rules.coordinates import CoordinateSystem, convert, system_of_crs_name
from linli.territory.rules.coverage import Gap, NamedArea, Overlap, gaps, overlaps
from linli.territory.rules.geometry import (
    NotAnArea,
    Repair,
    as_area,
    bounds_are_on_earth,
    shifted,
    surface_text,
    to_wkb,
)

_MOST_SAID = 50
Found = TypeVar("Found")


def declared_system(records: Records, asked: str, report: Report) -> CoordinateSystem | None:
    """Return the coordinate system that was declared; None (and an error) when none was."""
    stated = system_of_crs_name(records.declared_crs) if records.declared_crs else None
    if asked:
        system = CoordinateSystem(asked)
        if stated is not None and stated is not system:
            report.error(
                _("The file says its coordinates are %(stated)s, but %(asked)s was chosen.")
                % {"stated": records.declared_crs, "asked": asked}
            )
            return None
        return system
    if stated is not None:
        return stated
    if records.declared_crs:
        report.error(
            _("The coordinate system %(name)s is not read. Convert the file to WGS 84 first.")
            % {"name": records.declared_crs}
        )
    else:
        report.error(
            _(
                "The file does not say which coordinate system its boundaries use, and a wrong "
                "guess moves them by hundreds of metres. Say whether they are WGS 84 (wgs84; "
                "CGCS2000 is the same), GCJ-02 (gcj02; AutoNavi, Tencent) or BD-09 (bd09; Baidu)."
            )
        )
    return None


def stored_shape(record: Record, system: CoordinateSystem, report: Report) -> bytes | None:
    """Return a record's shape as WKB in WGS 84, repaired if need be; None when it has none."""
    if record.shape is None:
        return None
    if not record.shape.is_empty and not bounds_are_on_earth(record.shape):
        west, south, _east, _north = record.shape.bounds
        report.error(
            _("The coordinates (%(x)s, %(y)s) are not degrees of longitude and latitude.")
            % {"x": west, "y": south},
            record.where,
        )
        return None
    shape = record.shape
    if system is not CoordinateSystem.WGS84:
        shape = shifted(shape, shift_from(system))
    try:
        area = as_area(shape)
    except NotAnArea:
        report.error(_("The boundary has no surface."), record.where)
        return None
    if area.repair is not None:
        report.warning(_repair_sentence(area.repair), record.where)
    return to_wkb(area.shape)


def shift_from(system: CoordinateSystem) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return what moves an array of n x 2 degrees of a system to WGS 84."""

    def shift(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = convert(points[:, 0], points[:, 1], system, CoordinateSystem.WGS84)
        return np.column_stack(moved)

    return shift


def report_coverage(areas: Sequence[NamedArea], report: Report) -> None:
    """Report how base grids overlap (an error within a community) and what they leave open."""
    for found in _most(overlaps(areas), report):
        same_village = found.first[:-3] == found.second[:-3]
        (report.error if same_village else report.warning)(_overlap_sentence(found))
    for gap in _most(gaps(areas), report):
        report.warning(_gap_sentence(gap))


def report_gaps_within(
    name: str, outline: BaseGeometry, areas: Sequence[NamedArea], report: Report
) -> None:
    """Report what the grids of a division leave open of its outline."""
    for gap in _most(gaps(areas, outline), report):
        report.warning(_gap_sentence(gap), name)


def _most(everything: list[Found], report: Report) -> list[Found]:
    if len(everything) > _MOST_SAID:
        report.warning(
            _("%(number)d places were found; the %(most)d largest are listed.")
            % {"number": len(everything), "most": _MOST_SAID}
        )
    return everything[:_MOST_SAID]


def _repair_sentence(repair: Repair) -> str:
    facts = {
        "reason": repair.reason,
        "before": surface_text(repair.area_before_m2),
        "after": surface_text(repair.area_after_m2),
    }
    return (
        _("The boundary was not valid (%(reason)s) and was repaired: %(before)s became %(after)s.")
        % facts
    )


def _overlap_sentence(found: Overlap) -> str:
    return _("%(first)s and %(second)s overlap by %(size)s near %(lon)s, %(lat)s.") % {
        "first": found.first,
        "second": found.second,
        "size": surface_text(found.size_m2),
        "lon": found.at[0],
        "lat": found.at[1],
    }


def _gap_sentence(gap: Gap) -> str:
    facts = {
        "size": surface_text(gap.size_m2),
        "lon": gap.at[0],
        "lat": gap.at[1],
        "beside": ", ".join(gap.beside[:6]),
    }
    return (
        _("A gap of %(size)s near %(lon)s, %(lat)s belongs to no grid; beside it: %(beside)s.")
        % facts
    )
