"""What can be asked about places; nothing here writes."""

from linli.territory.queries.maps import MapLayer, divisions_layer, grids_layer
from linli.territory.queries.points import (
    boundaries_on,
    change_days_of_grids,
    grid_at,
    grids_at,
    lies_in_no_grid,
    lies_outside,
    territory_stamp,
)
from linli.territory.queries.scopes import (
    areas_of,
    divisions_of,
    divisions_under,
    grids_of,
    grids_of_unit,
    grids_under,
    lineage_of,
    open_on,
    postings_of,
    successors_of,
    units_in_charge,
    villages_under,
)

__all__ = [
    "MapLayer",
    "areas_of",
    "boundaries_on",
    "change_days_of_grids",
    "divisions_layer",
    "divisions_of",
    "divisions_under",
    "grid_at",
    "grids_at",
    "grids_layer",
    "grids_of",
    "grids_of_unit",
    "grids_under",
    "lies_in_no_grid",
    "lies_outside",
    "lineage_of",
    "open_on",
    "postings_of",
    "successors_of",
    "territory_stamp",
    "units_in_charge",
    "villages_under",
]
