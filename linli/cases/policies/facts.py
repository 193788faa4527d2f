"""What a policy needs to know of a case; each thing is read only when it is asked for."""

from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from linli.cases.models import (
    Call,
    Case,
    CaseStep,
    CategoryVersion,
    Extension,
    Rating,
    ReporterContact,
    StageLimit,
)
from linli.cases.rules.workflow import HANDLING_VERBS, CaseState, CaseVerb

# Not reached counts as an answer only after this many tries.
TRIES_BEFORE_GIVING_UP = 3


class Facts:
    """One case as the policies see it."""

    def __init__(self, case: Case) -> None:
        """Keep the case; nothing is read yet."""
        self.case = case

    @property
    def state(self) -> CaseState:
        """The state as a word of the workflow."""
        return CaseState(self.case.state)

    @cached_property
    def version(self) -> CategoryVersion:
        """The version of the category that holds for this case."""
        return self.case.category_version

    @cached_property
    def _done(self) -> list[tuple[str, UUID | None, datetime]]:
        steps = CaseStep.objects.filter(case=self.case)
        return list(steps.values_list("verb", "by_id", "at"))

    @cached_property
    def handlers(self) -> frozenset[UUID]:
        """Everybody who handled the case; none of them checks it, in whatever role."""
        return frozenset(by for verb, by, _at in self._done if by and verb in HANDLING_VERBS)

    def has_done(self, verb: CaseVerb) -> bool:
        """Say whether a verb was done to this case at any time."""
        return any(done == verb for done, _by, _at in self._done)

    @cached_property
    def open_extension(self) -> Extension | None:
        """The request for more time that nobody has decided yet."""
        return Extension.objects.filter(case=self.case, granted__isnull=True).first()

    @cached_property
    def calls(self) -> list[Call]:
        """The call-backs since the last check, oldest first."""
        calls = Call.objects.filter(case=self.case).order_by("at")
        if self.case.checked_at:
            calls = calls.filter(at__gte=self.case.checked_at)
        return list(calls)

    @cached_property
    def has_contact(self) -> bool:
        """Whether anything is sealed by which somebody might be reached."""
        return ReporterContact.objects.filter(case=self.case).exists()

    @cached_property
    def has_milestones(self) -> bool:
        """Whether a stage of the category is reached by saying so, for this kind of case."""
        limits = StageLimit.objects.filter(version_id=self.case.category_version_id)
        return any(
            "milestone" in limit.met_by and (not limit.kinds or self.case.kind in limit.kinds)
            for limit in limits
        )

    @property
    def left_contact(self) -> bool:
        """Whether the reporter left a way to be reached.

        Numbers that colleagues moved out of their own texts may be anybody's.
        """
        return not self.case.is_anonymous and self.has_contact

    @property
    def is_called_back(self) -> bool:
        """Whether the reporter was reached, or tried often enough, since the last check."""
        return any(call.reached for call in self.calls) or (
            len(self.calls) >= TRIES_BEFORE_GIVING_UP
        )

    @property
    def is_said_unsolved(self) -> bool:
        """Whether the last answer of the reporter is "not solved"."""
        answers = [call.solved for call in self.calls if call.reached]
        return bool(answers) and answers[-1] == "not_solved"

    @property
    def reopens_until(self) -> datetime | None:
        """The moment up to which the reporter may reopen; None while it is not closed."""
        if self.case.closed_at is None:
            return None
        return self.case.closed_at + timedelta(days=self.version.reopen_days)

    @cached_property
    def is_rated(self) -> bool:
        """Whether the reporter has rated this closing."""
        closing = self.case.closed_at
        if closing is None:
            return False
        return Rating.objects.filter(case=self.case, closing=closing).exists()
