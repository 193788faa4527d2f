"""``linli import registry``."""

from linli.registry.management.importing import RegistryImport


class Command(RegistryImport):
    help = "Import a workbook with a sheet for each kind of record into the registry"
