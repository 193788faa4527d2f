"""Two senders wrote down the same: what the comparison finds where the answer is known."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks import twice_written
from linli.registry.queries.reasons import AGREES, DIFFERS, WORDS, reasons_of
from linli.registry.rules.linking import child as child_module
from linli.registry.rules.linking import engine as engine_module
from linli.registry.rules.linking.child import Child, EngineFailed
from linli.registry.rules.linking.choosing import MOST_OF_ONE, Found, choose
from linli.registry.rules.linking.disguise import Disguise
from linli.registry.rules.linking.engine import Engine, alike, answers, connected, main, slips
from linli.registry.rules.linking.rows import ResidentFacts, Row, Spot, resident_row, spot_of
from linli.registry.rules.linking.weights import Weights, all_reasons, kinds, weights_of

# By kind: how many are invented, and the least shares of the found that are true, and of the true
# that are found.
FIGURES = {
    "resident": (6_000, 0.85, 0.72),
    "dwelling": (3_000, 0.95, 0.80),
    "organisation": (1_500, 0.90, 0.95),
}
HERE = Spot("衡山社区", "衡山路", "1号", "1栋", "1单元", "101")
THERE = Spot("南天社区", "祝融路", "9号", "无", "无", "无")


def person(
    name: str = "王小河",
    telephone: str = "19900000001",
    born: int | None = 1980,
    sender: str = "甲",
    spot: Spot | None = HERE,
    identity: tuple[bytes, str] = (b"", ""),
) -> ResidentFacts:
    home = f"{spot.street}-{spot.number}-{spot.room}" if spot else None
    return ResidentFacts(name, telephone, home, spot, born, *identity, sender)


def found_among(*people: ResidentFacts) -> list[Found]:
    hide = Disguise()
    engine = Engine(weights_of("resident"))
    engine.add([resident_row(one, hide) for one in people])
    engine.leave_crowds()
    return list(engine.pairs())


def lines_of(kind: str, *chunks: list[Row]) -> Iterator[bytes]:
    yield json.dumps({"kind": kind}).encode()
    yield from (json.dumps(chunk).encode() for chunk in chunks)


def measured(weights: Weights, many: int) -> tuple[float, float]:
    """Return the shares of the found that are true, and of the true that were found."""
    district = getattr(twice_written, f"{weights.kind}s")(many)
    engine = Engine(weights)
    engine.add(district.rows)
    engine.leave_crowds()
    found = {(one.first, one.second) for one in engine.pairs()}
    right = len(found & district.truth)
    return right / len(found), right / len(district.truth)


# -- what is found and what is not ---------------------------------------------------------


@pytest.mark.parametrize("kind", FIGURES)
def test_of_an_invented_district_most_doubles_are_found_and_little_else(kind: str) -> None:
    many, precision, recall = FIGURES[kind]
    found = measured(weights_of(kind), many)
    assert found[0] >= precision
    assert found[1] >= recall


def test_the_same_records_are_found_alike_each_time() -> None:
    first, again = (measured(weights_of("resident"), 2_000) for _turn in "12")
    assert first == again


def test_one_sign_of_a_name_differs_in_the_list_of_another_sender() -> None:
    (pair,) = found_among(person(), person("王晓河", sender="乙"))
    assert (pair.first, pair.second) == (0, 1)
    assert set(pair.says) == {"name_slip", "home_same", "telephone_same", "born_same"}


def test_who_moved_and_kept_the_number_is_found() -> None:
    (pair,) = found_among(person(), person(spot=THERE, sender="乙"))
    assert "home_other" in pair.says


def test_a_slip_in_the_number_and_an_exchange_of_signs_are_one_slip() -> None:
    (pair,) = found_among(person(), person("王河小", "19900000010", sender="乙"))
    assert {"name_slip", "telephone_slip"} <= set(pair.says)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(person("李梅", born=1981, sender="乙"), id="husband and wife"),
        pytest.param(person("王大江", born=2004, sender="乙"), id="father and child"),
        pytest.param(person("王小江", born=1984, sender="乙"), id="brother and sister"),
        pytest.param(person("王晓河"), id="twins in one list"),
        pytest.param(
            person("王小河", "19911111111", 1951, "乙", THERE), id="one name, another person"
        ),
    ],
)
def test_people_who_are_two_are_not_asked_about(other: ResidentFacts) -> None:
    assert found_among(person(), other) == []


def test_a_common_name_in_one_village_is_no_reason_to_ask() -> None:
    """The dwellings differ, the numbers too; only village, name and year agree."""
    homes = [Spot("衡山社区", "衡山路", f"{at}号", "无", "无", "无") for at in range(60)]
    many = [
        person("王伟", f"199{at * 7_654_321 % 10**8:08d}", 1980, f"单位{at}", home)
        for at, home in enumerate(homes)
    ]
    assert found_among(*many) == []


def test_a_number_that_an_office_gave_for_hundreds_says_nothing() -> None:
    village = [Spot("衡山社区", "衡山路", f"{at}号", "无", "无", "无") for at in range(70)]
    hide, engine = Disguise(), Engine(weights_of("resident"))
    people = [person(f"王{chr(0x4E00 + at)}", spot=one) for at, one in enumerate(village)]
    engine.add([resident_row(one, hide) for one in people])
    assert engine.leave_crowds() == 1
    assert list(engine.pairs()) == []


def test_an_identity_number_speaks_for_one_or_for_two_and_its_older_hash_is_silent() -> None:
    first = person(identity=(b"hash", "123X"))

    def reasons(identity: tuple[bytes, str]) -> set[str]:
        other = person("王晓河", sender="乙", identity=identity)
        return {code for pair in found_among(first, other) for code in pair.says}

    assert "identity_same" in reasons((b"hash", "123X"))
    assert "name_slip" in reasons((b"made by another key", "123X"))
    assert "identity_other" in reasons((b"other", "4567"))


def test_who_has_no_address_is_compared_by_the_number() -> None:
    (pair,) = found_among(person(spot=None), person("王晓河", spot=None, sender="乙"))
    assert "telephone_same" in pair.says
    assert spot_of(None) is None
    assert spot_of((None, None, None, None, None, None)) is None


# -- the weights ----------------------------------------------------------------------------


def test_each_reason_has_words_and_no_word_is_left_over() -> None:
    assert all_reasons() == set(WORDS)


def test_the_words_are_sorted_by_what_they_say_and_old_codes_are_left_out() -> None:
    told = reasons_of(["name_same", "born_other", "a code of an older version"])
    assert (len(told.agrees), len(told.near), len(told.differs)) == (1, 0, 1)
    assert len(reasons_of(["name_same", "house_same", "born_other"]).alike) == 2
    assert {tone for tone, _words in WORDS.values()} == {AGREES, "near", DIFFERS}


def test_outcomes_of_a_fact_are_shares_of_one() -> None:
    for kind in kinds():
        for fact in weights_of(kind).facts:
            counted = [level for level in fact.levels if level.m is not None]
            assert sum(level.m or 0 for level in counted) == pytest.approx(1, abs=0.02), fact.name
            assert sum(level.u or 0 for level in counted) == pytest.approx(1, abs=0.02), fact.name
            assert fact.levels[-1].sql == ""


# -- nothing can be read, and nothing is laid aside -------------------------------------------


def test_a_row_in_disguise_holds_no_sign_of_the_name_and_no_digit_of_the_number() -> None:
    told = json.dumps(resident_row(person(), Disguise()), ensure_ascii=False)
    assert not set("王小河衡山社区") & set(told)
    assert "19900000001" not in told


def test_two_runs_disguise_alike_in_themselves_and_otherwise_than_each_other() -> None:
    first, second = Disguise(), Disguise()
    assert first.text("王小河") == first.text("王小河") != second.text("王小河")
    assert first.number("王", 1) == first.number("王", 1) != second.number("王", 1)
    assert first.number("王", None) is None
    assert first.number("王", b"") is None
    assert first.text("") is None


def test_slips_count_signs_and_not_bytes() -> None:
    assert [slips("王小河", "王晓河"), slips("王小河", "王河小")] == [1, 1]
    assert slips("王小河", "李大江") > 1
    assert alike("买买提·艾山", "买买提·艾山江") > 0.9 > alike("买买提·艾山", "李大江")


def test_the_engine_writes_no_file_and_loads_nothing() -> None:
    connection = connected()
    for name, value in (
        ("temp_directory", ""),
        ("enable_external_access", False),
        ("autoload_known_extensions", False),
        ("autoinstall_known_extensions", False),
        ("threads", 2),
    ):
        told = connection.execute(f"SELECT current_setting('{name}')").fetchall()
        assert told == [(value,)]
    import duckdb

    for sql in (
        "COPY (SELECT 1) TO '/tmp/linking.csv'",
        "ATTACH '/tmp/linking.db'",
        "INSTALL httpfs",
        "SET temp_directory = '/tmp'",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(sql).fetchall()


def test_an_engine_without_room_fails_and_lays_nothing_aside() -> None:
    connection = connected()
    import duckdb

    with pytest.raises(duckdb.OutOfMemoryException):
        connection.execute(
            "SELECT count(DISTINCT hash(range) || repeat('x', 200)) FROM range(20000000)"
        ).fetchall()


# -- the process --------------------------------------------------------------------------------


def test_the_child_answers_as_the_engine_does_and_is_gone_afterwards() -> None:
    hide = Disguise()
    rows = [resident_row(person(), hide), resident_row(person("王晓河", sender="乙"), hide)]
    with Child("resident") as child:
        child.send(rows[:1])
        child.send(rows[1:])
        (pair,) = child.pairs()
        process = child._process
    assert "name_slip" in pair.says
    assert child.counts["found"] == 1
    assert 0 < child.counts["megabytes"] < 400
    assert process.returncode == 0


def test_a_child_that_is_left_early_is_ended() -> None:
    with Child("resident") as child:
        process = child._process
    assert process.returncode is not None


def test_the_child_knows_no_database_and_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    class Recorded(child_module.subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **options: object) -> None:
            seen.update(options)
            super().__init__(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql://somewhere")
    monkeypatch.setattr(child_module.subprocess, "Popen", Recorded)
    with Child("resident"):
        pass
    assert not [name for name in seen["env"] if name.startswith(("LINLI", "DJANGO"))]
    assert seen["stderr"] == child_module.subprocess.DEVNULL


@pytest.mark.parametrize(
    ("program", "kind"),
    [("import sys; sys.exit(1)", ""), ('print(\'{"failed": "OutOfMemory"}\')', "OutOfMemory")],
)
def test_a_child_that_fails_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, program: str, kind: str
) -> None:
    started = child_module.subprocess.Popen

    def other(command: list[str], **options: object) -> object:
        return started([command[0], "-c", program], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(child_module.subprocess, "Popen", other)
    with Child("resident") as child:
        child.send([(1,)] * 50_000)
        with pytest.raises(EngineFailed) as failed:
            list(child.pairs())
    assert failed.value.kind == kind


def test_answers_come_for_none_one_and_several_rows() -> None:
    hide = Disguise()
    one = resident_row(person(), hide)
    (end,) = answers(lines_of("resident"))
    assert (end["found"], end["crowds"]) == (0, 0)
    assert len(list(answers(lines_of("resident", [one])))) == 1
    both = [one, resident_row(person("王晓河", sender="乙"), hide)]
    assert [*(told for told in answers(lines_of("resident", both)) if "pair" in told)]


def test_of_an_error_only_its_kind_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[object] = []
    monkeypatch.setattr(engine_module.resource, "setrlimit", lambda *told: limits.append(told))
    lines, answer = io.BytesIO(b'{"kind": "resident"}\n[["secret"]]\n'), io.BytesIO()
    assert main(lines, answer) == 1
    assert set(json.loads(answer.getvalue())) == {"failed"}
    assert b"secret" not in answer.getvalue()
    good, told = io.BytesIO(b'{"kind": "dwelling"}\n'), io.BytesIO()
    assert main(good, told) == 0
    assert json.loads(told.getvalue())["found"] == 0
    assert limits == [(engine_module.resource.RLIMIT_CORE, (0, 0))] * 2


def test_where_the_system_does_not_tell_memory_it_is_not_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_told: object, **_more: object) -> str:
        raise OSError

    assert engine_module.peak_megabytes() > 0
    monkeypatch.setattr(engine_module.Path, "read_text", refuse)
    assert engine_module.peak_megabytes() == 0


# -- no more than can be decided ----------------------------------------------------------------


def test_the_likest_are_chosen_and_no_record_is_asked_about_many_times() -> None:
    found = [Found(0, at, at / 100, ()) for at in range(1, 9)]
    chosen = choose(found, lambda pair: pair.second == 8, most=10)
    assert [pair.second for pair in chosen.pairs] == [7, 6, 5]
    assert (len(chosen.pairs), chosen.left_out) == (MOST_OF_ONE, 4)


def test_no_more_are_chosen_than_there_is_room_for() -> None:
    found = [Found(at, at + 100, 0.9, ()) for at in range(5)]
    chosen = choose(found, lambda _pair: False, most=2)
    assert (len(chosen.pairs), chosen.left_out) == (2, 3)


# -- these tests notice a comparison that says yes to everything ----------------------------------


@pytest.mark.parametrize("kind", FIGURES)
def test_a_comparison_that_always_agrees_falls_below_the_figures(kind: str) -> None:
    weights, (many, precision, _recall) = weights_of(kind), FIGURES[kind]
    first, *others = weights.facts
    best = replace(first.levels[0], sql="1 = 1", frequency="")
    always = replace(first, levels=(best, *first.levels[1:]))
    assert measured(replace(weights, facts=(always, *others)), many)[0] < precision
