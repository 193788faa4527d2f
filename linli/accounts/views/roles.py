"""Giving a person a role, and ending one."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.accounts.actions.people import end_grant, grant_role
from linli.accounts.forms import EndForm, HoldingForm
from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Permission
from linli.accounts.views.doors import needs
from linli.accounts.views.people import act_of
from linli.kernel.refusal import Refused


def _tell(request: HttpRequest, form: Form) -> None:
    """Say under which label what is wrong; the dialog is closed by then."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {errors[0]}" if label else str(errors[0]))


@require_POST
@needs(Permission.MANAGE_PEOPLE)
def grant(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a role."""
    person = get_object_or_404(Person, pk=person_id)
    form = HoldingForm(request.POST)
    if not form.is_valid():
        _tell(request, form)
        return redirect("accounts:person", person_id)
    try:
        grant_role(person=person, holding=form.holding(), act=act_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The role was given."))
    return redirect("accounts:person", person_id)


@require_POST
@needs(Permission.MANAGE_PEOPLE)
def end(request: HttpRequest, person_id: UUID, grant_id: UUID) -> HttpResponse:
    """Let a role end on a day."""
    held = get_object_or_404(RoleGrant, pk=grant_id, person_id=person_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        _tell(request, form)
        return redirect("accounts:person", person_id)
    try:
        end_grant(grant=held, until=form.cleaned_data["until"], act=act_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The role has an end now."))
    return redirect("accounts:person", person_id)
