"""The derived clock of a case: what its facts say about its deadline, and its colour now."""

from datetime import datetime

from linli.cases.models import Case


def reckon(case: Case, at: datetime, *, is_new: bool = False) -> None:
    """Compute deadline, colour and the moment the colour changes from the facts."""


def refresh_colour(case: Case, at: datetime) -> None:
    """Give an open case the colour it has at a moment."""
