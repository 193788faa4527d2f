"""``linli import teams``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.TEAM.value
    help = (
        "Import teams from a spreadsheet into the registry: all rows or, with their reasons, less"
    )
