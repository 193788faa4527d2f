"""Something to look at on the pages of the registry's guards, and residents who are logged in."""

from datetime import timedelta
from typing import Any

from tests.journeys.seeds import Rows

NAME, NUMBER = "张小明", "13912345678"
WHY, PURPOSE = "约好下午上门", "年度核对"
# What people wrote here: said as it is in both languages.
TEXTS = [NAME, WHY, PURPOSE, "演示依据", "依据", "演示街道办", "衡山路"]


class Guards(Rows):
    """A resident, an emergency, an export and an objection, with the ways to their pages."""

    def guards(self) -> None:
        from linli.registry.models import BreakGlass, Export, Telling, Unmasking, Wish
        from tests.registry.persons import make_dwelling, make_resident

        grid, worker, now = self.grid, self.people["grid_worker"], self.now
        self.resident = make_resident(NAME, NUMBER, grid, make_dwelling(grid))
        looked = {"resident": self.resident, "by": worker, "at": now, "reason": WHY}
        until, review_by = now + timedelta(minutes=60), now.date() + timedelta(days=3)
        emergency = BreakGlass.objects.create(until=until, review_by=review_by, **looked)
        shown = Unmasking.objects.create(field="telephone", **looked)
        export = Export.objects.create(
            by=worker, at=now, purpose=PURPOSE, basis="依据", area=grid.code, fields=["name"]
        )
        wish = Wish.objects.create(resident=self.resident, kind="object", at=now)
        supervisor = self.people["supervisor"]
        told = {"person": supervisor, "about": worker, "at": now, "subject": emergency.pk}
        Telling.objects.create(kind="emergency", **told)
        self.samples |= {
            "guards.resident_id": [str(self.resident.pk)],
            "guards.unmasking_id": [str(shown.pk)],
            "guards.emergency_id": [str(emergency.pk)],
            "guards.export_id": [str(export.pk)],
            "guards.wish_id": [str(wish.pk)],
            "guards.person_id": [str(worker.pk)],
            "guards.field": ["telephone"],
            "guards.day": [now.date().isoformat()],
            "my.field": ["name"],
            "my.kind": ["object"],
        }

    def residents(self, clients: dict[str, Any]) -> dict[str, str]:
        """Let a clerk search, so that what was found opens; return the cookies of residents."""
        from django.core import signing

        from linli.registry.models import EntryCode, OwnSession

        asked = {"name": NAME, "telephone": NUMBER, "purpose": "visit"}
        clients["intake_clerk"].post("/registry/find/", asked)
        until = self.now + timedelta(days=1)
        session = OwnSession.objects.create(resident=self.resident, since=self.now, until=until)
        entry = EntryCode.objects.create(number=b"1", address=b"1", at=self.now)
        return {
            "resident": signing.dumps(str(session.pk), salt="linli_my"),
            "asking": signing.dumps(str(entry.pk), salt="linli_my_asked"),
        }
