"""What the audit log publishes: the heads of its chains, and nothing of what they hold."""

import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from linli.audit.queries import latest_checkpoints

_MOST = 400
_MINUTES = 5


@require_safe
def checkpoints(request: HttpRequest) -> JsonResponse:
    """Return the latest 400 checkpoints, newest first.

    ``[{"at": ISO time, "digest": SHA-256 of heads, "heads": {lane: [length, hash]}}]``.
    Whoever keeps a copy can prove later that nothing before it was changed:
    ``linli verify-audit --checkpoints FILE``.
    """
    body = [
        {"at": one.at.isoformat(), "digest": one.digest, "heads": json.loads(one.heads)}
        for one in latest_checkpoints(_MOST)
    ]
    response = JsonResponse({"checkpoints": body})
    response["Cache-Control"] = f"public, max-age={_MINUTES * 60}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
