"""Pages of the calendars: what holds, a year, closing days, and a deadline worked out."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.calendars import add_closing_day, remove_closing_day
from linli.cases.forms.manage.calendars import ClosingForm, DeadlineForm, OpeningForm
from linli.cases.models import ClosingDay
from linli.cases.queries.calendars import current_calendar
from linli.cases.queries.clock import explained_limit
from linli.cases.queries.manage_calendars import calendars as imported
from linli.cases.queries.manage_calendars import year_of
from linli.cases.views.manage.frame import UNPROCESSABLE, act_of, done, refused
from linli.kernel.working_time import add_limit
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def way(*last: Crumb) -> list[Crumb]:
    """Return the way from the calendars to a page."""
    return [Crumb(_("Calendars"), reverse("manage:calendars")), *last]


def moved_words(moved: int) -> str:
    """Say how many deadlines were computed anew and moved."""
    return ngettext(
        "%(n)d open deadline moved; its case says from when to when.",
        "%(n)d open deadlines moved; each case says from when to when.",
        moved,
    ) % {"n": moved}


@needs(Permission.MANAGE_CALENDARS)
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Show the calendar that holds, those before it, and the closing days."""
    calendar, today = current_calendar(), timezone.localdate()
    years = sorted(calendar.confirmed_years)
    context = {
        "calendar": calendar,
        "imported": imported(),
        "years": years,
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
        "gaps": [y for y in range(years[0], years[-1]) if y not in years] if years else [],
        "next_missing": calendar.notice_missing(today)
        or next(calendar.notices_missing(today, date(today.year + 2, 1, 1)), None),
        "closing": ClosingDay.objects.order_by("-day"),
        "today": today,
    }
    return render(request, "cases/manage/calendars.html", context)


def _short(weekday: int) -> str:
    # Chinese has no shorter form in Django's own words: 星期一 is 一.
    if get_language() == "en":
        return str(WEEKDAYS_ABBR[weekday])
    return str(WEEKDAYS[weekday])[-1]


@needs(Permission.MANAGE_CALENDARS)
@require_safe
def year(request: HttpRequest, number: int) -> HttpResponse:
    """Show a year as twelve months."""
    if not _FIRST_YEAR <= number <= _LAST_YEAR:
        raise Http404
    calendar = current_calendar()
    months = year_of(calendar, number)
    context = {
        "months": months,
        "weekdays": [(_short(n), WEEKDAYS[n]) for n in range(7)],
        "year": number,
        "confirmed": number in calendar.confirmed_years,
        "working_days": sum(month.working_days for month in months),
        "before": number - 1 if number > _FIRST_YEAR else None,
        "after": number + 1 if number < _LAST_YEAR else None,
        "today": timezone.localdate(),
        "breadcrumbs": way(Crumb(number)),
    }
    return render(request, "cases/manage/calendar_year.html", context)


@needs(Permission.MANAGE_CALENDARS)
def close_day(request: HttpRequest) -> HttpResponse:
    """Add a local closing day; open deadlines are computed anew."""
    form = ClosingForm(request.POST or None)
    moved = 0

    def act() -> None:
        nonlocal moved
        moved = add_closing_day(**form.cleaned_data, **act_of(request))

    if request.method == "POST" and form.is_valid() and not refused(form, act):
        return done(request, f"{_('The day is closed.')} {moved_words(moved)}", "manage:calendars")
    context = {
        "form": form,
        "title": _("Close the offices on a day"),
        "hint": _("Only for this district, besides the national calendar."),
        "submit": _("Close on that day"),
        "back": reverse("manage:calendars"),
        "breadcrumbs": way(Crumb(_("Closing day"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/form.html", context, status=status)


@needs(Permission.MANAGE_CALENDARS)
def open_day(request: HttpRequest, written: str) -> HttpResponse:
    """Take a closing day back, with the reason."""
    try:
        closing = get_object_or_404(ClosingDay, day=date.fromisoformat(written))
    except ValueError as error:
        raise Http404 from error
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        moved = remove_closing_day(day=closing.day, reason=reason, **act_of(request))
        said = f"{_('The day is open again.')} {moved_words(moved)}"
        return done(request, said, "manage:calendars")
    context = {
        "form": form,
        "title": _("Take a closing day back"),
        "pairs": [(_("Day"), closing.day.isoformat()), (_("Reason"), closing.reason)],
        "submit": _("Take it back"),
        "back": reverse("manage:calendars"),
        "breadcrumbs": way(Crumb(_("Closing day"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/form.html", context, status=status)


@needs(Permission.MANAGE_CALENDARS)
@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """Work out when a limit ends, and say line by line why."""
    asked = "start" in request.GET
    form = DeadlineForm(request.GET if asked else None)
    context: dict[str, object] = {
        "form": form,
        "breadcrumbs": way(Crumb(_("Work out a deadline"))),
    }
    if asked and form.is_valid():
        calendar = current_calendar()
        found = add_limit(form.cleaned_data["start"], form.cleaned_data["limit"], calendar)
        context |= {
            "found": found,
            "lines": explained_limit(found, calendar),
            "calendar": calendar,
        }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/deadline.html", context, status=status)
