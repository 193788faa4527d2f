"""``linli import tenancies``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.TENANCY.value
    help = "Import tenancies from a spreadsheet; rows that cannot be read come back"
