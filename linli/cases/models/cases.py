"""The case and its steps. Facts are stored; what follows from them can be rebuilt."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Person, Unit
from linli.cases.models.categories import Category, CategoryVersion
from linli.cases.models.choices import Channel, Colour, Kind, RefusalReason, State, Verb
from linli.kernel.ids import new_id
from linli.territory.models import Grid


class Case(models.Model):
    """One matter, from a resident's words to a checked end.

    ``arrival`` sorts by the time of report and is unique: lists and the text search walk it.
    ``due_at``, ``colour``, when it changes, the counters and ``level`` are derived; the command
    ``rebuild-derived`` makes them anew from steps, pauses, extensions and limits.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(_("number"), max_length=20, unique=True)
    arrival = models.BigIntegerField(unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False)
    category_version = models.ForeignKey(CategoryVersion, on_delete=models.PROTECT, db_index=False)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    grid = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(_("state"), max_length=12, choices=State)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_index=False)
    reported_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="reported", db_index=False
    )
    is_anonymous = models.BooleanField(default=True)
    contact_open_to_unit = models.BooleanField(default=False)
    source = models.CharField(max_length=80, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, related_name="merged", on_delete=models.PROTECT, db_index=False
    )
    refusal_reason = models.CharField(
        _("reason to refuse"), max_length=16, choices=RefusalReason, blank=True
    )

    reported_at = models.DateTimeField(_("reported at"))
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    stated_due_at = models.DateTimeField(null=True)

    due_at = models.DateTimeField(_("due"), null=True)
    is_provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=32, blank=True)
    colour = models.CharField(max_length=8, choices=Colour, blank=True, default="")
    colour_changes_at = models.DateTimeField(null=True)
    send_backs = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["unit", "colour", "due_at", "arrival"],
                name="case_unit_colour",
                condition=Q(unit__isnull=False),
            ),
            models.Index(
                fields=["unit", "arrival"],
                name="case_unit_arrival",
                condition=Q(unit__isnull=False),
            ),
            models.Index(
                fields=["unit", "state", "colour", "due_at", "arrival"],
                name="case_unit_state",
                condition=Q(unit__isnull=False),
            ),
            models.Index(fields=["state", "arrival"], name="case_state_arrival"),
            models.Index(fields=["state", "colour", "due_at", "arrival"], name="case_state_colour"),
            models.Index(fields=["category", "arrival"], name="case_category_arrival"),
            models.Index(
                fields=["grid", "arrival"],
                name="case_grid_arrival",
                condition=Q(grid__isnull=False),
            ),
            models.Index(
                fields=["merged_into"],
                name="case_merged_into",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["colour", "due_at"], name="case_colour_due", condition=~Q(colour="")
            ),
            models.Index(
                fields=["colour_changes_at"],
                name="case_colour_changes",
                condition=Q(colour_changes_at__isnull=False),
            ),
            models.Index(
                fields=["reported_by", "arrival"],
                name="case_reported_by",
                condition=Q(reported_by__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="case_source_once", condition=~Q(source="")
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="case_point_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dispatched", "handling", "paused"])
                | Q(unit__isnull=False),
                name="case_dispatched_has_unit",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False),
                name="case_merged_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_reason=""),
                name="case_refused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseStep(models.Model):
    """One verb done to a case. The key is the id that the client made for the act."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, related_name="steps", on_delete=models.PROTECT, db_index=False)
    position = models.PositiveIntegerField()
    verb = models.CharField(max_length=20, choices=Verb)
    source_state = models.CharField(max_length=12, choices=State, blank=True)
    target_state = models.CharField(max_length=12, choices=State)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, db_index=False)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    note = models.TextField(_("internal note"), blank=True)
    reply = models.TextField(_("words to the reporter"), blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="cases_step_place"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
