"""Forms that offices ask of workers: stated, weighed, admitted by somebody else, ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.rules.roles import Permission
from linli.kernel.refusal import Refused
from linli.registry.actions import asking
from linli.registry.actions.exporting import Decision
from linli.registry.actions.filling import known_names
from linli.registry.forms.asking import AskForm, RefuseFormForm
from linli.registry.imports.blanks import BlankBook, read_blanks
from linli.registry.models import DataForm, FormState, RecordKind
from linli.registry.policies import Who
from linli.registry.policies.asking import (
    refuse_answering,
    refuse_form_decision,
    refuse_form_end,
    sentence_of,
)
from linli.registry.queries.forms import (
    MOST_DUE,
    forms_asked,
    latest_forms,
    records_due,
    unknown_names,
)
from linli.registry.rules.admission import admission
from linli.registry.rules.blanks import typed_blank
from linli.registry.views.frame import asking as asker
from linli.registry.views.frame import done
from linli.registry.views.records import title_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of, needs, person_of

# So many forms are looked at for what they ask of whoever opens the page.
_MOST_MINE = 10
_TONES = {
    FormState.ASKED: "warning",
    FormState.ADMITTED: "success",
    FormState.REFUSED: "danger",
    FormState.ENDED: "quiet",
}


def way(*last: Crumb) -> list[Crumb]:
    """Return the way to a page of forms."""
    return [Crumb(_("Forms"), reverse("registry:forms")), *last]


def _line(form: DataForm) -> dict[str, Any]:
    refused = form.state == FormState.REFUSED
    return {
        "form": form,
        "tone": _TONES[FormState(form.state)],
        "why": sentence_of(form) if refused else "",
    }


def _mine(lines: list[Any], who: Who, now: datetime) -> list[tuple[DataForm, int]]:
    """Return the running forms that ask somebody, with about how many records each waits for."""
    if not who.may(Permission.KEEP_REGISTRY):
        return []
    today = timezone.localdate(now)
    forms = [one["form"] for one in lines if refuse_answering(one["form"], who, today) is None]
    counted = [(form, len(records_due(form, who, now))) for form in forms[:_MOST_MINE]]
    return [(form, count) for form, count in counted if count]


@never_cache
@require_safe
@needs(Permission.SEE_DESK)
def overview(request: HttpRequest) -> HttpResponse:
    """Show which forms wait, run, were refused and have ended."""
    who, now = asker(request)
    lines = [_line(form) for form in latest_forms()]
    by_state: dict[str, list[Any]] = {state: [] for state in FormState.values}
    for line in lines:
        by_state[line["form"].state].append(line)
    context = {
        "mine": _mine(by_state[FormState.ADMITTED], who, now),
        "most": MOST_DUE,
        "waiting": by_state[FormState.ASKED],
        "running": by_state[FormState.ADMITTED],
        "past": [*by_state[FormState.REFUSED], *by_state[FormState.ENDED]],
        "may_fill": who.may(Permission.SEE_REGISTRY),
        "limit": admission().most_known,
        "today": timezone.localdate(now),
    }
    return render(request, "registry/forms.html", context)


def _blanks_from(form: AskForm) -> BlankBook:
    """Return the form that was sent, a blank for each sheet, or typed; Refused without one."""
    upload = form.cleaned_data["file"]
    if not upload:
        return BlankBook((typed_blank(form.typed),), ())
    return read_blanks(upload.read(), to_fill=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_DESK)
def ask(request: HttpRequest) -> HttpResponse:
    """Take what an office states, and weigh it at once."""
    form = AskForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            book = _blanks_from(form)
            made = asking.ask_forms(
                wanted=form.wanted(book.blanks[0]),
                blanks=book.blanks,
                by=person_of(request),
                at=timezone.now(),
                act_id=act_id_of(request),
            )
        except Refused as refused:
            form.add_error("names", str(refused.refusal))
        else:
            return _asked(request, made, book)
    context = {
        "form": form,
        "limit": admission().most_known,
        "months": admission().longest_months,
        "breadcrumbs": way(Crumb(_("Ask for a form"))),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "registry/form_ask.html", context, status=status)


def _asked(request: HttpRequest, made: Sequence[DataForm], book: BlankBook) -> HttpResponse:
    """Say what became of each sheet."""
    for one in made:
        if one.state == FormState.REFUSED:
            name = f"{one.name}{_(': ')}" if len(made) > 1 else ""
            messages.error(request, f"{name}{sentence_of(one)}")
    if any(one.state != FormState.REFUSED for one in made):
        messages.success(request, _("Somebody else decides about this form."))
    if book.left_out:
        names = _(", ").join(book.left_out)
        messages.info(request, _("Sheets without a form: %(names)s.") % {"names": names})
    return redirect("registry:form", made[0].pk) if len(made) == 1 else redirect("registry:forms")


@never_cache
@require_safe
@needs(Permission.SEE_DESK)
def show(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Show one form: what it states, what of it is known, what was decided; records to answer."""
    who, now = asker(request)
    form = get_object_or_404(forms_asked(), pk=form_id)
    return render(request, "registry/form_asked.html", _page_of(form, who, now))


def _page_of(form: DataForm, who: Any, now: Any) -> dict[str, Any]:
    layout = asking.layout_of_form(form)
    known = set(known_names(layout.columns))
    answers = refuse_answering(form, who, timezone.localdate(now)) is None
    answers = answers and who.may(Permission.KEEP_REGISTRY)
    columns = [
        {
            "name": one.name,
            "known": one.name in known,
            "forbidden": bool(one.forbidden),
            "plain": not one.is_fact,
        }
        for one in layout.columns
    ]
    decision = refuse_form_decision(form, who)
    return {
        **_line(form),
        "columns": columns,
        "kind_label": RecordKind(form.kind).label,
        "percent": 100 * form.known // form.facts if form.facts else 0,
        "decides": form.state == FormState.ASKED and who.may(Permission.APPROVE_CHANGES),
        "decision": decision,
        "may_end": refuse_form_end(form, who) is None,
        "offered": asking.was_offered(form) and who.may(Permission.SEE_REGISTRY),
        "answers": answers,
        "due": [(one, title_of(one.row)) for one in records_due(form, who, now)] if answers else [],
        "of_residents": form.kind == RecordKind.RESIDENT,
        "unknown": unknown_names(form),
        "refuse_form": RefuseFormForm(),
        "breadcrumbs": way(Crumb(form.name)),
    }


@never_cache
@require_POST
@needs(Permission.APPROVE_CHANGES)
def decide(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Admit or refuse a form."""
    form, who = get_object_or_404(forms_asked(), pk=form_id), asker(request)[0]
    is_yes = request.POST.get("decision") == "yes"
    given = RefuseFormForm(request.POST)
    if not is_yes and not given.is_valid():
        context = _page_of(form, who, timezone.now())
        context["refuse_form"] = given
        return render(request, "registry/form_asked.html", context, status=422)
    decision = Decision(is_yes, "" if is_yes else given.cleaned_data["words"])
    done(
        request,
        lambda: asking.decide_form(
            form_id=form_id,
            decision=decision,
            by=person_of(request),
            at=timezone.now(),
            act_id=act_id_of(request),
        ),
        _("Your decision is recorded."),
    )
    return redirect("registry:form", form_id)


@never_cache
@require_POST
@needs(Permission.SEE_DESK)
def end(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """End a running form."""
    get_object_or_404(DataForm, pk=form_id)
    done(
        request,
        lambda: asking.end_form(
            form_id=form_id,
            by=person_of(request),
            at=timezone.now(),
            act_id=act_id_of(request),
        ),
        _("The form has ended: nobody is asked any more."),
    )
    return redirect("registry:form", form_id)
