"""The history of a record for its page: what became of its facts, and of the record itself."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.accounts.queries import names_of
from linli.audit.queries import events_of, words_of
from linli.audit.queries.details import Details
from linli.registry.actions.history import history_of
from linli.registry.models import ChangeState, Errand
from linli.registry.policies.values import label_of
from linli.web.rules.components import TimelineEntry
from linli.web.views.doors import person_of

_TONES = {
    ChangeState.PROPOSED: ("warning", "hourglass"),
    ChangeState.APPLIED: ("success", "circle-check"),
    ChangeState.REFUSED: ("danger", "circle-x"),
    ChangeState.OVERTAKEN: ("quiet", "arrow-forward"),
    ChangeState.UNDONE: ("quiet", "arrow-back-up"),
}
# Acts on the record itself, which no change of a fact tells of, with the icon of each.
_ACTS: Mapping[str, str] = {
    "registry.confirm": "checks",
    "registry.create": "plus",
    "registry.end": "circle-minus",
    "registry.hand_over": "users",
    "registry.import_record": "file-import",
    "registry.merge": "arrows-join",
    "registry.take_up": "rotate-clockwise",
    "registry.unmerge": "arrows-split",
}
_SAID = frozenset({"fields", "ended_on", "take", "workers"})
_MOST = 100


def _acts_on(row: Any) -> list[TimelineEntry]:
    events = list(events_of(row.pk).filter(verb__in=list(_ACTS)).reverse()[:_MOST])
    names, details = names_of(one.actor for one in events if one.actor), Details()
    return [
        TimelineEntry(
            at=one.at,
            verb=words_of(one.verb),
            icon=_ACTS[one.verb],
            person=names.get(one.actor, "") if one.actor else "",
            tone="quiet",
            details=details.lines(one.detail, _SAID),
        )
        for one in events
    ]


def entries_of(row: Any, request: HttpRequest, errand: Errand) -> list[TimelineEntry]:
    """Return the history of a record for its page, the newest first; sealed facts are masked.

    Changes of facts, and how the record was made, confirmed, ended, put together and parted.
    """
    found = _acts_on(row)
    lines = history_of(record=row, by=person_of(request), at=timezone.now(), errand=errand)
    for line in lines:
        change = line.change
        tone, icon = _TONES[ChangeState(change.state)]
        label = label_of(line.fact) if line.fact else change.field
        details: list[tuple[object, object]] = [
            (_("Change"), f"{line.before or '–'} → {line.after or '–'}"),
            (_("Source"), change.source.sender),
        ]
        if change.decided_by is not None:
            details.append((_("Decided by"), change.decided_by.name))
        found.append(
            TimelineEntry(
                at=change.at,
                verb=f"{label}{_(': ')}{change.get_state_display()}",
                icon=icon,
                person=change.by.name if change.by is not None else "",
                note=change.reason,
                tone=tone,
                details=details,
            )
        )
    return sorted(found, key=lambda one: one.at, reverse=True)
