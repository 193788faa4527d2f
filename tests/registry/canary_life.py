"""The chapters of a life with linli: everything that it does with a person, done to one."""

import html
import io
import os
import re
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.cases.actions import intake
from linli.cases.actions.contacts import query_code
from linli.cases.actions.conversing import reply
from linli.cases.jobs.loop import tidy_up, work_off
from linli.cases.jobs.mailing import send_waiting_mail
from linli.cases.models import Case
from linli.kernel.ids import new_id
from linli.registry.actions.entry import code_of
from linli.registry.actions.sealing import opened
from linli.registry.management.importing import SOME_REFUSED
from linli.registry.models import (
    Change,
    ChangeState,
    EntryCode,
    Export,
    ImportRun,
    LegalBasis,
    Pair,
    Resident,
)
from tests.factories import make_category, make_person, make_unit, make_village, middle, order
from tests.registry.canary_person import (
    EMAIL,
    HEAD,
    IDENTITY,
    LINE,
    NAME,
    NUMBER,
    OPEN,
    OTHER_NAME,
    OTHER_NUMBER,
    THIRD_NUMBER,
    TWIN,
)
from tests.registry.ground import Registry
from tests.registry.importing_files import VILLAGE_NAME, as_xlsx

# A law whose forms need the identity number.
BASIS = "residence_service"


class Life:
    """The grounds, the people, and the chapters."""

    def __init__(self) -> None:
        make_village()
        self.ground = Registry.made()
        self.admin = make_person(Role.ADMINISTRATOR)
        self.clerk = make_person(Role.INTAKE_CLERK)
        self.dispatcher = make_person(Role.DISPATCHER)
        self.officer = make_person(Role.UNIT_OFFICER, unit=make_unit())
        self.category = make_category()
        self.basis = LegalBasis.objects.get(code="residence_service")

    def live(self) -> None:
        """Go through the chapters in their order."""
        for chapter in (
            *(self.comes_by_command, self.comes_by_page, self.waits_and_is_broken),
            *(self.is_found, self.is_looked_up_in_an_emergency, self.is_corrected),
            *(self.looks_herself, self.is_exported, self.fills_a_form, self.is_made_on_a_page),
            *(self.reports, self.is_decided_about, self.is_saved, self.causes_a_fault),
        ):
            chapter()

    # --- tools ------------------------------------------------------------------------------

    def browser(self, person: Any = None) -> Any:
        """Return a browser of somebody, or of a stranger."""
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", raise_request_exception=False)
        if person is not None:
            # By the log-in itself, so that the session is as it is in life.
            client.force_login(Person.objects.get(pk=person.pk))
        return client

    def row(self, **other: Any) -> list[Any]:
        """Return her row of a table."""
        told = [NAME, NUMBER, VILLAGE_NAME, LINE, "常住", 1990, IDENTITY, "汉", *middle(0)]
        for name, value in other.items():
            told[HEAD.index({"name": "姓名", "number": "联系电话"}[name])] = value
        return told

    def upload(self, rows: list[list[Any]], head: list[str] | None = None) -> Any:
        """Return a workbook as a browser sends it."""
        return SimpleUploadedFile("居民.xlsx", as_xlsx({"Sheet": [head or HEAD, *rows]}))

    def facts(self) -> dict[str, str]:
        """Return by which two facts she is found now."""
        row = Resident.objects.get(pk=self.resident.pk)
        return dict(opened(row, ("name", "telephone")))

    def expect(self, answer: Any, status: int = 302) -> Any:
        """Return an answer that is as it should be; say what came otherwise."""
        if answer.status_code != status:
            raise SystemExit(
                f"{answer.request['PATH_INFO']}: {answer.status_code} {words_of(answer)}"
            )
        return answer

    def post(self, client: Any, where: str, told: dict[str, Any], status: int = 302) -> Any:
        """Send a form."""
        return self.expect(client.post(where, {"act_id": str(new_id()), **told}), status)

    # --- chapters ---------------------------------------------------------------------------

    def comes_by_command(self) -> None:
        """Her row, one that is refused, and the same file again."""
        with tempfile.TemporaryDirectory(dir=os.environ["CANARY_OUTSIDE"]) as folder:
            file, back = Path(folder) / "居民.xlsx", Path(folder) / "back.xlsx"
            rows = [self.row(), self.row(name=OTHER_NAME, number="1.38E+10")]
            file.write_bytes(as_xlsx({"Sheet": [HEAD, *rows]}))
            asked = ("--sender", "甲单位", "--basis", BASIS, "--crs", "wgs84")
            codes = [
                code_of_command("import_residents", str(file), *asked, "--refused", str(back))
                for _twice in range(2)
            ]
            assert codes == [SOME_REFUSED, 0], codes
            assert back.exists()
        self.resident = Resident.objects.get()
        assert ImportRun.objects.exists()

    def comes_by_page(self) -> None:
        """A preview, a check, an import in the queue, the rows that came back."""
        client = self.browser(self.admin)
        rows = [self.row(number=THIRD_NUMBER), self.row(name=TWIN), self.row(number="1.38E+10")]
        told = {
            "file": self.upload(rows),
            "kind": "resident",
            "sender": "乙单位",
            "basis": BASIS,
            "crs": "wgs84",
        }
        where = self.post(client, reverse("registry:imports"), told)["Location"]
        self.expect(client.get(where), 200)
        for verb in ("check", "import"):
            client.post(f"{where}act/", {"verb": verb})
            work_off()
            client.get(where)
            client.get(f"{where}progress/")
        run = ImportRun.objects.latest("started_at")
        assert run.counts, run.state
        assert NAME.encode() not in client.get(where).content
        self.expect(client.get(f"{where}refused.xlsx"), 200)

    def waits_and_is_broken(self) -> None:
        """A file that nobody confirms, and one that is no table."""
        client = self.browser(self.admin)
        told = {"kind": "resident", "sender": "丙单位", "crs": "wgs84"}
        waits = {**told, "file": self.upload([self.row(name="欧阳金丝雀二")])}
        where = self.post(client, reverse("registry:imports"), waits)["Location"]
        client.get(where)
        torn = f'姓名,联系电话\n{NAME},{NUMBER}\n"'.encode("utf-16")[:-3]
        for name, body in (("坏.xlsx", b"PK\x03\x04" + torn), ("坏.csv", torn)):
            client.get(
                self.post(
                    client,
                    reverse("registry:imports"),
                    {**told, "file": SimpleUploadedFile(name, body)},
                )["Location"]
            )

    def is_found(self) -> None:
        """By two facts, by one, by wrong ones; and shown in full."""
        client = self.browser(self.clerk)
        facts = {**self.facts(), "purpose": "caller"}
        assert (
            str(self.resident.pk).encode()
            in self.post(client, "/registry/find/", facts, 200).content
        )
        for told in ({"name": NAME}, {"telephone": NUMBER}, {**facts, "name": OTHER_NAME}):
            client.post("/registry/find/", told)
        found = f"/registry/find/{self.resident.pk}/"
        self.expect(client.get(found), 200)
        for field in ("name", "telephone", "id_tail"):
            told = {"purpose": "caller", "words": "居民来电查询办理进度"}
            shown = self.post(client, f"{found}{field}/", told)["Location"]
            self.expect(client.get(shown), 200)

    def is_looked_up_in_an_emergency(self) -> None:
        """A worker of another grid opens her record, and a supervisor reviews it."""
        told = {**self.facts(), "reason": "夜间燃气泄漏需立即联系住户"}
        client = self.browser(self.ground.stranger)
        where = self.post(client, "/registry/emergencies/new/", told)["Location"]
        assert NAME.encode() in self.expect(client.get(where), 200).content
        self.browser(self.ground.supervisor).get(f"{where}review/")

    def is_corrected(self) -> None:
        """A worker writes another name and number; a supervisor approves what waits."""
        client, boss = self.browser(self.ground.worker), self.browser(self.ground.supervisor)
        for field, value in (("name", OTHER_NAME), ("telephone", OTHER_NUMBER)):
            version = Resident.objects.get(pk=self.resident.pk).version
            where = reverse("registry:change", args=["resident", self.resident.pk, field])
            self.post(client, where, {"value": value, "version": version})
        for change in Change.objects.filter(state=ChangeState.PROPOSED):
            where = reverse("registry:change_waiting", args=[change.pk])
            told = {"verb": "approve", "version": change.base_version}
            boss.get(where)
            self.post(boss, where, told)
        self.expect(
            client.get(reverse("registry:record", args=["resident", self.resident.pk])), 200
        )
        assert Change.objects.filter(record=self.resident.pk).count() >= 2
        Resident.objects.get(pk=self.resident.pk)

    def looks_herself(self) -> None:
        """By telephone code: she sees, corrects and objects; a wrong number is tried too."""
        now = self.facts()
        client = self.browser()
        self.post(client, "/my/", {"name": NAME, "telephone": "13987654329"})
        self.post(client, "/my/", now)
        entry = EntryCode.objects.filter(resident=self.resident.pk).latest("at")
        self.post(client, "/my/code/", {"code": code_of(entry.pk)})
        assert now["name"].encode() in self.expect(client.get("/my/"), 200).content
        client.post("/my/correct/telephone/", {"value": THIRD_NUMBER})
        client.post("/my/correct/name/", {"value": NAME})
        client.post("/my/wish/object/", {"words": f"{NAME}，电话{NUMBER}，不想被登记"})

    def is_exported(self) -> None:
        """Asked for by one, approved by another, taken."""
        asks, decides = self.browser(self.ground.worker), self.browser(self.ground.supervisor)
        told = {
            "area": self.ground.grid.code,
            "fields_wanted": ["name", "telephone", "address"],
            "basis": str(self.basis.pk),
            "purpose": "高龄津贴年度核对发放名单",
        }
        self.post(asks, "/registry/exports/", told)
        export = Export.objects.latest("at")
        self.post(decides, f"/registry/exports/{export.pk}/", {"decision": "yes"})
        self.expect(asks.post(f"/registry/exports/{export.pk}/take/"), 200)

    def fills_a_form(self) -> None:
        """A blank form that somebody had begun to fill comes back with persons."""
        asks, decides = self.browser(self.ground.worker), self.browser(self.ground.supervisor)
        begun = {"file": self.upload([[NAME, NUMBER]], ["姓名", "联系电话"])}
        seen = self.expect(asks.post("/registry/forms/fill/", begun), 200)
        told = {
            "blank": field_of(seen, "blank"),
            "verb": "fill",
            "kind-0": "resident",
            "area": self.ground.grid.code,
            "purpose": "高龄津贴年度核对发放名单",
            "column-0-0": "resident.name",
            "column-0-1": "resident.telephone",
            "basis": self.basis.pk,
        }
        self.post(asks, "/registry/forms/fill/", told)
        export = Export.objects.latest("at")
        self.post(decides, f"/registry/exports/{export.pk}/", {"decision": "yes"})
        taken = self.expect(asks.post(f"/registry/exports/{export.pk}/take/"), 200)
        assert taken["Content-Type"].endswith("sheet")

    def is_made_on_a_page(self) -> None:
        """The form of a new resident is sent, with a fault and without."""
        client = self.browser(self.ground.worker)
        where = reverse("registry:create", args=["resident"])
        self.expect(client.get(where), 200)
        told = {
            "grid": self.ground.grid.code,
            "address": "金丝雀路78号",
            "name": TWIN,
            "telephone": THIRD_NUMBER,
            "identity": IDENTITY,
            "basis": BASIS,
            "residence": "registered",
            "told": "own",
        }
        self.post(client, where, {**told, "telephone": "1.38E+10"}, 422)
        self.post(client, where, told)

    def reports(self) -> None:
        """A case with her contact, her number in its words, a photo by her name, an answer."""
        client, picture = self.browser(), io.BytesIO()
        Image.new("RGB", (60, 40), "green").save(picture, "PNG")
        said = {
            "category": self.category.code,
            "kind": "complaint",
            "title": OPEN,
            "place": "祝融路12号",
            "description": f"请打{NUMBER}，身份证{IDENTITY}",
            "telephone": OTHER_NUMBER,
            "name": NAME,
            "email": EMAIL,
        }
        asked = client.post("/report/", {**said, "act_id": str(new_id())})
        assert asked.status_code == 422, asked.status_code
        photo = SimpleUploadedFile(f"{NAME}.png", picture.getvalue(), "image/png")
        self.post(client, "/report/", {**said, "numbers": "move", "photos": photo})
        case = Case.objects.get()
        follow = {"number": case.number, "code": query_code(case.pk)}
        self.post(client, "/follow/", follow)
        desk = self.browser(self.clerk)
        intake.accept(order=order(case, self.clerk, timezone.now()))
        where = f"/desk/cases/{case.pk}/"
        self.expect(desk.get(where), 200)
        shown = desk.post(
            f"{where}contact/",
            {"reason": f"核对来电{THIRD_NUMBER}", "numbers": "move", "act_id": str(new_id())},
        )
        assert shown.status_code in {200, 302, 422}, shown.status_code
        desk.get("/desk/cases/", {"q": NUMBER})
        desk.post(
            f"{where}do/note/",
            {"note": f"已联系{THIRD_NUMBER}", "numbers": "move", "act_id": str(new_id())},
        )
        desk.post("/desk/new/alike/", {"title": OPEN, "telephone": NUMBER})
        reply(order=order(case, self.clerk, timezone.now(), words="已受理"))
        assert send_waiting_mail(at=timezone.now()) == 0
        replayed = {**said, "numbers": "remove", "act_id": str(case.pk), "title": "另一件事"}
        client.post("/report/", replayed)
        self.case = case

    def is_decided_about(self) -> None:
        """The doubles that the imports found are looked at, and one is joined."""
        boss = self.browser(self.ground.supervisor)
        assert Pair.objects.exists()
        for pair in Pair.objects.all():
            where = reverse("registry:double", args=[pair.pk])
            self.expect(boss.get(where), 200)
            boss.post(where, {"verb": "first", "act_id": str(pair.pk)})

    def is_saved(self) -> None:
        """The keys rotate, the clock tidies up, and a backup is made as the guide says."""
        call_command("rotate_keys", verbosity=0)
        call_command("rotate_keys", "--index", verbosity=0)
        tidy_up.enqueue()
        work_off()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [f"{os.environ['LINLI_HOME']}/backup.sqlite3"])

    def causes_a_fault(self) -> None:
        """A page breaks while it holds her facts: the log says where, not whom."""
        broken = mock.patch(
            "linli.registry.actions.finding.find", side_effect=RuntimeError("broken")
        )
        client = self.browser(self.clerk)
        facts = {**self.facts(), "purpose": "caller"}
        with broken:
            self.expect(client.post("/registry/find/", facts), 500)


def code_of_command(*words: str) -> int:
    """Run a command of linli; return how it ended."""
    try:
        call_command(*words, verbosity=0)
    except CommandError as ended:
        return ended.returncode
    return 0


def words_of(answer: Any) -> str:
    """Return what a page says, without its marks."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode(errors="replace"))
    return re.sub(r"\s+", " ", plain)[:3000]


def field_of(answer: Any, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}"\s+value="([^"]+)"', answer.content.decode())
    assert found, f"no field {name}"
    return html.unescape(found[1])
