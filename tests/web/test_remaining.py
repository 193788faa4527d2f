"""Time left is told in the coarsest unit that still helps, and never promises too much."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.web.rules.remaining import Remaining, Span, remaining

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (timedelta(days=3, hours=23), Remaining(3, Span.DAYS, False)),
        (timedelta(days=2), Remaining(2, Span.DAYS, False)),
        (timedelta(hours=47, minutes=59), Remaining(47, Span.HOURS, False)),
        (timedelta(hours=1), Remaining(1, Span.HOURS, False)),
        (timedelta(minutes=59, seconds=59), Remaining(59, Span.MINUTES, False)),
        (timedelta(0), Remaining(0, Span.MINUTES, False)),
        (timedelta(seconds=-1), Remaining(0, Span.MINUTES, True)),
        (timedelta(hours=-30), Remaining(30, Span.HOURS, True)),
        (timedelta(days=-4), Remaining(4, Span.DAYS, True)),
    ],
)
def test_a_gap_is_told_in_its_unit(gap: timedelta, told: Remaining) -> None:
    assert remaining(NOW + gap, NOW) == told
