"""Office time: how far a moment moves when so many minutes of office hours are worked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

# Morning and afternoon, as minutes of the day.
_HOURS = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))
MINUTES_A_DAY = sum(end - start for start, end in _HOURS)


@dataclass(frozen=True)
class Office:
    """An office with its working days; all moments are in one zone."""

    is_working_day: Callable[[date], bool]

    def after(self, moment: datetime, minutes: float) -> datetime:
        """Return the moment ``minutes`` of office time later, always inside office hours."""
        day, start = moment.date(), moment.hour * 60 + moment.minute
        left = max(1.0, minutes)
        while True:
            if self.is_working_day(day):
                for opens, closes in _HOURS:
                    room = closes - max(opens, start)
                    if room <= 0:
                        continue
                    if left < room:
                        return self._at(moment, day, max(opens, start) + left)
                    left -= room
            day, start = day + timedelta(days=1), 0

    @staticmethod
    def _at(moment: datetime, day: date, minute: float) -> datetime:
        whole = int(minute)
        second = int((minute - whole) * 60)
        return datetime.combine(day, time(whole // 60, whole % 60, second), tzinfo=moment.tzinfo)
