"""What a replay stands on: units, categories, limits, areas and service people, made of the file.

All of it goes through the actions of its domain and is the same when it is made again.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _

from linli.accounts.models import Person, RoleGrant, Unit
from linli.accounts.rules.roles import Role
from linli.audit.actions import acting
from linli.cases.actions.categories import CategoryDraft, LimitDraft, publish_categories
from linli.cases.imports.mapping import CaseMapping
from linli.cases.imports.replay_table import TableRow
from linli.cases.models import Category
from linli.cases.models.choices import LimitUnit
from linli.cases.rules.workflow import CaseVerb
from linli.kernel.refusal import Refusal, Refused
from linli.territory.actions.divisions import save_divisions
from linli.territory.actions.units import save_units
from linli.territory.imports import GridOptions, Report, Source, import_grids, plan_grids
from linli.territory.rules.facts import DivisionFacts, UnitFacts

_STATED = LimitDraft(
    stage="close",
    name="办结",
    name_en="Finish",
    amount=0,
    unit=LimitUnit.STATED.value,
    counts_from=CaseVerb.REPORT.value,
    met_by=(CaseVerb.CLOSE.value,),
    is_final=True,
)
# Who does what in a replay. The checker is somebody else than the handler, as everywhere.
_SERVICE_PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "intake": ("回放·受理", (Role.INTAKE_CLERK,)),
    "dispatch": ("回放·派遣", (Role.DISPATCHER,)),
    "handling": ("回放·处置", (Role.UNIT_OFFICER,)),
    "check": ("回放·核查", (Role.CHECKER, Role.CALLER)),
}
DOERS: dict[CaseVerb, str] = {
    CaseVerb.ACCEPT: "intake",
    CaseVerb.REGISTER: "intake",
    CaseVerb.DISPATCH: "dispatch",
    CaseVerb.SIGN: "handling",
    CaseVerb.FEEDBACK: "handling",
    CaseVerb.PASS_CHECK: "check",
    CaseVerb.CLOSE: "check",
}


@dataclass
class Found:
    """What a first reading of the file found."""

    rows: int = 0
    categories: set[tuple[str, str]] = field(default_factory=set)
    units: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Stage:
    """All that the rows refer to, by the words of the file."""

    categories: dict[tuple[str, str], Category]
    units: dict[tuple[str, str], Unit]
    people: dict[str, Person]


def space_of(mapping: CaseMapping) -> UUID:
    """Return the namespace of all ids that are derived from this source."""
    return uuid5(NAMESPACE_URL, f"linli:replay:{mapping.source}")


def code_of(mapping: CaseMapping, *words: str) -> str:
    """Return a code of at most 32 characters that is the same for the same words."""
    digest = hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:6]
    spoken = re.sub("[^a-z0-9]+", "-", words[-1].lower()).strip("-")[:18].strip("-")
    return "-".join(part for part in (mapping.source[:6], spoken, digest) if part)


def look_through(rows: Iterable[TableRow], mapping: CaseMapping) -> Found:
    """Read the file once: how many rows, which categories and which units it names."""
    found, columns = Found(), mapping.columns
    for row in rows:
        found.rows += 1
        category, unit = row.text(columns.category), row.text(columns.unit)
        if category:
            found.categories.add((row.text(columns.group), category))
        if unit:
            found.units.add((row.text(columns.office), unit))
    return found


def _since(mapping: CaseMapping) -> datetime:
    return datetime.combine(mapping.ground.since, time(12), UTC)


def _id_for(mapping: CaseMapping, what: str, content: object) -> UUID:
    """Return the id of an act that makes exactly this content, however often it is asked."""
    digest = hashlib.sha256(repr(content).encode()).hexdigest()
    return uuid5(space_of(mapping), f"{what}:{digest}")


def lay_ground(mapping: CaseMapping, areas: Path | None) -> Report | None:
    """Make the divisions, and grids of the areas of a GeoJSON file.

    Returns what the import of the areas found. Raises ImportRefused (file and report kept).
    """
    rows = [DivisionFacts(code, name, english) for code, name, english in mapping.ground.divisions]
    at, act_id = _since(mapping), _id_for(mapping, "divisions", rows)
    save_divisions(rows=rows, by=None, at=at, act_id=act_id)
    if areas is None:
        return None
    options = GridOptions(
        day=mapping.ground.since,
        code_column=mapping.ground.area_code,
        village=mapping.ground.village,
    )
    plan = plan_grids(Source.of(areas), options)
    grids = _id_for(mapping, "grids", plan.rows)
    return import_grids(plan, by=None, at=at, act_id=grids).report


def _publish(mapping: CaseMapping, found: Found) -> dict[tuple[str, str], Category]:
    rules = {"kinds": [mapping.usual.kind.value]}
    groups = sorted({group for group, _name in found.categories if group})
    drafts = [CategoryDraft(code_of(mapping, group), group, group) for group in groups]
    codes = {}
    for position, (group, name) in enumerate(sorted(found.categories)):
        codes[group, name] = code = code_of(mapping, group, name)
        parent = code_of(mapping, group) if group else ""
        drafts.append(
            CategoryDraft(code, name[:80], name[:120], parent, position, True, rules, (_STATED,))
        )
    act_id = _id_for(mapping, "categories", drafts)
    publish_categories(drafts=drafts, by=None, at=_since(mapping), act_id=act_id)
    stored = {row.code: row for row in Category.objects.filter(code__in=codes.values())}
    return {words: stored[code] for words, code in codes.items()}


def _found_units(mapping: CaseMapping, found: Found) -> dict[tuple[str, str], Unit]:
    offices = sorted({office for office, _name in found.units if office})
    rows = [UnitFacts(code_of(mapping, word), word, word, "department") for word in offices]
    codes = {}
    for office, name in sorted(found.units):
        codes[office, name] = code = code_of(mapping, office, name)
        parent = code_of(mapping, office) if office else ""
        rows.append(UnitFacts(code, name[:120], name[:120], "department", parent))
    act_id = _id_for(mapping, "units", rows)
    save_units(rows=rows, by=None, at=_since(mapping), act_id=act_id)
    stored = {row.code: row for row in Unit.objects.filter(code__in=codes.values())}
    return {words: stored[code] for words, code in codes.items()}


def _service_people(mapping: CaseMapping, units: Iterable[Unit]) -> dict[str, Person]:
    """Make the accounts that act in the replay. None of them has a password, so none logs in."""
    in_units = sorted(units, key=lambda unit: unit.code)
    content = [unit.code for unit in in_units]
    people = {}
    with acting(
        _id_for(mapping, "people", content),
        "replay.people",
        by=None,
        at=_since(mapping),
        payload={"source": mapping.source, "units": content},
        detail={"source": mapping.source},
    ):
        for word, (name, roles) in _SERVICE_PEOPLE.items():
            people[word] = _service_person(mapping, word, name)
            for role in roles:
                _grant(people[word], role, in_units, mapping)
    return people


def _service_person(mapping: CaseMapping, word: str, name: str) -> Person:
    username = f"{mapping.source}-{word}"
    wanted = uuid5(space_of(mapping), username)
    person, is_new = Person.objects.get_or_create(
        username=username, defaults={"id": wanted, "name": name}
    )
    if person.pk != wanted:
        sentence = _("The user name %(name)s belongs to somebody; rename that account first.")
        raise Refused(Refusal("username", sentence % {"name": username}))
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person


def _grant(person: Person, role: Role, units: Iterable[Unit], mapping: CaseMapping) -> None:
    places: list[Unit | None] = list(units) if role is Role.UNIT_OFFICER else [None]
    held = set(
        RoleGrant.objects.filter(person=person, role=role.value).values_list("unit_id", flat=True)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, role=role.value, unit=unit, since=mapping.ground.since)
        for unit in places
        if (unit.pk if unit else None) not in held
    )


def set_stage(mapping: CaseMapping, found: Found) -> Stage:
    """Make units, categories with the stated date as their limit, and service people."""
    units = _found_units(mapping, found)
    return Stage(_publish(mapping, found), units, _service_people(mapping, units.values()))
