"""Cases as service requests: which ones, and what of them is public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.models import Case, CaseStep
from linli.cases.models.choices import Channel, RefusalReason, State
from linli.cases.rules.personal_numbers import personal_numbers, without
from linli.cases.rules.workflow import ENDED, OPEN
from linli.kernel.ids import arrival_bounds
from linli.open311.policies import point_is_public, words_are_public
from linli.open311.rules.faults import Fault
from linli.open311.rules.media import without_media
from linli.open311.rules.moments import parsed, spelled
from linli.open311.rules.wire import Row

LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1000
_STATES = {
    "open": tuple(sorted(state.value for state in OPEN)),
    "closed": tuple(sorted(state.value for state in ENDED)),
}
_COLUMNS = (
    "pk",
    "number",
    "arrival",
    "state",
    "kind",
    "refusal_reason",
    "description",
    "place",
    "lon",
    "lat",
    "reported_at",
    "accepted_at",
    "due_at",
    "category__code",
    "category__name",
    "category__name_en",
    "unit__name",
    "unit__name_en",
)


@dataclass(frozen=True)
class Wanted:
    """Which requests somebody asks for; ``numbers`` overrides everything else."""

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    after: int | None = None
    size: int = MOST_ROWS
    with_updates: bool = False


def _listed(text: str) -> tuple[str, ...]:
    # What no code and no number holds finds nothing, and some of it no database takes.
    parts = (part.strip() for part in text.split(",") if part.isprintable())
    return tuple(part for part in parts if part)


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        zone = timezone.get_current_timezone()
        moment = parsed(text, zone, is_end=name in {"end_date", "updated_before"})
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Fault(
            400,
            _("%(name)s is no date of the form 2026-01-31T00:00:00Z: %(value)s")
            % {"name": name, "value": text[:40]},
        ) from error


def _span(fields: Mapping[str, str], at: datetime) -> tuple[datetime, datetime]:
    """Return the dates asked for; the default, and the most, is 90 days."""
    since, until = _moment(fields, "start_date"), _moment(fields, "end_date")
    try:
        if since is None:
            until = until or at
            return until - LONGEST_SPAN, until
        if until is None:
            return since, min(at, since + LONGEST_SPAN) if since <= at else since
    except OverflowError as error:
        raise Fault(400, _("The dates lie outside the calendar.")) from error
    if until < since:
        raise Fault(400, _("end_date lies before start_date."))
    if until - since > LONGEST_SPAN + timedelta(days=1):
        raise Fault(400, _("start_date and end_date may lie at most 90 days apart."))
    return since, until


def _states(fields: Mapping[str, str]) -> tuple[str, ...]:
    names = _listed(fields.get("status", "").lower())
    unknown = [name for name in names if name not in _STATES]
    if unknown:
        raise Fault(400, _("status is open or closed, not %(value)s.") % {"value": unknown[0][:40]})
    if len(set(names)) != 1:
        return ()
    return _STATES[names[0]]


def _number(fields: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        value = int(text)
    except ValueError:
        value = most + 1
    if not least <= value <= most:
        raise Fault(
            400,
            _("%(name)s is a whole number from %(least)d to %(most)d.")
            % {"name": name, "least": least, "most": most},
        )
    return value


def wants_updates(fields: Mapping[str, str]) -> bool:
    """Say whether the changes of state are asked for besides what the standard gives."""
    return fields.get("extensions", "").strip().lower() in {"true", "v1", "1"}


def wanted(fields: Mapping[str, str], at: datetime) -> Wanted:
    """Read the filters of GET requests. Raises Fault with a sentence for what is no filter."""
    with_updates = wants_updates(fields)
    if fields.get("service_request_id", "").strip():
        numbers = _listed(fields["service_request_id"])
        return Wanted(numbers=numbers[:MOST_ROWS] or ("",), with_updates=with_updates)
    since, until = _span(fields, at)
    return Wanted(
        codes=_listed(fields.get("service_code", "")),
        states=_states(fields),
        since=since,
        until=until,
        updated_after=_moment(fields, "updated_after"),
        updated_before=_moment(fields, "updated_before"),
        after=_number(fields, "after", -(2**63), 2**63 - 1),
        size=_number(fields, "page_size", 1, MOST_ROWS) or MOST_ROWS,
        with_updates=with_updates,
    )


def _cases(asked: Wanted) -> QuerySet[Case]:
    if asked.numbers:
        return Case.objects.filter(number__in=asked.numbers)
    cases = Case.objects.all()
    if asked.since is not None and asked.until is not None:
        low, high = arrival_bounds(asked.since, asked.until)
        cases = cases.filter(arrival__gte=low, arrival__lte=high)
    if asked.after is not None:
        cases = cases.filter(arrival__lt=asked.after)
    if asked.codes:
        cases = cases.filter(category__code__in=asked.codes)
    if asked.states:
        cases = cases.filter(state__in=asked.states)
    changed = CaseStep.objects.filter(case=OuterRef("pk"))
    if asked.updated_after is not None:
        cases = cases.filter(Exists(changed.filter(at__gt=asked.updated_after)))
    if asked.updated_before is not None:
        cases = cases.exclude(Exists(changed.filter(at__gt=asked.updated_before)))
    return cases


def _read(cases: QuerySet[Case]) -> QuerySet[Case, dict[str, Any]]:
    newest = CaseStep.objects.filter(case=OuterRef("pk"), position=OuterRef("version"))
    rows: QuerySet[Case, dict[str, Any]] = (
        cases.order_by("-arrival")
        .annotate(updated_at=Subquery(newest.values("at")[:1]))
        .values(*_COLUMNS, "updated_at")
    )
    return rows


def _said(case: Mapping[str, Any], name: str, is_english: bool) -> str | None:
    value: str | None = (case[f"{name}_en"] if is_english else "") or case[name]
    return value


def _notes(case: Mapping[str, Any]) -> str:
    label = str(State(case["state"]).label)
    if case["refusal_reason"]:
        return f"{label}: {RefusalReason(case['refusal_reason']).label}"
    return label


def public_words(text: str) -> str:
    """Return words without the numbers of persons and without links to pictures."""
    text = without_media(text)
    return without(text, personal_numbers(text))


def row_of(case: Mapping[str, Any], *, is_english: bool) -> Row:
    """Return one case as a service request: the columns of the standard, and only these."""
    zone = timezone.get_current_timezone()
    shows_words = words_are_public(case["kind"], case["state"], case["accepted_at"])
    shows_point = point_is_public(case["kind"])
    return {
        "service_request_id": case["number"],
        "status": "closed" if case["state"] in _STATES["closed"] else "open",
        "status_notes": _notes(case),
        "service_name": _said(case, "category__name", is_english),
        "service_code": case["category__code"],
        "description": public_words(case["description"]) if shows_words else None,
        "agency_responsible": _said(case, "unit__name", is_english),
        "service_notice": None,
        "requested_datetime": spelled(case["reported_at"], zone),
        "updated_datetime": spelled(case["updated_at"] or case["reported_at"], zone),
        "expected_datetime": spelled(case["due_at"], zone),
        "address": (public_words(case["place"]) or None) if shows_words else None,
        "address_id": None,
        "zipcode": None,
        "lat": case["lat"] if shows_point else None,
        "long": case["lon"] if shows_point else None,
        "media_url": None,
    }


def _updates(ids: list[UUID]) -> dict[UUID, list[Row]]:
    """Return when each case changed its state, oldest first; nobody's words."""
    zone = timezone.get_current_timezone()
    found: dict[UUID, list[Row]] = {}
    steps = CaseStep.objects.filter(case__in=ids).exclude(source_state=F("target_state"))
    for case_id, state, at in steps.order_by("case", "position").values_list(
        "case_id", "target_state", "at"
    ):
        found.setdefault(case_id, []).append(
            {
                "updated_datetime": spelled(at, zone),
                "status": "closed" if state in _STATES["closed"] else "open",
                "description": str(State(state).label),
            }
        )
    return found


def _rows(cases: list[dict[str, Any]], with_updates: bool) -> list[Row]:
    is_english = get_language() == "en"
    rows = [row_of(case, is_english=is_english) for case in cases]
    if not with_updates:
        return rows
    updates = _updates([case["pk"] for case in cases])
    return [
        {**row, "updates": updates.get(case["pk"], [])}
        for row, case in zip(rows, cases, strict=True)
    ]


def page_of(asked: Wanted) -> tuple[list[Row], int | None]:
    """Return the newest rows that fit, at most 1,000, and where the next page begins or None."""
    size = MOST_ROWS if asked.numbers else asked.size
    # The keys first, of an index alone: beside other tables SQLite would sort all that fit.
    keys = _cases(asked).order_by("-arrival").values_list("arrival", flat=True)[: size + 1]
    cases = list(_read(Case.objects.filter(arrival__in=list(keys))))
    more = len(cases) > size
    cases = cases[:size]
    return _rows(cases, asked.with_updates), cases[-1]["arrival"] if more else None


def request_of(number: str, *, with_updates: bool = False) -> list[Row]:
    """Return the one request with a number, or an empty list."""
    if not number.isprintable():
        return []
    return _rows(list(_read(Case.objects.filter(number=number))[:1]), with_updates)


def number_of(token: UUID) -> str | None:
    """Return the number of the case that a client's id made, or None."""
    made = Case.objects.filter(pk=token, channel=Channel.OPEN311.value)
    return made.values_list("number", flat=True).first()
