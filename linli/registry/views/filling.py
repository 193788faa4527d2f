"""A blank form is sent, its columns are matched and corrected, and it comes back filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.rules.roles import Permission
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refused
from linli.registry.actions import exporting
from linli.registry.actions.asking import layout_of_form
from linli.registry.actions.filling import Filling, Layout, fill_form
from linli.registry.forms.asking import BlankForm, FillForm
from linli.registry.imports.blanks import read_blank
from linli.registry.models import DataForm, RecordKind
from linli.registry.policies.values import label_of
from linli.registry.rules.admission import admission
from linli.registry.rules.blanks import (
    Blank,
    asked_columns,
    fields_for,
    is_about_persons,
    likely_kind,
)
from linli.registry.views.asking import way
from linli.registry.views.frame import asking
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SALT = "blank-form"
_SURE = 80


@dataclass(frozen=True)
class _Sent:
    """A form as the page carries it from one step to the next: its texts, signed."""

    name: str
    blank: Blank

    @property
    def token(self) -> str:
        told = [self.name, self.blank.titles, self.blank.header, self.blank.names]
        return signing.dumps(told, salt=_SALT, compress=True)

    @classmethod
    def of(cls, token: str) -> "_Sent | None":
        try:
            name, titles, header, names = signing.loads(token, salt=_SALT)
        except signing.BadSignature:
            return None
        rows = tuple(tuple(row) for row in titles), tuple(tuple(row) for row in header)
        return cls(name, Blank(*rows, tuple(names)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_REGISTRY)
def fill(request: HttpRequest) -> HttpResponse:
    """Take a blank form, show how its columns are matched, send it back filled."""
    if request.method != "POST":
        return _from_link(request)
    sent = _Sent.of(request.POST.get("blank", ""))
    if sent is None:
        return _look(request)
    if request.POST.get("verb") == "fill":
        return _fill(request, sent)
    kind = request.POST.get("kind", "")
    return _columns(request, sent, kind if kind in RecordKind.values else "")


def _from_link(request: HttpRequest) -> HttpResponse:
    """Begin with a form that was asked for, or with none."""
    try:
        form_id = UUID(request.GET.get("form", ""))
    except ValueError:
        return _begin(request, BlankForm())
    form = get_object_or_404(DataForm, pk=form_id)
    return _columns(request, _Sent(form.name, layout_of_form(form).blank), form.kind)


def _begin(request: HttpRequest, form: BlankForm) -> HttpResponse:
    context = {"form": form, "breadcrumbs": way(Crumb(_("Fill a blank form")))}
    return render(request, "registry/fill.html", context, status=422 if form.errors else 200)


def _look(request: HttpRequest) -> HttpResponse:
    form = BlankForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            blank = read_blank(upload.read())
        except Refused as refused:
            form.add_error("file", str(refused.refusal))
        else:
            name = str(upload.name).rsplit(".", 1)[0][:120]
            return _columns(request, _Sent(name, blank), "")
    return _begin(request, form)


def _columns(
    request: HttpRequest, sent: _Sent, kind: str, form: FillForm | None = None
) -> HttpResponse:
    """Show how the columns are matched for a kind, the likeliest without one."""
    who, now = asking(request)
    names = sent.blank.names
    kind = kind or likely_kind(names)
    chosen = _chosen(request, names) if form is not None else None
    columns = asked_columns(names, kind, chosen)
    given = {"kind": kind, "purpose": request.POST.get("purpose", "")}
    page = form or FillForm(initial=given, who=who, at=now)
    known = admission()
    rows = [
        {
            "name": one.name,
            "key": one.key,
            "percent": round(100 * one.certainty),
            "is_sure": round(100 * one.certainty) >= _SURE,
            "forbidden": bool(one.forbidden),
            "withheld": one.key in known.never_written,
            "place": place,
        }
        for place, one in enumerate(columns)
        if one.name
    ]
    fields = [one for one in fields_for(kind) if one.key not in known.never_written]
    context = {
        "sent": sent,
        "form": page,
        "rows": rows,
        "fields": [(one.key, label_of(one)) for one in fields],
        "forbidden": [one.name for one in columns if one.forbidden],
        "persons": is_about_persons(kind, [one.key for one in columns if one.key]),
        "breadcrumbs": way(Crumb(_("Fill a blank form"))),
    }
    status = 422 if page.errors else 200
    return render(request, "registry/fill_columns.html", context, status=status)


def _chosen(request: HttpRequest, names: Sequence[str]) -> dict[str, str]:
    """Return what the page's selects say of each name."""
    return {
        name: request.POST.get(f"column-{place}", "")[:80]
        for place, name in enumerate(names)
        if name
    }


def _fill(request: HttpRequest, sent: _Sent) -> HttpResponse:
    who, now = asking(request)
    form = FillForm(request.POST, who=who, at=now)
    kind = request.POST.get("kind", "")
    if not form.is_valid():
        return _columns(request, sent, kind if kind in RecordKind.values else "", form)
    given = form.cleaned_data
    kind = given["kind"]
    columns = asked_columns(sent.blank.names, kind, _chosen(request, sent.blank.names))
    layout = Layout(sent.name, sent.blank, RecordKind(kind), columns)
    try:
        if is_about_persons(kind, layout.keys):
            return _ask(request, layout, given, form)
        filling = Filling(layout, given["area"], given["purpose"])
        # Each copy that is made is an act of its own, also of the same page.
        made = fill_form(filling=filling, by=person_of(request), at=now, act_id=new_id())
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        return _columns(request, sent, kind, form)
    response = HttpResponse(made, content_type=_XLSX)
    name = f"form-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(
    request: HttpRequest, layout: Layout, given: dict[str, Any], form: FillForm
) -> HttpResponse:
    """Ask for a form that names persons: somebody else approves it before it is made."""
    if given["basis"] is None:
        form.add_error("basis", _("This form names persons: choose the law that allows it."))
        sent = _Sent(layout.name, layout.blank)
        return _columns(request, sent, layout.kind.value, form)
    asked = exporting.Asked(
        given["area"], layout.keys, given["purpose"], given["basis"], layout=layout
    )
    exporting.ask_export(
        asked=asked, by=person_of(request), at=timezone.now(), act_id=act_id_of(request)
    )
    messages.success(request, _("The form names persons: a second person decides about it."))
    return redirect("guards:exports")
