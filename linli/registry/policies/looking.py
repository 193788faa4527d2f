"""Why somebody may not look a person up, have a field shown, or take records out of the house."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.accounts.models import Person
from linli.accounts.queries import permissions_of, roles_of
from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.registry.models import BreakGlass, Export, ExportState, UnmaskBudget, Unmasking
from linli.registry.policies.scopes import Who
from linli.registry.rules.folding import folded_name

LEAST_WORDS = 6
# So long a shown field stays on the page, an emergency open, and an approved export to be taken.
SHOWN_FOR = timedelta(seconds=60)
OPEN_FOR = timedelta(minutes=60)
REVIEW_WITHIN = timedelta(days=3)
TAKEN_WITHIN = timedelta(hours=24)
_NUMBER = re.compile(r"\d[\d\s-]{5,}\d")


def refuse_lacking(person: Person, permission: Permission, at: datetime) -> Refusal | None:
    """Say no to somebody whose roles have no errand here."""
    if permission in permissions_of(person, timezone.localdate(at)):
        return None
    return Refusal("role", _("None of your roles may do this."))


def refuse_one_fact() -> Refusal:
    """Say that nobody is found by one fact."""
    return Refusal(
        "two_facts",
        _(
            "Finding a person takes two facts: the name and the whole telephone number,"
            " or the name and the address."
        ),
    )


def refuse_words(words: str, name: str = "") -> Refusal | None:
    """Say what is wrong with a reason: too short to be one, or data of the person inside.

    Reasons are read by supervisors and by the resident, so nothing sealed may stand in them.
    """
    bare = words.strip()
    if len(bare) < LEAST_WORDS:
        return Refusal(
            "reason",
            ngettext(
                "Say why in at least %(n)d sign; it is recorded, and the resident can read it.",
                "Say why in at least %(n)d signs; it is recorded, and the resident can read it.",
                LEAST_WORDS,
            )
            % {"n": LEAST_WORDS},
        )
    folded = folded_name(name)
    if _NUMBER.search(bare) or (folded and folded in folded_name(bare)):
        return Refusal(
            "person_in_reason", _("Leave the person's name and numbers out of the reason.")
        )
    return None


def budget_of(person: Person, at: datetime) -> int:
    """Return how many fields a day somebody may have shown: the most of what their roles have."""
    roles = [role.value for role in roles_of(person, timezone.localdate(at))]
    budgets = UnmaskBudget.objects.filter(role__in=roles).values_list("a_day", flat=True)
    return max(budgets, default=0)


def used_today(person: Person, at: datetime) -> int:
    """Return how many fields somebody had shown since the local midnight before ``at``."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Unmasking.objects.filter(by=person, at__gte=midnight, at__lte=at).count()


def refuse_over_budget(person: Person, at: datetime) -> Refusal | None:
    """Say that today's budget is used up."""
    budget = budget_of(person, at)
    if used_today(person, at) < budget:
        return None
    return Refusal(
        "budget",
        ngettext(
            "You have had %(n)d field shown today, all that a day allows. Asking for more is told"
            " to two supervisors; tomorrow it goes on.",
            "You have had %(n)d fields shown today, all that a day allows. Asking for more is told"
            " to two supervisors; tomorrow it goes on.",
            budget,
        )
        % {"n": budget},
    )


def refuse_review(case: BreakGlass, person: Person, at: datetime) -> Refusal | None:
    """Say why somebody may not review an emergency: whoever opened it never does, in any role."""
    if case.by_id == person.pk:
        return Refusal("own", _("You opened this emergency: somebody else reviews it."))
    if case.reviewed_at is not None:
        return Refusal("reviewed", _("This emergency has been reviewed."))
    return refuse_lacking(person, Permission.REVIEW_EMERGENCY, at)


def is_area_of(who: Who, area: str) -> bool:
    """Say whether an area (a code) lies within somebody's postings and areas."""
    return who.sees_whole_district or area.startswith((*who.areas, *who.grids))


def refuse_export_decision(export: Export, person: Person, at: datetime) -> Refusal | None:
    """Say why somebody may not approve or refuse an export: whoever asked never does."""
    if export.by_id == person.pk:
        return Refusal("own", _("You asked for this export: a second person decides."))
    if export.state != ExportState.ASKED:
        return Refusal("decided", _("This export has been decided."))
    if not is_area_of(Who.of(person, at), export.area):
        return Refusal("area", _("This area is not yours."))
    return refuse_lacking(person, Permission.APPROVE_EXPORT, at)


def refuse_taking(export: Export, person: Person, at: datetime) -> Refusal | None:
    """Say why an export cannot be downloaded: by whoever asked, once approved, within a day."""
    if export.by_id != person.pk:
        return Refusal("other", _("Only who asked for an export downloads it."))
    if export.state != ExportState.APPROVED or export.decided_at is None:
        return Refusal("not_approved", _("This export is not approved."))
    if at > export.decided_at + TAKEN_WITHIN:
        return Refusal("too_late", _("The approval was for one day. Ask again."))
    return refuse_lacking(person, Permission.ASK_EXPORT, at)
