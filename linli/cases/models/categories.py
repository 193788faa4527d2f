"""What a case is about, and what follows from it: data with versions."""

from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Unit
from linli.cases.models.choices import LimitUnit
from linli.kernel.ids import new_id
from linli.territory.models import Division, Grid


def _in_language(chinese: str, english: str) -> str:
    return english if english and translation.get_language() == "en" else chinese


class Category(models.Model):
    """A place in the tree of matters; what holds there is in its versions."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(_("code"), max_length=32, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("upper category"), null=True, blank=True, on_delete=models.PROTECT
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("offered for new cases"), default=True)

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return _in_language(self.name, self.name_en)


class CategoryVersion(models.Model):
    """What holds for a category from one moment on; never changed once in use."""

    id = models.UUIDField(primary_key=True, default=new_id)
    category = models.ForeignKey(Category, related_name="versions", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    since = models.DateTimeField(_("holds from"))
    kinds = models.JSONField(_("kinds"), default=list)
    register_when = models.TextField(_("condition to register"), blank=True)
    register_when_en = models.TextField(blank=True)
    close_when = models.TextField(_("condition to close"), blank=True)
    close_when_en = models.TextField(blank=True)
    needs_verification = models.BooleanField(_("verify on site first"), default=False)
    verification_reason = models.CharField(_("why verify"), max_length=200, blank=True)
    verification_reason_en = models.CharField(max_length=200, blank=True)
    needs_photo = models.BooleanField(_("a photograph is needed"), default=False)
    photo_reason = models.CharField(_("why a photograph"), max_length=200, blank=True)
    photo_reason_en = models.CharField(max_length=200, blank=True)
    anonymous_allowed = models.BooleanField(_("may be anonymous"), default=True)
    duplicate_metres = models.PositiveIntegerField(_("duplicates within metres"), default=100)
    duplicate_hours = models.PositiveIntegerField(_("duplicates within hours"), default=72)
    reopen_days = models.PositiveIntegerField(_("days to reopen"), default=15)
    emergency_number = models.CharField(_("emergency number"), max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "number"], name="cases_version_number"),
            models.CheckConstraint(
                condition=Q(needs_photo=False) | ~Q(photo_reason=""),
                name="cases_photo_needs_reason",
            ),
            models.CheckConstraint(
                condition=Q(needs_verification=False) | ~Q(verification_reason=""),
                name="cases_verification_needs_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} v{self.number}"

    @property
    def why_photo(self) -> str:
        """Why a photograph is needed, in the reader's language."""
        return _in_language(self.photo_reason, self.photo_reason_en)

    @property
    def why_verification(self) -> str:
        """Why somebody goes there first, in the reader's language."""
        return _in_language(self.verification_reason, self.verification_reason_en)

    @property
    def condition_to_register(self) -> str:
        """When a report becomes a case, in the reader's language."""
        return _in_language(self.register_when, self.register_when_en)

    @property
    def condition_to_close(self) -> str:
        """When the matter counts as settled, in the reader's language."""
        return _in_language(self.close_when, self.close_when_en)


class StageLimit(models.Model):
    """How long one stage may take. ``counts_from`` and ``met_by`` name verbs of a case.

    Of several limits of one stage the first whose ``kinds`` hold the case's kind is taken; an
    empty list holds every kind.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.ForeignKey(CategoryVersion, related_name="limits", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    stage = models.CharField(_("stage"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kinds = models.JSONField(_("only for kinds"), default=list, blank=True)
    amount = models.PositiveIntegerField(_("amount"))
    unit = models.CharField(_("counted in"), max_length=16, choices=LimitUnit)
    counts_from = models.CharField(_("counts from"), max_length=32)
    met_by = models.JSONField(_("met by"), default=list)
    is_final = models.BooleanField(_("the promise to the reporter"), default=False)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="cases_limit_place"),
        ]

    def __str__(self) -> str:
        return _in_language(self.name, self.name_en)


class DispatchRule(models.Model):
    """Category x area -> unit. The most specific rule proposes; a person confirms."""

    id = models.UUIDField(primary_key=True, default=new_id)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT)
    division = models.ForeignKey(Division, null=True, blank=True, on_delete=models.PROTECT)
    grid = models.ForeignKey(Grid, null=True, blank=True, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("why"), max_length=200, blank=True)
    note_en = models.CharField(_("why, in English"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="cases_rule_dates",
            ),
            models.CheckConstraint(
                condition=Q(division__isnull=True) | Q(grid__isnull=True),
                name="cases_rule_one_area",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} -> {self.unit_id}"

    @property
    def why(self) -> str:
        """Why the rule is as it is, in the reader's language."""
        return _in_language(self.note, self.note_en)


class ReplyTemplate(models.Model):
    """Words that are often needed in a reply."""

    id = models.UUIDField(primary_key=True, default=new_id)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    def __str__(self) -> str:
        return _in_language(self.name, self.name_en)

    @property
    def words(self) -> str:
        """The text in the reader's language."""
        return _in_language(self.text, self.text_en)
