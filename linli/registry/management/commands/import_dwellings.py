"""``linli import dwellings``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.DWELLING.value
    help = "Import dwellings from a spreadsheet; rows that cannot be read come back"
