"""Teams, and assistance for residents who are in the registry already."""

from collections.abc import Hashable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.accounts.models import Unit
from linli.accounts.queries import grants_on
from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id
from linli.registry.actions.importing.frame import Frame, Incoming
from linli.registry.actions.importing.keeping import Column, Keeper
from linli.registry.actions.importing.places import Places
from linli.registry.actions.sealing import index_of
from linli.registry.models import Assistance, RecordKind, Resident, Team
from linli.registry.rules.folding import folded_name, folded_telephone

_NAME, _TELEPHONE = "resident.name", "resident.telephone"


class TeamKeeper(Keeper):
    """Teams: one of a name in a village."""

    kind, model = RecordKind.TEAM, Team
    columns = (
        Column("team.kind", "kind"),
        Column("team.members", "members"),
        Column("team.contact_name", "contact_name", True),
        Column("team.contact_telephone", "contact_telephone", True),
    )
    given = ("id", "division_id", "name", "kind", "members")
    sealed = ("contact_name", "contact_telephone")

    def identity(self, row: Incoming) -> Hashable:
        """A village and a name."""
        return row.facts["division"], row.facts["team.name"]

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """Teams by village and name."""
        names = [row.facts["team.name"] for row in rows]
        living = Team.objects.filter(name__in=names, ended_on=None, merged_into=None)
        found = {(one.division_id, one.name): one for one in living}
        return [found.get((row.facts["division"], row.facts["team.name"])) for row in rows]

    def add(self, row: Incoming) -> UUID | None:
        """Seal the contact."""
        facts, record = row.facts, new_id()
        told = (facts["division"], facts["team.name"], facts["team.kind"])
        self.rows.append((record, *told, facts.get("team.members")))
        telephone = facts.get("team.contact_telephone") or ""
        self.texts.append((facts.get("team.contact_name") or "", telephone))
        return record


class AssistanceKeeper(Keeper):
    """Help for residents: who is meant is found by two facts, and must be one person."""

    kind, model = RecordKind.ASSISTANCE, Assistance
    columns = (
        Column("assistance.asked_by", "asked_by"),
        Column("assistance.review_on", "review_on"),
        Column("assistance.ends_on", "ends_on"),
        Column("assistance.plan", "plan", True),
    )
    given = (
        *("id", "grid_id", "resident_id", "need", "asked_by", "is_minor", "unit_id"),
        *("review_on", "ends_on"),
    )
    sealed = ("plan",)

    def __init__(self, frame: Frame, places: Places) -> None:
        super().__init__(frame, places)
        self._units: dict[str, UUID] = {}
        for unit in Unit.objects.filter(Q(until=None) | Q(until__gte=frame.day)):
            for word in (unit.code, unit.name):
                self._units.setdefault(word, unit.pk)
        self._of: dict[int, tuple[UUID, str | None]] = {}
        self._given: list[tuple[UUID, UUID]] = []
        officers = grants_on(frame.day).filter(role=Role.UNIT_OFFICER.value)
        self._officers: dict[UUID, set[UUID]] = {}
        for unit_id, person in officers.values_list("unit_id", "person_id"):
            self._officers.setdefault(unit_id, set()).add(person)

    def prepare(self, rows: Sequence[Incoming]) -> Sequence[Incoming]:
        """Find the residents and the units; refuse rows that name none or several."""
        stands = self.places.settle(rows)
        names = {index_of("name", folded_name(row.facts[_NAME])) for row in rows}
        found = Resident.objects.filter(name_index__in=names, ended_on=None, merged_into=None)
        by_name: dict[bytes, list[Resident]] = {}
        for one in found.select_related("dwelling"):
            by_name.setdefault(bytes(one.name_index), []).append(one)
        ready = []
        for row in rows:
            stand = stands[row.spot.key].id if row.spot else None
            reason = self._meant(row, by_name, stand)
            if reason:
                self.frame.refuse(self.name, row, reason)
            else:
                ready.append(row)
        return ready

    def _meant(
        self, row: Incoming, by_name: dict[bytes, list[Resident]], address: UUID | None
    ) -> str:
        """Find who is meant; return why the row cannot stand, or nothing."""
        facts = row.facts
        if facts.get("assistance.unit") not in self._units:
            return _("No unit of this name is responsible here.")
        if facts["assistance.review_on"] > facts["assistance.ends_on"]:
            return _("The review comes after the end.")
        told = index_of("telephone", folded_telephone(facts.get(_TELEPHONE) or ""))
        same = [
            one
            for one in by_name.get(index_of("name", folded_name(facts[_NAME])), ())
            if (told and bytes(one.telephone_index) == told)
            or (address and one.dwelling and one.dwelling.address_id == address)
        ]
        if len(same) != 1:
            return _("No resident, or more than one, is known by this name and these facts.")
        self._of[id(row)] = (same[0].pk, same[0].grid_id)
        return ""

    def identity(self, row: Incoming) -> Hashable:
        """A resident and a need."""
        return self._of[id(row)][0], row.facts["assistance.need"]

    def known(self, rows: Sequence[Incoming]) -> Sequence[Any]:
        """Running help of the same need."""
        residents = [self._of[id(row)][0] for row in rows]
        running = Assistance.objects.filter(resident__in=residents, ended_on=None)
        found = {(one.resident_id, one.need): one for one in running}
        return [found.get(self.identity(row)) for row in rows]  # type: ignore[call-overload]

    def add(self, row: Incoming) -> UUID | None:
        """Seal the plan."""
        facts, (resident, grid) = row.facts, self._of[id(row)]
        record, ends = new_id(), facts["assistance.ends_on"]
        self.rows.append(
            (
                *(record, grid, resident, facts["assistance.need"]),
                *(facts["assistance.asked_by"], bool(facts.get("assistance.is_minor"))),
                *(self._units[facts["assistance.unit"]], facts["assistance.review_on"], ends),
            )
        )
        self.texts.append((facts.get("assistance.plan") or "",))
        self._given.append((record, self._units[facts["assistance.unit"]]))
        return record

    def flush(self) -> None:
        """Give the help to those who act for the responsible unit: else nobody would see it."""
        super().flush()
        through = Assistance.workers.through
        rows = [
            through(assistance_id=record, person_id=person)
            for record, unit in self._given
            for person in sorted(self._officers.get(unit, ()))
        ]
        through._default_manager.bulk_create(rows)
        self._given = []
