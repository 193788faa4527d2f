"""A bucket of tokens: so many at once, and so many an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Allowance:
    """``burst`` tokens at most; ``hourly`` new ones an hour."""

    burst: float
    hourly: float

    def filled(self, tokens: float, since: datetime, at: datetime) -> float:
        """Return how many tokens there are at ``at``, if there were ``tokens`` at ``since``."""
        hours = max(0.0, (at - since).total_seconds() / 3600)
        return min(self.burst, tokens + hours * self.hourly)

    def wait(self, tokens: float) -> timedelta:
        """Return how long until one token is there; zero when there is one."""
        return timedelta(hours=max(0.0, 1 - tokens) / self.hourly)
