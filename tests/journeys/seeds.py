"""What a journey finds on the ground: cases of all kinds, files, calls, and what waits."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

VILLAGE = "430412001002"
WATER = "W01"
CALENDAR = Path(__file__).resolve().parents[2] / "linli/cases/data/calendars/cn.json"


def _picture(colour: str = "green") -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(made, "JPEG")
    return made.getvalue()


class Rows:
    """What is made, in the order in which one thing stands on another."""

    def __init__(self, now: datetime, poison: str = "") -> None:
        from linli.accounts.rules.roles import Role
        from tests import factories

        self.now, self.f, self.poison = now, factories, poison
        self.crew = factories.Crew()
        self.grid = factories.make_grid(0)
        self.spare = factories.make_grid(1)
        make = factories.make_person
        self.people = {
            "intake_clerk": self.crew.clerk,
            "dispatcher": self.crew.dispatcher,
            "unit_officer": self.crew.officer,
            "checker": self.crew.checker,
            "caller": self.crew.caller,
            "supervisor": self.crew.supervisor,
            "grid_worker": make(Role.GRID_WORKER, grid=self.grid),
            "administrator": make(Role.ADMINISTRATOR),
            "auditor": make(Role.AUDITOR),
            "second_factor": make(Role.INTAKE_CLERK),
        }
        self.newcomer = make(Role.CALLER)
        self.cases: dict[str, Any] = {}
        self.samples: dict[str, list[str]] = {}

    # --- categories, rules -----------------------------------------------------------------

    def categories(self) -> None:
        from linli.cases.actions.categories import (
            CategoryDraft,
            LimitDraft,
            publish_categories,
        )
        from linli.cases.models import Category, ReplyTemplate
        from linli.kernel.ids import new_id

        def limits(days: int) -> tuple[LimitDraft, ...]:
            days_ = "working_days"
            return (
                LimitDraft("sign", "签收", 1, days_, "dispatch", ("sign",), "Sign for it"),
                LimitDraft("stop", "止水", 2, days_, "sign", ("milestone",), "Stop the water"),
                LimitDraft("close", "办结", days, days_, "report", ("close",), "Close", (), True),
            )

        rules = {
            "register_when": "公共供水管道漏水",
            "register_when_en": "A public pipe leaks",
            "close_when": "止水并恢复路面",
            "close_when_en": "The leak is stopped and the road is whole again",
            "duplicate_metres": 200,
            "duplicate_hours": 72,
            "reopen_days": 10,
        }
        verify = {
            "needs_verification": True,
            "verification_reason": "须确认灯杆位置",
            "verification_reason_en": "The pole has to be found",
        }
        photo = {
            "needs_photo": True,
            "photo_reason": "照片用来判断派哪种车",
            "photo_reason_en": "The photograph tells which vehicle to send",
            "anonymous_allowed": False,
        }
        draft = CategoryDraft
        drafts = [
            draft("W", "供水供电", "Water and light"),
            draft(WATER, "供水管道漏水", "Leaking pipe", "W", 1, True, rules, limits(5)),
            draft("W02", "路灯不亮", "Street lamp out", "W", 2, True, verify, limits(4)),
            draft("W03", "占道垃圾", "Rubbish on the road", "W", 3, True, photo, limits(3)),
            draft(
                *("W04", "燃气异味", "Smell of gas", "W", 4, True),
                {"emergency_number": "119"},
                limits(1),
            ),
        ]
        at = self.now - timedelta(days=400)
        publish_categories(drafts=drafts, by=None, at=at, act_id=new_id())
        self.category = Category.objects.get(code=WATER)
        self.lamp = Category.objects.get(code="W02")
        self.samples["lamp"] = [str(self.lamp.pk)]
        ReplyTemplate.objects.create(
            *(),
            category=self.category,
            name="已派人",
            name_en="Somebody is on the way",
            text="已派人前往，请注意绕行。",
            text_en="Somebody is on the way.",
        )
        self.f.make_rule(self.crew.unit, self.category)
        self.f.make_rule(self.crew.unit)
        for page in ("category_id", "manage:category.category_id"):
            self.samples[page] = [str(Category.objects.get(code=code).pk) for code in (WATER, "W")]

    # --- cases -----------------------------------------------------------------------------

    def report(self, name: str, title: str, days: int = 1, **facts: Any) -> Any:
        lon, lat = self.f.middle(0)
        step = len(self.cases) * 0.00004
        values = {"lon": lon + step, "lat": lat + step, "place": "祝融路12号门前", **facts}
        category = values.pop("category", self.category)
        by = values.pop("by", self.crew.clerk)
        at = self.now - timedelta(days=days)
        values.setdefault("description", "从昨晚开始，水一直流到人行道上。")
        case = self.f.make_case(category, by, at, title=title, **values)
        self.cases[name] = case
        return case

    def cases_of_all_kinds(self) -> None:
        from linli.cases.models.choices import Channel, Kind
        from linli.cases.rules.workflow import CaseState as S

        web = {"channel": Channel.WEB, "contact": True, "by": None}
        self.report("reported", "祝融路12号门前水管漏水", **web)
        self.report("question", "水费怎么交", kind=Kind.CONSULTATION, **web)
        lamp = self.report("verifying", "万福路口路灯不亮", category=self.lamp, **web)
        self.crew.bring(lamp, S.ACCEPTED, self.now)
        self.report("late", "老街水管漏水多日", days=30, **web)
        self.crew.bring(self.cases["late"], S.HANDLING, self.now - timedelta(days=29))
        titles = {
            S.ACCEPTED: "金月路水管漏水",
            S.REGISTERED: "衡山路消火栓漏水",
            S.DISPATCHED: "南岳大道水表漏水",
            S.HANDLING: "独秀路水管爆裂",
            S.HANDLED: "东街水管渗水",
            S.CHECKED: "西街水龙头漏水",
        }
        for state, title in titles.items():
            case = self.report(state.value, title, **web)
            self.cases[state.value] = self.crew.bring(case, state, self.now)
        more = {
            "uncontacted": (S.CHECKED, "北街水管漏水"),
            "closed": (S.CHECKED, "南街水管漏水"),
            "paused": (S.HANDLING, "桥头水管漏水"),
            "extension": (S.HANDLING, "水库路水管漏水"),
            "shelved": (S.REGISTERED, "旧城水管老化"),
            "voided": (S.REGISTERED, "重复登记的漏水"),
            "resent": (S.DISPATCHED, "环山路水管漏水"),
        }
        for name, (state, title) in more.items():
            facts = {} if name == "uncontacted" else web
            self.cases[name] = self.crew.bring(self.report(name, title, **facts), state, self.now)
        self.report("refused", "邻居家的狗太吵", **web)
        self.report("merged", "祝融路12号水管漏水", **web)
        self.report("seen", "巡查发现水管渗水", by=self.people["grid_worker"])

    def deeds(self) -> None:
        from linli.cases.actions import checking, conversing, dispatching, handling, intake, merging
        from linli.cases.models.choices import (
            LimitUnit,
            PauseReason,
            RefusalReason,
            Satisfaction,
            Solved,
        )

        def order(name: str, person: Any, **words: str) -> Any:
            return self.f.order(self.cases[name], person, self.now, **words)

        crew = self.crew
        dispatching.ask_verification(order=order("verifying", crew.clerk))
        checking.record_call(
            order=order("closed", crew.caller),
            reached=True,
            solved=Solved.SOLVED,
            satisfaction=Satisfaction.SATISFIED,
        )
        checking.close(order=order("closed", crew.caller, words="已修好，谢谢您。"))
        handling.pause(
            order=order("paused", crew.officer, note="等管件到货"), reason=PauseReason.MATERIAL
        )
        handling.ask_extension(
            order=order("extension", crew.officer, note="需要开挖许可"),
            amount=3,
            unit=LimitUnit.WORKING_DAYS,
        )
        conversing.shelve(order=order("shelved", crew.supervisor, words="列入明年改造计划"))
        dispatching.void(order=order("voided", crew.supervisor, note="登记错误"))
        handling.send_back(order=order("resent", crew.officer, note="不属于我单位"))
        intake.refuse_case(
            order=order("refused", crew.clerk, words="请拨打社区电话"),
            reason=RefusalReason.OUTSIDE,
        )
        merging.merge(order=order("merged", crew.clerk), into=self.cases["reported"])
        conversing.note(order=order("handling", crew.officer, note="已通知班组"))
        conversing.reply(order=order("handling", crew.officer, words="正在抢修"))
        conversing.supervise(order=order("late", crew.supervisor, note="请今天答复"))
        self.clash()
        self.files(order)

    def clash(self) -> None:
        """Let two people correct the same place from the same version."""
        from linli.cases.actions.correcting import correct
        from linli.cases.models import CorrectionClash

        base = self.cases["accepted"].version
        for person, place in (
            (self.crew.clerk, "金月路路口东侧"),
            (self.crew.dispatcher, "金月路路口西侧"),
        ):
            correct(
                order=self.f.order(self.cases["accepted"], person, self.now),
                fields={"place": place + self.poison[:90]},
                base_version=base,
            )
        clash = CorrectionClash.objects.get()
        self.samples["desk:settle.clash_id"] = [str(clash.pk)]
        self.samples["desk:settle.case_id"] = [str(clash.case_id)]

    def files(self, order: Callable[..., Any]) -> None:
        from linli.cases.actions.attachments import Upload, attach

        self.samples["file_id"] = []
        for name, data, public in (
            ("现场.jpg", _picture(), True),
            ("说明.txt", "内部说明".encode(), False),
        ):
            made = attach(
                order=order("handling", self.crew.officer),
                upload=Upload(name, data),
                public=public,
            )
            self.samples["file_id"].append(str(made.pk))

    def escalations(self) -> None:
        from linli.cases.jobs.supervising import escalate, refresh_colours

        refresh_colours(at=self.now)
        escalate(at=self.now)

    # --- what programs and imports leave ---------------------------------------------------

    def quarantine(self) -> None:
        from linli.audit.actions import Clash, make_checkpoint
        from linli.audit.models import Quarantined
        from linli.cases.actions import conversing

        order = self.f.order(self.cases["handling"], self.crew.officer, self.now, note="甲")
        conversing.note(order=order)
        from dataclasses import replace

        try:
            conversing.note(order=replace(order, note="乙"))
        except Clash:
            self.samples["row_id"] = [str(Quarantined.objects.get().pk)]
        make_checkpoint(at=self.now)

    def waiting_files(self) -> None:
        from linli.cases.imports import waiting
        from linli.cases.imports.category_tables import workbook
        from linli.territory.imports.report import Source
        from tests.territory import ground

        shape = ground.feature(
            ground.square(5, 5), code=f"{VILLAGE}777", name="第七网格" + self.poison[:60]
        )
        source = ground.geojson(ground.collection(shape))
        said = {
            "day": self.now.date().isoformat(),
            "crs": "wgs84",
            "grid_kind": "base",
            "kind": "grids",
        }
        upload = self.upload("/manage/territory/import/", "网格.geojson", source.data, said)
        for page in ("preview", "preview_map"):
            self.samples[f"territory:{page}.upload"] = [upload]
        table = Source("类别.xlsx", workbook())
        waits = waiting.leave("categories", table, {"limits_like": ""}, self.now)
        self.samples["manage:category_preview.upload"] = [str(waits)]

    def manage(self) -> None:
        from linli.cases.models import DispatchRule, ReplyTemplate, WorkingCalendar

        self.samples["template_id"] = [str(ReplyTemplate.objects.get().pk)]
        self.samples["rule_id"] = [str(DispatchRule.objects.order_by("pk")[0].pk)]
        self.samples["calendar_id"] = [str(WorkingCalendar.objects.get().pk)]
        self.samples["manage:calendar_year.number"] = [str(self.now.year)]
        self.samples["manage.ending"] = ["csv"]
        newer = json.loads(CALENDAR.read_text(encoding="utf-8"))
        files = {
            "rule": ("规则.csv", "unit,category\nunit-1,W02\n", {}),
            "calendar": (
                "日历.json",
                json.dumps({**newer, "version": "cn-2026.2"}),
                {"name": "新日历" + self.poison},
            ),
        }
        for kind, (name, text, said) in files.items():
            part = kind if kind == "calendar" else "rules"
            place = f"/manage/{part.replace('calendar', 'calendars')}/import/"
            upload = self.upload(place, name, text.encode(), said)
            self.samples[f"manage:{kind}_preview.upload"] = [upload]

    def calendar(self) -> None:
        from linli.cases.actions.calendars import add_closing_day, import_calendar
        from linli.kernel.ids import new_id

        act = {"by": self.people["administrator"], "at": self.now}
        content = json.loads(CALENDAR.read_text(encoding="utf-8"))
        import_calendar(content=content, name="国务院通知" + self.poison, act_id=new_id(), **act)
        day = (self.now + timedelta(days=200)).date()
        add_closing_day(day=day, reason="庙会" + self.poison, act_id=new_id(), **act)
        self.samples["written"] = [day.isoformat()]
