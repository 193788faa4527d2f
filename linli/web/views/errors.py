"""Error pages: what happened, in words, and what one can do now."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.accounts.policies.lockout import minutes_to_wait


@dataclass(frozen=True)
class Trouble:
    """One kind of error page."""

    icon: str
    title: Promise | str
    text: Promise | str


TROUBLES = {
    400: Trouble(
        "help-circle",
        _("We could not read this request"),
        _("Please go back, look at what was typed, and send it again."),
    ),
    403: Trouble(
        "lock",
        _("This cannot be done"),
        _("Your role does not allow it. If you need it for your work, ask your administrator."),
    ),
    404: Trouble(
        "map-search",
        _("There is nothing here"),
        _("The address may be mistyped, or the page may belong to another unit's work."),
    ),
    405: Trouble(
        "hand-stop",
        _("This page cannot be used that way"),
        _("Please go back and use the buttons of the page."),
    ),
    409: Trouble(
        "git-merge",
        _("Something else was already sent under this number"),
        _(
            "The first version counts. Yours is kept for a colleague to look at; nothing of it is"
            " lost. Open the page again to see how it stands."
        ),
    ),
    410: Trouble(
        "eraser",
        _("This has been erased"),
        _("Its time of keeping has ended, so it is no longer here."),
    ),
    413: Trouble(
        "file-alert",
        _("This is too large"),
        _("Please send less at once: a shorter text, or fewer and smaller files."),
    ),
    429: Trouble(
        "hourglass",
        _("Too many attempts"),
        _("For safety this is closed for a while. Please wait a few minutes and try again."),
    ),
}
CSRF_TROUBLE = Trouble(
    "shield-question",
    _("This page was open for too long"),
    _("For safety the form has expired. Go back, load the page again, and send it once more."),
)


# What was too much of it: by the exception, files that are too large together by their length.
_TOO_MUCH: dict[type[Exception], Promise] = {
    RequestDataTooBig: _("What was typed is too long to be sent at once. Please shorten it."),
    TooManyFieldsSent: _("The form has more entries than can be sent at once. Send it in parts."),
    TooManyFilesSent: _("These are more files than can be sent at once. Please choose fewer."),
}
_FILES_TOO_LARGE = _(
    "Please send fewer or smaller files. A photo from a phone is small enough by itself."
)


def wants_json(request: HttpRequest) -> bool:
    """Say whether the client asked for JSON rather than a page."""
    return "json" in (request.get_preferred_type(["text/html", "application/json"]) or "")


def trouble_page(
    request: HttpRequest, status: int, code: str = "", sentence: object = ""
) -> HttpResponse:
    """Answer ``status`` as a page, or as ``{"code", "sentence"}`` for a client that asks for JSON.

    ``sentence`` stands first when there is one; it is a person's reason, not a machine's.
    """
    return _answer(request, status, TROUBLES[status], (code, sentence))


def _answer(
    request: HttpRequest, status: int, trouble: Trouble, reason: tuple[str, object] = ("", "")
) -> HttpResponse:
    code, sentence = reason
    if wants_json(request) or request.headers.get("HX-Request"):
        words = str(sentence or f"{trouble.title}. {trouble.text}")
        return JsonResponse({"code": code or str(status), "sentence": words}, status=status)
    user = getattr(request, "user", None)
    frame = (
        "web/base.html" if user is not None and user.is_authenticated else "web/portal_base.html"
    )
    context = {"frame": frame, "trouble": trouble, "sentence": sentence, "status": status}
    return render(request, "web/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 for what was too much, in words for what it was; else 400."""
    text = _TOO_MUCH.get(type(exception))
    if text is None:
        return trouble_page(request, 400)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > settings.LINLI_MOST_REQUEST_BYTES:
        text = _FILES_TOO_LARGE
    return _answer(request, 413, replace(TROUBLES[413], text=text))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403; the exception's own words are for the log, not for the page."""
    return trouble_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return trouble_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a form that is too old or does not come from our page."""
    return _answer(request, 403, CSRF_TROUBLE, ("csrf", ""))


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: dict[str, object] | None = None,
) -> HttpResponse:
    """Answer 429 and how long to wait, the same whether or not there is such an account.

    The shape is the one that django-axes calls.
    """
    minutes = minutes_to_wait(request, credentials)
    sentence = ngettext(
        "Too many log-ins failed. For safety, try again in %(n)s minute.",
        "Too many log-ins failed. For safety, try again in %(n)s minutes.",
        minutes,
    )
    page = trouble_page(request, 429, "locked_out", sentence % {"n": minutes})
    page["Retry-After"] = str(minutes * 60)
    return page
