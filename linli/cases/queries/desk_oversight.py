"""What a supervisor looks after besides calls: cases raised a level, and the proposals."""

from datetime import date, timedelta

from django.db.models import QuerySet

from linli.cases.models import Case
from linli.cases.policies import Who
from linli.cases.queries.dispatching import Accuracy, accuracy
from linli.cases.queries.lists import cases_of
from linli.cases.rules.workflow import OPEN

PERIOD_DAYS = 90


def raised_cases(who: Who) -> QuerySet[Case]:
    """Return the open cases that went up a level, the longest open first."""
    states = [state.value for state in OPEN]
    return cases_of(who).filter(level__gt=0, state__in=states).order_by("arrival")


def recent_accuracy(today: date) -> Accuracy:
    """Return how often proposals were taken in the last PERIOD_DAYS days, today included."""
    return accuracy(today - timedelta(days=PERIOD_DAYS - 1), today + timedelta(days=1))
