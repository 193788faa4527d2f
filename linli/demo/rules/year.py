"""A year of cases that ends now: how many, of what, when, by which way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from linli.demo.rules import sayings
from linli.demo.rules.courses import play
from linli.demo.rules.matters import Matter, Wrong, matters
from linli.demo.rules.office import Office
from linli.demo.rules.people import DemoPerson
from linli.demo.rules.pictures import can_draw
from linli.demo.rules.places import Atlas, Spot
from linli.demo.rules.plans import REPORTER, CasePlan, ContactPlan, ReportPlan, StepPlan
from linli.demo.rules.scenes import Scene
from linli.demo.rules.subjects import Span, Subject, subjects
from linli.demo.rules.tape import Roster, Tape
from linli.demo.rules.territory import GridPlace
from linli.demo.rules.wording import Way, tell, tell_wrong

DAYS = 365
_A_DAY = 15.2
_BUSY_HOURS = (8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 15, 16, 16, 17, 18, 19, 20, 21)
_OFFICE_HOURS = (9, 9, 10, 10, 11, 14, 15, 15, 16, 16)
_CHANNELS = {
    "web": 23,
    "telephone": 33,
    "walk_in": 10,
    "grid_worker": 23,
    "letter": 2,
    "other_system": 6,
    "open311": 3,
}
# How many leave a way to be reached, by channel.
_LEAVES_CONTACT = {
    "web": 0.62,
    "telephone": 0.9,
    "walk_in": 0.8,
    "grid_worker": 0.12,
    "letter": 0.5,
    "other_system": 0.35,
    "open311": 0.4,
}
_KINDS = {
    "help": 34,
    "complaint": 24,
    "hazard": 20,
    "consultation": 15,
    "suggestion": 5,
    "praise": 2,
}
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_DUPLICATES = 0.03
# Of the newest reports so many are told twice and not merged yet, for triage to find.
_FRESH, _FRESH_DUPLICATES = timedelta(days=2), 0.2
# Of the last weeks' cases so many lie somewhere longer than they should.
_WITH_PICTURES = timedelta(days=14)
_DESK_LIES = timedelta(days=4)
_RECENT, _STUCK = timedelta(days=24), 0.2


@dataclass(frozen=True)
class Setting:
    """All that the year happens in: places, people, categories, an office, and now."""

    grids: Sequence[GridPlace]
    staff: Sequence[DemoPerson]
    tree: Mapping[str, Any]
    office: Office
    now: datetime


@dataclass(frozen=True)
class Drawn:
    """A report with what it was made of."""

    plan: ReportPlan
    spot: Spot
    matter: Matter
    wrong: Wrong | None


class Year:
    """Draws the cases of a year."""

    def __init__(self, setting: Setting, seed: int = 2026) -> None:
        """Prepare what is drawn from."""
        self.setting = setting
        self.random = Random(seed)  # noqa: S311 - the same year every time is the point
        self.atlas = Atlas(setting.grids)
        self.roster = Roster(setting.staff)
        self.subjects = subjects(setting.tree)
        self.made = 0
        self._menus: dict[tuple[int, str], tuple[list[Matter], list[float]]] = {}

    def days(self) -> Iterator[tuple[date, int]]:
        """Yield every day with how many reports it brings."""
        today = self.setting.now.date()
        for back in range(DAYS, -1, -1):
            day = today - timedelta(days=back)
            busy = 1.18 if self.setting.office.is_working_day(day) else 0.6
            # A little more every month: people learn that it is answered.
            grown = 0.85 + 0.3 * (1 - back / DAYS)
            wanted = _A_DAY * busy * grown * self.random.uniform(0.75, 1.25)
            yield day, int(wanted + self.random.random())

    def moments(self, day: date, channel: str) -> datetime:
        """Return a moment of a day at which reports come by a channel."""
        by_hand = channel in {"walk_in", "grid_worker", "letter"}
        hour = self.random.choice(_OFFICE_HOURS if by_hand else _BUSY_HOURS)
        minute = time(hour, self.random.randrange(60), self.random.randrange(60))
        return datetime.combine(day, minute, tzinfo=self.setting.now.tzinfo)

    def _matter(self, month: int, kind: str) -> Matter:
        if (month, kind) not in self._menus:
            fitting = [
                matter
                for code, matter in matters().items()
                if kind in matter.kinds and kind in self.subjects[code].kinds
            ]
            self._menus[month, kind] = (fitting, [one.weight_in(month) for one in fitting])
        fitting, weights = self._menus[month, kind]
        return self.random.choices(fitting, weights)[0]

    def _way(self) -> Way:
        """Return kind and channel; workers report hazards and needs, and seldom complain."""
        channel = self.random.choices(list(_CHANNELS), list(_CHANNELS.values()))[0]
        weights = dict(_KINDS)
        if channel == "grid_worker":
            weights = {"hazard": 60, "help": 40}
        elif channel == "open311":
            weights = {"hazard": 55, "complaint": 25, "help": 20}
        kind = self.random.choices(list(weights), list(weights.values()))[0]
        return Way(kind, channel)

    def _contact(self, subject: Subject, channel: str) -> ContactPlan | None:
        must = not subject.anonymous_allowed and channel in {"web", "open311"}
        if not must and self.random.random() > _LEAVES_CONTACT[channel]:
            return None
        name = self.random.choice(_FAMILY) + self.random.choice(("女士", "先生", "师傅", "老师"))
        return ContactPlan(f"{name}（示例）", f"100{self.random.randrange(10**8):08d}")

    def _reporter(self, channel: str, grid: str) -> str:
        if channel == "grid_worker":
            return self.random.choice(self.roster.workers[grid])
        if channel in {"telephone", "walk_in", "letter"}:
            return self.roster.one("intake_clerk", self.random)
        return ""

    def draw(self, day: date) -> Drawn:
        """Return one report of a day."""
        way = self._way()
        kind, channel = way.kind, way.channel
        matter = self._matter(day.month, kind)
        subject = self.subjects[matter.code]
        spot = self.atlas.spot(self.random, matter.tags)
        told = tell(matter, way, spot, located=subject.located, random=self.random)
        vague = channel == "letter" and not subject.needs_verification
        shown = subject.located and not (vague and self.random.random() < 0.5)
        from_web = channel in {"web", "open311"}
        has_photo = self.random.random() < 0.3 and can_draw(matter.code)
        photos = int(has_photo or (subject.needs_photo and from_web))
        plan = ReportPlan(
            category=matter.code,
            kind=kind,
            channel=channel,
            title=told.title,
            description=told.description,
            place=spot.words if subject.located else "",
            lon=spot.lon if shown else None,
            lat=spot.lat if shown else None,
            grid=spot.grid.code if shown else "",
            reporter=self._reporter(channel, spot.grid.code),
            contact=self._contact(subject, channel),
            photos=photos if subject.located else 0,
        )
        return Drawn(plan, spot, matter, told.wrong)

    def _pace(self, at: datetime) -> float:
        """Return how much of the promised time is used: mostly well under it, seldom over."""
        draw = self.random.random()
        if self.setting.now - at < _RECENT and draw < 0.5:
            # What lies on the desks today is what takes longest.
            return self.random.uniform(0.85, 1.2)
        if draw < 0.93:
            return self.random.uniform(0.3, 0.95)
        return self.random.uniform(1.05, 1.6) if draw < 0.985 else self.random.uniform(1.8, 4.0)

    def case(self, drawn: Drawn, at: datetime) -> CasePlan:
        """Return a case with its course, cut off now."""
        plan = drawn.plan
        scene = Scene(
            report=plan,
            subject=self.subjects[plan.category],
            matter=drawn.matter,
            spot=drawn.spot,
            wrong=drawn.wrong,
            tape=Tape(at, self.setting.office),
            random=self.random,
            roster=self.roster,
            pace=self._pace(at),
        )
        if plan.photos and self.setting.now - at < _WITH_PICTURES:
            scene.tape.wait(Span(2, round_the_clock=True))
            scene.tape.add("attach", REPORTER, facts={"scene": self.made})
        play(scene)
        steps = [step for step in scene.tape.steps if step.at <= self.setting.now]
        lies = _STUCK * (2.5 if self.setting.now - at < _DESK_LIES else 1)
        if self.setting.now - at < _RECENT and self.random.random() < lies:
            steps = self._stopped(steps, at)
        self.made += 1
        return CasePlan(self.made, at, plan, tuple(steps), self.made)

    def _stopped(self, steps: list[StepPlan], at: datetime) -> list[StepPlan]:
        """Stop a course somewhere: any beginning of one is a course.

        What the desk must do first lies for days, not weeks; what a unit has may lie longer.
        """
        signed = [number for number, step in enumerate(steps, 1) if step.verb == "sign"]
        first = 0 if self.setting.now - at < _DESK_LIES else signed[-1] if signed else len(steps)
        return steps[: self.random.randint(first, len(steps))]

    def cases(self) -> Iterator[CasePlan]:
        """Yield the cases of the year, about in the order of their reports."""
        for day, number in self.days():
            for _one in range(number):
                drawn = self.draw(day)
                plan = drawn.plan
                at = self.moments(day, plan.channel)
                if at > self.setting.now:
                    continue
                case = self.case(drawn, at)
                yield case
                fresh = self.setting.now - at < _FRESH
                share = _FRESH_DUPLICATES if fresh else _DUPLICATES
                if plan.lon and self.random.random() < share:
                    yield from self._again(case, drawn)

    def _again(self, first: CasePlan, drawn: Drawn) -> Iterator[CasePlan]:
        """Somebody else tells the same matter some hours later; a clerk merges it."""
        at = first.at + timedelta(minutes=self.random.uniform(20, 600))
        subject = self.subjects[drawn.matter.code]
        if at > self.setting.now or not _is_open_at(first, at + timedelta(hours=9)):
            return
        way = Way(first.report.kind, "web")
        if drawn.wrong is None:
            return
        told = tell_wrong(drawn.wrong, way, drawn.spot, self.random)
        plan = replace(
            first.report,
            channel="web",
            title=first.report.title,
            description=told.description,
            lon=round((first.report.lon or 0) + self.random.uniform(-1, 1) * 1e-4, 6),
            lat=round((first.report.lat or 0) + self.random.uniform(-1, 1) * 1e-4, 6),
            reporter="",
            contact=self._contact(subject, "web"),
            photos=int(subject.needs_photo),
        )
        tape = Tape(at, self.setting.office)
        clerk = self.roster.one("intake_clerk", self.random)
        tape.wait(Span(self.random.uniform(10, 60), round_the_clock=False))
        is_fresh = self.setting.now - at < _FRESH
        if not is_fresh and not _is_open_at(first, tape.at):
            return
        if not is_fresh:
            tape.add("merge", clerk, sayings.SAME_MATTER, {"into": first.key})
        steps = tuple(step for step in tape.steps if step.at <= self.setting.now)
        self.made += 1
        yield CasePlan(self.made, at, plan, steps, first.group)


_ENDS = frozenset({"refuse", "close", "solve_on_spot", "void"})


def _is_open_at(case: CasePlan, at: datetime) -> bool:
    """Whether the case has begun and not yet ended at a moment."""
    return all(step.at > at for step in case.steps if step.verb in _ENDS)


def make_year(setting: Setting, seed: int = 2026) -> list[CasePlan]:
    """Return all cases of the year before ``setting.now``, by the time of their report."""
    return sorted(Year(setting, seed).cases(), key=lambda case: (case.at, case.key))
