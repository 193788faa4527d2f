"""Units, the people who log in, and the roles they hold from one day to another."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.accounts.rules.roles import Role
from linli.kernel.ids import new_id


class UnitKind(models.TextChoices):
    """What kind of body a unit is."""

    CENTRE = "centre", _("centre")
    OFFICE = "office", _("office of a township or street")
    DEPARTMENT = "department", _("department")
    COMMITTEE = "committee", _("village or residents' committee")
    COMPANY = "company", _("company")


class RoleChoice(models.TextChoices):
    """The names people read for the roles."""

    REPORTER = Role.REPORTER.value, _("reporter")
    GRID_WORKER = Role.GRID_WORKER.value, _("grid worker")
    INTAKE_CLERK = Role.INTAKE_CLERK.value, _("intake clerk")
    DISPATCHER = Role.DISPATCHER.value, _("dispatcher")
    UNIT_OFFICER = Role.UNIT_OFFICER.value, _("unit officer")
    CHECKER = Role.CHECKER.value, _("checker")
    CALLER = Role.CALLER.value, _("caller")
    SUPERVISOR = Role.SUPERVISOR.value, _("supervisor")
    ADMINISTRATOR = Role.ADMINISTRATOR.value, _("administrator")
    AUDITOR = Role.AUDITOR.value, _("auditor")


class Unit(models.Model):
    """A body that can be responsible for a case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=UnitKind)
    parent = models.ForeignKey(
        "self", verbose_name=_("upper unit"), null=True, blank=True, on_delete=models.PROTECT
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="accounts_unit_dates",
            ),
        ]

    def __str__(self) -> str:
        if translation.get_language() == "en" and self.name_en:
            return self.name_en
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """What Django's own commands need to make a person."""

    def create_user(self, username: str, password: str | None = None, **facts: Any) -> "Person":
        """Make a person who can log in; the password is hashed."""
        person = self.model(username=username, **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who logs in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    is_active = models.BooleanField(_("may log in"), default=True)
    must_change_password = models.BooleanField(_("has a password given by others"), default=False)
    wants_digest = models.BooleanField(_("one e-mail a day instead of many"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name people call this person by."""
        return self.name


class RoleGrant(models.Model):
    """A role held in a unit from one day (inclusive) to another (exclusive)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, related_name="grants", on_delete=models.PROTECT)
    role = models.CharField(_("role"), max_length=16, choices=RoleChoice)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="accounts_grant_dates",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.UNIT_OFFICER.value) | Q(unit__isnull=False),
                name="accounts_officer_has_unit",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "unit", "since"],
                name="accounts_grant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
