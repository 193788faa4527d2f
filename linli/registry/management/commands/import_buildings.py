"""``linli import buildings``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.BUILDING.value
    help = "Import buildings from a spreadsheet; rows that cannot be read come back"
