"""The public board."""

from typing import cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.cases.queries.portal_board import FRESH_FOR, Board
from linli.cases.queries.portal_board import board as make_board
from linli.kernel.disclosure import CAREFUL_LEAST, LEAST

_KEY = "portal-board"


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show totals of the last twelve months and the shelved matters; made every ten minutes."""
    made = cache.get(_KEY)
    if made is None:
        made = make_board(timezone.now())
        cache.set(_KEY, made, FRESH_FOR.total_seconds())
    shown = cast(Board, made)
    most = max((row.received.figure or 0 for row in shown.months), default=0)
    context = {
        "board": shown,
        "least": LEAST,
        "careful": CAREFUL_LEAST,
        "most": most,
        "english": get_language() == "en",
        "withheld": any(
            cell is not None and cell.figure is None
            for row in (*shown.categories, *shown.months)
            for cell in (row.received, row.closed, row.open)
        ),
    }
    response = render(request, "cases/portal/board.html", context)
    response["Cache-Control"] = "private, max-age=60"
    return response
