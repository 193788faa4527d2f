"""``linli import residents``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.RESIDENT.value
    help = "Import residents from a spreadsheet; rows that cannot be read come back"
