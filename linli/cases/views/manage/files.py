"""Files in and out of the administration's pages."""

from pathlib import Path

from django import forms
from django.http import HttpResponse
from django.utils import timezone

from linli.territory.imports.report import Report, Source, keep

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
}


def source_of(form: forms.Form) -> Source:
    """Return the upload of a form as importers want it."""
    upload = form.cleaned_data["file"]
    return Source(upload.name or "", upload.read())


def keep_refused(source: Source, report: Report) -> str:
    """Keep a refused file and its report; return the name of the folder they lie in."""
    return keep(source, report, timezone.localtime()).name


def attachment(data: bytes, name: str) -> HttpResponse:
    """Answer with a file to be saved."""
    response = HttpResponse(data, content_type=_TYPES[Path(name).suffix])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
