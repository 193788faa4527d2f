"""Pages that belong to no domain: preferences, health, the style guide, error pages."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from linli.web.context_processors import THEME_COOKIE, THEMES

_YEAR_SECONDS = 365 * 24 * 3600


def _back(request: HttpRequest) -> str:
    """Return the page the person came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as-the-device in a cookie."""
    response = redirect(_back(request))
    wanted = request.POST.get("theme", "auto")
    if wanted in THEMES:
        response.set_cookie(THEME_COOKIE, wanted, max_age=_YEAR_SECONDS, samesite="Lax")
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in a cookie and go back to the page."""
    return set_language(request)


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer whether the database can be read; machines ask this, so no session is opened."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ok": True})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component on one page, in the demo and while developing only."""
    if not (settings.DEBUG or getattr(settings, "LINLI_DEMO", False)):
        raise Http404
    return render(request, "web/styleguide.html", {})
