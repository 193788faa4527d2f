"""The tables of the registry."""

from linli.registry.models.asking import DataForm, Every, FormState
from linli.registry.models.changes import Change, ChangeState, RecordKind
from linli.registry.models.communities import ChatCoverage, Team, TeamKind
from linli.registry.models.counts import GridCount
from linli.registry.models.doubles import DoublesSearch, Pair, PairState, SearchState
from linli.registry.models.guards import (
    EntryCode,
    OwnSession,
    Telling,
    TellingKind,
    UnmaskBudget,
    Wish,
    WishKind,
    WishState,
)
from linli.registry.models.imports import MIXED, ColumnMapping, ImportRun, ImportState, MappingUse
from linli.registry.models.kinds import MODELS, kind_of
from linli.registry.models.looking import (
    BreakGlass,
    Errand,
    Export,
    ExportState,
    Purpose,
    Unmasking,
)
from linli.registry.models.organisations import Organisation, PlaceKind, School, SchoolStage
from linli.registry.models.people import AskedBy, Assistance, Need, ResidenceKind, Resident
from linli.registry.models.places import Address, Building, Dwelling, DwellingUse, Tenancy
from linli.registry.models.records import LIVING, LegalBasis, Record, Sealed, Source, SourceKind

__all__ = [
    "LIVING",
    "MIXED",
    "MODELS",
    "Address",
    "AskedBy",
    "Assistance",
    "BreakGlass",
    "Building",
    "Change",
    "ChangeState",
    "ChatCoverage",
    "ColumnMapping",
    "DataForm",
    "DoublesSearch",
    "Dwelling",
    "DwellingUse",
    "EntryCode",
    "Errand",
    "Every",
    "Export",
    "ExportState",
    "FormState",
    "GridCount",
    "ImportRun",
    "ImportState",
    "LegalBasis",
    "MappingUse",
    "Need",
    "Organisation",
    "OwnSession",
    "Pair",
    "PairState",
    "PlaceKind",
    "Purpose",
    "Record",
    "RecordKind",
    "ResidenceKind",
    "Resident",
    "School",
    "SchoolStage",
    "Sealed",
    "SearchState",
    "Source",
    "SourceKind",
    "Team",
    "TeamKind",
    "Telling",
    "TellingKind",
    "Tenancy",
    "UnmaskBudget",
    "Unmasking",
    "Wish",
    "WishKind",
    "WishState",
    "kind_of",
]
