"""The mapping file: which column of somebody's table is what here (TOML)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.cases.actions.replaying import STRAIGHT_WAY
from linli.cases.models.choices import Channel, Kind
from linli.cases.rules.workflow import CASE_WORKFLOW, CaseState, CaseVerb
from linli.kernel.workflow import ForbiddenStepError
from linli.territory.rules.codes import BadCode, division_code

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "mappings"
_LONGEST_SOURCE = 20
# Part of the history: the same in whatever language the command is run.
_FEEDBACK = "已在原系统办结。Closed in the source system."
_LEVELS = (("district", 6), ("township", 9), ("village", 12))


class BadMapping(Exception):
    """The mapping file cannot be used; the sentence says where and why."""


@dataclass(frozen=True)
class Columns:
    """Names of columns; "" is not there. The first seven have to be."""

    id: str
    reported: str
    closed: str
    status: str
    category: str
    unit: str
    title: str
    due: str = ""
    group: str = ""
    office: str = ""
    place: str = ""
    lat: str = ""
    lon: str = ""
    channel: str = ""
    kind: str = ""
    on_time: str = ""

    def named(self) -> set[str]:
        """Return the names that the table's header must hold."""
        return {name for entry in fields(self) if (name := getattr(self, entry.name))}


@dataclass(frozen=True)
class Way:
    """The verbs after the report: those done when it was reported, those when it was closed."""

    opening: tuple[CaseVerb, ...]
    closing: tuple[CaseVerb, ...]


@dataclass(frozen=True)
class Dates:
    """How moments are written, and in which zone."""

    format: str
    zone: ZoneInfo

    def read(self, text: str) -> datetime:
        """Return a moment; ValueError when it is none."""
        if self.format == "iso":
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, self.format)  # noqa: DTZ007 - the zone follows
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


@dataclass(frozen=True)
class Ground:
    """The made-up divisions that the areas lie in, and the column that names an area."""

    since: date
    divisions: tuple[tuple[str, str, str], ...]
    area_code: str

    @property
    def village(self) -> str:
        """The code of the community that all areas are grids of."""
        return self.divisions[-1][0]


@dataclass(frozen=True)
class Usual:
    """What is taken where the table is silent."""

    kind: Kind
    channel: Channel
    feedback: str


@dataclass(frozen=True)
class CaseMapping:
    """All that a mapping file says."""

    source: str
    columns: Columns
    dates: Dates
    ways: Mapping[str, Way]
    channels: Mapping[str, Channel]
    on_time: Mapping[str, bool]
    usual: Usual
    ground: Ground


def find(name: Path) -> Path:
    """Return the file itself, or the one of that name that comes with linli."""
    if name.exists() or name.parent != Path():
        return name
    shipped = SHIPPED / name.name
    return shipped if shipped.exists() else name


def read_mapping(path: Path) -> CaseMapping:
    """Read a mapping file. Raises BadMapping with a sentence, OSError when there is no file."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(
            _("%(file)s is no TOML: %(reason)s.") % {"file": path.name, "reason": error}
        ) from error
    try:
        return _mapping(raw)
    except BadMapping as error:
        raise BadMapping(f"{path.name}: {error}") from error


def _mapping(raw: Mapping[str, Any]) -> CaseMapping:
    source = str(raw.get("source", ""))
    if not source.isidentifier() or len(source) > _LONGEST_SOURCE:
        raise BadMapping(
            _("source is a word of at most %(n)d letters and digits.") % {"n": _LONGEST_SOURCE}
        )
    return CaseMapping(
        source=source,
        columns=_columns(_part(raw, "columns")),
        dates=_dates(_part(raw, "dates")),
        ways={name: _way(name, text) for name, text in _part(raw, "statuses").items()},
        channels={
            name: _choice(Channel, value, "channels")
            for name, value in _part(raw, "channels", optional=True).items()
        },
        on_time=_part(raw, "on_time", optional=True),
        usual=_usual(_part(raw, "defaults", optional=True)),
        ground=_ground(_part(raw, "territory")),
    )


def _part(raw: Mapping[str, Any], name: str, *, optional: bool = False) -> Mapping[str, Any]:
    part = raw.get(name, {} if optional else None)
    if not isinstance(part, dict):
        raise BadMapping(_("The part [%(name)s] is missing.") % {"name": name})
    return part


def _columns(part: Mapping[str, Any]) -> Columns:
    known = {entry.name for entry in fields(Columns)}
    unknown = sorted(set(part) - known)
    if unknown:
        raise BadMapping(
            _("[columns] knows no %(name)s; it knows %(known)s.")
            % {"name": unknown[0], "known": ", ".join(sorted(known))}
        )
    try:
        return Columns(**{name: str(value) for name, value in part.items()})
    except TypeError as error:
        text = _("[columns] needs id, reported, closed, status, category, unit and title.")
        raise BadMapping(text) from error


def _dates(part: Mapping[str, Any]) -> Dates:
    try:
        return Dates(str(part.get("format", "iso")), ZoneInfo(str(part.get("zone", ""))))
    except (KeyError, ValueError, OSError) as error:
        text = _("[dates] zone is the name of a time zone, such as America/New_York.")
        raise BadMapping(text) from error


def _way(name: str, text: object) -> Way:
    """Read the verbs of a status, and walk them through the workflow."""
    opening, _bar, closing = str(text).partition("|")
    try:
        way = Way(_verbs(opening), _verbs(closing))
        state = CaseState.REPORTED
        for verb in (*way.opening, *way.closing):
            state = CASE_WORKFLOW.target(verb, state)
    except (ValueError, ForbiddenStepError) as error:
        raise BadMapping(
            _("[statuses] %(name)s: no case can go that way (%(reason)s).")
            % {"name": name, "reason": error}
        ) from error
    return way


def _verbs(text: str) -> tuple[CaseVerb, ...]:
    verbs = tuple(CaseVerb(word) for word in text.split())
    for verb in verbs:
        if verb not in STRAIGHT_WAY:
            raise ValueError(verb.value)
    return verbs


def _choice(kind: Any, value: object, where: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise BadMapping(
            _("[%(where)s] %(value)s is none of %(known)s.")
            % {"where": where, "value": value, "known": ", ".join(kind.values)}
        ) from error


def _usual(part: Mapping[str, Any]) -> Usual:
    return Usual(
        kind=_choice(Kind, part.get("kind", Kind.HELP.value), "defaults"),
        channel=_choice(Channel, part.get("channel", Channel.OTHER_SYSTEM.value), "defaults"),
        feedback=str(part.get("feedback", "")) or _FEEDBACK,
    )


def _ground(part: Mapping[str, Any]) -> Ground:
    divisions = []
    for name, digits in _LEVELS:
        entry = part.get(name)
        if not isinstance(entry, list) or not 2 <= len(entry) <= 3:
            text = _("[territory] %(name)s is a list: code, name, name in English.")
            raise BadMapping(text % {"name": name})
        code, label, english = (*map(str, entry), "")[:3]
        divisions.append((_code(code, name, digits), label, english))
    since = part.get("since")
    if not isinstance(since, date):
        raise BadMapping(_("[territory] since is a day, written 2011-01-01."))
    return Ground(since, tuple(divisions), str(part.get("area_code", "")))


def _code(text: str, name: str, digits: int) -> str:
    try:
        code = division_code(text)
    except BadCode:
        code = ""
    if len(code) != digits:
        raise BadMapping(
            _("[territory] %(name)s has a code of %(digits)d digits.")
            % {"name": name, "digits": digits}
        )
    return code
