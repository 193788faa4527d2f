"""Records of persons that leave the house: asked for by one, approved by another, marked."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.models import Person
from linli.accounts.rules.roles import Permission
from linli.audit.actions import acting, record_read
from linli.kernel.refusal import Refusal, Refused
from linli.registry.actions.filling import about, records_for, sheets_of
from linli.registry.actions.layouts import Layout
from linli.registry.actions.reading import record_reads
from linli.registry.actions.sealing import opened
from linli.registry.models import Export, ExportState, LegalBasis, ResidenceKind, Resident
from linli.registry.policies.asking import refuse_rows
from linli.registry.policies.looking import (
    is_area_of,
    refuse_export_decision,
    refuse_lacking,
    refuse_taking,
    refuse_words,
)
from linli.registry.policies.scopes import Who, visible_records
from linli.registry.rules.filled import filled_form
from linli.registry.rules.watermarks import Watermark, watermarked

_SEALED = ("name", "telephone")
_Reader = Callable[[Resident, Mapping[str, str]], str]


def _address(row: Resident, _plain: Mapping[str, str]) -> str:
    return row.dwelling.address.line if row.dwelling is not None else ""


def _village(row: Resident, _plain: Mapping[str, str]) -> str:
    return str(row.dwelling.address.division) if row.dwelling is not None else ""


# What may leave the house. Identity numbers and assistance never do.
COLUMNS: Mapping[str, tuple[Promise, _Reader]] = {
    "name": (gettext_lazy("Full name"), lambda _row, plain: plain["name"]),
    "telephone": (gettext_lazy("Telephone"), lambda _row, plain: plain["telephone"]),
    "village": (gettext_lazy("Village or community"), _village),
    "address": (gettext_lazy("Address"), _address),
    "residence": (
        gettext_lazy("Kind of residence"),
        lambda row, _plain: str(ResidenceKind(row.residence).label),
    ),
    "birth_year": (gettext_lazy("Year of birth"), lambda row, _plain: str(row.birth_year or "")),
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to take along: code of an area, columns, what for, and by which law.

    ``layout``: the form of another office that is filled, instead of columns of our own.
    """

    area: str
    fields: tuple[str, ...]
    purpose: str
    basis: LegalBasis
    layout: Layout | None = None


def layout_of(export: Export) -> Layout | None:
    """Return the form that an export fills, if it fills one."""
    return Layout.from_json(export.kind, export.form) if export.form else None


def column_names(export: Export) -> list[str]:
    """Return what the columns of an export are called."""
    layout = layout_of(export)
    if layout is not None:
        return [
            one.name for sheet in layout.sheets for one in sheet.columns if one.key in sheet.keys
        ]
    return [str(COLUMNS[name][0]) for name in export.fields]


def _rows_of(export: Export, at: datetime) -> list[QuerySet[Any]]:
    """Return the records of the area, for each sheet, as far as they exist for whoever asked."""
    who = Who.of(export.by, at)
    if (layout := layout_of(export)) is not None:
        found = [records_for(sheet, export.area, who, at) for sheet in layout.sheets]
        return found if is_area_of(who, export.area) else [rows.none() for rows in found]
    theirs = visible_records(Resident, who, at)
    # What an emergency opens is read on its page, and taken along nowhere.
    if not is_area_of(who, export.area):
        theirs = theirs.none()
    within = theirs.filter(grid__code__startswith=export.area)
    related = within.select_related("dwelling__address__division")
    return [related.defer("dwelling__address__division__geometry").order_by("grid_id", "id")]


def ask_export(*, asked: Asked, by: Person, at: datetime, act_id: uuid.UUID) -> Export:
    """Ask for an export; nothing leaves before somebody else approved it."""
    if refusal := refuse_lacking(by, Permission.ASK_EXPORT, at) or refuse_words(asked.purpose):
        raise Refused(refusal)
    layout = asked.layout
    offered = set(COLUMNS) if layout is None else set(layout.all_keys)
    if not asked.fields or set(asked.fields) - offered:
        raise Refused(Refusal("fields", _("Choose the columns that the purpose needs.")))
    with acting(
        act_id,
        "registry.ask_export",
        by=by,
        at=at,
        subject=act_id,
        payload={"area": asked.area, "fields": asked.fields, "purpose": asked.purpose},
        detail={"area": asked.area, "reason": asked.purpose},
    ) as first_time:
        if not first_time:
            return Export.objects.get(pk=act_id)
        export = Export(
            id=act_id,
            by=by,
            at=at,
            purpose=asked.purpose.strip(),
            basis=asked.basis.name,
            area=asked.area,
            fields=[name for name in COLUMNS if name in asked.fields],
        )
        if layout is not None:
            _put_form(export, layout, by, at)
        if not any(rows.exists() for rows in _rows_of(export, at)):
            raise Refused(Refusal("empty", _("No record that you may see lies there.")))
        export.save(force_insert=True)
    return export


def _put_form(export: Export, layout: Layout, by: Person, at: datetime) -> None:
    """Let an export fill a form; Refused where records of its kind are not theirs."""
    for sheet in layout.sheets:
        if refusal := refuse_rows(Who.of(by, at), sheet.kind, export.area):
            raise Refused(refusal)
    export.fields, export.kind = list(layout.all_keys), layout.kind
    export.form = layout.as_json()


@dataclass(frozen=True)
class Decision:
    """Yes, or no with the reason for it."""

    is_yes: bool
    words: str = ""


def decide_export(
    *, export_id: uuid.UUID, decision: Decision, by: Person, at: datetime, act_id: uuid.UUID
) -> Export:
    """Approve or refuse what another person asked for."""
    with acting(
        act_id,
        "registry.approve_export" if decision.is_yes else "registry.refuse_export",
        by=by,
        at=at,
        subject=export_id,
        payload={"yes": decision.is_yes, "words": decision.words},
        detail={"reason": decision.words} if decision.words else None,
    ) as first_time:
        export = Export.objects.select_for_update(of=("self",)).get(pk=export_id)
        if not first_time:
            return export
        refusal = refuse_export_decision(export, by, at)
        if refusal is None and not decision.is_yes:
            refusal = refuse_words(decision.words)
        if refusal:
            raise Refused(refusal)
        export.state = ExportState.APPROVED if decision.is_yes else ExportState.REFUSED
        export.decided_by, export.decided_at = by, at
        export.answer = decision.words.strip()
        export.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    return export


def _cells(rows: Sequence[Resident], fields: Sequence[str]) -> Iterator[list[str]]:
    readers = [COLUMNS[name][1] for name in fields]
    sealed = tuple(name for name in _SEALED if name in fields)
    for row in rows:
        plain = opened(row, sealed) if sealed else {}
        yield [read(row, plain) for read in readers]


def _mark(export: Export, at: datetime) -> Watermark:
    moment = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    approver = export.decided_by.name if export.decided_by is not None else ""
    who, when, why = export.by.name, moment, export.purpose
    line = _("Taken by %(who)s on %(when)s for: %(why)s. Do not pass on.") % {
        "who": who,
        "when": when,
        "why": why,
    }
    facts = [
        (_("Taken by"), who),
        (_("Taken at"), when),
        (_("Purpose"), why),
        (_("Legal basis"), export.basis),
        (_("Approved by"), approver),
        (_("Area"), export.area),
        (_("Number of the export"), str(export.pk)),
    ]
    sheet = _("Residents") if not export.form else _("Form")
    return Watermark(str(export.pk), line, facts, sheet, _("About this file"))


def take_export(*, export_id: uuid.UUID, by: Person, at: datetime) -> bytes:
    """Make the file now, for whoever asked and while the approval holds.

    That it was taken, and each resident in it, is recorded before a record is opened. The file
    is stored nowhere. Raises Refused, and Export.DoesNotExist.
    """
    with transaction.atomic():
        locked = Export.objects.select_for_update(of=("self",)).select_related("by", "decided_by")
        export = locked.get(pk=export_id)
        if refusal := refuse_taking(export, by, at):
            raise Refused(refusal)
        found = [list(rows) for rows in _rows_of(export, at)]
        record_read(by=by, subject=export.pk, verb="export", at=at, reason=export.purpose)
        # A record that stands on two sheets is read once.
        subjects = list(dict.fromkeys(row.pk for rows in found for row in rows))
        record_reads(by=by, subjects=subjects, verb="exported", at=at, reason=export.purpose)
        export.rows, export.taken_at = sum(map(len, found)), at
        export.save(update_fields=["rows", "taken_at"])
    layout = layout_of(export)
    if layout is not None:
        sheets = sheets_of(layout, found, timezone.localdate(at))
        return filled_form(sheets, about(layout, ()), _mark(export, at))
    return watermarked(_mark(export, at), column_names(export), _cells(found[0], export.fields))
