"""A case as its reporter may see it: public words and milestones, no note and no name."""

from collections.abc import Sequence
from dataclasses import dataclass

from linli.cases.models import Attachment, Case, CaseStep
from linli.cases.rules.workflow import CaseVerb

_V = CaseVerb
# The reporter sees that these happened; everything else is the desk's own business.
_SHOWN = frozenset(
    {
        _V.REPORT,
        _V.ACCEPT,
        _V.REFUSE,
        _V.ANSWER,
        _V.SOLVE_ON_SPOT,
        _V.ASK_VERIFICATION,
        _V.VERIFY,
        _V.REGISTER,
        _V.DISPATCH,
        _V.SIGN,
        _V.GRANT_EXTENSION,
        _V.PAUSE,
        _V.RESUME,
        _V.FEEDBACK,
        _V.FAIL_CHECK,
        _V.PASS_CHECK,
        _V.RETURN_FOR_REWORK,
        _V.CLOSE,
        _V.SHELVE,
        _V.TAKE_UP,
        _V.MERGE,
        _V.UNMERGE,
        _V.VOID,
        _V.REOPEN,
        _V.REPLY,
        _V.ADD_WORDS,
        _V.RATE,
    }
)
# Said about the matter, so that reporters who were joined to it may read it too. A reply is to
# one person, and what a person added is theirs.
_ABOUT_THE_MATTER = _SHOWN - {_V.REPORT, _V.REPLY, _V.ADD_WORDS, _V.RATE, _V.REOPEN}
_OF_THE_REPORTER = frozenset({_V.ADD_WORDS, _V.REOPEN})


@dataclass(frozen=True)
class PublicStep:
    """One thing that happened, with the words meant for the reporter."""

    step: CaseStep
    verb: CaseVerb
    words: str
    is_own: bool
    unit: str


@dataclass(frozen=True)
class Progress:
    """A reporter's case; ``main`` is the case that carries the matter on (itself mostly)."""

    case: Case
    main: Case
    steps: Sequence[PublicStep]
    files: Sequence[Attachment]

    @property
    def is_joined(self) -> bool:
        """Whether the matter goes on under another case."""
        return self.main.pk != self.case.pk


def _steps(case: Case, verbs: frozenset[CaseVerb]) -> list[PublicStep]:
    rows = CaseStep.objects.filter(case=case, verb__in=[verb.value for verb in verbs])
    shown = []
    for row in rows.select_related("unit").defer("note"):
        verb = CaseVerb(row.verb)
        unit = str(row.unit) if row.unit is not None and verb is _V.SIGN else ""
        is_own = verb in _OF_THE_REPORTER and row.by_id is None
        shown.append(PublicStep(row, verb, row.reply, is_own, unit))
    return shown


def reporters_case(number: str) -> Case | None:
    """Return a case by its number with what a reporter's page needs."""
    found = Case.objects.select_related(
        "category__parent", "category_version", "merged_into__category_version", "unit"
    )
    return found.filter(number=number).first()


def progress_of(case: Case) -> Progress:
    """Return how a reporter's matter stands; a joined one shows the main case's progress."""
    main = case.merged_into if case.state == "merged" and case.merged_into else case
    steps = _steps(case, _SHOWN)
    if main is not case:
        joined_at = max((s.step.at for s in steps if s.verb is _V.MERGE), default=case.reported_at)
        theirs = _steps(main, _ABOUT_THE_MATTER)
        steps += [shown for shown in theirs if shown.step.at >= joined_at]
    steps.sort(key=lambda shown: (shown.step.at, shown.step.position))
    files = Attachment.objects.filter(case=case, is_public=True).order_by("at")
    return Progress(case, main, steps, list(files))
