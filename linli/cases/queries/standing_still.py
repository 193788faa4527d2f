"""What is left of the deadlines of cases that stand still, for a whole list at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from linli.cases.models import Case
from linli.cases.queries.clock import still_words
from linli.cases.queries.histories import facts_of
from linli.cases.rules.workflow import STANDING_STILL, CaseState


def words_of_still(cases: Sequence[Case], at: datetime) -> Mapping[UUID, str]:
    """Return in words what is left, by the id of each case that stands still.

    Three questions for a list that holds one, and none for a list that does not.
    """
    still = [case for case in cases if CaseState(case.state) in STANDING_STILL]
    facts = facts_of(still) if still else {}
    return {case.pk: still_words(case, facts[case.pk].history(case), at) for case in still}
