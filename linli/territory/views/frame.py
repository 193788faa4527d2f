"""What the pages of the territory share: the way to a page, and forms that explain refusals."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.refusal import Refused
from linli.territory.models import Division
from linli.territory.policies import DAY_TOO_EARLY, DAY_TOO_LATE
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, person_of

UNPROCESSABLE = 422


def crumbs(code: str, *last: Crumb) -> list[Crumb]:
    """Return the way from the overview through the divisions above a code."""
    way = [Crumb(_("Territory"), reverse("territory:overview"))]
    above = [code[:digits] for digits in (6, 9, 12) if digits <= len(code)]
    named = {d.code: d for d in Division.objects.filter(code__in=above).defer("geometry")}
    way += [
        Crumb(named[each], reverse("territory:division", args=[each]))
        for each in above
        if each in named
    ]
    return [*way, *last]


def act_of(request: HttpRequest) -> dict[str, Any]:
    """Return who acts, when, and under which id."""
    return {"by": person_of(request), "at": timezone.now(), "act_id": act_id_of(request)}


def refused(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run an act; put the reason into the form when it is refused, and say so."""
    try:
        act()
    except Refused as error:
        about_day = error.refusal.code in {DAY_TOO_EARLY, DAY_TOO_LATE} and "day" in form.fields
        form.add_error("day" if about_day else None, str(error))
        return True
    return False


def form_page(request: HttpRequest, form: forms.Form, context: dict[str, object]) -> HttpResponse:
    """Show a form on a page of its own (422 when it came back with errors).

    ``context``: title, breadcrumbs, submit (label), back (address), perhaps hint.
    """
    status = UNPROCESSABLE if form.errors else 200
    upload = any(isinstance(field, forms.FileField) for field in form.fields.values())
    page = {"form": form, "upload": upload, **context}
    return render(request, "territory/form.html", page, status=status)


def done(request: HttpRequest, sentence: str, to: str, *args: object) -> HttpResponse:
    """Say what was done and go on."""
    messages.success(request, sentence)
    return redirect(to, *args)
