"""The supervisor's page: what waits for a decision, then raised cases, calls and proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.queries.called import called_cases, calls_of_mine, calls_of_others, count_called
from linli.cases.queries.desk import asked_extensions
from linli.cases.queries.desk_oversight import PERIOD_DAYS, raised_cases, recent_accuracy
from linli.cases.views.desk.doors import Asking, asking
from linli.cases.views.desk.lists import with_looks
from linli.web.views.doors import needs

_MOST, _UNFOLDED = 50, 6
Row = TypeVar("Row")


@dataclass(frozen=True)
class Folded(Generic[Row]):
    """A long section: its first rows, those behind a fold, and how many there are at all."""

    rows: Sequence[Row]
    total: int

    @property
    def first(self) -> Sequence[Row]:
        """The rows that are shown at once; a fold of one row would save nothing."""
        return self.rows if len(self.rows) == _UNFOLDED + 1 else self.rows[:_UNFOLDED]

    @property
    def rest(self) -> Sequence[Row]:
        """The rows behind the fold."""
        return self.rows[len(self.first) :]

    @property
    def is_cut(self) -> bool:
        """Whether there are more than the page holds."""
        return self.total > len(self.rows)


def _share(part: int, whole: int) -> str:
    """Return a share in percent; a share of nothing is no number."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _sections(asker: Asking) -> dict[str, object]:
    """Return the long sections, what waits for this person's decision first."""
    who = asker.who
    mine, others = calls_of_mine(who), calls_of_others(who)
    asked, raised = asked_extensions(who), raised_cases(who)
    return {
        "extensions": Folded(list(asked[:_MOST]), asked.count()),
        "mine": Folded(
            [(one, True) for one in called_cases(mine, who, _MOST)], count_called(mine, who)
        ),
        "raised": Folded(with_looks(list(raised[:_MOST]), asker.at), raised.count()),
        "others": Folded(
            [(one, False) for one in called_cases(others, who, _MOST)], count_called(others, who)
        ),
    }


@require_safe
@needs(Permission.SUPERVISE_CASE)
def oversight(request: HttpRequest) -> HttpResponse:
    """Show what needs a supervisor, and how good the proposals are."""
    asker = asking(request)
    found = recent_accuracy(timezone.localdate(asker.at))
    context = {
        **_sections(asker),
        "accuracy": found,
        "taken": _share(found.taken, found.proposed),
        "proposed": _share(found.proposed, found.dispatched),
        "kept": _share(found.dispatched - found.sent_back, found.dispatched),
        "days": PERIOD_DAYS,
    }
    return render(request, "cases/desk/oversight.html", context)
