"""Parts of pages, as htmx swaps them in."""

import json

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse


def as_part(
    request: HttpRequest, response: HttpResponse, target: str, swap: str = "outerHTML"
) -> HttpResponse:
    """Say where a part goes, and hand over the messages that a whole page would have shown."""
    response["HX-Retarget"] = target
    response["HX-Reswap"] = swap
    for message in get_messages(request):
        toast = {"tone": message.level_tag or "info", "text": str(message.message)}
        response["HX-Trigger"] = json.dumps({"linli:toast": toast})
    return response
