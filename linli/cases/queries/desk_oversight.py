"""What a supervisor looks after: calls nobody acknowledged, cases raised a level, proposals."""

from datetime import date, timedelta

from django.db.models import QuerySet

from linli.cases.models import Case, Escalation
from linli.cases.policies import Who
from linli.cases.queries.dispatching import Accuracy, accuracy
from linli.cases.queries.lists import cases_of
from linli.cases.rules.workflow import OPEN

PERIOD_DAYS = 90


def open_calls() -> QuerySet[Escalation]:
    """Return the calls to anybody that nobody has acknowledged, oldest first."""
    return (
        Escalation.objects.filter(acknowledged_at__isnull=True)
        .select_related("case__unit", "to")
        .order_by("at")
    )


def raised_cases(who: Who) -> QuerySet[Case]:
    """Return the open cases that went up a level, the longest open first."""
    states = [state.value for state in OPEN]
    return cases_of(who).filter(level__gt=0, state__in=states).order_by("arrival")


def recent_accuracy(today: date) -> Accuracy:
    """Return how often proposals were taken in the last PERIOD_DAYS days, today included."""
    return accuracy(today - timedelta(days=PERIOD_DAYS - 1), today + timedelta(days=1))
