"""What a record tells of is no more; or it ended by mistake, and is taken up again."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.rules.roles import Permission
from linli.registry.actions.records import end_record, take_up_record
from linli.registry.forms.records import EndForm
from linli.registry.models import LIVING, Building, Dwelling, Resident
from linli.registry.views.frame import act_of, asking, done
from linli.registry.views.records import form_page, kind_or_404, record_or_404, title_of
from linli.web.views.doors import needs


def _left_behind(row: Any) -> str:
    """Say what still hangs on a record that is about to end."""
    if isinstance(row, Dwelling):
        count = Resident.objects.filter(LIVING, dwelling=row).count()
        return (
            ngettext(
                "%(n)d resident is noted as living here: note first where they live now.",
                "%(n)d residents are noted as living here: note first where they live now.",
                count,
            )
            % {"n": count}
            if count
            else ""
        )
    if isinstance(row, Building):
        count = row.dwellings.filter(LIVING).count()
        return (
            ngettext(
                "%(n)d dwelling in it is still kept: end it too, if it is no more.",
                "%(n)d dwellings in it are still kept: end them too, if they are no more.",
                count,
            )
            % {"n": count}
            if count
            else ""
        )
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.KEEP_REGISTRY)
def end(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Note that what a record tells of is no more."""
    chosen, (who, now) = kind_or_404(kind), asking(request)
    row = record_or_404(chosen, record_id, who)
    given = request.POST if request.method == "POST" else None
    form = EndForm(given, initial={"day": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        act, day = act_of(request), form.cleaned_data["day"]
        if done(
            request,
            lambda: end_record(kind=chosen, record_id=record_id, ended_on=day, act=act),
            _("The record has ended."),
        ):
            return redirect("registry:record", kind, record_id)
    context: dict[str, object] = {
        "kind": kind,
        "title": _("End this record"),
        "subtitle": title_of(row),
        "submit": _("End it"),
        "warning": _left_behind(row),
        "hint": _("It stays readable until its retention is over, and then is erased."),
    }
    return form_page(request, row, form, context)


@require_POST
@needs(Permission.KEEP_REGISTRY)
def take_up(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Let a record stand again that ended by mistake."""
    chosen, (who, _now) = kind_or_404(kind), asking(request)
    record_or_404(chosen, record_id, who)
    act = act_of(request)
    done(
        request,
        lambda: take_up_record(kind=chosen, record_id=record_id, act=act),
        _("The record stands again."),
    )
    return redirect("registry:record", kind, record_id)
