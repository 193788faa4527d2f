"""What the pages of the administration share: the way to a page, who acts, and refusals."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from linli.kernel.refusal import Refused
from linli.web.views.doors import act_id_of, person_of

UNPROCESSABLE = 422


def act_of(request: HttpRequest) -> dict[str, Any]:
    """Return who acts, when, and under which id."""
    return {"by": person_of(request), "at": timezone.now(), "act_id": act_id_of(request)}


def status_of(*given: forms.BaseForm | forms.BaseFormSet[Any]) -> int:
    """Return 422 when a form came back with errors."""
    wrong = any(form.is_bound and not form.is_valid() for form in given)
    return UNPROCESSABLE if wrong else 200


def refused(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run an act; put the reason into the form when it is refused, and say so."""
    try:
        act()
    except Refused as error:
        form.add_error(None, str(error))
        return True
    return False


def done(request: HttpRequest, sentence: str, to: str, *args: object) -> HttpResponse:
    """Say what was done and go on."""
    messages.success(request, sentence)
    return redirect(to, *args)
