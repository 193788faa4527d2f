"""What is wrong with a calendar, in words; the names of its parts are those of the file."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.cases.rules.calendar_data import CalendarDataError, CalendarFault

_F = CalendarFault
SENTENCES: dict[CalendarFault, Promise] = {
    _F.NO_OBJECT: gettext_lazy(
        "an object with version, zone, confirmed_years and hours is expected"
    ),
    _F.MISSING: gettext_lazy("it lacks %(text)s"),
    _F.NO_ZONE: gettext_lazy("%(part)s: “%(text)s” is no time zone such as Asia/Shanghai"),
    _F.NO_LIST: gettext_lazy("%(part)s: a list is expected"),
    _F.NO_ROW: gettext_lazy("%(part)s, entry %(entry)s: a list of values is expected"),
    _F.NO_DATE: gettext_lazy("%(part)s, entry %(entry)s: “%(text)s” is no date like 2026-10-01"),
    _F.DAY_TWICE: gettext_lazy("%(part)s: a day stands there twice"),
    _F.NO_TIMES: gettext_lazy(
        "%(part)s, entry %(entry)s: “%(text)s” are no two times like 09:00, 12:00"
    ),
    _F.OVERLAP: gettext_lazy("%(part)s: the hours must follow each other without overlap"),
    _F.NO_HOURS: gettext_lazy("%(part)s: an office day has no hours"),
    _F.NO_YEARS: gettext_lazy("%(part)s: a list of years is expected"),
    _F.NO_LIMIT_END: gettext_lazy("%(part)s: “%(text)s” is none of %(known)s"),
    _F.NO_WEEKEND: gettext_lazy("%(part)s: %(text)s is no Saturday or Sunday"),
    _F.HOLIDAY_AND_WORKDAY: gettext_lazy("%(text)s is both a holiday and a working weekend"),
}


def calendar_fault(error: Exception) -> str:
    """Return what is wrong with the data of a calendar, in the reader's language."""
    if isinstance(error, CalendarDataError):
        return str(SENTENCES[error.fault]) % error.facts
    return _("a value in it has another form than expected (%(error)s)") % {"error": error}
