"""Serving photographs and files: only to those who may see the case, and never as a page."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from linli.accounts.models import Person
from linli.cases.actions.attachments import kept_path
from linli.cases.models import Attachment
from linli.cases.policies import Who
from linli.cases.policies.attachments import may_see_file
from linli.cases.views.portal.access import has_opened

# Whatever a file holds, opened in a browser it can load, run and send nothing.
_POLICY = "default-src 'none'; sandbox"


def _whos(request: HttpRequest, attachment: Attachment) -> list[Who]:
    now = timezone.now()
    whos = []
    if isinstance(request.user, Person):
        whos.append(Who.of(request.user, now))
    if has_opened(request, attachment.case_id, now):
        whos.append(Who.reporter(attachment.case_id))
    return whos


def _served(request: HttpRequest, file_id: uuid.UUID, *, thumbnail: bool) -> HttpResponseBase:
    found = Attachment.objects.select_related("case__grid").defer("case__grid__geometry")
    attachment = found.filter(pk=file_id).first()
    if attachment is None or not any(
        may_see_file(who, attachment) for who in _whos(request, attachment)
    ):
        raise Http404
    if thumbnail and not attachment.is_image:
        raise Http404
    etag = f'"{attachment.digest[:32]}{"-small" if thumbnail else ""}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304)
    try:
        file = kept_path(attachment, thumbnail=thumbnail).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file,
        content_type=attachment.media_type,
        as_attachment=not attachment.is_image,
        filename=attachment.name,
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def attachment(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Serve a file; 404 for everybody else."""
    return _served(request, file_id, thumbnail=False)


@require_safe
def thumbnail(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """Serve the small picture of a photograph."""
    return _served(request, file_id, thumbnail=True)
