"""Spreadsheets into the registry: plan, check, import, what came back."""

from linli.registry.imports.pipeline import Cancelled, Result, import_file
from linli.registry.imports.plans import FilePlan, SheetPlan, fields_of, plan_file
from linli.registry.imports.refused import open_refused, refused_workbook
from linli.registry.imports.waiting import keep_file

__all__ = [
    "Cancelled",
    "FilePlan",
    "Result",
    "SheetPlan",
    "fields_of",
    "import_file",
    "keep_file",
    "open_refused",
    "plan_file",
    "refused_workbook",
]
