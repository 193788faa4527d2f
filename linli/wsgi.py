"""The WSGI application that the server runs: pages for people, and protocols for programs."""

import gc
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
django.setup(set_prefix=False)

from django.core.handlers.exception import convert_exception_to_response  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.middleware.locale import LocaleMiddleware  # noqa: E402
from django.middleware.security import SecurityMiddleware  # noqa: E402
from django.urls import resolve  # noqa: E402

from linli.accounts.middleware import EdgeMiddleware  # noqa: E402

PROTOCOLS = ("/open311/v2/",)


class ProtocolHandler(WSGIHandler):
    """Django's handler with the client's address, safe headers and the language; no more.

    A program has no session, no form token and no page around its answer; the middleware of
    pages was a quarter of the time of a report that a program posts.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 - WSGI asks for one
        """Build the short chain."""
        self._view_middleware: list[object] = []
        self._template_response_middleware: list[object] = []
        self._exception_middleware: list[object] = []
        innermost = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        spoken = convert_exception_to_response(LocaleMiddleware(innermost))
        safe = convert_exception_to_response(SecurityMiddleware(spoken))
        self._middleware_chain = convert_exception_to_response(EdgeMiddleware(safe))  # type: ignore[arg-type]


_pages = WSGIHandler()
_protocols = ProtocolHandler()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer one request."""
    path = str(environ.get("PATH_INFO", ""))
    handler = _protocols if path.startswith(PROTOCOLS) else _pages
    return handler(environ, start_response)


def _start_jobs() -> None:
    """Run the clock's jobs as a thread of this server (the demo has no second process)."""
    from linli.cases.jobs.loop import run_for_ever

    threading.Thread(
        target=run_for_ever, args=(threading.Event(),), name="jobs", daemon=True
    ).start()


if os.environ.get("LINLI_JOBS_INSIDE") == "1":
    _start_jobs()

# What is loaded now stays: the collector need not walk through it at every turn, and new
# objects are counted in thousands, as one page makes that many.
resolve("/")
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
