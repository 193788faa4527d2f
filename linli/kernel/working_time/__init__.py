"""Working calendars and the arithmetic of limits; the calendar is always an argument."""

from linli.kernel.working_time.adding import Deadline, add_limit, postpone, whole_units_left
from linli.kernel.working_time.calendars import (
    SATURDAY,
    Calendar,
    DayKind,
    LimitEnds,
    NamedDay,
    OfficeHours,
)
from linli.kernel.working_time.explaining import LeftOut, days_left_out, make_up_days
from linli.kernel.working_time.limits import Limit, LimitUnit, Pause

__all__ = [
    "SATURDAY",
    "Calendar",
    "DayKind",
    "Deadline",
    "LeftOut",
    "Limit",
    "LimitEnds",
    "LimitUnit",
    "NamedDay",
    "OfficeHours",
    "Pause",
    "add_limit",
    "days_left_out",
    "make_up_days",
    "postpone",
    "whole_units_left",
]
