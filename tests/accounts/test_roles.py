"""The table of roles: what nobody may hold together, and what no role may do alone."""

import pytest

from linli.accounts.rules.roles import ROLE_PERMISSIONS, Permission, Role, permissions_of_roles

_PERSONAL = {
    Permission.SEE_RESIDENTS,
    Permission.SEE_ASSISTANCE,
    Permission.FIND_PERSON,
    Permission.UNMASK,
    Permission.BREAK_GLASS,
}
_WITHOUT_RESIDENTS = (
    Role.REPORTER,
    Role.DISPATCHER,
    Role.UNIT_OFFICER,
    Role.CHECKER,
    Role.CALLER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)


def holders(permission: Permission) -> set[Role]:
    return {role for role, held in ROLE_PERMISSIONS.items() if permission in held}


def test_every_role_is_in_the_table_and_every_permission_is_held() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert permissions_of_roles(frozenset(Role)) == frozenset(Permission)


@pytest.mark.parametrize("role", _WITHOUT_RESIDENTS)
def test_residents_open_only_to_those_who_serve_them(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & {Permission.SEE_RESIDENTS, Permission.FIND_PERSON}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_holds_the_keys_or_reads_the_log_sees_no_facts_of_persons(role: Role) -> None:
    assert not ROLE_PERMISSIONS[role] & _PERSONAL
    assert Permission.SEE_REGISTRY not in ROLE_PERMISSIONS[role]


def test_who_changes_a_record_does_not_approve_changes() -> None:
    assert not holders(Permission.KEEP_REGISTRY) & holders(Permission.APPROVE_CHANGES)


def test_a_supervisor_sees_no_assistance() -> None:
    assert Role.SUPERVISOR not in holders(Permission.SEE_ASSISTANCE)


def test_a_number_is_unmasked_by_those_alone_who_may_find_its_person() -> None:
    assert holders(Permission.UNMASK) == holders(Permission.FIND_PERSON)
