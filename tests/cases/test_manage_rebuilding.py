"""What is kept for speed is derived from facts: corrupt it, and a command makes it anew."""

import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from linli.audit.models import Event
from linli.cases.actions import checking, handling, intake, merging
from linli.cases.actions.calendars import add_closing_day, import_calendar
from linli.cases.actions.rebuilding import Deriver, Rebuilt, drifts_of
from linli.cases.models import Case
from linli.cases.models.choices import LimitUnit, PauseReason, RefusalReason
from linli.cases.queries.search import search_page
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from tests.factories import NOW, Crew, make_case, make_category, order

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def calendar(version: str, **changes: object) -> dict[str, object]:
    path = Path(settings.BASE_DIR) / "linli/cases/data/calendars/cn.json"
    return {**json.loads(path.read_text()), "version": version, **changes}


@pytest.fixture
def story() -> Crew:
    """Make cases in every kind of state, with pauses, extensions, reworks and send-backs."""
    import_calendar(content=calendar("one"), name="one", by=None, at=NOW, act_id=new_id())
    crew, category = Crew(), make_category()

    def case(state: CaseState | None = None) -> Case:
        made = make_case(category)
        return crew.bring(made, state) if state else made

    case()
    case(CaseState.REGISTERED)
    paused = case(CaseState.HANDLING)
    handling.pause(
        order=order(paused, crew.officer, NOW + HOUR, note="等材料"), reason=PauseReason.MATERIAL
    )
    resumed = case(CaseState.HANDLING)
    handling.pause(
        order=order(resumed, crew.officer, NOW + HOUR, note="等材料"), reason=PauseReason.MATERIAL
    )
    handling.resume(order=order(resumed, crew.officer, NOW + 30 * HOUR))
    extended = case(CaseState.HANDLING)
    handling.ask_extension(
        order=order(extended, crew.officer, NOW + HOUR, note="管道难修"),
        amount=2,
        unit=LimitUnit.WORKING_DAYS,
    )
    handling.decide_extension(order=order(extended, crew.supervisor, NOW + 2 * HOUR), grant=True)
    returned = case(CaseState.DISPATCHED)
    handling.send_back(order=order(returned, crew.officer, NOW + HOUR, note="不属我单位"))
    failed = case(CaseState.HANDLED)
    checking.fail_check(order=order(failed, crew.checker, NOW + HOUR, note="仍在漏水"))
    closed = case(CaseState.CHECKED)
    checking.close(order=order(closed, crew.caller, NOW + HOUR))
    refused = case()
    intake.refuse_case(
        order=order(refused, crew.clerk, NOW + HOUR, words="不在受理范围"),
        reason=RefusalReason.OUTSIDE,
    )
    double, kept = case(CaseState.ACCEPTED), case()
    merging.merge(order=order(double, crew.dispatcher, NOW + HOUR), into=kept)
    return crew


def drift(at: datetime = NOW + 31 * HOUR) -> list[tuple[str, tuple[str, ...], bool]]:
    found = drifts_of(list(Case.objects.all()), Deriver(at), Rebuilt())
    return [(one.case.number, tuple(sorted(one.values)), one.index) for one in found]


def run(*words: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW + 31 * HOUR, tick=False):
        call_command("rebuild_derived", *words, stdout=out)
    return out.getvalue()


def test_what_the_actions_keep_agrees_with_the_facts(story: Crew) -> None:
    assert {case.state for case in Case.objects.all()} >= {
        "reported", "registered", "paused", "handling", "closed", "refused", "merged",
    }  # fmt: skip
    values = Case.objects.values_list("send_backs", "reworks")
    assert (1, 0) in values
    assert (0, 1) in values
    assert drift() == []


def test_a_check_finds_what_was_corrupted_and_writes_nothing(story: Crew) -> None:
    run()
    run("--check")
    case = Case.objects.filter(state="handling").order_by("arrival")[0]
    Case.objects.filter(pk=case.pk).update(due_at=NOW, send_backs=7)
    with pytest.raises(CommandError) as caught:
        run("--check")
    assert caught.value.returncode == 1
    assert Case.objects.get(pk=case.pk).send_backs == 7


@pytest.mark.parametrize("state", ["reported", "handling", "paused", "closed", "refused", "merged"])
def test_corrupted_values_are_derived_anew(story: Crew, state: str) -> None:
    run()
    before = {case.pk: case for case in Case.objects.filter(state=state)}
    assert before
    Case.objects.filter(state=state).update(
        due_at=NOW - timedelta(days=99),
        colour="red",
        colour_changes_at=None,
        is_provisional=True,
        send_backs=9,
        reworks=9,
        level=9,
        version=99,
    )
    run()
    for case in Case.objects.filter(state=state):
        was = before[case.pk]
        names = (
            *("due_at", "colour", "is_provisional"),
            *("send_backs", "reworks", "level", "version"),
        )
        assert [getattr(case, n) for n in names] == [getattr(was, n) for n in names]
    assert Event.objects.filter(verb="cases.rebuild_derived").count() >= 1


def test_the_level_of_a_case_follows_from_what_failed_three_times(story: Crew) -> None:
    returned = Case.objects.get(send_backs=1)
    for hour in (2, 3):
        story.bring(returned, CaseState.DISPATCHED, at=NOW + hour * HOUR)
        returned = handling.send_back(
            order=order(returned, story.officer, NOW + hour * HOUR, note="不属我单位")
        )
    assert (returned.send_backs, returned.level) == (3, 1)
    run()
    assert drift() == []
    Case.objects.filter(pk=returned.pk).update(level=0)
    assert drift() == [(returned.number, ("level",), False)]
    run()
    assert Case.objects.get(pk=returned.pk).level == 1


def test_the_text_index_is_made_anew(story: Crew) -> None:
    run()
    first, second = Case.objects.order_by("arrival")[:2]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_search WHERE rowid = %s", [first.arrival])
    Case.objects.filter(pk=second.pk).update(title="桥面护栏松动")
    assert {(number, index) for number, _values, index in drift()} == {
        (first.number, True),
        (second.number, True),
    }
    run()
    assert search_page(Case.objects.all(), "护栏松动")[0] == [second]
    assert first in search_page(Case.objects.all(), "水管漏水")[0]
    assert second not in search_page(Case.objects.all(), "水管漏水")[0]


def test_an_ended_case_keeps_the_deadline_of_its_own_calendar(story: Crew) -> None:
    closed = Case.objects.get(state="closed")
    later = NOW + 40 * HOUR
    two = calendar("two", hours=[["08:00", "12:00"]])
    import_calendar(content=two, name="two", by=None, at=later, act_id=new_id())
    day = (closed.due_at or NOW).date()
    add_closing_day(day=day, reason="停电检修", by=None, at=later, act_id=new_id())
    run()
    assert Case.objects.get(pk=closed.pk).due_at == closed.due_at
    assert Case.objects.get(pk=closed.pk).calendar_version == "one"
    Case.objects.filter(pk=closed.pk).update(due_at=NOW)
    run()
    assert Case.objects.get(pk=closed.pk).due_at == closed.due_at
