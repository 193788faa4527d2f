"""The demo is made by the actions, once; the quick way writes the rows that they write."""

import re
import uuid
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import models
from django.test import Client
from django.utils import timezone

from linli.accounts.models import Person, RoleGrant, Unit
from linli.audit.models import Event
from linli.audit.queries import faults
from linli.cases.actions import checking, conversing, dispatching, handling, intake
from linli.cases.actions.steps import Order
from linli.cases.models import (
    Attachment,
    Call,
    Case,
    CaseStep,
    Dispatch,
    DispatchRule,
    Escalation,
    Extension,
    Merge,
    Pause,
    Rating,
    ReporterContact,
)
from linli.cases.models.choices import Satisfaction, Solved
from linli.cases.policies import Facts, Who, refuse
from linli.cases.queries.dispatching import propose
from linli.cases.queries.next_people import next_people
from linli.cases.queries.search import search_page
from linli.cases.rules.workflow import OPEN, CaseState, CaseVerb
from linli.demo.actions import marker
from linli.demo.actions.bulk import can_go_at_once, run_at_once
from linli.demo.actions.course import World, case_id, run_group
from linli.demo.actions.district import make_district, plan_district
from linli.demo.actions.effects import EFFECTS
from linli.demo.actions.making import make_demo
from linli.demo.actions.marker import Made, is_taken, mark, read_marker, wipe
from linli.demo.queries import guide, short_of, shown_logins
from linli.demo.rules.people import PASSWORD, SHOWN_LOGINS
from linli.demo.rules.plans import CasePlan
from linli.kernel.ids import new_id
from linli.registry.models import BreakGlass, Export, Unmasking
from linli.registry.queries.looked import exports_by_month, looks_by_day, wishes_open
from linli.territory.models import Grid, GridPosting
from linli.territory.queries import grid_at
from tests.demo.conftest import NOW

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MERGE_PRINT = ("fingerprint", "case.merge")

pytestmark = pytest.mark.django_db

# Made anew each time, or of the moment of writing.
_OWN = {"id", "number", "arrival", "received_at", "wrapped_key", "salt", "lane", "seq", "hash"}


@pytest.fixture
def district() -> None:
    for _what in make_district(plan_district(), NOW - timedelta(days=405)):
        pass


def _rows(model: type[models.Model], ids: set[uuid.UUID]) -> list[dict[str, Any]]:
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in _OWN]
    of_case = "pk__in" if model is Case else "case__in"
    return list(model._default_manager.filter(**{of_case: ids}).values(*names))


def _everything(ids: set[uuid.UUID]) -> dict[str, list[dict[str, Any]]]:
    """All rows of some cases, without what is made anew each time."""
    kept = (Case, CaseStep, Dispatch, Pause, Extension, Call, Rating, Merge)
    rows = {model.__name__: _rows(model, ids) for model in kept}
    rows["Event"] = [
        {"verb": e.verb, "actor": e.actor, "subject": e.subject, "at": e.at}
        | {"fingerprint": bytes(e.fingerprint), "detail": e.detail}
        for e in Event.objects.filter(subject__in=ids)
    ]
    rows["contacts"] = [
        {"case": contact.case_id, "language": contact.language}
        for contact in ReporterContact.objects.filter(case__in=ids)
    ]
    return rows


def _of_each_course(year: list[CasePlan]) -> list[list[CasePlan]]:
    """Groups that together hold every verb the quick way knows, most of them three times."""
    groups: dict[int, list[CasePlan]] = {}
    for case in year:
        groups.setdefault(case.group, []).append(case)
    chosen: list[list[CasePlan]] = []
    seen: Counter[str] = Counter()
    for group in groups.values():
        verbs = {step.verb for case in group for step in case.steps}
        quick = all(can_go_at_once(case, NOW - timedelta(days=3)) for case in group)
        if quick and any(seen[verb] < 3 for verb in verbs):
            chosen.append(group)
            seen.update(verbs)
    return chosen


@pytest.mark.usefixtures("district")
def test_the_quick_way_writes_the_rows_that_the_actions_write(
    year: list[CasePlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = _of_each_course(year)
    plans = [case for group in groups for case in group]
    verbs = {step.verb for case in plans for step in case.steps}
    assert verbs >= set(EFFECTS) | {"accept", "register", "close", "note", "void"}
    run_at_once(plans, World(NOW))
    quick = {case_id(plan.key) for plan in plans}
    assert not list(faults())

    # The second way makes cases of its own beside them, since no event can be taken back.
    for module in ("course", "effects"):
        monkeypatch.setattr(f"linli.demo.actions.{module}.case_id", _other)
    for group in groups:
        run_group(group, World(NOW), NOW)
    back = {_other(plan.key): case_id(plan.key) for plan in plans}
    assert Case.objects.count() == 2 * len(plans)
    assert _spelled(_everything(set(back)), back) == _spelled(_everything(quick), {})


def _other(key: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, str(key))


def _spelled(
    rows: dict[str, list[dict[str, Any]]], keys: dict[uuid.UUID, uuid.UUID]
) -> dict[str, list[str]]:
    """Rows as sorted texts, with the ids of the second way's cases put back."""
    back = {str(other): str(own) for other, own in keys.items()}

    def spell(row: dict[str, Any]) -> str:
        # What a merge was asked for is part of its fingerprint, so that one differs rightly.
        shown = {k: v for k, v in row.items() if (k, row.get("verb")) != _MERGE_PRINT}
        text = str(sorted(shown.items(), key=lambda cell: cell[0]))
        return _UUID.sub(lambda match: back.get(match.group(), match.group()), text)

    return {name: sorted(map(spell, listed)) for name, listed in rows.items()}


@pytest.mark.usefixtures("district")
def test_cases_that_touch_each_other_run_step_by_step(year: list[CasePlan]) -> None:
    wanted = {"merge", "reopen", "shelve", "take_up", "attach"}
    groups: dict[int, list[CasePlan]] = {}
    for case in year:
        groups.setdefault(case.group, []).append(case)
    ran: set[str] = set()
    for group in groups.values():
        verbs = {step.verb for case in group for step in case.steps}
        if verbs & wanted - ran:
            run_group(group, World(NOW), NOW)
            ran |= verbs
    assert ran >= wanted
    assert Case.objects.filter(state="merged", merged_into__isnull=False).exists()
    assert Attachment.objects.filter(media_type="image/jpeg").exists()


@pytest.mark.usefixtures("district")
def test_the_district_is_whole() -> None:
    assert Grid.objects.filter(kind="base").count() == 119
    assert Unit.objects.count() == 109
    assert RoleGrant.objects.filter(role="grid_worker").count() == 332
    assert GridPosting.objects.filter(role="leader").count() == 119
    # The year and the registry were not made here.
    missing = {"cases", "residents", "dwellings", "organisations", "schools"}
    missing |= {"assistance for minors", "assistance for adults"}
    assert set(short_of()) == missing
    grid = Grid.objects.filter(kind="base").first()
    assert grid is not None
    assert grid_at((grid.min_lon + grid.max_lon) / 2, (grid.min_lat + grid.max_lat) / 2)


@pytest.mark.usefixtures("district")
def test_every_category_has_a_rule_that_names_a_unit() -> None:
    with_rule = set(DispatchRule.objects.values_list("category__code", flat=True))
    assert len(with_rule) == 78


@pytest.mark.usefixtures("district")
def test_everybody_can_log_in_and_one_of_each_role_is_shown(client: Client, settings: Any) -> None:
    hashes = {person.password for person in Person.objects.all()}
    assert len(hashes) == 1
    assert check_password(PASSWORD, hashes.pop())
    assert [login.username for login in shown_logins()] == list(SHOWN_LOGINS)
    settings.LINLI_DEMO = True
    page = client.get("/accounts/login/").content.decode()
    for username in (*SHOWN_LOGINS, "u-slj"):
        assert f"<code>{username}</code>" in page
    assert Person.objects.filter(username=re.findall(r"<code>(g-\d+)</code>", page)[0]).exists()
    settings.LINLI_DEMO = False
    assert PASSWORD not in client.get("/accounts/login/").content.decode()


def _go_on(case: Case, at: datetime) -> Case:
    """Take the next step of a case as one of those whom its page names."""
    state = CaseState(case.state)
    named = next_people(case, timezone.localdate(at))
    assert named, f"nobody can go on with {case.number} ({state})"
    who = Who.of(named[0], at)
    order = Order(new_id(), case.pk, who, at, note="已办理", words="已办理")
    if state is CaseState.ACCEPTED:
        register = refuse(CaseVerb.REGISTER, who, Facts(case), at) is None
        return (dispatching.register if register else dispatching.ask_verification)(order=order)
    if state is CaseState.REGISTERED:
        proposal = propose(case, timezone.localdate(at))
        # A case of no place has no rule of a village: the dispatcher chooses.
        unit = proposal.unit if proposal else Unit.objects.get(code="CGJ")
        return dispatching.dispatch(order=order, unit=unit)
    if state is CaseState.VERIFYING:
        return dispatching.verify(order=order, found=True)
    if state is CaseState.CHECKED and refuse(CaseVerb.CLOSE, who, Facts(case), at) is not None:
        satisfied = Satisfaction.SATISFIED
        checking.record_call(
            order=order, reached=True, solved=Solved.SOLVED, satisfaction=satisfied
        )
        order = replace(order, act_id=new_id())
    return _PLAIN[state](order=order)


_PLAIN = {
    CaseState.REPORTED: intake.accept,
    CaseState.DISPATCHED: handling.sign,
    CaseState.HANDLING: handling.feedback,
    CaseState.PAUSED: handling.resume,
    CaseState.SHELVED: conversing.take_up,
    CaseState.HANDLED: checking.pass_check,
    CaseState.CHECKED: checking.close,
}


def test_every_open_case_of_a_demo_can_be_taken_to_its_end_by_those_who_log_in() -> None:
    make_demo(now=NOW, days=6)
    open_cases = Case.objects.filter(state__in=[state.value for state in OPEN])
    keys = list(open_cases.values_list("pk", flat=True))
    assert len(keys) > 20
    for key in keys:
        at = NOW
        for _step in range(12):
            case = Case.objects.select_related("category", "category_version").get(pk=key)
            if case.state == CaseState.CLOSED.value:
                break
            at += timedelta(minutes=10)
            _go_on(case, at)
        assert case.state == CaseState.CLOSED.value


def test_a_short_demo_is_made_to_its_end() -> None:
    cases = make_demo(now=NOW, days=6)
    assert Case.objects.count() == cases > 60
    assert not list(faults())
    states = set(Case.objects.values_list("state", flat=True))
    assert len(states) >= 8
    assert {"red", "yellow"} <= set(Case.objects.values_list("colour", flat=True))
    assert Escalation.objects.filter(acknowledged_at=None).exists()
    assert CaseStep.objects.filter(at__gt=NOW, verb__in=["close", "dispatch"]).count() == 0


def test_a_demo_shows_who_looked_at_residents_and_why(client: Client, settings: Any) -> None:
    make_demo(now=NOW, days=2)
    days = looks_by_day(0, NOW)
    assert sum(one.searches for one in days) >= 8
    assert sum(one.fields for one in days) == Unmasking.objects.count() == 4
    assert {one.reviewed_at is None for one in BreakGlass.objects.all()} == {True, False}
    assert {*Export.objects.values_list("state", flat=True)} == {"asked", "approved", "refused"}
    assert [one.exports for one in exports_by_month()] == [1]
    assert len(wishes_open()) == 1
    settings.LINLI_DEMO = True
    resident = guide().resident()
    assert resident is not None
    asked = client.get("/my/").content.decode()
    assert resident["name"] in asked
    assert resident["telephone"] in asked
    client.post("/my/", resident)
    code = client.get("/my/code/").context["shown_code"]
    client.post("/my/code/", {"code": code})
    assert resident["telephone"] in client.get("/my/").context["facts"][1].value


def test_a_short_demo_can_be_searched_in_chinese() -> None:
    make_demo(now=NOW, days=4)
    case = Case.objects.exclude(description="").order_by("arrival").first()
    assert case is not None
    found, _older = search_page(Case.objects.all(), case.title[:4])
    assert case.pk in {one.pk for one in found}


def test_a_marker_tells_a_demo_from_a_real_home(tmp_path: Path) -> None:
    assert read_marker(tmp_path) is None
    assert not is_taken(tmp_path)
    (tmp_path / "linli.sqlite3").touch()
    assert is_taken(tmp_path)
    mark(tmp_path, None)
    assert not is_taken(tmp_path)
    assert read_marker(tmp_path) is None
    mark(tmp_path, Made("2026-11-23T14:40", 5638))
    assert read_marker(tmp_path) == Made("2026-11-23T14:40", 5638)


def test_wiping_takes_the_demo_and_leaves_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker, "connections", _NoConnections())
    for name in ("linli.sqlite3", "linli.sqlite3-wal", "keys.json"):
        (tmp_path / name).touch()
    (tmp_path / "attachments" / "kept").mkdir(parents=True)
    wipe(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


class _NoConnections:
    def close_all(self) -> None:
        """The tests' own connection stays."""
