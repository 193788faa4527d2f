"""Who holds which role on which day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, RoleChoice, RoleGrant, Unit
from linli.accounts.rules.roles import Permission, Role, permissions_of_roles
from linli.audit.queries.details import Told, Word

# What the audit log calls the acts of this domain: code of the verb, and words for a reader.
ACT_WORDS: Mapping[str, Promise] = {
    "accounts.add_app": _("Add an authenticator app of one's own"),
    "accounts.add_key": _("Add a passkey of one's own"),
    "accounts.change_password": _("Change one's own password"),
    "accounts.create_person": _("Make an account"),
    "accounts.create_unit": _("Make a unit"),
    "accounts.edit_person": _("Change the account of a person"),
    "accounts.edit_unit": _("Change a unit"),
    "accounts.end_role": _("End a role"),
    "accounts.give_password": _("Give a new first password"),
    "accounts.grant_role": _("Give a role"),
    "accounts.keep_out": _("Keep a person out"),
    "accounts.let_in": _("Let a person in again"),
    "accounts.new_recovery_codes": _("Make new recovery codes of one's own"),
    "accounts.remove_app": _("Remove the authenticator app of one's own"),
    "accounts.remove_key": _("Remove a passkey of one's own"),
    "accounts.reset_factors": _("Remove the second factors"),
}


_FIELDS: Mapping[str, Promise] = {
    "code": _("Code"),
    "email": _("E-mail"),
    "kind": _("Kind"),
    "language": _("Language"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "parent": _("Parent unit"),
    "since": _("Since"),
    "until": _("Until"),
}


def field_words(value: object, _told: Told | None = None) -> str:
    """Return what a column of an account or a unit is called; empty where it is none."""
    return str(_FIELDS.get(str(value), ""))


def _unit_named(value: object, _told: Told) -> str:
    found = Unit.objects.filter(code=value).first()
    return "" if found is None else f"{found} ({value})"


def _role_named(value: object, _told: Told) -> str:
    return str(RoleChoice(value).label) if value in RoleChoice.values else ""


# What the audit log calls what it tells of accounts; a budget is told by role.
DETAIL_WORDS: Mapping[str, Word] = {
    "role": Word(_("Role"), _role_named),
    "unit": Word(_("Unit"), _unit_named),
    **{value: Word(label) for value, label in RoleChoice.choices},
}


def grants_on(day: date) -> QuerySet[RoleGrant]:
    """Return the grants that hold on a day."""
    return RoleGrant.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


@dataclass(frozen=True)
class Standing:
    """What a person is on one day: roles, permissions, and the units they act for."""

    person: UUID
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    officer_of: frozenset[UUID]
    units: frozenset[UUID]

    def may(self, permission: Permission) -> bool:
        """Say whether one of the roles has the permission."""
        return permission in self.permissions


def standing_of(person: Person, on: date) -> Standing:
    """Return what a person is on a day; kept on the person object for the request."""
    cached: tuple[date, Standing] | None = vars(person).get("_standing")
    if cached is not None and cached[0] == on:
        return cached[1]
    held = grants_on(on).filter(person=person).values_list("role", "unit_id")
    grants: list[tuple[str, UUID | None]] = list(held)
    roles = frozenset(Role(role) for role, _unit in grants) if person.is_active else frozenset()
    standing = Standing(
        person=person.pk,
        roles=roles,
        permissions=permissions_of_roles(roles),
        officer_of=frozenset(
            u for role, u in grants if u is not None and role == Role.UNIT_OFFICER
        ),
        units=frozenset(u for _role, u in grants if u is not None),
    )
    vars(person)["_standing"] = (on, standing)
    return standing


def permissions_of(person: Person, on: date) -> frozenset[Permission]:
    """Return all that a person may do on a day."""
    return standing_of(person, on).permissions


def roles_of(person: Person, on: date) -> frozenset[Role]:
    """Return the roles a person holds on a day."""
    return standing_of(person, on).roles


def people_with(role: Role, on: date, unit: UUID | None = None) -> QuerySet[Person]:
    """Return the active people who hold a role on a day, in a unit if one is given."""
    grants = grants_on(on).filter(role=role.value)
    if unit is not None:
        grants = grants.filter(unit_id=unit)
    return Person.objects.filter(is_active=True, pk__in=grants.values("person_id"))


def people_page(*, words: str, after: str, before: str, most: int) -> list[Person]:
    """Return one page of people by user name.

    ``words``: an exact user name, or how a name begins. People are found by who they are, and
    never listed by role, unit or any other attribute. ``after`` and ``before`` are user names;
    one row more than ``most`` says that there is another page.
    """
    found = Person.objects.all()
    if words:
        found = found.filter(Q(username=words) | Q(name__startswith=words))
    if before:
        page = list(found.filter(username__lt=before).order_by("-username")[: most + 1])
        return page[::-1]
    return list(found.filter(username__gt=after).order_by("username")[: most + 1])


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; ids of nobody are left out."""
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def accounts_of_subjects(ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of people and units by id, for the audit log; others are left out."""
    units = Unit.objects.filter(pk__in=ids)
    return {**names_of(ids), **{unit.pk: str(unit) for unit in units}}


def subject_of_account(words: str) -> UUID | None:
    """Return the id behind a user name or the code of a unit, for the audit log."""
    person = Person.objects.filter(username=words).values_list("pk", flat=True).first()
    return person or Unit.objects.filter(code=words).values_list("pk", flat=True).first()
