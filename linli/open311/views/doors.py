"""The one door of every address: format, jurisdiction, method, and errors in the format asked."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from linli.audit.actions import Clash, Gone
from linli.kernel.refusal import Refused
from linli.open311.rules.faults import Fault
from linli.open311.rules.wire import Document, Spelling, errors

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
logger = logging.getLogger(__name__)
_SPELLINGS = {spelling.value: spelling for spelling in Spelling}


def answer(document: Document, spelling: Spelling, status: int = 200) -> HttpResponse:
    """Return a document; any page of the internet may read what is public here."""
    response = HttpResponse(
        document.spelled(spelling), status=status, content_type=spelling.media_type
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def refuse(spelling: Spelling, code: int, sentence: object) -> HttpResponse:
    """Return one error."""
    return answer(errors(((code, str(sentence)),)), spelling, code)


def check_jurisdiction(given: str) -> None:
    """Raise Fault when another place is asked for."""
    if given and given != settings.LINLI_JURISDICTION:
        raise Fault(
            404,
            _("The jurisdiction_id %(given)s is not served here; it is %(ours)s.")
            % {"given": given[:80], "ours": settings.LINLI_JURISDICTION},
        )


def _troubled(error: Exception, spelling: Spelling) -> HttpResponse:
    """Answer for what the layers below raise; anything else stays an error."""
    if isinstance(error, Fault):
        return refuse(spelling, error.code, error.sentence)
    if isinstance(error, Refused):
        return refuse(spelling, 400, error.refusal.sentence)
    if isinstance(error, Clash):
        text = _("This id was used for another report before. The second one is kept to be read.")
        return refuse(spelling, 409, text)
    if isinstance(error, Gone):
        return refuse(spelling, 410, _("What was sent under this id has been erased."))
    return _broken(error, spelling)


def _broken(error: Exception, spelling: Spelling) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return refuse(spelling, 413, _("The body is too large."))
    if isinstance(error, MultiPartParserError | UnreadablePostError | SuspiciousOperation):
        return refuse(spelling, 400, _("The request broke off or cannot be read as a form."))
    logger.error("The database did not answer.", exc_info=error)
    response = refuse(spelling, 503, _("Nothing was written; please send it again."))
    response.headers["Retry-After"] = "10"
    return response


_EXPECTED = (
    Fault,
    Refused,
    Clash,
    Gone,
    SuspiciousOperation,
    MultiPartParserError,
    UnreadablePostError,
    OperationalError,
)


def door(*methods: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Open a view to methods; GET opens it to HEAD.

    The view is called with the spelling as second argument instead of the address's ending.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, ending: str, **kwargs: str) -> HttpResponse:
            spelling = _SPELLINGS.get(ending)
            if spelling is None:
                text = _("There is no format %(name)s; ask for .xml or .json.")
                return refuse(Spelling.XML, 404, text % {"name": ending[:20]})
            if request.method not in allowed:
                text = _("This address takes %(methods)s.") % {"methods": ", ".join(methods)}
                response = refuse(spelling, 405, text)
                response.headers["Allow"] = ", ".join(allowed)
                return response
            try:
                # The address a program used stands in answers: only ours may.
                request.get_host()
                check_jurisdiction(request.GET.get("jurisdiction_id", ""))
                return view(request, spelling, **kwargs)
            except _EXPECTED as error:
                return _troubled(error, spelling)

        # What cannot be read is answered here, in the format that was asked for.
        guarded.answers_for_itself = True  # type: ignore[attr-defined]
        return guarded

    return decorate
