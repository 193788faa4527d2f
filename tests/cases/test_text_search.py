"""A word of two characters is found wherever it stands; nothing typed is syntax."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.cases.rules.text import (
    Term,
    match_expression_fts5,
    match_expression_tsquery,
    query_tokens,
    selective_tsquery,
    tokens,
)

REPORTS = (
    "祝融路与北街交叉口路灯不亮，晚上出行不便",
    "金月社区菜市场旁污水外溢",
    "樟树桥村１２号门前道路塌陷",
    "Street light out at MAIN Street, pole A12",
    "灯",
)


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(body, tokenize='unicode61')")
    connection.executemany(
        "INSERT INTO search (rowid, body) VALUES (?, ?)",
        [(number, tokens(report)) for number, report in enumerate(REPORTS)],
    )
    return connection


def found(index: sqlite3.Connection, query: str) -> list[int]:
    rows = index.execute(
        "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid",
        [match_expression_fts5(query)],
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("路灯", [0]),
        ("菜市", [1]),
        ("市场", [1]),
        ("道路塌陷", [2]),
        ("路灯 晚上", [0]),
        ("路灯 污水", []),
        ("灯路", []),
        ("灯", [0, 4]),
        ("便", [0]),
        ("12号", [2]),
        ("１２", [2]),
        ("street LIGHT", [3]),
        ("ａ12", [3]),
        ("不亮晚上", []),
    ],
)
def test_a_query_finds_the_reports_that_hold_all_of_it(
    index: sqlite3.Connection, query: str, expected: list[int]
) -> None:
    assert found(index, query) == expected


def test_a_run_becomes_its_pairs_and_its_last_character() -> None:
    assert tokens("祝融路12号路灯") == "祝融 融路 路 12 号路 路灯 灯"


def test_a_query_holds_no_lone_last_character_because_texts_go_on() -> None:
    assert query_tokens("路灯不亮") == (Term(("路灯", "灯不", "不亮")),)


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '路灯" OR body:污水',
        "NEAR(路灯 污水)",
        "body : 路灯",
        "-路灯",
        "路灯*",
        "^a ' \\",
        "((",
    ],
)
def test_what_is_typed_is_never_syntax(index: sqlite3.Connection, typed: str) -> None:
    expression = match_expression_fts5(typed)
    assert expression.count('"') == 2 * len(query_tokens(typed))
    if expression:
        found(index, typed)
    assert not set(match_expression_tsquery(typed)) & set('!|()\\"')


def test_nothing_to_look_for_is_an_empty_expression() -> None:
    assert match_expression_fts5(" ，。! ") == ""
    assert match_expression_tsquery("") == ""


def test_the_tsquery_keeps_pairs_in_a_row_and_a_lone_character_as_a_beginning() -> None:
    assert match_expression_tsquery("路灯坏 灯 a") == "'路灯' <-> '灯坏' & '灯':* & 'a'"


def test_a_sign_beside_another_word_is_left_to_what_that_word_finds() -> None:
    assert selective_tsquery("第903次") == "'903'"
    assert selective_tsquery("第903次") != match_expression_tsquery("第903次")
    assert selective_tsquery("灯") == match_expression_tsquery("灯") == "'灯':*"
    assert selective_tsquery("") == ""


def test_a_pasted_letter_is_cut_to_a_bounded_number_of_terms() -> None:
    assert len(query_tokens(" ".join(f"word{n}" for n in range(500)))) == 24


@given(
    st.text(alphabet="祝融路灯不亮污水", min_size=2, max_size=12),
    st.data(),
)
def test_every_piece_of_a_run_is_found_in_it(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    stored = f" {tokens(run)} "
    for term in query_tokens(run[start:end]):
        row = " ".join(term.pieces)
        assert f" {row}" in stored if term.is_prefix else f" {row} " in stored


@given(st.text(max_size=60))
def test_any_text_at_all_gives_tokens_and_a_query_that_sqlite_accepts(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE search USING fts5(body, tokenize='unicode61')")
    connection.execute("INSERT INTO search (body) VALUES (?)", [tokens(text)])
    expression = match_expression_fts5(text)
    if expression:
        connection.execute("SELECT rowid FROM search WHERE search MATCH ?", [expression]).fetchall()
