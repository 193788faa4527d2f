"""History is taken over through the actions, once, row by row, and whatever is wrong is told."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from pytest_django import Settings

from linli.accounts.models import Unit
from linli.audit.models import Event, Lane
from linli.audit.queries import faults
from linli.cases.actions.replaying import Past, replay_by_steps, replay_many
from linli.cases.imports import replay as replaying
from linli.cases.imports.replay import ReplayRefused, Sources, replay
from linli.cases.imports.replay_refused import harmless
from linli.cases.imports.replay_rows import Reader
from linli.cases.imports.replay_setup import lay_ground, look_through, set_stage
from linli.cases.imports.replay_table import TableRow, rows_of
from linli.cases.models import (
    Case,
    CaseStep,
    Category,
    Dispatch,
    DispatchRule,
    Notice,
    OutgoingMail,
)
from linli.cases.rules.deadlines import on_time
from tests.cases.replay_rows import HEADER, row, town, waiting, write_sources, write_table

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# What two writings of one thing may differ in: chance, and the moment of writing.
CHANCE = {"received_at", "salt", "hash", "detail_hash", "head", "number", "arrival"}
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def imports(settings: Settings, tmp_path: Path) -> Path:
    settings.LINLI_IMPORTS = tmp_path / "imports"
    return tmp_path / "imports"


def pasts_of(sources: Sources) -> list[Past]:
    found = look_through(rows_of(sources.table), sources.mapping)
    lay_ground(sources.mapping, sources.areas)
    reader = Reader(sources.mapping, set_stage(sources.mapping, found))
    return [reader.past(one) for one in rows_of(sources.table)]


def search_rows() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, tokens FROM cases_search ORDER BY rowid")
        found = dict(cursor.fetchall())
    cases = Case.objects.order_by("pk").values_list("pk", "arrival")
    return [{"id": pk, "tokens": found.pop(arrival)} for pk, arrival in cases] + list(found)


def everything() -> Rows:
    """Return every row of every table, without what is chance."""
    tables: Rows = {"search": search_rows()}
    for model in apps.get_models():
        rows = model._default_manager.order_by("pk").values()
        tables[model._meta.label] = [
            {name: value for name, value in one.items() if name not in CHANCE} for one in rows
        ]
    tables["order of events"] = list(Event.objects.order_by("lane", "seq").values("pk"))
    tables["number and arrival"] = [
        {"day": case.number[:8], "millisecond": case.arrival >> 22, "length": len(case.number)}
        for case in Case.objects.order_by("pk")
    ]
    return tables


def rows_written_by(work: Callable[[], None]) -> Rows:
    """Do something, return every row there is then, and take it back."""
    with transaction.atomic():
        work()
        tables = everything()
        assert list(faults()) == []
        transaction.set_rollback(True)
    return tables


def test_the_fast_way_writes_the_same_rows_as_the_actions(tmp_path: Path) -> None:
    pasts = pasts_of(write_sources(tmp_path, town()))
    lights, roads = Unit.objects.get(name="Lights"), Unit.objects.get(name="Works")
    pothole = Category.objects.get(name="Pothole")
    held = {"since": date(2011, 1, 1), "until": date(2011, 7, 3)}
    DispatchRule.objects.create(category=pothole, unit=lights, **held)
    DispatchRule.objects.create(unit=roads, **held)

    fast = rows_written_by(lambda: replay_many(pasts=pasts))
    by_steps = rows_written_by(lambda: [replay_by_steps(past=past) for past in pasts] and None)

    assert fast["cases.Case"]
    assert {len(step["facts"]) for step in fast["cases.CaseStep"]} == {0, 1, 2}
    for table, rows in by_steps.items():
        assert fast[table] == rows, table
    assert fast.keys() == by_steps.keys()


def test_each_case_stands_where_its_row_says(tmp_path: Path) -> None:
    figures = replay(write_sources(tmp_path, town()), NOW)

    assert (figures.added, figures.refused) == (8, 0)
    states = {case.source: case.state for case in Case.objects.all()}
    assert states == {
        **{f"town:{nr}": "closed" for nr in "12367"},
        **{f"town:{nr}": "handling" for nr in "45"},
        "town:8": "reported",
    }
    first = Case.objects.select_related("grid", "unit__parent", "category__parent").get(
        source="town:1"
    )
    # 01:32:33 in New York in July is four hours before UTC.
    assert first.reported_at == datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC)
    assert first.due_at == datetime(2011, 7, 15, 5, 32, 32, tzinfo=UTC)
    assert first.closed_at == datetime(2011, 7, 2, 9, 6, 58, tzinfo=UTC)
    assert first.channel == "telephone"
    assert first.grid is not None
    assert (first.grid.reference, first.grid.code[:12]) == ("00001", "990000001001")
    assert first.unit is not None
    assert first.unit.parent is not None
    assert (first.unit.name, first.unit.parent.name) == ("Roads North", "Works")
    assert first.category.parent is not None
    assert (first.category.name, first.category.parent.name) == ("Pothole", "Roads")
    assert Case.objects.get(source="town:3").grid.reference == "00002"  # type: ignore[union-attr]
    assert Case.objects.get(source="town:7").grid is None
    assert Case.objects.get(source="town:5").title == "Pothole"


def test_an_open_case_with_a_date_in_the_past_is_ready_to_turn_red(tmp_path: Path) -> None:
    replay(write_sources(tmp_path, town()), NOW)
    case = Case.objects.get(source="town:4")
    assert case.due_at is not None
    assert case.due_at < NOW
    assert case.colour_changes_at is not None
    assert case.colour_changes_at < NOW


def test_whoever_checks_did_not_handle_and_nobody_is_told(tmp_path: Path) -> None:
    replay(write_sources(tmp_path, town()), NOW)
    steps = CaseStep.objects.filter(case__source="town:1")
    by = dict(steps.values_list("verb", "by__username"))
    assert by["feedback"] == by["sign"] == "town-handling"
    assert by["pass_check"] == by["close"] == "town-check"
    assert by["report"] is None
    assert not Notice.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("by_steps", [False, True])
def test_running_twice_adds_nothing(tmp_path: Path, by_steps: bool) -> None:
    replay(write_sources(tmp_path, town()), NOW)
    before = everything()
    figures = replay(write_sources(tmp_path, town(), by_steps=by_steps), NOW)
    assert (figures.added, figures.continued, figures.same) == (0, 0, 8)
    assert everything() == before


def test_a_replay_that_broke_off_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 3)

    def breaking(rows: Iterable[TableRow], _total: int) -> Iterable[TableRow]:
        for number, one in enumerate(rows):
            if number == 5:
                raise KeyboardInterrupt
            yield one

    sources = write_sources(tmp_path, town())
    with pytest.raises(KeyboardInterrupt):
        replay(sources, NOW, breaking)
    assert Case.objects.count() == 3
    figures = replay(sources, NOW)
    assert (figures.added, figures.same) == (5, 3)
    assert list(faults()) == []


def test_a_case_closed_since_the_last_table_is_continued(tmp_path: Path) -> None:
    replay(write_sources(tmp_path, [waiting("1")]), NOW)
    figures = replay(write_sources(tmp_path, [row("1")]), NOW)
    assert (figures.added, figures.continued, figures.refused) == (0, 1, 0)
    case = Case.objects.get(source="town:1")
    assert (case.state, case.version) == ("closed", 8)


def test_an_id_that_comes_again_with_other_content_is_refused(tmp_path: Path) -> None:
    rows = [row("1"), row("2"), row("1", title="Something else")]
    figures = replay(write_sources(tmp_path, rows), NOW)
    assert (figures.added, figures.same, figures.refused) == (2, 0, 1)
    assert Case.objects.get(source="town:1").title == "Pothole in River St"


BAD_ROWS = [
    (row("", title="nameless"), "no id"),
    (row("21", opened="yesterday"), "opened is no moment"),
    (row("22", opened=""), "opened is empty"),
    (row("23", closed="2011-06-30 00:00:00"), "closed before it was reported"),
    (row("24", closed=""), "no date says when"),
    (row("25", state="Waiting"), "there is a date of closing"),
    (row("26", state="Lost"), "no status Lost"),
    (row("27", lat="95"), "no place on earth"),
    (row("28", lat="north"), "lat is no number"),
    (row("29", lat=""), "longitude and latitude"),
    (row("30", title="x" * 121), "longer than 120"),
    (row("31", via="Pigeon"), "no channel Pigeon"),
    (row("32", topic=""), "topic is empty"),
    (row("33", team=""), "team is empty"),
    (row("34", target="2011-02-30 00:00:00"), "target is no moment"),
    (row("35", lat="nan", lon="nan"), "no place on earth"),
]


@pytest.mark.parametrize("by_steps", [False, True])
def test_refused_rows_are_kept_with_their_reasons_and_the_others_come_in(
    tmp_path: Path, settings: Settings, by_steps: bool
) -> None:
    settings.LANGUAGE_CODE = "en"
    rows = [row("1"), *(bad for bad, _reason in BAD_ROWS), row("2")]
    figures = replay(write_sources(tmp_path, rows, by_steps=by_steps), NOW)

    assert (figures.added, figures.refused) == (2, len(BAD_ROWS))
    assert figures.refused_in is not None
    assert (figures.refused_in / "cases.csv").read_bytes() == (tmp_path / "cases.csv").read_bytes()
    text = (figures.refused_in / "cases.refused.csv").read_text(encoding="utf-8-sig")
    told = list(csv.DictReader(StringIO(text)))
    assert [one["nr"] for one in told] == [bad["nr"] for bad, _reason in BAD_ROWS]
    assert [one["line"] for one in told] == [str(n) for n in range(3, 3 + len(BAD_ROWS))]
    for one, (_bad, reason) in zip(told, BAD_ROWS, strict=True):
        assert reason in one["reason"]
    assert {column for one in told for column in one} == {*HEADER, "line", "reason"}


def test_no_formula_survives_in_the_refused_rows() -> None:
    assert harmless("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert harmless("@x") == "'@x"
    assert harmless("-71.05") == "-71.05"
    assert harmless("River St") == "River St"


def spoil_header(path: Path) -> None:
    path.write_text(path.read_text().replace("opened,", "begun,", 1))


def spoil_text(path: Path) -> None:
    path.write_bytes(path.read_bytes() + "8,街道灯".encode("gb18030"))


def spoil_quotes(path: Path) -> None:
    path.write_text(path.read_text() + '9,"open')


def spoil_line(path: Path) -> None:
    path.write_text(path.read_text() + "9," + "x" * 2_000_000)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_header, "The table has no column opened."),
        (spoil_text, "not UTF-8"),
        (spoil_quotes, "no table of comma-separated values"),
        (spoil_line, "longer than"),
    ],
)
def test_a_table_that_cannot_be_read_to_its_end_is_kept_and_nothing_is_written(
    tmp_path: Path, settings: Settings, spoil: Callable[[Path], None], reason: str
) -> None:
    settings.LANGUAGE_CODE = "en"
    sources = write_sources(tmp_path, town())
    spoil(sources.table)
    with pytest.raises(ReplayRefused, match=reason) as refused:
        replay(sources, NOW)
    assert (refused.value.kept / "cases.csv").read_bytes() == sources.table.read_bytes()
    assert reason.strip(".") in (refused.value.kept / "report.txt").read_text()
    for model in (Case, Category, Unit, Event):
        assert not model.objects.exists()


def test_a_packed_table_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    sources = write_sources(tmp_path, town())
    packed = Sources(write_table(tmp_path / "cases.csv.gz", town()), sources.mapping, sources.areas)
    whole = packed.table.read_bytes()
    packed.table.write_bytes(whole[:-20])
    with pytest.raises(ReplayRefused):
        replay(packed, NOW)
    packed.table.write_bytes(whole)
    assert replay(packed, NOW).added == 8


def test_the_flag_of_the_source_is_held_against_linlis_own_deadline(tmp_path: Path) -> None:
    rows = [row("1"), row("2", flag="NO"), row("3", flag="")]
    figures = replay(write_sources(tmp_path, rows), NOW)
    assert (figures.equal, figures.different) == (1, 1)
    case = Case.objects.get(source="town:2")
    assert case.closed_at is not None
    assert on_time(case.closed_at, case.due_at)


def test_a_user_name_of_somebody_else_is_not_taken(tmp_path: Path) -> None:
    from linli.accounts.models import Person
    from linli.kernel.refusal import Refused

    Person.objects.create(username="town-intake", name="演示一号")
    with pytest.raises(Refused, match="town-intake"):
        replay(write_sources(tmp_path, town()), NOW)
    assert not Case.objects.exists()


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(
        "import_cases", *map(str, arguments), stdout=out, stderr=StringIO(), skip_checks=True
    )
    return out.getvalue()


def test_the_command_says_what_it_did(tmp_path: Path, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    sources = write_sources(tmp_path, town())
    command = (sources.table, "--mapping", tmp_path / "town.toml", "--areas", sources.areas)
    assert "8 rows can be read" in run(*command, "--check")
    assert not Category.objects.exists()
    text = run(*command)
    assert "8 cases added, 0 continued, 0 were here already." in text
    assert "the same as the source says 5 times, 0 not" in text
    assert Dispatch.objects.count() == 7


@pytest.mark.parametrize(
    ("change", "code"),
    [("table", 2), ("mapping", 2), ("areas", 2), ("refused row", 3), ("bad areas", 1)],
)
def test_the_command_ends_with_a_code_that_a_script_can_read(
    tmp_path: Path, change: str, code: int
) -> None:
    rows = [*town(), row("99", state="Lost")] if change == "refused row" else town()
    sources = write_sources(tmp_path, rows)
    table, mapping, areas = sources.table, tmp_path / "town.toml", tmp_path / "areas.geojson"
    if change == "bad areas":
        areas.write_text("{}")
    gone = {"table": table, "mapping": mapping, "areas": areas}.get(change)
    if gone is not None:
        gone.unlink()
    with pytest.raises(CommandError) as error:
        run(table, "--mapping", mapping, "--areas", areas)
    assert error.value.returncode == code


def test_lanes_and_events_agree_after_a_replay(tmp_path: Path) -> None:
    replay(write_sources(tmp_path, town()), NOW)
    assert sum(Lane.objects.values_list("seq", flat=True)) == Event.objects.count()
    assert Event.objects.aggregate(models.Max("seq"))["seq__max"] > 50
