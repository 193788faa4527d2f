"""Categories from and to spreadsheets: planned first, then published whole."""

from linli.cases.imports.category_tables.planning import (
    CategoryPlan,
    Change,
    import_categories,
    plan_categories,
)
from linli.cases.imports.category_tables.writing import as_csv, category_rows, workbook

__all__ = [
    "CategoryPlan",
    "Change",
    "as_csv",
    "category_rows",
    "import_categories",
    "plan_categories",
    "workbook",
]
