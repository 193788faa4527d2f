"""Forms by which offices want data from workers, and what was decided about each."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, RoleChoice
from linli.kernel.ids import new_id
from linli.registry.models.changes import RecordKind


class FormState(models.TextChoices):
    """What became of a form that was asked for."""

    ASKED = "asked", _("waiting for a decision")
    ADMITTED = "admitted", _("admitted")
    REFUSED = "refused", _("not admitted")
    ENDED = "ended", _("ended")


class Every(models.IntegerChoices):
    """In how many months a form is filled in so many times."""

    MONTH = 1, _("a month")
    QUARTER = 3, _("a quarter")
    YEAR = 12, _("a year")


class DataForm(models.Model):
    """A form that an office wants workers to fill in: by which law, what for, how often, until.

    ``columns`` holds name and key of the field dictionary ("" for what is no fact of it) of each
    column; ``blank`` the rows of titles and header, where a spreadsheet was sent. ``facts`` counts
    the columns that ask for facts, ``known`` those of them that the registry knows. ``ground`` is
    the code of the rule that refused it; a form that a person refused has their reason instead.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(_("name of the form"), max_length=120)
    requester = models.CharField(_("requesting office"), max_length=120)
    basis = models.CharField(_("legal basis"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=RecordKind)
    columns = models.JSONField(default=list)
    blank = models.JSONField(default=dict, blank=True)
    facts = models.PositiveSmallIntegerField()
    known = models.PositiveSmallIntegerField()
    forbidden = models.JSONField(default=list, blank=True)
    role = models.CharField(_("filled in by"), max_length=16, choices=RoleChoice)
    people = models.PositiveIntegerField(_("how many people"))
    times = models.PositiveSmallIntegerField(_("how many times"))
    every = models.PositiveSmallIntegerField(_("period"), choices=Every, default=Every.MONTH)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FormState, default=FormState.ASKED)
    ground = models.CharField(max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="registry_form_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="registry_form_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["admitted", "ended"])
                | Q(ends_on__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="registry_form_admitted_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(ground="", reason=""),
                name="registry_form_refused_why",
            ),
            models.CheckConstraint(
                condition=Q(known__lte=F("facts"), people__gt=0, times__gt=0, every__gt=0),
                name="registry_form_counts",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(requester="") & ~Q(basis="") & ~Q(purpose=""),
                name="registry_form_stated",
            ),
        ]

    def __str__(self) -> str:
        return self.name
