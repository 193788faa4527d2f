"""``linli import assistance``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.ASSISTANCE.value
    help = "Import assistance from a spreadsheet; rows that cannot be read come back"
