"""What holds the guards up: budgets, tellings, and the residents' own way in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.accounts.models import Person, RoleChoice
from linli.kernel.ids import new_id
from linli.registry.models.people import Resident


class UnmaskBudget(models.Model):
    """How many fields a day somebody with a role may have shown in full."""

    id = models.UUIDField(primary_key=True, default=new_id)
    role = models.CharField(_("role"), max_length=16, choices=RoleChoice, unique=True)
    a_day = models.PositiveSmallIntegerField(_("a day"))

    def __str__(self) -> str:
        return f"{self.role} {self.a_day}"


class TellingKind(models.TextChoices):
    """What somebody has to be told."""

    BUDGET = "budget", _("wanted to see more than the day allows")
    EMERGENCY = "emergency", _("opened somebody's record in an emergency")
    LATE_REVIEW = "late_review", _("has an emergency that nobody reviewed in time")


class Telling(models.Model):
    """One thing that one person is told: on a page at once, by e-mail after the commit.

    ``about`` is the account that did it; ``subject`` the emergency, or nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=TellingKind)
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField(null=True)
    at = models.DateTimeField(_("at"))
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "at"],
                condition=Q(seen_at__isnull=True),
                name="registry_telling_unseen",
            ),
            models.Index(
                fields=["at"],
                condition=Q(mailed_at__isnull=True),
                name="registry_telling_unmailed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("about")), name="registry_telling_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class EntryCode(models.Model):
    """A code that was asked for with a name and a telephone number, whether they fit or not.

    Neither the number nor the code is kept: the code is worked out from the row's id by a key
    outside the database, ``number`` and ``address`` are keyed hashes by which attempts count.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    resident = models.ForeignKey(Resident, null=True, on_delete=models.CASCADE, related_name="+")
    number = models.BinaryField(max_length=32)
    address = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["number", "at"], name="registry_code_number"),
            models.Index(fields=["address", "at"], name="registry_code_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OwnSession(models.Model):
    """A resident who looks at their own record; apart from the log-ins of those who work here."""

    id = models.UUIDField(primary_key=True, default=new_id)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="registry_own_session_until")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="registry_own_session"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class WishKind(models.TextChoices):
    """What a resident wants to happen to their record."""

    OBJECT = "object", _("objection")
    WITHDRAW = "withdraw", _("withdrawal of consent")


class WishState(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("to be decided")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", pgettext_lazy("an objection", "refused")


class Wish(models.Model):
    """A resident objects to their record, or withdraws; ``words`` are sealed with its key."""

    id = models.UUIDField(primary_key=True, default=new_id)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="wishes")
    kind = models.CharField(_("kind"), max_length=10, choices=WishKind)
    state = models.CharField(_("state"), max_length=10, choices=WishState, default=WishState.OPEN)
    words = models.BinaryField(blank=True)
    at = models.DateTimeField(_("at"))
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["resident", "at"], name="registry_wish_of"),
            models.Index(fields=["at"], condition=Q(state="open"), name="registry_wish_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
