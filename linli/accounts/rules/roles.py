"""Who may do what. The table is data: a test walks every verb and every page with it."""

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


_P = Permission
_EVERYONE_HERE = frozenset({_P.SEE_DESK})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REPORTER: frozenset(),
    Role.GRID_WORKER: _EVERYONE_HERE
    | {_P.REPORT_CASE, _P.VERIFY_CASE, _P.HANDLE_CASE, _P.WRITE_NOTE},
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
    | {_P.HANDLE_CASE, _P.ASK_EXTENSION, _P.WRITE_NOTE, _P.WRITE_REPLY},
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
    },
    Role.ADMINISTRATOR: _EVERYONE_HERE
    | {
        _P.MANAGE_CATEGORIES,
        _P.MANAGE_RULES,
        _P.MANAGE_CALENDARS,
        _P.MANAGE_TERRITORY,
        _P.MANAGE_PEOPLE,
        _P.SETTLE_QUARANTINE,
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
