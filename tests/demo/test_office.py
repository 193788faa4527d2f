"""Office time: weekends and lunch do not count."""

from datetime import datetime

import pytest

from linli.demo.rules.office import Office
from tests.demo.conftest import NOW, weekdays


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23 09:00", 30, "2026-11-23 09:30"),
        ("2026-11-23 11:50", 20, "2026-11-23 13:40"),
        ("2026-11-23 17:20", 20, "2026-11-24 09:10"),
        ("2026-11-20 17:20", 20, "2026-11-23 09:10"),
        ("2026-11-21 10:00", 5, "2026-11-23 09:05"),
        ("2026-11-23 09:00", 420, "2026-11-24 09:00"),
        ("2026-11-23 20:00", 10, "2026-11-24 09:10"),
    ],
)
def test_minutes_pass_in_office_hours_only(start: str, minutes: int, end: str) -> None:
    zone = NOW.tzinfo
    begun = datetime.fromisoformat(start).replace(tzinfo=zone)
    assert Office(weekdays).after(begun, minutes) == datetime.fromisoformat(end).replace(
        tzinfo=zone
    )
