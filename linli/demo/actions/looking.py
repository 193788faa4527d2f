"""Who looked at residents in the demo: searches, numbers shown, emergencies, exports, a wish."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from linli.accounts.models import Person
from linli.demo.actions.district import act_id
from linli.demo.actions.helping import Made
from linli.registry.actions.emergencies import Judgement, look, open_emergency, review
from linli.registry.actions.exporting import (
    Asked,
    Decision,
    ask_export,
    decide_export,
    take_export,
)
from linli.registry.actions.finding import TwoFacts, Wanted, find, unmask
from linli.registry.actions.own import wish
from linli.registry.models import LegalBasis, Purpose, WishKind


@dataclass(frozen=True)
class _Resident:
    """Somebody who can be found: with a telephone, in the grid of the worker who is shown."""

    id: UUID
    name: str
    telephone: str
    grid: str

    @property
    def facts(self) -> TwoFacts:
        return TwoFacts(self.name, telephone=self.telephone)


@dataclass(frozen=True)
class _Call:
    """Somebody looks a resident up, ``hours`` ago; ``field`` is shown in full, for ``words``."""

    username: str
    hours: int
    purpose: Purpose
    field: str = ""
    words: str = ""


_CALLS = (
    _Call("grid", 3, Purpose.VISIT, "telephone", "漏水报修上门前联系本人"),
    _Call("grid", 5, Purpose.UPDATE),
    _Call("grid", 27, Purpose.SAFETY, "telephone", "燃气报警，通知住户开窗撤离"),
    _Call("grid", 52, Purpose.VISIT),
    _Call("intake", 2, Purpose.CALLER, "name", "来电人核对登记信息"),
    _Call("intake", 26, Purpose.CALLER),
    _Call("intake", 49, Purpose.SERVICE, "telephone", "居住证明办结，通知领取"),
    _Call("supervisor", 30, Purpose.LAW),
)


@dataclass(frozen=True)
class _Export:
    """An export that was asked for ``days`` ago; a no has ``answer``."""

    days: int
    fields: tuple[str, ...]
    purpose: str
    is_yes: bool | None
    answer: str = ""


_EXPORTS = (
    _Export(60, ("address", "village"), "入户宣传燃气安全，按楼栋分配宣传员", is_yes=True),
    _Export(
        12,
        ("name", "telephone", "address"),
        "社区活动邀请",
        is_yes=False,
        answer="张贴通知即可，不需要导出居民联系方式",
    ),
    _Export(0, ("address", "birth_year"), "统计学龄前儿童，安排社区托育服务", is_yes=None),
)


def look_around(made: Made, *, at: datetime) -> int:
    """Let people look residents up as they do in a week; returns how many searches there were."""
    shown = list(islice(_findable(made), len(_CALLS) + 4))
    for number, (call, resident) in enumerate(zip(_CALLS, shown, strict=False)):
        _look_up(call, resident, act_id(f"look {number}"), at)
    _emergencies(shown[-3:-1], at)
    _exports(shown[0].grid, at)
    words = "我已搬离南岳，请不要再保留我的电话。"
    wish(
        resident_id=shown[-1].id,
        kind=WishKind.OBJECT,
        words=words,
        at=at - timedelta(hours=20),
        act_id=act_id("wish"),
    )
    return len(_CALLS)


def _person(username: str) -> Person:
    return Person.objects.get(username=username)


def _findable(made: Made) -> Iterator[_Resident]:
    for home, residents in zip(made.homes, made.residents, strict=True):
        if "grid" not in made.workers.get(home.spot.grid, ()):
            continue
        for one, resident in zip(home.people, residents, strict=True):
            if one.telephone and not one.is_double:
                yield _Resident(resident, one.name, one.telephone, home.spot.grid)
                break


def _look_up(call: _Call, resident: _Resident, act: UUID, now: datetime) -> None:
    by, at = _person(call.username), now - timedelta(hours=call.hours)
    found = find(facts=resident.facts, purpose=call.purpose, by=by, at=at)
    if call.field and any(one.id == resident.id for one in found):
        wanted = Wanted(resident.id, call.field, call.purpose, call.words)
        unmask(wanted=wanted, by=by, at=at + timedelta(minutes=1), act_id=act)


def _emergencies(both: list[_Resident], now: datetime) -> None:
    """Open two residents in an emergency: one was reviewed, one waits for it."""
    reasons = ("独居老人家中无人应答，联系其登记电话", "走失儿童说出家长姓名，联系家长")
    for number, (resident, reason) in enumerate(zip(both, reasons, strict=True)):
        by = _person("officer" if number else "intake")
        at = now - timedelta(hours=60 * number + 8)
        emergency = open_emergency(
            facts=resident.facts,
            reason=reason,
            by=by,
            at=at,
            act_id=act_id(f"emergency {number}"),
        )
        look(emergency_id=emergency.pk, by=by, at=at + timedelta(minutes=2))
        if number:
            review(
                emergency_id=emergency.pk,
                judgement=Judgement(was_right=True, words="情况属实，已联系到家人"),
                by=_person("supervisor"),
                at=at + timedelta(hours=20),
                act_id=act_id(f"review {number}"),
            )


def _exports(area: str, now: datetime) -> None:
    """Ask for three exports: one was taken, one was refused, one waits for a second person."""
    basis = LegalBasis.objects.get(code="base_facts")
    worker, second = _person("grid"), _person("supervisor")
    for number, told in enumerate(_EXPORTS):
        at = now - timedelta(days=told.days, hours=4)
        asked = Asked(area, told.fields, told.purpose, basis)
        export = ask_export(asked=asked, by=worker, at=at, act_id=act_id(f"export {number}"))
        if told.is_yes is None:
            continue
        decide_export(
            export_id=export.pk,
            decision=Decision(told.is_yes, told.answer),
            by=second,
            at=at + timedelta(hours=1),
            act_id=act_id(f"decide export {number}"),
        )
        if told.is_yes:
            take_export(export_id=export.pk, by=worker, at=at + timedelta(hours=2))
