"""The only writers of places and postings."""

from linli.territory.actions.divisions import close_division, save_divisions
from linli.territory.actions.grids import close_grid, save_grids
from linli.territory.actions.lineage import merge_grids, split_grid
from linli.territory.actions.postings import end_posting, save_postings, save_unit_areas
from linli.territory.actions.succession import succeed_villages
from linli.territory.actions.units import save_units
from linli.territory.actions.writing import Act

__all__ = [
    "Act",
    "close_division",
    "close_grid",
    "end_posting",
    "merge_grids",
    "save_divisions",
    "save_grids",
    "save_postings",
    "save_unit_areas",
    "save_units",
    "split_grid",
    "succeed_villages",
]
