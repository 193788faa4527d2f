"""What the year happens in: places, units, people, categories, the calendar, rules, templates."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from shapely import to_wkb

from linli.accounts.models import Person, RoleGrant, Unit
from linli.audit.actions import acting
from linli.cases.actions.calendars import import_calendar
from linli.cases.actions.categories import publish_categories
from linli.cases.actions.rules import RuleFacts, save_rules
from linli.cases.actions.templates import TemplateFacts, save_template
from linli.cases.imports.category_data import DATA as CATEGORY_FILE
from linli.cases.imports.category_data import drafts_of, read_tree
from linli.demo.rules.divisions import townships, villages
from linli.demo.rules.people import PASSWORD, DemoPerson
from linli.demo.rules.people import people as demo_people
from linli.demo.rules.replies import TEMPLATES
from linli.demo.rules.subjects import Subject, subjects
from linli.demo.rules.territory import Place, Territory, make_territory
from linli.demo.rules.units import CENTRE, DemoUnit, units
from linli.kernel.ids import new_id
from linli.storage.rows import insert_rows
from linli.territory.actions import save_divisions, save_grids, save_postings, save_units
from linli.territory.rules.facts import DivisionFacts, GridFacts, PostingFacts, UnitFacts

# All ids of the demo's acts come from here, so that making it twice makes it once.
NAMESPACE = uuid.UUID("6f2d8a10-9d3b-5c0e-8f53-6c696e6c6921")
CALENDAR_FILE = CATEGORY_FILE.parent / "calendars" / "cn.json"


def act_id(name: str) -> uuid.UUID:
    """Return the id of an act of making the demo."""
    return uuid.uuid5(NAMESPACE, name)


@dataclass(frozen=True)
class District:
    """What was made, as plain facts, for the year to happen in."""

    territory: Territory
    units: Sequence[DemoUnit]
    people: Sequence[DemoPerson]
    tree: Mapping[str, Any]


def plan_district() -> District:
    """Return the facts of the demo district; the same every time."""
    territory = make_territory()
    bodies = units()
    return District(territory, bodies, demo_people(bodies, territory.grids), read_tree())


def make_district(district: District, at: datetime) -> Iterator[str]:
    """Write the district as it has stood since ``at``; yields what is done next."""
    yield "territory"
    _save_territory(district.territory, at)
    yield "units"
    save_units(rows=list(_unit_rows(district.units)), by=None, at=at, act_id=act_id("units"))
    yield "people"
    _save_people(district.people, at)
    _save_postings(district.people, timezone.localdate(at), at)
    yield "categories"
    drafts = list(drafts_of(district.tree))
    publish_categories(drafts=drafts, by=None, at=at, act_id=act_id("categories"))
    content = json.loads(Path(CALENDAR_FILE).read_text(encoding="utf-8"))
    import_calendar(
        content=content, name="国务院节假日安排", by=None, at=at, act_id=act_id("calendar")
    )
    yield "rules"
    rules = list(_rules(subjects(district.tree), timezone.localdate(at)))
    save_rules(rows=rules, by=None, at=at, act_id=act_id("rules"))
    _save_templates(at)


def _division(place: Place, day: date) -> DivisionFacts:
    return DivisionFacts(place.code, place.name, place.name_en, to_wkb(place.shape), day)


def _save_territory(territory: Territory, at: datetime) -> None:
    day = timezone.localdate(at)
    places = (territory.district, *territory.townships, *territory.villages)
    rows = [_division(place, day) for place in places]
    save_divisions(rows=rows, by=None, at=at, act_id=act_id("divisions"))
    grids = [
        GridFacts(
            code=grid.code,
            name=grid.name,
            name_en=grid.name_en,
            kind="dedicated" if grid.dedicated else "base",
            shape=to_wkb(grid.shape),
            since=day,
        )
        for grid in territory.grids
    ]
    save_grids(rows=grids, day=day, by=None, at=at, act_id=act_id("grids"))


def _unit_rows(bodies: Iterable[DemoUnit]) -> Iterator[UnitFacts]:
    for body in bodies:
        areas = (body.area,) if body.area else ()
        yield UnitFacts(body.code, body.name, body.name_en, body.kind, body.parent, areas)


def _save_people(staff: Sequence[DemoPerson], at: datetime) -> None:
    """Write the people with their roles; every one can log in.

    The password is hashed once for all: to guess it is no art, and 441 hashes took a minute.
    """
    day = timezone.localdate(at)
    asked = {"people": [person.username for person in staff]}
    with acting(act_id("people"), "demo.people", by=None, at=at, payload=asked) as first_time:
        if not first_time:
            return
        known = {unit.code: unit for unit in Unit.objects.all()}
        password = make_password(PASSWORD)
        rows = [
            Person(
                id=new_id(),
                username=person.username,
                name=person.name,
                password=password,
                created_at=at,
            )
            for person in staff
        ]
        Person.objects.bulk_create(rows)
        insert_rows(
            [
                RoleGrant(
                    id=new_id(),
                    person=row,
                    role=person.role,
                    unit=known[person.unit],
                    since=day,
                )
                for row, person in zip(rows, staff, strict=True)
            ]
        )


def _save_postings(staff: Sequence[DemoPerson], day: date, at: datetime) -> None:
    rows = [
        PostingFacts(one.username, one.grid, "leader" if one.is_leader else "worker", day)
        for one in staff
        if one.grid
    ]
    save_postings(rows=rows, by=None, at=at, act_id=act_id("postings"))


def _rules(known: Mapping[str, Subject], day: date) -> Iterator[RuleFacts]:
    """Yield a rule for every category; one for each village or township that is responsible."""
    places = {
        "village": [place.code for place in villages()],
        "township": [place.code for place in townships()],
    }
    for code, subject in known.items():
        if not subject.level:
            yield RuleFacts(
                subject.unit or CENTRE,
                day,
                code,
                note="按部门职责分工",
                note_en="By the duties of the units",
            )
        for place in places.get(subject.level, ()):
            yield RuleFacts(place, day, code, place, note="属地管理", note_en="Its own area")


def _save_templates(at: datetime) -> None:
    for number, one in enumerate(TEMPLATES):
        facts = TemplateFacts(one.name, one.text, one.name_en, one.en)
        save_template(facts=facts, by=None, at=at, act_id=act_id(f"template {number}"))
