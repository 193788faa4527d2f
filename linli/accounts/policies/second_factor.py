"""Who needs more than a password, and what may be done until it is there."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from linli.accounts.models import Person
from linli.accounts.rules.roles import SECOND_FACTOR_ROLES, Role

# Recovery codes alone are no second factor: they come with one and end with it.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(roles: frozenset[Role]) -> bool:
    """Say whether one of the roles asks for more than a password."""
    return not settings.LINLI_DEMO and bool(roles & SECOND_FACTOR_ROLES)


def has_second_factor(person: Person) -> bool:
    """Say whether the person can prove who they are in a second way."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exists())


def lacks_second_factor(person: Person, roles: frozenset[Role]) -> bool:
    """Say whether a person who holds the roles has to set one up before anything else."""
    return needs_second_factor(roles) and not has_second_factor(person)
