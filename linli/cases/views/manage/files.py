"""Files in and out of the administration's pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.cases.imports.rows import Findings
from linli.cases.views.manage.frame import UNPROCESSABLE
from linli.territory.imports.report import Source, keep
from linli.web.rules.components import Crumb

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
}


def source_of(form: forms.Form) -> Source:
    """Return the upload of a form as importers want it."""
    upload = form.cleaned_data["file"]
    return Source(upload.name or "", upload.read())


class Plan(Protocol):
    """What a file would do, whatever it is about."""

    @property
    def source(self) -> Source:
        """The file."""

    @property
    def findings(self) -> Findings:
        """What is wrong in it, and what is only to be known."""


def refused_page(
    request: HttpRequest, plan: Plan, back: str, breadcrumbs: Sequence[Crumb]
) -> HttpResponse:
    """Show why a file was refused; the file and the report are kept. ``back``: name of a page."""
    report = plan.findings.report(plan.source.name)
    context = {
        "name": plan.source.name,
        "findings": plan.findings,
        "kept": keep(plan.source, report, timezone.localtime()).name,
        "back": back,
        "breadcrumbs": breadcrumbs,
    }
    return render(request, "cases/manage/refused_file.html", context, status=UNPROCESSABLE)


def attachment(data: bytes, name: str) -> HttpResponse:
    """Answer with a file to be saved."""
    response = HttpResponse(data, content_type=_TYPES[Path(name).suffix])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
