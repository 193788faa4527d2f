"""Categories, calendars, cases and what happened to them."""

from linli.cases.models.allowances import Allowance
from linli.cases.models.calendars import ClosingDay, WorkingCalendar
from linli.cases.models.cases import Case, CaseStep
from linli.cases.models.categories import (
    Category,
    CategoryVersion,
    DispatchRule,
    ReplyTemplate,
    StageLimit,
)
from linli.cases.models.claims import TriageClaim
from linli.cases.models.clashes import CorrectionClash
from linli.cases.models.follow_up import (
    Call,
    Dispatch,
    Escalation,
    Extension,
    Merge,
    Pause,
    Rating,
)
from linli.cases.models.messages import Notice, OutgoingMail
from linli.cases.models.publishing import FrozenMonth
from linli.cases.models.reporting import Attachment, ReporterContact

__all__ = [
    "Allowance",
    "Attachment",
    "Call",
    "Case",
    "CaseStep",
    "Category",
    "CategoryVersion",
    "ClosingDay",
    "CorrectionClash",
    "Dispatch",
    "DispatchRule",
    "Escalation",
    "Extension",
    "FrozenMonth",
    "Merge",
    "Notice",
    "OutgoingMail",
    "Pause",
    "Rating",
    "ReplyTemplate",
    "ReporterContact",
    "StageLimit",
    "TriageClaim",
    "WorkingCalendar",
]
