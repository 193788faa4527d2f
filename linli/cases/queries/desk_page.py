"""What the page of one case shows beside the case itself."""

from collections.abc import Sequence
from datetime import date

from linli.cases.models import Case, ReporterContact
from linli.cases.queries.dispatching import Proposal, propose


def contact_kinds(case: Case) -> frozenset[str]:
    """Return which parts of a contact were left (name, telephone, email, moved_numbers).

    Nothing is opened: a part that was not left is empty in the database.
    """
    names = ("name", "telephone", "email", "moved_numbers")
    found = ReporterContact.objects.filter(case=case).values_list(*names)
    row = next(iter(found[:1]), None)
    if row is None:
        return frozenset()
    return frozenset(name for name, value in zip(names, row, strict=True) if bytes(value))


def proposal_for(case: Case, day: date) -> Proposal | None:
    """Return the unit that the rules propose for a case, with the reason."""
    return propose(case, day)


def joined_to(case: Case) -> Sequence[Case]:
    """Return the duplicates that are merged into a case now."""
    shown = ("number", "title", "unit", "grid", "reported_by")
    joined = Case.objects.filter(merged_into=case, state="merged").only(*shown)
    return list(joined.order_by("arrival"))
