"""Forms in the demo: two that run, one that was refused, one that waits for a decision."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from linli.accounts.models import Person
from linli.accounts.rules.roles import Role
from linli.demo.actions.district import act_id
from linli.registry.actions.answering import Answers, answer_form
from linli.registry.actions.asking import Wanted, ask_form, decide_form
from linli.registry.actions.exporting import Decision
from linli.registry.actions.writing import Act
from linli.registry.models import DataForm, Every
from linli.registry.policies.scopes import Who
from linli.registry.queries.forms import facts_asked, is_due, records_due
from linli.registry.rules.blanks import typed_blank

_ANSWERED = 6


@dataclass(frozen=True)
class _Form:
    """A form of the demo; ``days`` ago it was asked for, a day later admitted if it is."""

    name: str
    requester: str
    basis: str
    purpose: str
    kind: str
    columns: tuple[str, ...]
    people: int
    every: Every
    days: int
    is_admitted: bool = False


_FORMS = (
    _Form(
        "出租房屋消防安全排查表",
        "区应急管理局（演示）",
        "《中华人民共和国消防法》第三十二条",
        "冬春火灾防控，逐户排查出租房屋消防设施",
        "tenancy",
        ("房屋地址", "烟感报警器", "灭火器", "楼道堆放杂物", "电动自行车入户充电", "防盗窗可开启"),
        332,
        Every.QUARTER,
        40,
        is_admitted=True,
    ),
    _Form(
        "校园周边安全隐患排查表",
        "区教育局（演示）",
        "《中小学幼儿园安全管理办法》第五十条",
        "开学前排查校园周边安全隐患",
        "school",
        ("学校名称", "学生人数", "门卫值守", "校门防冲撞设施", "周边占道经营", "上学路口标线"),
        29,
        Every.MONTH,
        20,
        is_admitted=True,
    ),
    _Form(
        "住宅基础信息统计表",
        "区住房和城乡建设局（演示）",
        "《城市居民住宅安全防范设施建设管理规定》",
        "每半月汇总住宅底数",
        "dwelling",
        ("序号", "村（社区）", "房屋地址", "房屋用途", "居住人数", "建筑面积", "备注"),
        332,
        Every.MONTH,
        9,
    ),
    _Form(
        "便民服务需求摸底表",
        "区民政局（演示）",
        "区政府为民办实事清单",
        "摸清上门服务需求，安排服务站点",
        "dwelling",
        ("房屋地址", "代缴水电费需求", "送餐上门需求", "家电维修需求"),
        332,
        Every.YEAR,
        1,
    ),
)  # fmt: skip


def save_forms(*, now: datetime) -> int:
    """Ask for the forms of the demo and decide about them; returns how many there are."""
    officer, supervisor = _called("officer"), _called("supervisor")
    for number, told in enumerate(_FORMS):
        form = _asked(told, number, officer, now)
        if told.is_admitted:
            decide_form(
                form_id=form.pk,
                decision=Decision(is_yes=True),
                by=supervisor,
                at=now - timedelta(days=told.days - 1),
                act_id=act_id(f"admit form {number}"),
            )
    _answer_some(DataForm.objects.get(pk=act_id("ask form 0")), now)
    return len(_FORMS)


def _called(username: str) -> Person:
    """Return one of those whose log-in is shown."""
    return Person.objects.get(username=username)


def _asked(told: _Form, number: int, officer: Person, now: datetime) -> DataForm:
    at = now - timedelta(days=told.days)
    wanted = Wanted(
        name=told.name,
        requester=told.requester,
        basis=told.basis,
        purpose=told.purpose,
        blank=typed_blank(told.columns),
        role=Role.GRID_WORKER,
        people=told.people,
        every=told.every,
        ends_on=timezone.localdate(at) + timedelta(days=150),
        kind=told.kind,
    )
    return ask_form(wanted=wanted, by=officer, at=at, act_id=act_id(f"ask form {number}"))


def _answer_some(form: DataForm, now: datetime) -> None:
    """Let the worker whose log-in is shown answer a form for some records."""
    worker = _called("grid")
    today = timezone.localdate(now)
    due = records_due(form, Who.of(worker, now), now)
    for number, one in enumerate(due[:_ANSWERED]):
        answers = _answers(form, one.row, today)
        act = Act(act_id(f"answer form {number}"), worker, now - timedelta(hours=number + 1))
        answer_form(form=form, row=one.row, answers=answers, act=act)


def _answers(form: DataForm, row: Any, today: date) -> Answers:
    names = [one.name for one in facts_asked(form) if is_due(row, one, today)]
    return Answers(dict.fromkeys(names, "是"), frozenset(), row.version)
