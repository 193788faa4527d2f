"""What forms ask of workers, and what was typed: counts per requesting office and month.

Definition, which also stands on the page and in the guide. For each form that ran in a month
(admitted, not ended before it): its columns that ask for facts, times the people who fill it in,
times how often a month they do. Known are those of these columns that the registry knows: the
target is 0. Spared is the same sum of forms that were refused in the month. Typed are changes
of facts that came by a page in the month, under the office whose form they answered; all others
are the upkeep of records. Nobody's name is in any of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FloatField,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils import timezone

from linli.registry.models import Change, DataForm, FormState, SourceKind

UPKEEP = ""
_MONTHS = 12
_COLUMNS = ("office", "asked_here", "known_here", "spared_here", "typed_here")


@dataclass(frozen=True)
class Burden:
    """One office in one month, in fields: asked of people, known of these, spared, typed."""

    requester: str
    asked: int = 0
    known: int = 0
    spared: int = 0
    typed: int = 0

    def __add__(self, other: "Burden") -> "Burden":
        """Put two parts of the same office together."""
        return Burden(
            self.requester,
            self.asked + other.asked,
            self.known + other.known,
            self.spared + other.spared,
            self.typed + other.typed,
        )


@dataclass(frozen=True)
class Month:
    """A calendar month in local time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that a day lies in."""
        return cls(day.year, day.month)

    @property
    def code(self) -> str:
        """The month as 2026-03."""
        return f"{self.year}-{self.number:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The moments at which it begins and ends."""
        zone = timezone.get_default_timezone()
        return (
            datetime.combine(self.first, time.min, zone),
            datetime.combine(self.next.first, time.min, zone),
        )


def months_until(day: date, count: int = _MONTHS) -> Sequence[Month]:
    """Return so many months, that of the day first, then those before it."""
    whole = day.year * 12 + day.month - 1
    return [Month((whole - back) // 12, (whole - back) % 12 + 1) for back in range(count)]


def month_called(code: str, today: date) -> Month:
    """Return one of the months that the page offers, by its code; that of today for any other."""
    return next((one for one in months_until(today) if one.code == code), Month.of(today))


def _zero() -> Value:
    return Value(0.0, output_field=FloatField())


def _asked(month: Month) -> QuerySet[DataForm, tuple[object, ...]]:
    begin, end = month.bounds
    runs = Q(state__in=[FormState.ADMITTED, FormState.ENDED], decided_at__lt=end)
    runs &= Q(ends_on__gte=month.first) & (Q(ended_at__isnull=True) | Q(ended_at__gte=begin))
    spared = Q(state=FormState.REFUSED, decided_at__gte=begin, decided_at__lt=end)
    often = Cast(F("people") * F("times"), FloatField()) / F("every")
    parts = DataForm.objects.filter(runs | spared).values("requester")
    return parts.annotate(
        office=F("requester"),
        asked_here=_sum(often * F("facts"), runs),
        known_here=_sum(often * F("known"), runs),
        spared_here=_sum(often * F("facts"), spared),
        typed_here=_zero(),
    ).values_list(*_COLUMNS)


def _sum(load: Combinable, which: Q) -> Sum:
    return Sum(load, filter=which, default=0.0, output_field=FloatField())


def _typed(month: Month) -> QuerySet[Change, tuple[object, ...]]:
    begin, end = month.bounds
    offices = Subquery(DataForm.objects.values("requester"))
    # What is typed without a form has a person as its sender, and is put together here.
    office = Case(
        When(source__sender__in=offices, then=F("source__sender")),
        default=Value(UPKEEP),
        output_field=CharField(max_length=120),
    )
    typed = Change.objects.filter(source__kind=SourceKind.PAGE, at__gte=begin, at__lt=end)
    parts = typed.annotate(office=office).values("office")
    return parts.annotate(
        asked_here=_zero(),
        known_here=_zero(),
        spared_here=_zero(),
        typed_here=Cast(Count("pk"), FloatField()),
    ).values_list(*_COLUMNS)


def _parts(month: Month) -> Iterator[Burden]:
    rows = _asked(month).order_by().union(_typed(month).order_by(), all=True)
    for requester, *counts in rows:
        yield Burden(str(requester), *(round(float(str(one))) for one in counts))


def burden_in(month: Month) -> Sequence[Burden]:
    """Return what each office asked of people in a month, by name; upkeep without a form last."""
    found: dict[str, Burden] = {}
    for part in _parts(month):
        found[part.requester] = found.get(part.requester, Burden(part.requester)) + part
    return sorted(found.values(), key=lambda one: (one.requester == UPKEEP, one.requester))


def total_of(parts: Sequence[Burden]) -> Burden:
    """Return all offices together."""
    return sum(parts, Burden(UPKEEP))
