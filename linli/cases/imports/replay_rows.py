"""From a row of somebody's table to a case as it went there; every fault has a sentence."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from linli.cases.actions.replaying import Deed, Past
from linli.cases.imports.mapping import CaseMapping, Way
from linli.cases.imports.replay_setup import DOERS, Stage, space_of
from linli.cases.imports.replay_table import TableRow
from linli.cases.models.choices import Channel, Kind
from linli.cases.policies.reporting import Report, refuse_report
from linli.cases.queries.categories import current_version
from linli.cases.rules.workflow import CaseVerb

_LONGEST_SOURCE = 80


class RowRefused(Exception):
    """This row does not become a case; the sentence says why."""


class Reader:
    """Reads the rows of one table by one mapping."""

    def __init__(self, mapping: CaseMapping, stage: Stage) -> None:
        self._mapping, self._stage = mapping, stage
        self._space: UUID = space_of(mapping)

    def past(self, row: TableRow) -> Past:
        """Return the case of a row. Raises RowRefused."""
        source = self._source(row)
        reported = self._needed_moment(row, self._mapping.columns.reported)
        closed = self._moment(row, self._mapping.columns.closed)
        way = self._way(row, reported, closed)
        report = self._report(row, source, reported)
        case_id = uuid5(self._space, source)
        return Past(case_id, report, reported, self._deeds(row, way, reported, closed or reported))

    def flag(self, row: TableRow) -> bool | None:
        """Return whether the source itself says that a closed case was in time; None: silent."""
        closed = row.text(self._mapping.columns.closed)
        return (
            self._mapping.on_time.get(row.text(self._mapping.columns.on_time)) if closed else None
        )

    def _source(self, row: TableRow) -> str:
        given = row.text(self._mapping.columns.id)
        source = f"{self._mapping.source}:{given}"
        if not given or len(source) > _LONGEST_SOURCE:
            raise RowRefused(_("The row has no id, or one that is too long."))
        return source

    def _moment(self, row: TableRow, column: str) -> datetime | None:
        text = row.text(column)
        if not text:
            return None
        try:
            return self._mapping.dates.read(text).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise RowRefused(
                _("%(column)s is no moment as the mapping says: %(text)s")
                % {"column": column, "text": text[:40]}
            ) from error

    def _needed_moment(self, row: TableRow, column: str) -> datetime:
        moment = self._moment(row, column)
        if moment is None:
            raise RowRefused(_("%(column)s is empty.") % {"column": column})
        return moment

    def _way(self, row: TableRow, reported: datetime, closed: datetime | None) -> Way:
        status = row.text(self._mapping.columns.status)
        way = self._mapping.ways.get(status)
        if way is None:
            raise RowRefused(_("The mapping has no status %(text)s.") % {"text": status[:40]})
        if way.closing and closed is None:
            raise RowRefused(_("The status is %(text)s, but no date says when.") % {"text": status})
        if closed is not None and not way.closing:
            text = _("The status is %(text)s, but there is a date of closing.")
            raise RowRefused(text % {"text": status})
        if closed is not None and closed < reported:
            raise RowRefused(_("It was closed before it was reported."))
        return way

    def _degrees(self, row: TableRow, column: str) -> float | None:
        text = row.text(column)
        if not text:
            return None
        try:
            return float(text)
        except ValueError as error:
            raise RowRefused(
                _("%(column)s is no number: %(text)s") % {"column": column, "text": text[:40]}
            ) from error

    def _channel(self, row: TableRow) -> Channel:
        text = row.text(self._mapping.columns.channel)
        if not text or not self._mapping.channels:
            return self._mapping.usual.channel
        if text not in self._mapping.channels:
            raise RowRefused(_("The mapping has no channel %(text)s.") % {"text": text[:40]})
        return self._mapping.channels[text]

    def _kind(self, row: TableRow) -> Kind:
        text = row.text(self._mapping.columns.kind)
        try:
            return Kind(text) if text else self._mapping.usual.kind
        except ValueError as error:
            raise RowRefused(_("There is no kind %(text)s.") % {"text": text[:40]}) from error

    def _report(self, row: TableRow, source: str, reported: datetime) -> Report:
        columns = self._mapping.columns
        words = (row.text(columns.group), row.text(columns.category))
        category = self._stage.categories.get(words)
        if category is None:
            raise RowRefused(_("%(column)s is empty.") % {"column": columns.category})
        report = Report(
            category=category,
            kind=self._kind(row),
            channel=self._channel(row),
            title=row.text(columns.title) or words[1],
            place=row.text(columns.place),
            lon=self._degrees(row, columns.lon),
            lat=self._degrees(row, columns.lat),
            source=source,
            stated_due_at=self._moment(row, columns.due),
        )
        version = current_version(category, reported)
        refusal = refuse_report(report, version) if version is not None else None
        if refusal is not None:
            raise RowRefused(str(refusal))
        return report

    def _deeds(
        self, row: TableRow, way: Way, opened: datetime, closed: datetime
    ) -> tuple[Deed, ...]:
        columns = self._mapping.columns
        unit = self._stage.units.get((row.text(columns.office), row.text(columns.unit)))
        if unit is None and CaseVerb.DISPATCH in (*way.opening, *way.closing):
            raise RowRefused(_("%(column)s is empty.") % {"column": columns.unit})
        people, note = self._stage.people, self._mapping.usual.feedback
        moments = [(verb, opened) for verb in way.opening]
        moments += [(verb, closed) for verb in way.closing]
        return tuple(
            Deed(
                verb=verb,
                at=at,
                by=people[DOERS[verb]],
                note=note if verb is CaseVerb.FEEDBACK else "",
                unit=unit if verb is CaseVerb.DISPATCH else None,
            )
            for verb, at in moments
        )
