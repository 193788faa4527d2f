"""``linli import organisations``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.ORGANISATION.value
    help = "Import organisations from a spreadsheet; rows that cannot be read come back"
