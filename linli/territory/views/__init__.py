"""Pages of the territory."""

from linli.territory.views.areas import areas, unit_areas
from linli.territory.views.divisions import (
    add_division,
    division,
    end_division,
    overview,
    rename_division,
)
from linli.territory.views.grids import end_grid, end_post, grid, post_person, rename_grid
from linli.territory.views.importing import import_file, preview, preview_map
from linli.territory.views.layers import divisions_json, grids_json
from linli.territory.views.reshaping import merge, split
from linli.territory.views.succession import merge_villages, split_village

__all__ = [
    "add_division",
    "areas",
    "division",
    "divisions_json",
    "end_division",
    "end_grid",
    "end_post",
    "grid",
    "grids_json",
    "import_file",
    "merge",
    "merge_villages",
    "overview",
    "post_person",
    "preview",
    "preview_map",
    "rename_division",
    "rename_grid",
    "split",
    "split_village",
    "unit_areas",
]
