"""Which table holds which kind of record."""

from collections.abc import Mapping

from linli.registry.models.changes import RecordKind
from linli.registry.models.communities import Team
from linli.registry.models.organisations import Organisation, School
from linli.registry.models.people import Assistance, Resident
from linli.registry.models.places import Building, Dwelling, Tenancy
from linli.registry.models.records import Record

MODELS: Mapping[RecordKind, type[Record]] = {
    RecordKind.BUILDING: Building,
    RecordKind.DWELLING: Dwelling,
    RecordKind.TENANCY: Tenancy,
    RecordKind.ORGANISATION: Organisation,
    RecordKind.SCHOOL: School,
    RecordKind.RESIDENT: Resident,
    RecordKind.ASSISTANCE: Assistance,
    RecordKind.TEAM: Team,
}
_KINDS = {model: kind for kind, model in MODELS.items()}


def kind_of(model: type[Record]) -> RecordKind:
    """Return the kind of record that a table holds."""
    return _KINDS[model]
