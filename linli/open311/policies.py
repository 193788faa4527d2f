"""What of a case anybody on the internet may read.

A matter on a public street is public: what, where, and how far it has come. A matter of persons
(a complaint, a request for help, a question) may name them or stand for their home, so of it only
the service, the state and the dates are. Free words are shown only after a person has accepted
the report, never when it was refused or voided, and always without numbers of persons. Names,
contacts, photographs, replies and notes are never shown.
"""

from datetime import datetime

from linli.cases.models.choices import Kind, State

_OF_A_PLACE = frozenset({Kind.HAZARD.value, Kind.SUGGESTION.value})
_TAKEN_BACK = frozenset({State.REFUSED.value, State.VOIDED.value})


def point_is_public(kind: str) -> bool:
    """Say whether the place on the map may be shown."""
    return kind in _OF_A_PLACE


def words_are_public(kind: str, state: str, accepted_at: datetime | None) -> bool:
    """Say whether description and address may be shown."""
    return kind in _OF_A_PLACE and accepted_at is not None and state not in _TAKEN_BACK
