"""One thing of each kind that an address can name: some everybody's, some somebody's."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from allauth.mfa.totp.internal.auth import TOTP
from django.core import signing
from django.test import Client
from django.utils import timezone
from PIL import Image

from linli.accounts.models import Person, RoleGrant
from linli.accounts.rules.roles import Role
from linli.audit.actions import Clash, acting
from linli.audit.models import Quarantined
from linli.cases.actions import dispatching, handling, intake
from linli.cases.actions.attachments import Upload, attach_ready, make_ready
from linli.cases.models import Case, ClosingDay, CorrectionClash, ReplyTemplate, WorkingCalendar
from linli.cases.queries.calendars import WITHOUT_CALENDAR
from linli.kernel.ids import new_id
from linli.territory.models import Grid, GridPosting
from tests.factories import make_case, make_grid, make_person, make_rule, make_unit, middle, order
from tests.registry.asked import form_samples
from tests.registry.pages_ground import page_samples
from tests.registry.persons import guard_samples
from tests.security.walking import BARE, STRANGER


@dataclass(frozen=True)
class Ground:
    """The people who ask, with what is theirs and what is not."""

    clients: dict[str, Client]
    own: dict[str, object]
    foreign: dict[str, object]


def _people(unit: object, grid: Grid) -> dict[str, Person]:
    people = {BARE: make_person()}
    for role in Role:
        where = {"unit": unit} if role is Role.UNIT_OFFICER else {}
        if role is Role.GRID_WORKER:
            where["grid"] = grid
        people[role.value] = make_person(role, **where)
        if role in {Role.ADMINISTRATOR, Role.AUDITOR}:
            # They have the second factor that the product asks of them.
            TOTP.activate(people[role.value], "JBSWY3DPEHPK3PXP" * 2)
    return people


def _case_in_work(unit: object, column: int) -> Case:
    """Report a case in a grid and bring it to the unit that handles it, with a picture."""
    lon, lat = middle(column)
    case = make_case(contact=True, lon=lon, lat=lat)
    clerk, sender = make_person(Role.INTAKE_CLERK), make_person(Role.DISPATCHER)
    officer = make_person(Role.UNIT_OFFICER, unit=unit)  # type: ignore[arg-type]
    intake.accept(order=order(case, clerk))
    dispatching.register(order=order(case, clerk))
    dispatching.dispatch(order=order(case, sender), unit=unit)  # type: ignore[arg-type]
    return handling.sign(order=order(case, officer))


def _picture(case: Case) -> object:
    image = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(image, "PNG")
    ready = make_ready(Upload("lamp.png", image.getvalue()))
    clerk = make_person(Role.INTAKE_CLERK)
    return attach_ready(order=order(case, clerk), ready=ready, public=False).pk


def _clash(case: Case) -> object:
    """Leave what two people wrote into the same field."""
    step = case.steps.get(verb="report")
    row = CorrectionClash(case=case, step=step, field="title", ours="水管漏水", at=case.reported_at)
    row.save()
    return row.pk


def _kept() -> object:
    number = new_id()
    for words in ("one", "two"):
        try:
            with acting(number, "case.report", by=None, at=timezone.now(), payload={"w": words}):
                pass
        except Clash:
            pass
    return Quarantined.objects.get(act_id=number).pk


def _things(case: Case, grid: Grid) -> dict[str, object]:
    person = make_person(Role.CHECKER)
    posted = make_person(Role.GRID_WORKER, grid=grid)
    calendar = WorkingCalendar.objects.create(
        version=f"sample-{case.number}",
        name="样例",
        imported_at=timezone.now(),
        content={**WITHOUT_CALENDAR, "version": "sample"},
    )
    closing, _new = ClosingDay.objects.get_or_create(day=date(2026, 5, 11), reason="区庆")
    return {
        "case_id": case.pk,
        "number": case.number,
        "clash_id": _clash(case),
        "file_id": _picture(case),
        "person_id": person.pk,
        "grant_id": RoleGrant.objects.get(person=person).pk,
        "unit_id": case.unit_id,
        "category_id": case.category_id,
        "row_id": _kept(),
        "posting_id": GridPosting.objects.get(person=posted).pk,
        "code": grid.code,
        "manage/territory/divisions/<str:code>/|code": grid.division.code,
        "manage/territory/divisions/<str:code>/rename/|code": grid.division.code,
        "manage/territory/divisions/<str:code>/close/|code": grid.division.code,
        "manage/territory/divisions/<str:code>/merge/|code": grid.division.code,
        "manage/territory/divisions/<str:code>/split/|code": grid.division.code,
        "token": signing.dumps(case.number, salt="known-matter"),
        "template_id": ReplyTemplate.objects.create(name="样例", text="已收到。").pk,
        "rule_id": make_rule(case.unit).pk,  # type: ignore[arg-type]
        "calendar_id": calendar.pk,
        "manage/calendars/years/<int:number>/|number": 2026,
        "written": closing.day,
        "verb": "note",
        "upload": new_id(),
        "sheet": "categories",
        "level": "village",
        "ending": "json",
        "rest": "nothing",
        "manage/rules/export.<slug:ending>|ending": "csv",
        "pk": 4711,
        "uidb36": "1",
        "key": "set-password",
        **guard_samples(grid),
        **form_samples(grid),
        **page_samples(grid),
    }


def make_ground() -> Ground:
    """Make two of everything; the people stand where the first is."""
    (here, there), (ours, theirs) = (make_grid(0), make_grid(5)), (make_unit(), make_unit())
    people = _people(ours, here)
    own = _things(_case_in_work(ours, 0), here)
    foreign = _things(_case_in_work(theirs, 5), there)
    clients = {STRANGER: Client()}
    for asker, person in people.items():
        clients[asker] = Client()
        clients[asker].force_login(person)
    return Ground(clients, own, foreign)
