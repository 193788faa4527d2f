"""``linli import schools``."""

from linli.registry.management.importing import RegistryImport
from linli.registry.models import RecordKind


class Command(RegistryImport):
    kind = RecordKind.SCHOOL.value
    help = (
        "Import schools from a spreadsheet into the registry: all rows or, with their reasons, less"
    )
