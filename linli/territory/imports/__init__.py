"""Files in: planned first (everything wrong is found, nothing written), then written whole."""

from linli.territory.imports.grids import GridOptions, GridPlan, import_grids, plan_grids
from linli.territory.imports.people import (
    import_postings,
    import_units,
    plan_postings,
    plan_units,
)
from linli.territory.imports.places import (
    DivisionOptions,
    DivisionPlan,
    import_divisions,
    plan_divisions,
)
from linli.territory.imports.report import (
    Finding,
    Gravity,
    ImportRefused,
    Outcome,
    Report,
    Source,
)

__all__ = [
    "DivisionOptions",
    "DivisionPlan",
    "Finding",
    "Gravity",
    "GridOptions",
    "GridPlan",
    "ImportRefused",
    "Outcome",
    "Report",
    "Source",
    "import_divisions",
    "import_grids",
    "import_postings",
    "import_units",
    "plan_divisions",
    "plan_grids",
    "plan_postings",
    "plan_units",
]
