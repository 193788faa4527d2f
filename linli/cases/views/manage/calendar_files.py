"""Calendars as files: upload, look at what would change, import; and the stored one as JSON."""

from uuid import UUID

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.cases.actions.calendars import import_calendar
from linli.cases.forms.manage.calendars import CalendarForm
from linli.cases.imports.calendar_files import CalendarPlan, CalendarWishes, plan_calendar
from linli.cases.imports.waiting import Waiting, find, forget, leave
from linli.cases.models import WorkingCalendar
from linli.cases.queries.calendars import closing_days, current_calendar
from linli.cases.queries.manage_calendars import changed_days, deadlines_moved
from linli.cases.rules.calendar_data import calendar_from
from linli.cases.views.manage.calendars import moved_words, way
from linli.cases.views.manage.files import attachment, refused_page, source_of
from linli.cases.views.manage.frame import UNPROCESSABLE, done
from linli.web.rules.components import Crumb
from linli.web.views.doors import needs, person_of

KIND = "calendar"
_SHOWN = 60


def _wishes(said: dict[str, str]) -> CalendarWishes:
    return CalendarWishes(said["version"], said["name"], said["partial_years"] == "yes")


@needs(Permission.MANAGE_CALENDARS)
def import_calendar_file(request: HttpRequest) -> HttpResponse:
    """Take a calendar; what it would change is shown before it holds."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source, given = source_of(form), form.cleaned_data
        said = {
            "version": given["version"].strip(),
            "name": given["name"].strip(),
            "partial_years": "yes" if given["partial_years"] else "",
        }
        plan = plan_calendar(source, _wishes(said))
        if plan.refused:
            return _refused_page(request, plan)
        return redirect("manage:calendar_preview", leave(KIND, source, said, timezone.now()))
    context = {
        "form": form,
        "back": reverse("manage:calendars"),
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "cases/manage/calendar_import.html", context, status=status)


def _refused_page(request: HttpRequest, plan: CalendarPlan) -> HttpResponse:
    return refused_page(request, plan, "manage:calendar_import", way(Crumb(_("Import"))))


@needs(Permission.MANAGE_CALENDARS)
def calendar_preview(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Show what a waiting calendar would change; a POST imports it."""
    waiting = find(KIND, upload)
    if waiting is None:
        if request.method == "POST":
            return redirect("manage:calendars")
        raise Http404
    plan = plan_calendar(waiting.source, _wishes(dict(waiting.said)))
    if plan.refused:
        return _refused_page(request, plan)
    if request.method == "POST":
        return _import(request, waiting, plan)
    before, after = current_calendar(), calendar_from(plan.content, closing_days())
    days = changed_days(before, after)
    context = {
        "waiting": waiting,
        "plan": plan,
        "confirmed": sorted(after.confirmed_years - before.confirmed_years),
        "unconfirmed": sorted(before.confirmed_years - after.confirmed_years),
        "changes": days[:_SHOWN],
        "changes_title": _("Days that count otherwise"),
        "may_confirm": True,
        "another": reverse("manage:calendar_import"),
        "hidden": max(len(days) - _SHOWN, 0),
        "count": len(days),
        "hours_differ": before.day_hours != after.day_hours,
        "after": after,
        "deadlines": deadlines_moved(before, after),
        "breadcrumbs": way(Crumb(_("Import"))),
    }
    return render(request, "cases/manage/calendar_preview.html", context)


def _import(request: HttpRequest, waiting: Waiting, plan: CalendarPlan) -> HttpResponse:
    moved = import_calendar(
        content=plan.content,
        name=plan.name,
        by=person_of(request),
        at=timezone.now(),
        act_id=waiting.id,
    )
    forget(waiting.id)
    said = f"{_('The calendar was imported and holds now.')} {moved_words(moved)}"
    return done(request, said, "manage:calendars")


@needs(Permission.MANAGE_CALENDARS)
@require_safe
def calendar_json(request: HttpRequest, calendar_id: UUID) -> HttpResponse:
    """Give a stored calendar as the JSON that an import reads."""
    found = get_object_or_404(WorkingCalendar, pk=calendar_id)
    data = orjson.dumps(found.content, option=orjson.OPT_INDENT_2)
    return attachment(data, "calendar.json")
