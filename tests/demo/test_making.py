"""The demo is made by the actions, once; the quick way writes the rows that they write."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from linli.accounts.models import Person, RoleGrant, Unit
from linli.audit.models import Event
from linli.audit.queries import faults
from linli.cases.models import (
    Attachment,
    Call,
    Case,
    CaseStep,
    Dispatch,
    DispatchRule,
    Escalation,
    Extension,
    Pause,
    Rating,
    ReporterContact,
)
from linli.cases.queries.search import search_page
from linli.demo.actions import making
from linli.demo.actions.bulk import can_go_at_once, run_at_once
from linli.demo.actions.course import World, run_group
from linli.demo.actions.district import make_district, plan_district
from linli.demo.actions.making import Made, is_taken, make_demo, mark, read_marker, wipe
from linli.demo.queries import short_of, shown_logins
from linli.demo.rules.people import SHOWN_LOGINS
from linli.demo.rules.plans import CasePlan
from linli.territory.models import Grid, GridPosting
from linli.territory.queries import grid_at
from tests.demo.conftest import NOW

pytestmark = pytest.mark.django_db

# Made anew each time, or of the moment of writing.
_OWN = {"id", "number", "arrival", "received_at", "wrapped_key", "salt", "lane", "seq", "hash"}


@pytest.fixture
def district() -> None:
    for _what in make_district(plan_district(), NOW - timedelta(days=405)):
        pass


def _rows(model: type[models.Model], order: str) -> list[dict[str, Any]]:
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in _OWN]
    return list(model._default_manager.order_by(order).values(*names))


def _everything() -> dict[str, list[dict[str, Any]]]:
    rows = {m.__name__: _rows(m, "pk") for m in (Case, CaseStep, Dispatch, Pause, Extension)}
    rows |= {m.__name__: _rows(m, "pk") for m in (Call, Rating)}
    rows["Event"] = [
        {"pk": e.pk, "verb": e.verb, "actor": e.actor, "subject": e.subject, "at": e.at}
        | {"fingerprint": bytes(e.fingerprint), "detail": e.detail}
        for e in Event.objects.filter(verb__startswith="case.").order_by("pk")
    ]
    rows["contacts"] = [
        {"case": contact.case_id, "index": bytes(contact.telephone_index)}
        for contact in ReporterContact.objects.order_by("case_id")
    ]
    return rows


def _forget_cases() -> None:
    for model in (Call, Rating, Pause, Extension, Dispatch, ReporterContact, CaseStep, Case):
        model._default_manager.all().delete()


def _of_each_course(year: list[CasePlan]) -> list[CasePlan]:
    """Cases that together hold every verb the quick way knows, some of them twice."""
    alone = Counter(case.group for case in year)
    quick = [
        case
        for case in year
        if alone[case.group] == 1 and can_go_at_once(case, NOW - timedelta(days=3))
    ]
    chosen: dict[int, CasePlan] = {}
    seen: Counter[str] = Counter()
    for case in quick:
        if any(seen[step.verb] < 3 for step in case.steps):
            chosen[case.key] = case
            seen.update({step.verb for step in case.steps})
    return list(chosen.values())


@pytest.mark.usefixtures("district")
def test_the_quick_way_writes_the_rows_that_the_actions_write(
    year: list[CasePlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = _of_each_course(year)
    verbs = {step.verb for case in plans for step in case.steps}
    assert len(verbs) >= 24
    run_at_once(plans, World(NOW))
    quick = _everything()
    assert not list(faults())

    _forget_cases()
    # The chain is append-only: the ids of the acts are made others for the second way.
    monkeypatch.setattr("linli.demo.actions.course.act_id", _other)
    for plan in plans:
        run_group([plan], World(NOW), NOW)
    slow = _everything()
    keys = {_other(f"case {plan.key}"): case_id_of(plan.key) for plan in plans}
    assert len(slow["Case"]) == len(quick["Case"]) == len(plans)
    assert _comparable(slow, keys) == _comparable(quick, {})


def _other(name: str) -> Any:
    import uuid

    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def case_id_of(key: int) -> Any:
    from linli.demo.actions.district import act_id

    return act_id(f"case {key}")


def _comparable(
    rows: dict[str, list[dict[str, Any]]], keys: dict[Any, Any]
) -> dict[str, list[str]]:
    """Rows as sorted texts, with the ids of the second way's cases put back."""
    names = {"case_id", "subject", "case"}

    def spelled(row: dict[str, Any]) -> str:
        cells = {k: keys.get(v, v) if k in names else v for k, v in row.items() if k != "pk"}
        return str(sorted(cells.items(), key=lambda cell: cell[0]))

    events = [r for r in rows["Event"] if not keys or r["subject"] in keys]
    return {k: sorted(map(spelled, v)) for k, v in {**rows, "Event": events}.items()}


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
    assert short_of() == ["cases"]
    grid = Grid.objects.filter(kind="base").first()
    assert grid is not None
    assert grid_at((grid.min_lon + grid.max_lon) / 2, (grid.min_lat + grid.max_lat) / 2)


@pytest.mark.usefixtures("district")
def test_every_category_has_a_rule_that_names_a_unit() -> None:
    with_rule = set(DispatchRule.objects.values_list("category__code", flat=True))
    assert len(with_rule) == 78


@pytest.mark.usefixtures("district")
def test_only_the_shown_people_can_log_in() -> None:
    can = {p.username for p in Person.objects.all() if p.has_usable_password()}
    assert can == set(SHOWN_LOGINS)
    assert {login.username for login in shown_logins()} == can


def test_a_short_demo_is_made_to_its_end() -> None:
    cases = make_demo(now=NOW, days=6)
    assert Case.objects.count() == cases > 60
    assert not list(faults())
    states = set(Case.objects.values_list("state", flat=True))
    assert len(states) >= 8
    assert {"red", "yellow"} <= set(Case.objects.values_list("colour", flat=True))
    assert Escalation.objects.filter(acknowledged_at=None).exists()
    assert CaseStep.objects.filter(at__gt=NOW, verb__in=["close", "dispatch"]).count() == 0


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
    monkeypatch.setattr(making, "connections", _NoConnections())
    for name in ("linli.sqlite3", "linli.sqlite3-wal", "keys.json"):
        (tmp_path / name).touch()
    (tmp_path / "attachments" / "kept").mkdir(parents=True)
    wipe(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


class _NoConnections:
    def close_all(self) -> None:
        """The tests' own connection stays."""
