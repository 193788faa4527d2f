"""A blank form is sent, its columns are matched and corrected, and it comes back filled."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
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
from linli.registry.actions.filling import Filling, fill_form
from linli.registry.actions.layouts import Layout
from linli.registry.actions.mappings import Matched, kind_for, known_mapping, remember_form
from linli.registry.forms.asking import BlankForm, FillForm
from linli.registry.forms.sent import SentForm
from linli.registry.imports.blanks import read_blanks
from linli.registry.models import DataForm, MappingUse, RecordKind
from linli.registry.policies.values import label_of
from linli.registry.rules.admission import Column, admission
from linli.registry.rules.blanks import (
    Blank,
    asked_columns,
    fields_for,
    is_about_persons,
)
from linli.registry.views.asking import way
from linli.registry.views.frame import asking
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SURE = 80


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_REGISTRY)
def fill(request: HttpRequest) -> HttpResponse:
    """Take a blank form, show how its columns are matched, send it back filled."""
    if request.method != "POST":
        return _from_link(request)
    sent = SentForm.of(request.POST.get("blank", ""))
    if sent is None:
        return _look(request)
    if request.POST.get("verb") == "fill":
        return _fill(request, sent)
    return _columns(request, sent, _kinds(request, sent))


def _from_link(request: HttpRequest) -> HttpResponse:
    """Begin with a form that was asked for, or with none."""
    try:
        form_id = UUID(request.GET.get("form", ""))
    except ValueError:
        return _begin(request, BlankForm())
    form = get_object_or_404(DataForm, pk=form_id)
    sent = SentForm(form.name, form.requester, (layout_of_form(form).blank,))
    return _columns(request, sent, [form.kind])


def _begin(request: HttpRequest, form: BlankForm) -> HttpResponse:
    context = {"form": form, "breadcrumbs": way(Crumb(_("Fill a blank form")))}
    return render(request, "registry/fill.html", context, status=422 if form.errors else 200)


def _look(request: HttpRequest) -> HttpResponse:
    form = BlankForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            book = read_blanks(upload.read())
        except Refused as refused:
            form.add_error("file", str(refused.refusal))
        else:
            name = str(upload.name).rsplit(".", 1)[0][:120]
            sender = form.cleaned_data["sender"].strip()
            sent = SentForm(name, sender, book.blanks, book.left_out)
            return _columns(request, sent, [""] * len(sent.blanks))
    return _begin(request, form)


def _kinds(request: HttpRequest, sent: SentForm) -> list[str]:
    """Return what the page says the rows of each sheet are about, "" where it says nothing."""
    told = [request.POST.get(f"kind-{place}", "") for place in range(len(sent.blanks))]
    return [kind if kind in RecordKind.values else "" for kind in told]


def _columns(
    request: HttpRequest, sent: SentForm, kinds: Sequence[str], form: FillForm | None = None
) -> HttpResponse:
    """Show how the columns are matched for each kind, the likeliest without one."""
    who, now = asking(request)
    told = zip(kinds, sent.blanks, strict=True)
    sure = [kind or kind_for(sent.sender, blank.names) for kind, blank in told]
    given: dict[str, Any] = {f"kind-{place}": kind for place, kind in enumerate(sure)}
    given["purpose"] = request.POST.get("purpose", "")
    page = form or FillForm(initial=given, who=who, at=now, sheets=sent.names)
    sheets = [
        _sheet(sent, place, kind, _chosen(request, place, sent.blanks[place]) if form else None)
        for place, kind in enumerate(sure)
    ]
    context = {
        "sent": sent,
        "form": page,
        "sheets": sheets,
        "forbidden": [name for sheet in sheets for name in sheet["forbidden"]],
        "persons": any(sheet["persons"] for sheet in sheets),
        "breadcrumbs": way(Crumb(_("Fill a blank form"))),
    }
    status = 422 if page.errors else 200
    return render(request, "registry/fill_columns.html", context, status=status)


def _sheet(
    sent: SentForm, place: int, kind: str, chosen: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return one sheet as the page shows it: what each column is taken for, and how surely."""
    known = admission()
    kept = known_mapping(sent.sender, kind, MappingUse.FORM) if chosen is None else chosen
    columns = asked_columns(sent.blanks[place].names, kind, kept)
    fields = [one for one in fields_for(kind) if one.key not in known.never_written]
    return {
        "title": sent.names[place] if len(sent.blanks) > 1 else _("Columns"),
        "place": place,
        "rows": [
            _row(number, one, known.never_written) for number, one in enumerate(columns) if one.name
        ],
        "fields": [(one.key, label_of(one)) for one in fields],
        "forbidden": [one.name for one in columns if one.forbidden],
        "persons": is_about_persons(kind, [one.key for one in columns if one.key]),
    }


def _row(place: int, one: Column, withheld: frozenset[str]) -> dict[str, Any]:
    percent = round(100 * one.certainty)
    return {
        "name": one.name,
        "key": one.key,
        "percent": percent,
        "is_sure": percent >= _SURE,
        "forbidden": bool(one.forbidden),
        "withheld": one.key in withheld,
        "place": place,
    }


def _chosen(request: HttpRequest, sheet: int, blank: Blank) -> dict[str, str]:
    """Return what the page's selects say of each name."""
    return {
        name: request.POST.get(f"column-{sheet}-{place}", "")[:80]
        for place, name in enumerate(blank.names)
        if name
    }


def _fill(request: HttpRequest, sent: SentForm) -> HttpResponse:
    who, now = asking(request)
    form = FillForm(request.POST, who=who, at=now, sheets=sent.names)
    kinds = _kinds(request, sent)
    if not form.is_valid():
        return _columns(request, sent, kinds, form)
    chosen = [_chosen(request, place, blank) for place, blank in enumerate(sent.blanks)]
    layout = _layout(sent, kinds, chosen)
    matched = [Matched(kind, one) for kind, one in zip(kinds, chosen, strict=True)]
    act, by = act_id_of(request), person_of(request)
    try:
        answer = _answer(request, layout, form)
        remember_form(sender=sent.sender, sheets=matched, by=by, at=now, act_id=act)
    except Refused as refused:
        form.add_error(None, str(refused.refusal))
        answer = None
    return answer or _columns(request, sent, kinds, form)


def _layout(sent: SentForm, kinds: Sequence[str], chosen: Sequence[Mapping[str, str]]) -> Layout:
    sheets = [
        Layout(sent.name, blank, RecordKind(kind), asked_columns(blank.names, kind, told))
        for blank, kind, told in zip(sent.blanks, kinds, chosen, strict=True)
    ]
    return Layout.of_sheets(sheets, sent.left_out)


def _answer(request: HttpRequest, layout: Layout, form: FillForm) -> HttpResponse | None:
    """Return the filled form, or the way to who decides about it; None where the law is missing."""
    given = form.cleaned_data
    if layout.names_persons:
        return _ask(request, layout, form)
    filling = Filling(layout, given["area"], given["purpose"])
    # Each copy that is made is an act of its own, also of the same page.
    now = timezone.now()
    made = fill_form(filling=filling, by=person_of(request), at=now, act_id=new_id())
    response = HttpResponse(made, content_type=_XLSX)
    name = f"form-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(request: HttpRequest, layout: Layout, form: FillForm) -> HttpResponse | None:
    """Ask for a form that names persons: somebody else approves it before it is made."""
    given = form.cleaned_data
    if given["basis"] is None:
        form.add_error("basis", _("This form names persons: choose the law that allows it."))
        return None
    asked = exporting.Asked(
        given["area"], layout.all_keys, given["purpose"], given["basis"], layout=layout
    )
    exporting.ask_export(
        asked=asked, by=person_of(request), at=timezone.now(), act_id=act_id_of(request)
    )
    messages.success(request, _("The form names persons: a second person decides about it."))
    return redirect("guards:exports")
