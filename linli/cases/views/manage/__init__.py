"""Pages of the administration of categories, dispatch rules, calendars and reply templates."""

from linli.cases.views.manage.calendar_files import (
    calendar_json,
    calendar_preview,
    import_calendar_file,
)
from linli.cases.views.manage.calendars import calendars, close_day, deadline, open_day, year
from linli.cases.views.manage.categories import categories, category, offer
from linli.cases.views.manage.category_edit import edit_category, new_category
from linli.cases.views.manage.category_files import (
    export_csv,
    export_workbook,
    import_file,
    preview,
)
from linli.cases.views.manage.rule_files import import_rule_file, rule_export, rule_preview
from linli.cases.views.manage.rules import close_rule, new_rule, proposals, rules, try_rules
from linli.cases.views.manage.start import start
from linli.cases.views.manage.templates import (
    drop_template,
    edit_template,
    new_template,
    templates,
)

__all__ = [
    "calendar_json",
    "calendar_preview",
    "calendars",
    "categories",
    "category",
    "close_day",
    "close_rule",
    "deadline",
    "drop_template",
    "edit_category",
    "edit_template",
    "export_csv",
    "export_workbook",
    "import_calendar_file",
    "import_file",
    "import_rule_file",
    "new_category",
    "new_rule",
    "new_template",
    "offer",
    "open_day",
    "preview",
    "proposals",
    "rule_export",
    "rule_preview",
    "rules",
    "start",
    "templates",
    "try_rules",
    "year",
]
