"""Preferences of the person at the screen, and a word for the machines that watch."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
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
    """Remember the language in a cookie and go back to the page.

    Before a log-in it is also remembered that somebody chose it, so that the account's own
    language does not take its place.
    """
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and not request.user.is_authenticated:
        response.set_cookie(
            settings.LINLI_LANGUAGE_CHOSEN_COOKIE,
            chosen,
            secure=settings.LINLI_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


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
