"""Residents' own page: in by a code, apart from the log-ins of those who work here."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.policies.lockout import address_of
from linli.kernel.refusal import Refused
from linli.registry.actions import entry as entries
from linli.registry.actions import own
from linli.registry.actions.sending import is_channel_named
from linli.registry.forms.own import AskCodeForm, CodeForm, CorrectForm, WishForm
from linli.registry.models import Change, ChangeState, OwnSession, Resident, WishKind
from linli.registry.policies.own import refuse_wish, rests_on_consent
from linli.registry.queries import looked
from linli.registry.queries.own import CORRECTABLE, facts_of, value_of
from linli.web.rules.components import Crumb
from linli.web.views.doors import act_id_of

P = ParamSpec("P")
# Both cookies go to this page alone, and hold the name of a row and nothing of a person.
_SESSION, _ASKED, _PATH = "linli_my", "linli_my_asked", "/my/"


def _read(request: HttpRequest, name: str) -> UUID | None:
    signed = request.COOKIES.get(name, "")
    try:
        return UUID(signing.loads(signed, salt=name)) if signed else None
    except (signing.BadSignature, ValueError):
        return None


def _give(response: HttpResponse, name: str, value: UUID, minutes: int) -> HttpResponse:
    response.set_cookie(
        name,
        signing.dumps(str(value), salt=name),
        max_age=minutes * 60,
        path=_PATH,
        secure=settings.LINLI_HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def _session(request: HttpRequest) -> OwnSession | None:
    named = _read(request, _SESSION)
    if named is None:
        return None
    return OwnSession.objects.filter(pk=named, until__gt=timezone.now()).first()


def inside(
    view: Callable[Concatenate[HttpRequest, OwnSession, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in residents whose session runs; everybody else is led to the way in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        session = _session(request)
        if session is None:
            return redirect("my:page")
        return view(request, session, *args, **kwargs)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], guarded)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show residents their own record; ask everybody else for name and telephone number."""
    session = _session(request)
    if session is not None:
        return _own_page(request, session)
    form, status = AskCodeForm(), 200
    if request.method == "POST":
        form, status = AskCodeForm(request.POST), 422
        if form.is_valid():
            try:
                entry = entries.ask_code(
                    name=form.cleaned_data["name"],
                    telephone=form.cleaned_data["telephone"],
                    address=address_of(request),
                    at=timezone.now(),
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
                status = 429 if refused.refusal.code == "too_often" else 422
            else:
                minutes = settings.LINLI_OWN_PAGE["code_minutes"]
                return _give(redirect("my:code"), _ASKED, entry.pk, minutes)
    can_send = is_channel_named() or settings.LINLI_DEMO
    context = {"form": form, "can_send": can_send}
    return render(request, "registry/my/ask.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; what is shown is the same whoever was named before."""
    entry_id = _read(request, _ASKED)
    if entry_id is None:
        return redirect("my:page")
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                session = entries.enter(
                    entry_id=entry_id, code=form.cleaned_data["code"], at=timezone.now()
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
                status = 429
            else:
                if session is not None:
                    minutes = settings.LINLI_OWN_PAGE["session_minutes"]
                    response = _give(redirect("my:page"), _SESSION, session.pk, minutes)
                    response.delete_cookie(_ASKED, path=_PATH, samesite="Strict")
                    return response
                form.add_error(
                    None,
                    _("Name, number and code do not fit together, or the code is too old."),
                )
    context = {
        "form": form,
        "minutes": settings.LINLI_OWN_PAGE["code_minutes"],
        "shown_code": entries.code_of(entry_id) if settings.LINLI_DEMO else "",
    }
    return render(request, "registry/my/code.html", context, status=status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session, here and in the database."""
    named = _read(request, _SESSION)
    if named is not None:
        entries.leave(session_id=named)
    response = redirect("my:page")
    for name in (_SESSION, _ASKED):
        response.delete_cookie(name, path=_PATH, samesite="Strict")
    messages.success(request, _("You have left your page."))
    return response


def _own_page(request: HttpRequest, session: OwnSession) -> HttpResponse:
    now = timezone.now()
    seen = own.own_record(resident_id=session.resident_id, at=now)
    context = {
        "row": seen.resident,
        "facts": facts_of(seen.resident, seen.plain),
        "looks": looked.looks_at_resident(seen.resident.pk),
        "wishes": seen.resident.wishes.order_by("-at"),
        "may_object": refuse_wish(seen.resident, WishKind.OBJECT),
        "consent": rests_on_consent(seen.resident),
        "until": session.until,
    }
    response = render(request, "registry/my/page.html", context)
    # The page leaves the screen when the session is over.
    left = int((session.until - now).total_seconds()) + 1
    response["Refresh"] = f"{left}; url={_PATH}"
    return response


def _way(last: object) -> list[Crumb]:
    return [Crumb(_("My data"), _PATH), Crumb(last)]


def _said(change: Change | None) -> str:
    if change is None:
        return _("Your record says so already; it counts as confirmed today.")
    if change.state == ChangeState.APPLIED:
        return _("Thank you, it is corrected.")
    return _("Thank you. Somebody looks at it and corrects it.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside
def correct(request: HttpRequest, session: OwnSession, field: str) -> HttpResponse:
    """Take what a field should say; somebody who works here decides."""
    if field not in CORRECTABLE:
        raise Http404
    now, status = timezone.now(), 200
    seen = own.own_record(resident_id=session.resident_id, at=now)
    says = value_of(seen.resident, seen.plain, field)
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        field=field,
        may_be_none=field == "telephone" and bool(says),
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change = own.correct(
                    correction=own.Correction(
                        seen.resident.pk,
                        field,
                        form.cleaned_data["value"],
                        seen.resident.version,
                    ),
                    at=now,
                    act_id=act_id_of(request),
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                messages.success(request, _said(change))
                return redirect("my:page")
    context = {
        "label": CORRECTABLE[field],
        "now_says": says,
        "form": form,
        "breadcrumbs": _way(CORRECTABLE[field]),
    }
    return render(request, "registry/my/correct.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@inside
def wish(request: HttpRequest, session: OwnSession, kind: str) -> HttpResponse:
    """Take an objection, or the withdrawal of a consent."""
    if kind not in WishKind.values:
        raise Http404
    meant, status = WishKind(kind), 200
    row = Resident.objects.select_related("basis").get(pk=session.resident_id)
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                own.wish(
                    resident_id=row.pk,
                    kind=meant,
                    words=form.cleaned_data["words"],
                    at=timezone.now(),
                    act_id=act_id_of(request),
                )
            except Refused as refused:
                form.add_error(None, str(refused.refusal))
            else:
                messages.success(request, _("It is recorded; your page says what becomes of it."))
                return redirect("my:page")
    context = {
        "kind": meant,
        "refusal": refuse_wish(row, meant),
        "form": form,
        "breadcrumbs": _way(meant.label),
    }
    return render(request, "registry/my/wish.html", context, status=status)
