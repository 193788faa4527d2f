"""Rows in disguise in, likely pairs out: splink over DuckDB, in a process that knows nothing else.

``main`` reads lines of JSON (a header, then chunks of rows) and answers in lines of JSON; the
child is a Python that runs it and nothing else. It has no keys, no settings and no database; DuckDB
works in memory alone, may open no file and load no extension, and fails where its memory does not
do. When the process ends its memory is the system's again, however much splink has loaded.
"""

import json
import logging
import resource
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rapidfuzz.distance import OSA, JaroWinkler

from linli.registry.rules.linking.choosing import Found
from linli.registry.rules.linking.rows import Row
from linli.registry.rules.linking.weights import Fact, Level, Weights, weights_of

if TYPE_CHECKING:
    import duckdb

# Names are counted as in a district of this size at least: in a small one each is rare or common
# by chance alone.
_DISTRICT = 57_134
_RAREST = 2e-5
# Of so many pairs the likest are handed over; more than a person could ever decide.
MOST_FOUND = 20_000
_ANSWERED = 500
# DuckDB's share of the 400 MB that the search may need beside splink and Arrow.
_LIMITS = {
    "threads": "2",
    "memory_limit": "160MB",
    # An empty name: nothing is ever laid aside on a disk.
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}


def slips(a: str, b: str) -> int:
    """Return how many signs were mistyped, left out or exchanged, up to two.

    DuckDB's own distances count bytes, of which one Chinese sign has three.
    """
    return OSA.distance(a, b, score_cutoff=1)


def alike(a: str, b: str) -> float:
    """Return how alike two longer names are, from 0 to 1."""
    return float(JaroWinkler.similarity(a, b))


def connected() -> "duckdb.DuckDBPyConnection":
    """Return an engine in memory that reaches no file, no extension and no network."""
    import duckdb
    from duckdb.sqltypes import DOUBLE, INTEGER, VARCHAR

    connection = duckdb.connect(":memory:", config=dict(_LIMITS))
    connection.create_function("slips", slips, [VARCHAR, VARCHAR], INTEGER)
    connection.create_function("alike", alike, [VARCHAR, VARCHAR], DOUBLE)
    connection.execute("SET enable_external_access = false").fetchall()
    connection.execute("SET lock_configuration = true").fetchall()
    return connection


class Engine:
    """Takes the rows of one kind of record, then yields the pairs that are likely one."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.rows = 0
        self.found = 0
        self._connection = connected()
        columns = ["unique_id BIGINT", *self._declared()]
        self._all(f"CREATE TABLE records ({', '.join(columns)})")

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement to its end; the connection takes no other before."""
        return self._connection.execute(sql, list(values)).fetchall()

    def _declared(self) -> Iterator[str]:
        weights = self.weights
        for name in (*weights.numbers, *weights.blocks):
            yield f"{name} BIGINT"
        for name in weights.measures:
            yield f"{name} DOUBLE"
        for name in weights.texts:
            yield f"{name} VARCHAR"

    def add(self, rows: Sequence[Row]) -> None:
        """Take a chunk of rows; they are numbered from 0 in their order."""
        import pyarrow as pa

        columns = dict(zip(self.weights.columns, zip(*rows, strict=True), strict=True))
        kinds = dict.fromkeys(columns, pa.int64())
        kinds |= dict.fromkeys(self.weights.measures, pa.float64())
        kinds |= dict.fromkeys(self.weights.texts, pa.string())
        arrays = {name: pa.array(cells, kinds[name]) for name, cells in columns.items()}
        numbers = range(self.rows, self.rows + len(rows))
        arrays["unique_id"] = pa.array(numbers, pa.int64())
        self._connection.register("chunk", pa.table(arrays))
        self._all("INSERT INTO records BY NAME SELECT * FROM chunk")
        self._connection.unregister("chunk")
        self.rows += len(rows)

    def leave_crowds(self) -> int:
        """Let no crowd count as a block, nor what it shares as a fact; return how many."""
        crowds = 0
        for block in self.weights.blocks:
            crowded = f"SELECT {block} FROM records GROUP BY {block} HAVING count({block}) > ?"
            most = [self.weights.crowd]
            told = self._all(f"SELECT count(*) FROM ({crowded})", most)[0][0]
            if not told:
                continue
            crowds += told
            emptied = [block, *self.weights.silent.get(block, ())]
            sets = ", ".join(f"{name} = NULL" for name in emptied)
            self._all(f"UPDATE records SET {sets} WHERE {block} IN ({crowded})", most)
        return crowds

    def pairs(self) -> Iterator[Found]:
        """Yield the likest pairs; ``found`` then says how many there are in all."""
        from splink import DuckDBAPI, Linker, SettingsCreator

        logging.getLogger("splink.internals").setLevel(logging.ERROR)
        weights, api = self.weights, DuckDBAPI(connection=self._connection)
        linker = Linker(
            api.register("records"),
            SettingsCreator(**_settings(weights)),
            validate_settings=False,
        )
        for column in sorted(_frequencies(weights)):
            self._all(
                f"CREATE TABLE often_{column} AS"
                f" SELECT {column}, count(*) / greatest({self.rows}, {_DISTRICT})::DOUBLE"
                f" AS tf_{column} FROM records WHERE {column} IS NOT NULL GROUP BY {column}"
            )
            often = api.register(f"often_{column}")
            linker.table_management.register_term_frequency_lookup(often, column)
        predicted = linker.inference.predict(threshold_match_probability=weights.ask_from)
        table = predicted.physical_name
        self.found = self._all(f"SELECT count(*) FROM {table}")[0][0]
        gammas = ", ".join(f"gamma_{fact.name}" for fact in weights.facts)
        answer = self._connection.execute(
            f"SELECT unique_id_l, unique_id_r, match_probability, {gammas} FROM {table}"
            f" ORDER BY 3 DESC, 1, 2 LIMIT {MOST_FOUND}"
        )
        while some := answer.fetchmany(_ANSWERED):
            for first, second, likeness, *outcomes in some:
                says = tuple(_reasons(weights.facts, outcomes))
                yield Found(min(first, second), max(first, second), min(likeness, 1.0), says)


def _frequencies(weights: Weights) -> frozenset[str]:
    levels = [level for fact in weights.facts for level in fact.levels]
    return frozenset(level.frequency for level in levels if level.frequency)


def _reasons(facts: Sequence[Fact], outcomes: Sequence[int]) -> Iterator[str]:
    """Yield the reasons of the outcomes; splink counts levels from the last, unknown is -1."""
    for fact, outcome in zip(facts, outcomes, strict=True):
        counted = [level for level in fact.levels if level.m is not None]
        if outcome >= 0:
            yield from counted[len(counted) - 1 - outcome].says


def _settings(weights: Weights) -> dict[str, Any]:
    """Return the weights in splink's words."""
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": weights.prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{block} = r.{block}", "sql_dialect": "duckdb"}
            for block in weights.blocks
        ],
        "comparisons": [
            {
                "output_column_name": fact.name,
                "comparison_levels": [_splink_level(level) for level in fact.levels],
            }
            for fact in weights.facts
        ],
    }


def _splink_level(level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {"sql_condition": level.sql or "ELSE", "label_for_charts": "level"}
    if level.m is None:
        return {**told, "is_null_level": True}
    told |= {"m_probability": level.m, "u_probability": level.u}
    told |= {"fix_m_probability": True, "fix_u_probability": True}
    if level.frequency:
        told |= {"tf_adjustment_column": level.frequency, "tf_minimum_u_value": _RAREST}
    return told


def peak_megabytes() -> int:
    """Return the most memory that this process had; 0 where the system does not say.

    Not of getrusage, which counts what the process was copied from.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    told = dict(line.split(":", 1) for line in status.splitlines())
    return int(told["VmHWM"].split()[0]) // 1024


def answers(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    """Yield the answers to the lines of one search: chunks of pairs, and the counts at the end."""
    told = iter(lines)
    engine = Engine(weights_of(json.loads(next(told))["kind"]))
    for line in told:
        engine.add(json.loads(line))
    crowds = engine.leave_crowds() if engine.rows else 0
    for pair in engine.pairs() if engine.rows > 1 else ():
        yield {"pair": [pair.first, pair.second, pair.likeness, pair.says]}
    yield {"found": engine.found, "crowds": crowds, "megabytes": peak_megabytes()}


def main(lines: IO[bytes], answer: IO[bytes]) -> int:
    """Answer one search; of what goes wrong only the kind of error is said, never a value."""
    # Nothing of what is compared may be left behind in a core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for told in answers(lines):
            answer.write(json.dumps(told).encode() + b"\n")
    except Exception as error:  # noqa: BLE001 - the other side says it in a sentence
        answer.write(json.dumps({"failed": type(error).__name__}).encode() + b"\n")
        return 1
    finally:
        answer.flush()
    return 0
