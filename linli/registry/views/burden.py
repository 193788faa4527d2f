"""What forms ask of workers, month by month, and the field dictionary that keeps it small."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.rules.roles import Permission
from linli.registry.models import RecordKind
from linli.registry.policies.values import label_of
from linli.registry.queries.burden import UPKEEP, burden_in, month_called, months_until, total_of
from linli.registry.rules.dictionary import ADDRESS, CellType, Field, dictionary
from linli.web.views.doors import needs

_OWNERS: dict[str, Promise] = {
    "centre": _("the centre"),
    "office": _("the office in charge"),
    "resident": _("the resident"),
    "grid_worker": _("the grid worker"),
    "organisation": _("the organisation"),
}
_TYPES: dict[CellType, Promise] = {
    CellType.TEXT: _("free text"),
    CellType.NAME: _("name of a person"),
    CellType.TELEPHONE: _("telephone"),
    CellType.IDENTITY: _("last four signs"),
    CellType.YEAR: _("year"),
    CellType.DATE: _("date"),
    CellType.COUNT: _("count"),
    CellType.SURFACE: _("m²"),
    CellType.YES_NO: _("yes or no"),
    CellType.CHOICE: _("choice"),
    CellType.ADDRESS: _("address"),
    CellType.CREDIT_CODE: _("credit code"),
    CellType.POINT: _("coordinate"),
}


@never_cache
@require_safe
@needs(Permission.SEE_DESK)
def burden(request: HttpRequest) -> HttpResponse:
    """Show for a month what each office asks of people, and how much of it is known."""
    today = timezone.localdate()
    month = month_called(request.GET.get("month", ""), today)
    parts = burden_in(month)
    context = {
        "month": month,
        "months": months_until(today),
        "parts": [one for one in parts if one.requester != UPKEEP],
        "upkeep": next((one for one in parts if one.requester == UPKEEP), None),
        "total": total_of(parts),
    }
    return render(request, "registry/burden.html", context)


def _spoken(words: Iterable[str]) -> list[str]:
    """Return the words that are of the reader's language."""
    is_english = (translation.get_language() or "").startswith("en")
    return [word for word in dict.fromkeys(words) if word.isascii() == is_english]


def _row(field: Field) -> dict[str, object]:
    own = {field.label, field.label_en}
    return {
        "key": field.key,
        "label": label_of(field),
        "type": _TYPES[field.type],
        "owner": _OWNERS[field.owner],
        "months": field.confirm_months,
        "approval": field.needs_approval,
        "sealed": field.is_sealed,
        "required": field.is_required,
        "synonyms": [word for word in _spoken(field.synonyms) if word not in own],
    }


@require_safe
@needs(Permission.SEE_DESK)
def field_dictionary(request: HttpRequest) -> HttpResponse:
    """Show every fact of the registry, with the one who answers for it."""
    labels: dict[str, object] = {ADDRESS: _("address"), **dict(RecordKind.choices)}
    known = dictionary()
    parts = [
        (kind, label, [_row(one) for one in known.fields.values() if one.kind == kind])
        for kind, label in labels.items()
    ]
    context = {"parts": parts, "version": known.version, "count": len(known.fields)}
    return render(request, "registry/dictionary.html", context)
