"""Why a change of the territory may not be made: None, or a reason in words."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.models import Person
from linli.accounts.queries import permissions_of
from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refusal
from linli.territory.models import Division, Grid
from linli.territory.rules.codes import VILLAGE_DIGITS, Level
from linli.territory.rules.coverage import NamedArea, overlaps
from linli.territory.rules.facts import Succession
from linli.territory.rules.geometry import from_wkb
from linli.territory.rules.lineage import LineageProblem, Misfit
from linli.territory.rules.periods import latest_day

DAY_TOO_EARLY = "territory.day_too_early"
DAY_TOO_LATE = "territory.day_too_late"


def refuse_manage(actor: Person | None, on: date) -> Refusal | None:
    """Only administrators change the territory; commands on the server act without a person."""
    if actor is None or Permission.MANAGE_TERRITORY in permissions_of(actor, on):
        return None
    return Refusal("territory.not_yours", _("Only an administrator may change the territory."))


def refuse_day(day: date, today: date) -> Refusal | None:
    """A change is not decided years ahead: it cannot be taken back."""
    latest = latest_day(today)
    if day <= latest:
        return None
    return Refusal(
        DAY_TOO_LATE,
        _("The day may be %(latest)s at the latest; check the year.") % {"latest": latest},
    )


def refuse_change_of_grid(grid: Grid, day: date) -> Refusal | None:
    """A grid changes from a day inside its life, and not before its latest boundary."""
    if grid.until is not None:
        sentence = _("Grid %(code)s was dissolved on %(day)s; codes are never used again.")
        if grid.until > timezone.localdate():
            sentence = _("Grid %(code)s will be dissolved on %(day)s; that cannot be changed.")
        facts = {"code": grid.code, "day": grid.until}
        return Refusal("territory.grid_closed", sentence % facts)
    begun = max(grid.since, grid.boundary_since or grid.since)
    if day <= begun:
        return Refusal(
            DAY_TOO_EARLY,
            _("Grid %(code)s is as it is since %(day)s; a change must take effect later.")
            % {"code": grid.code, "day": begun},
        )
    return None


def refuse_change_of_division(division: Division, day: date, open_below: int) -> Refusal | None:
    """A division closes inside its life and when nothing open is left under it."""
    if division.until is not None:
        sentence = _("%(name)s (%(code)s) was dissolved on %(day)s; codes are never used again.")
        if division.until > timezone.localdate():
            sentence = _(
                "%(name)s (%(code)s) will be dissolved on %(day)s; that cannot be changed."
            )
        facts = {"name": division, "code": division.code, "day": division.until}
        return Refusal("territory.division_closed", sentence % facts)
    if day <= division.since:
        return Refusal(
            DAY_TOO_EARLY,
            _("%(name)s (%(code)s) exists since %(day)s; a change must take effect later.")
            % {"name": division, "code": division.code, "day": division.since},
        )
    if open_below:
        return Refusal(
            "territory.division_not_empty",
            _("%(name)s still has divisions or grids under it (%(count)d); dissolve them first.")
            % {"count": open_below, "name": division},
        )
    return None


def refuse_succession(
    change: Succession, villages: Sequence[Division], homeless: Sequence[str]
) -> Refusal | None:
    """Villages become one another only as a whole: one of many or many of one, no grid lost."""
    if min(len(change.old), len(change.new)) != 1 or len(change.old) == len(change.new):
        return Refusal(
            "territory.not_a_succession",
            _("Either several villages become one, or one becomes several."),
        )
    known = {village.code for village in villages if village.level == Level.VILLAGE}
    missing = refuse_missing_divisions(change.old, known)
    if missing is None and homeless:
        sentence = _("It is not said into which new village these grids go: %(codes)s.")
        return Refusal("territory.grids_left", sentence % {"codes": ", ".join(homeless[:5])})
    return missing


def refuse_new_villages(change: Succession, taken: Iterable[str]) -> Refusal | None:
    """A successor is a village of its own, under a code that nothing ever had."""
    codes = [row.code for row in change.new]
    for code in codes:
        if len(code) != VILLAGE_DIGITS:
            sentence = _("%(code)s is not the code of a village or community: it has 12 digits.")
            return Refusal("territory.not_a_village", sentence % {"code": code})
    used = sorted({*taken, *(code for code in codes if codes.count(code) > 1)})
    if used:
        sentence = _("These codes are in use or were, and are never used again: %(codes)s.")
        return Refusal("territory.code_used", sentence % {"codes": ", ".join(used)})
    return None


def refuse_split(misfits: Sequence[Misfit]) -> Refusal | None:
    """The parts must cover the grid once, and nothing else."""
    if not misfits:
        return None
    sentences = {
        LineageProblem.TOO_FEW_PARTS: _("A grid is split into two parts or more."),
        LineageProblem.PARTS_LEAVE_GAP: _("The parts leave %(size)s m² of the grid uncovered."),
        LineageProblem.PARTS_REACH_OUTSIDE: _("The parts reach %(size)s m² beyond the grid."),
        LineageProblem.PARTS_OVERLAP: _("The parts overlap one another by %(size)s m²."),
    }
    said = [sentences[m.problem] % {"size": f"{m.size_m2:,.1f}"} for m in misfits]
    return Refusal("territory.parts_do_not_fit", " ".join(said))


def refuse_merge(grids: Sequence[Grid]) -> Refusal | None:
    """Two grids or more of one kind and one community become one."""
    if len(grids) < 2:
        return Refusal("territory.too_few_grids", _("A merger needs two grids or more."))
    if len({(grid.division_id, grid.kind) for grid in grids}) > 1:
        return Refusal(
            "territory.grids_differ",
            _("Only grids of one kind and of one village or community can be merged."),
        )
    return None


def refuse_overlap(areas: Iterable[tuple[str, bytes]]) -> Refusal | None:
    """Base grids of one community do not overlap by more than one square metre."""
    by_village: dict[str, list[NamedArea]] = {}
    for code, shape in areas:
        by_village.setdefault(code[:-3], []).append(NamedArea(code, from_wkb(shape)))
    for neighbours in by_village.values():
        found = overlaps(neighbours)
        if found:
            worst = found[0]
            return Refusal(
                "territory.grids_overlap",
                _("Base grids %(first)s and %(second)s overlap by %(size)s m² near %(at)s.")
                % {
                    "first": worst.first,
                    "second": worst.second,
                    "size": f"{worst.size_m2:,.1f}",
                    "at": f"{worst.at[0]}, {worst.at[1]}",
                },
            )
    return None


def refuse_missing_divisions(codes: Iterable[str], known: set[str]) -> Refusal | None:
    """Every grid and every division needs the one above it."""
    missing = sorted(set(codes) - known)
    if not missing:
        return None
    return Refusal(
        "territory.no_such_division",
        _("No division has the code %(codes)s now; import the divisions first.")
        % {"codes": ", ".join(missing[:5])},
    )


def refuse_posting(grid: Grid, since: date, until: date | None) -> Refusal | None:
    """A posting lies inside the life of its grid."""
    if until is not None and until <= since:
        return Refusal("territory.dates", _("The end must be after the beginning."))
    ends = until or date.max
    if since < grid.since or (grid.until is not None and ends > grid.until):
        return Refusal(
            "territory.posting_outside_grid",
            _("Grid %(code)s does not exist for all of the days from %(since)s on.")
            % {"code": grid.code, "since": since},
        )
    return None
