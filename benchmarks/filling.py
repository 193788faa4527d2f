"""Fill a linli database with invented cases: ``python -m benchmarks.filling 1000000``.

The ground (territory, units, people, categories, calendar, rules) is made by the product's own
actions. The cases, their steps and their words are written in bulk, as a million reports through
the actions would take half an hour: rows as the actions leave them, without audit events. Their
distribution is the same at every size: 75 % ended, 25 % open, half of those overdue, with sixteen
of the 109 units, so that each has a full page of 50 overdue cases among 10,000 too.

LINLI_HOME and LINLI_DATABASE_URL say where. Prints what the measurements need as one line of JSON;
a database that is filled already is left as it is.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.invented import EPOCH_MS, SPAN, Ground, fact, id_of

CHUNK = 5_000
BUSY_UNITS = 16


class _Table:
    """How rows of a model become tuples: the model's defaults, and what differs."""

    def __init__(self, model: Any, is_sqlite: bool) -> None:
        fields = model._meta.concrete_fields
        self.is_sqlite = is_sqlite
        self.name = model._meta.db_table
        self.columns = [str(one.column) for one in fields]
        self.defaults = {
            one.column: None if one.primary_key else self._plain(one.get_default())
            for one in fields
        }
        self.moments = [one.column for one in fields if "Date" in type(one).__name__]

    @property
    def target(self) -> str:
        """The table and its columns, in the order of the rows."""
        return f"{self.name} ({', '.join(self.columns)})"

    def _plain(self, value: Any) -> Any:
        return json.dumps(value) if isinstance(value, dict) else value

    def row(self, values: dict[str, Any]) -> tuple[Any, ...]:
        full = {**self.defaults, **values}
        for name in self.moments:
            moment = full[name]
            if moment is not None:
                # As Django spells moments in SQLite; PostgreSQL is told the zone.
                text = moment.replace(tzinfo=None).isoformat(" ")
                full[name] = text if self.is_sqlite else f"{text}+00"
        return tuple(full.values())


def _rows(ground: Ground, tables: tuple[_Table, _Table]) -> Iterator[tuple[Any, list[Any], Any]]:
    """Yield for each case its row, the rows of its steps, and its tokens with their key."""
    from linli.cases.rules.text import tokens

    cases, steps = tables
    for number in range(ground.size):
        made = fact(ground, number)
        case = made.case
        milliseconds = (case["arrival"] >> 22) + EPOCH_MS
        done = [
            steps.row(
                {
                    "id": case["id"] if not place else id_of(milliseconds, number, 2 + place),
                    "case_id": case["id"],
                    "position": place + 1,
                    "verb": verb,
                    "source_state": source,
                    "target_state": target,
                    "by_id": ground.people[number % len(ground.people)] if place else None,
                    "unit_id": case["unit_id"] if place >= 3 else None,
                    "at": moment,
                    "received_at": moment,
                }
            )
            for place, (verb, source, target, moment) in enumerate(made.steps)
        ]
        words = tokens(f"{case['title']}\n{case['description']}\n{case['place']}")
        yield cases.row(case), done, (case["arrival"], words)


def _chunks(rows: Iterator[Any], size: int) -> Iterator[tuple[list[Any], list[Any], list[Any]]]:
    """Yield the rows of cases, of steps and of words, so many cases at a time; say how far."""
    cases: list[Any] = []
    steps: list[Any] = []
    words: list[Any] = []
    done = 0
    for case, of_case, told in rows:
        cases.append(case)
        steps += of_case
        words.append(told)
        if len(cases) == CHUNK:
            done += CHUNK
            yield cases, steps, words
            if done % 100_000 == 0:
                print(f"      filled {done:,} of {size:,} cases", file=sys.stderr, flush=True)
            cases, steps, words = [], [], []
    yield cases, steps, words


def _fill_sqlite(ground: Ground, tables: tuple[_Table, _Table]) -> None:
    from django.db import connection

    connection.ensure_connection()
    raw = connection.connection
    # Whoever is interrupted here begins anew; nothing is told before the end.
    quick = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-800000")
    for pragma in quick:
        raw.execute(f"PRAGMA {pragma}")
    statements = [
        f"INSERT INTO {table.target} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608
        for table in tables
    ]
    indexes = _dropped_indexes(raw, [table.name for table in tables])
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT INTO cases_search (cases_search, rank) VALUES ('automerge', 0)")
    for cases, steps, words in _chunks(_rows(ground, tables), ground.size):
        raw.executemany(statements[0], cases)
        raw.executemany(statements[1], steps)
        raw.executemany("INSERT INTO cases_search (rowid, tokens) VALUES (?, ?)", words)
    raw.execute("INSERT INTO cases_search (cases_search, rank) VALUES ('automerge', 4)")
    raw.execute("COMMIT")
    for statement in indexes:
        raw.execute(statement)
    raw.execute("INSERT INTO cases_search (cases_search) VALUES ('optimize')")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA journal_mode=WAL")


def _dropped_indexes(raw: Any, names: Sequence[str]) -> list[str]:
    """Drop what is quicker made at once at the end; return how to make it again."""
    marks = ", ".join("?" * len(names))
    found = raw.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "  # noqa: S608
        f"AND tbl_name IN ({marks})",
        list(names),
    ).fetchall()
    for name, _sql in found:
        raw.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


# Those that no constraint stands on.
_PLAIN_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def _fill_postgres(ground: Ground, tables: tuple[_Table, _Table]) -> None:
    from django.db import connection

    connection.ensure_connection()
    raw = connection.connection
    # Fewer checkpoints while gigabytes are written.
    raw.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
    raw.execute("SELECT pg_reload_conf()")
    names = [table.name for table in tables]
    with raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '700MB'")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_PLAIN_INDEXES, [[*names, "cases_search"]])
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("CREATE TEMP TABLE told (arrival bigint, words text) ON COMMIT DROP")
        for cases, steps, words in _chunks(_rows(ground, tables), ground.size):
            for name, rows in (
                (tables[0].target, cases),
                (tables[1].target, steps),
                ("told", words),
            ):
                with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        print("      making the indexes", file=sys.stderr, flush=True)
        cursor.execute(
            "INSERT INTO cases_search SELECT arrival, to_tsvector('simple', words) FROM told"
        )
        for _name, made in indexes:
            cursor.execute(made)
    raw.execute("VACUUM ANALYZE")


def _ground(now: datetime, size: int) -> Ground:
    """Make the ground by the product's actions, or read it where it is."""
    from django.db import connection

    from linli.accounts.models import Person, Unit
    from linli.cases.models import CategoryVersion
    from linli.cases.queries.calendars import current_calendar
    from linli.demo.actions.district import make_district, plan_district
    from linli.territory.models import Grid

    if not Unit.objects.exists():
        for _what in make_district(plan_district(), now - SPAN):
            pass
    is_sqlite = connection.vendor == "sqlite"

    def spelled(rows: Any) -> list[Any]:
        return [one.hex if is_sqlite else one for one in rows]

    versions = CategoryVersion.objects.filter(category__category__isnull=True)
    pairs = list(versions.values_list("category_id", "pk"))
    return Ground(
        categories=[tuple(spelled(pair)) for pair in pairs],
        units=spelled(Unit.objects.order_by("code").values_list("pk", flat=True)[:BUSY_UNITS]),
        grids=spelled(Grid.objects.order_by("code").values_list("pk", flat=True)),
        people=spelled(Person.objects.order_by("username").values_list("pk", flat=True)),
        now=now,
        size=size,
        calendar=current_calendar().version,
    )


def _session(username: str) -> str:
    """Log somebody in by a row in the database; return the cookie's value."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from linli.accounts.models import Person

    person = Person.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.set_expiry(30 * 24 * 3600)
    session.save()
    return str(session.session_key)


def _some_cases(count: int) -> Iterator[Any]:
    """Yield ids of cases all over the time that the database covers."""
    from django.db.models import Max, Min

    from linli.cases.models import Case

    ends = Case.objects.aggregate(first=Min("arrival"), last=Max("arrival"))
    for place in range(count):
        bound = ends["first"] + (ends["last"] - ends["first"]) * place // count
        found = Case.objects.filter(arrival__gte=bound).order_by("arrival")
        yield from found.values_list("pk", flat=True)[:1]


def _told(size: int) -> dict[str, Any]:
    """Return what is asked for: a key, a session, units with overdue cases, some cases."""
    from django.utils import timezone

    from linli.accounts.models import Unit
    from linli.kernel.ids import new_id
    from linli.open311.actions import make_key

    made = make_key(label="bench", unit=None, by=None, at=timezone.now(), act_id=new_id())
    units = Unit.objects.filter(case__colour="red").distinct() if size else Unit.objects.none()
    return {
        "key": made[1],
        "session": _session("dispatch"),
        "units": [str(pk) for pk in units.values_list("pk", flat=True)],
        "cases": [str(pk) for pk in _some_cases(100)] if size else [],
    }


def main() -> None:
    """Fill the database that the environment names, unless it is filled."""
    size = int(sys.argv[1])
    mark = Path(os.environ["LINLI_HOME"]) / "filled.json"
    if mark.exists():
        print(mark.read_text())
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    from linli.cases.models import Case, CaseStep

    call_command("migrate", verbosity=0)
    is_sqlite = connection.vendor == "sqlite"
    ground = _ground(datetime.now(UTC), size)
    if size:
        fill = _fill_sqlite if is_sqlite else _fill_postgres
        fill(ground, (_Table(Case, is_sqlite), _Table(CaseStep, is_sqlite)))
    told = json.dumps(_told(size))
    mark.write_text(told)
    print(told)


if __name__ == "__main__":
    main()
