"""Who acts when, and from where facts came: what every action of the registry is given."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import Person
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.registry.models import Source, SourceKind
from linli.registry.policies import Who


@dataclass(frozen=True)
class Act:
    """One act: its id (made by the client), who does it (None: a command or the clock), when.

    ``resident``: the resident who has proved to be the one of a record, and acts for themself.
    """

    id: UUID
    by: Person | None
    at: datetime
    resident: UUID | None = None

    @property
    def who(self) -> Who:
        """Return whose rights count."""
        return Who.oneself(self.resident) if self.resident else Who.by(self.by, self.at)

    @property
    def day(self) -> date:
        """Return the local day of the act."""
        return timezone.localdate(self.at)


def check(refusal: Refusal | None) -> None:
    """Raise Refused when a policy said no."""
    if refusal is not None:
        raise Refused(refusal)


def source_of(kind: SourceKind, sender: str, act: Act) -> Source:
    """Within an action: return where facts of this act came from.

    What one person types for one sender on one day is one source.
    """
    found = Source.objects.filter(kind=kind, sender=sender, by=act.by, at__date=act.day)
    if kind is SourceKind.PAGE:
        there = found.order_by("-at").first()
        if there is not None:
            return there
    return Source.objects.create(id=new_id(), kind=kind, sender=sender, by=act.by, at=act.at)
