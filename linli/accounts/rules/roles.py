"""Who may do what. The table is data: a test walks every verb and every page with it.

Dispatcher, checker, caller and auditor have no right in the registry: a case brings its own
contact, and the audit log names subjects by their ids.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person does here. One person may hold several."""

    REPORTER = "reporter"
    GRID_WORKER = "grid_worker"
    INTAKE_CLERK = "intake_clerk"
    DISPATCHER = "dispatcher"
    UNIT_OFFICER = "unit_officer"
    CHECKER = "checker"
    CALLER = "caller"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a role may do."""

    SEE_DESK = "see_desk"
    SEE_ALL_CASES = "see_all_cases"
    REPORT_CASE = "report_case"
    ACCEPT_CASE = "accept_case"
    REGISTER_CASE = "register_case"
    VERIFY_CASE = "verify_case"
    DISPATCH_CASE = "dispatch_case"
    HANDLE_CASE = "handle_case"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    CHECK_CASE = "check_case"
    CALL_BACK = "call_back"
    CLOSE_CASE = "close_case"
    SHELVE_CASE = "shelve_case"
    MERGE_CASE = "merge_case"
    VOID_CASE = "void_case"
    SUPERVISE_CASE = "supervise_case"
    WRITE_NOTE = "write_note"
    WRITE_REPLY = "write_reply"
    CORRECT_CASE = "correct_case"
    SEE_CONTACT = "see_contact"
    MANAGE_CATEGORIES = "manage_categories"
    MANAGE_RULES = "manage_rules"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_TERRITORY = "manage_territory"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"
    SETTLE_QUARANTINE = "settle_quarantine"
    SEE_REGISTRY = "see_registry"
    SEE_RESIDENTS = "see_residents"
    SEE_WHOLE_REGISTRY = "see_whole_registry"
    SEE_ASSISTANCE = "see_assistance"
    KEEP_REGISTRY = "keep_registry"
    APPROVE_CHANGES = "approve_changes"
    FIND_PERSON = "find_person"
    UNMASK = "unmask"
    BREAK_GLASS = "break_glass"
    REVIEW_EMERGENCY = "review_emergency"
    ASK_EXPORT = "ask_export"
    APPROVE_EXPORT = "approve_export"
    MANAGE_REGISTRY = "manage_registry"


_P = Permission
_EVERYONE_HERE = frozenset({_P.SEE_DESK})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REPORTER: frozenset(),
    Role.GRID_WORKER: _EVERYONE_HERE
    | {
        _P.REPORT_CASE,
        _P.VERIFY_CASE,
        _P.HANDLE_CASE,
        _P.WRITE_NOTE,
        # Knocks at the doors: knows and keeps the records of the grids they are posted to.
        *(_P.SEE_REGISTRY, _P.SEE_RESIDENTS, _P.SEE_ASSISTANCE, _P.KEEP_REGISTRY),
        *(_P.FIND_PERSON, _P.UNMASK, _P.BREAK_GLASS, _P.ASK_EXPORT),
    },
    Role.INTAKE_CLERK: _EVERYONE_HERE
    | {
        _P.SEE_ALL_CASES,
        _P.REPORT_CASE,
        _P.ACCEPT_CASE,
        _P.REGISTER_CASE,
        _P.MERGE_CASE,
        _P.CORRECT_CASE,
        _P.WRITE_NOTE,
        _P.WRITE_REPLY,
        _P.SEE_CONTACT,
        # Answers whoever calls, from anywhere: finds who it is, and changes nothing.
        *(_P.SEE_REGISTRY, _P.SEE_RESIDENTS, _P.SEE_WHOLE_REGISTRY),
        *(_P.FIND_PERSON, _P.UNMASK, _P.BREAK_GLASS),
    },
    Role.DISPATCHER: _EVERYONE_HERE
    | {
        _P.SEE_ALL_CASES,
        _P.REPORT_CASE,
        _P.REGISTER_CASE,
        _P.DISPATCH_CASE,
        _P.MERGE_CASE,
        _P.VOID_CASE,
        _P.CORRECT_CASE,
        _P.WRITE_NOTE,
        _P.WRITE_REPLY,
    },
    Role.UNIT_OFFICER: _EVERYONE_HERE
    | {
        _P.HANDLE_CASE,
        _P.ASK_EXTENSION,
        _P.WRITE_NOTE,
        _P.WRITE_REPLY,
        # Places and organisations in the unit's area; residents only where they help them, or
        # in an emergency: a department or a company has no errand with all who live there.
        *(_P.SEE_REGISTRY, _P.SEE_ASSISTANCE, _P.BREAK_GLASS),
    },
    Role.CHECKER: _EVERYONE_HERE | {_P.SEE_ALL_CASES, _P.CHECK_CASE, _P.WRITE_NOTE},
    Role.CALLER: _EVERYONE_HERE
    | {_P.SEE_ALL_CASES, _P.CALL_BACK, _P.CLOSE_CASE, _P.WRITE_NOTE, _P.SEE_CONTACT},
    Role.SUPERVISOR: _EVERYONE_HERE
    | {
        _P.SEE_ALL_CASES,
        _P.DECIDE_EXTENSION,
        _P.SHELVE_CASE,
        _P.SUPERVISE_CASE,
        _P.CLOSE_CASE,
        _P.VOID_CASE,
        _P.DISPATCH_CASE,
        _P.WRITE_NOTE,
        _P.WRITE_REPLY,
        # The second pair of eyes for changes, exports and emergencies. What they decide about
        # they must see, but assistance is sealed from them too, and they keep no record.
        *(_P.SEE_REGISTRY, _P.SEE_RESIDENTS, _P.SEE_WHOLE_REGISTRY, _P.APPROVE_CHANGES),
        *(_P.FIND_PERSON, _P.UNMASK, _P.BREAK_GLASS, _P.REVIEW_EMERGENCY),
        *(_P.ASK_EXPORT, _P.APPROVE_EXPORT),
    },
    Role.ADMINISTRATOR: _EVERYONE_HERE
    | {
        _P.MANAGE_CATEGORIES,
        _P.MANAGE_RULES,
        _P.MANAGE_CALENDARS,
        _P.MANAGE_TERRITORY,
        _P.MANAGE_PEOPLE,
        _P.SETTLE_QUARANTINE,
        # Lists, imports, retention and keys. No record of the registry opens to them.
        _P.MANAGE_REGISTRY,
    },
    Role.AUDITOR: _EVERYONE_HERE | {_P.SEE_ALL_CASES, _P.SEE_AUDIT},
}

# Roles that may not work with a password alone (outside the demo).
SECOND_FACTOR_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

# Minutes without a request after which a session ends; the shortest of a person's roles holds.
SESSION_MINUTES: dict[Role, int] = {
    Role.REPORTER: 60,
    Role.GRID_WORKER: 12 * 60,
    Role.INTAKE_CLERK: 9 * 60,
    Role.DISPATCHER: 9 * 60,
    Role.UNIT_OFFICER: 9 * 60,
    Role.CHECKER: 9 * 60,
    Role.CALLER: 9 * 60,
    Role.SUPERVISOR: 4 * 60,
    Role.ADMINISTRATOR: 30,
    Role.AUDITOR: 30,
}


def permissions_of_roles(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return all that the roles may do together."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
