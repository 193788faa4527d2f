"""Pages of the auditor: whether the log is whole, and what happened to one thing."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.forms import SubjectForm
from linli.accounts.queries import names_of
from linli.accounts.rules.roles import Permission
from linli.accounts.views.doors import needs, person_of
from linli.accounts.views.people import Way
from linli.audit import queries
from linli.audit.actions import make_checkpoint, record_read
from linli.audit.models import Event
from linli.audit.queries.details import Details

_NEWEST, _MOST_EVENTS, _STRETCH = 20, 500, 200
# Databases take so many values in one question.
_ASKED_AT_ONCE = 1000
# Above this a page would answer too late: the command shows its progress.
_MOST_TO_VERIFY_HERE = 100_000


@dataclass(frozen=True)
class Line:
    """One event as the auditor reads it; ``who`` is empty for the public and the clock.

    ``about`` names the case, person or unit; it is empty where only an id is known. ``told``: the
    stored detail in words; there is none where nothing was told or it was erased. ``times``: of so
    many subjects, where one act read them all.
    """

    event: Event
    who: str
    about: str
    told: list[tuple[str, str]]
    times: int = 1

    @property
    def what(self) -> str:
        """What was done, in words."""
        return queries.words_of(self.event.verb)


def _subjects(events: Iterable[Event]) -> dict[UUID, str]:
    """Return what the domains above call the subjects of events."""
    ids = list({event.subject for event in events if event.subject})
    names: dict[UUID, str] = {}
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        for path in settings.LINLI_AUDIT_NAMES:
            names |= import_string(path)(ids[start : start + _ASKED_AT_ONCE])
    return names


def _lines(events: Iterable[Event]) -> list[Line]:
    found = list(events)
    people = names_of(event.actor for event in found if event.actor)
    subjects, details = _subjects(found), Details()
    return [
        Line(
            event,
            people.get(event.actor, "") if event.actor else "",
            subjects.get(event.subject, "") if event.subject else "",
            details.lines(event.detail),
        )
        for event in found
    ]


def _told_once(events: Iterable[Event]) -> list[Line]:
    """Return one line for what one act read of many: an export reads hundreds at once."""
    runs = [list(run) for _act, run in groupby(events, _act_of)]
    lines = _lines(run[0] for run in runs)
    return [replace(line, times=len(run)) for line, run in zip(lines, runs, strict=True)]


def _act_of(event: Event) -> tuple[object, ...]:
    return event.verb, event.actor, event.at, event.detail


def _way(label: object) -> list[Way]:
    return [Way(_("Audit log"), reverse("accounts:audit")), Way(label)]


@require_safe
@needs(Permission.SEE_AUDIT)
def state(request: HttpRequest) -> HttpResponse:
    """Show the chains, the published checkpoints and the newest events."""
    chains = queries.chain_states()
    context = {
        "form": SubjectForm(),
        "chains": chains,
        "total": sum(chain.length for chain in chains),
        "checkpoints": list(queries.latest_checkpoints(10)),
        "lines": _lines(queries.newest_events(_NEWEST)),
        "waiting": queries.unsettled().count(),
    }
    return render(request, "accounts/audit.html", context)


@require_POST
@needs(Permission.SEE_AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Verify every chain and say what was found."""
    total = sum(chain.length for chain in queries.chain_states())
    if total > _MOST_TO_VERIFY_HERE:
        messages.info(
            request,
            _("The log is long: run `linli verify-audit` on the server, it shows its progress."),
        )
        return redirect("accounts:audit")
    found = list(queries.faults())
    context = {"faults": found, "total": total, "breadcrumbs": _way(_("Verification"))}
    return render(request, "accounts/audit_verified.html", context)


@require_POST
@needs(Permission.SEE_AUDIT)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Publish the heads of the chains now."""
    make_checkpoint(at=timezone.now())
    messages.success(request, _("A checkpoint was published."))
    return redirect("accounts:audit")


def _subject(form: SubjectForm) -> UUID | None:
    """Return the id behind what was typed; the domains above say what their numbers mean."""
    if not form.is_valid() or not form.cleaned_data["q"]:
        return None
    words = form.cleaned_data["q"].strip()
    found = (import_string(path)(words) for path in settings.LINLI_AUDIT_SUBJECTS)
    return form.as_id() or next((one for one in found if one is not None), None)


@require_safe
@needs(Permission.SEE_AUDIT)
def events(request: HttpRequest) -> HttpResponse:
    """Show what happened to one case, person or unit; looking is recorded like any read."""
    form = SubjectForm(request.GET)
    subject = _subject(form)
    lines: list[Line] = []
    if subject is not None:
        record_read(by=person_of(request), subject=subject, verb="audit", at=timezone.now())
        lines = _lines(queries.events_of(subject).reverse()[:_MOST_EVENTS])
    context = {
        "form": form,
        "words": request.GET.get("q", ""),
        "subject": subject,
        "lines": lines,
        "breadcrumbs": _way(_("Events")),
    }
    return render(request, "accounts/audit_events.html", context)


@require_safe
@needs(Permission.SEE_AUDIT)
def reads(request: HttpRequest) -> HttpResponse:
    """Show who looked at whose data and why, so many lines at a time."""
    given = request.GET.get("back", "0")
    back = int(given) if given.isdecimal() and len(given) < len("100000") else 0
    context = {
        "lines": _told_once(queries.reads_of_person_data(_STRETCH, back)),
        "newer": f"?back={back - 1}" if back else "",
        "older": f"?back={back + 1}" if queries.has_older_reads(_STRETCH, back) else "",
        "breadcrumbs": _way(_("Read log")),
    }
    return render(request, "accounts/audit_reads.html", context)


_COLUMNS = ("lane", "seq", "id", "verb", "actor", "subject", "at", "received_at")
_HASHES = ("fingerprint", "detail_hash", "hash")


class _Line:
    """A file for csv that gives each line back."""

    def write(self, line: str) -> str:
        return line


def _rows() -> Iterator[list[str]]:
    yield [*_COLUMNS, *_HASHES]
    found = Event.objects.order_by("lane", "seq").defer("salt", "detail")
    for event in found.iterator(chunk_size=2000):
        facts = [getattr(event, name) for name in _COLUMNS]
        texts = ["" if x is None else getattr(x, "isoformat", x.__str__)() for x in facts]
        yield [*texts, *(bytes(getattr(event, name)).hex() for name in _HASHES)]


@require_safe
@needs(Permission.SEE_AUDIT)
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Send the whole log as CSV: all that goes into the hashes, and no readable detail.

    With it anybody can reckon the chains again on another machine (docs/guides/administrator.md).
    """
    me = person_of(request)
    record_read(by=me, subject=me.pk, verb="audit_log", at=timezone.now())
    writer = csv.writer(_Line())
    lines = (writer.writerow(row) for row in _rows())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="linli-audit.csv"'
    return response
