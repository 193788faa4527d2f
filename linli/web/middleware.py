"""Turn what the layers below refuse into pages that people can read."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from linli.audit.actions import Clash, Gone
from linli.kernel.refusal import Refused
from linli.web.views.errors import trouble_page

logger = logging.getLogger(__name__)
_RETRY_SECONDS = "10"


class TroubleMiddleware:
    """NUL asked for -> 400, Refused -> 403, Clash -> 409, Gone -> 410, database trouble -> 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a wrong method with a page, and leave everything else as it is."""
        response = self.get_response(request)
        # The answer of an empty page to a wrong method would leave a person in the dark.
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = trouble_page(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        _positions: list[object],
        _names: dict[str, object],
    ) -> HttpResponse | None:
        """Turn away a query with a NUL, which no text has and PostgreSQL cannot be asked for."""
        if getattr(view, "answers_for_itself", False):
            return None
        texts = (text for name, values in request.GET.lists() for text in (name, *values))
        return trouble_page(request, 400) if any("\0" in text for text in texts) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the exceptions that are part of the product; others stay errors."""
        if isinstance(exception, Refused):
            refusal = exception.refusal
            return trouble_page(request, 403, refusal.code, refusal.sentence)
        if isinstance(exception, Clash):
            return trouble_page(request, 409, "clash")
        if isinstance(exception, Gone):
            return trouble_page(request, 410, "gone")
        if isinstance(exception, OperationalError):
            # A full disk or a lost server: nothing was written, and it may pass.
            logger.error("The database did not answer.", exc_info=exception)
            page = render(None, "web/503.html", status=503)
            page["Retry-After"] = _RETRY_SECONDS
            return page
        return None
