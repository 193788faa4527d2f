"""The command line speaks in sentences, and its exit codes mean something."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError

from linli import __main__ as command_line
from linli.cases.management.commands import serve
from linli.kernel.refusal import Refusal, Refused
from tests.repository.tree import ROOT

KNOWN = {"import_cases": "linli.cases", "serve": "linli.web", "verify_audit": "linli.audit"}


def linli(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    of_the_tests = {"DJANGO_SETTINGS_MODULE", "LINLI_DATABASE_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in of_the_tests}
    environment["LINLI_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        (["import", "cases", "x.csv"], "import_cases", ["x.csv"]),
        (["import-cases", "x.csv"], "import_cases", ["x.csv"]),
        (["verify-audit"], "verify_audit", []),
        (["serve", "--port", "1"], "serve", ["--port", "1"]),
        (["import"], "", ["import"]),
    ],
)
def test_words_become_a_management_command(words: list[str], name: str, rest: list[str]) -> None:
    assert command_line.django_name(words, KNOWN) == (name, rest)


@pytest.mark.parametrize("name", ["import_cases", "verify_audit", "export_categories"])
def test_a_command_is_found_again_as_it_is_spoken(name: str) -> None:
    words = command_line.spoken(name).split()
    assert command_line.django_name(words, {name}) == (name, [])


def test_an_unknown_command_is_answered_with_the_nearest(tmp_path: Path) -> None:
    answer = linli(tmp_path, "verify-audi")
    assert answer.returncode == 2
    assert "There is no command `verify-audi`. Did you mean `linli verify-audit`?" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_unknown_import_names_both_words() -> None:
    assert "`linli import cases`" in command_line.unknown("import casez", KNOWN)


def test_help_lists_every_command_of_linli_with_a_line(tmp_path: Path) -> None:
    answer = linli(tmp_path, "--help")
    assert answer.returncode == 0
    lines = [line for line in answer.stdout.splitlines() if line.startswith("  ")]
    ours = {path.stem for path in ROOT.glob("linli/*/management/commands/[a-z]*.py")}
    for name in ours:
        spoken = command_line.spoken(name)
        assert any(line.strip().startswith(spoken) for line in lines), spoken
    assert [line for line in lines if not line[22:].strip() or "cannot be loaded" in line] == []


def test_every_command_of_linli_has_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = sorted(ROOT.glob("linli/*/management/commands/[a-z]*.py"))
    assert len(commands) > 15
    for path in commands:
        words = command_line.spoken(path.stem).split()
        monkeypatch.setattr(sys, "argv", ["linli", *words, "--help"])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        assert f"usage: linli {' '.join(words)}" in said.out


def test_a_database_that_was_never_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    answer = linli(tmp_path, "verify-audit")
    assert answer.returncode == 1
    assert "Run: linli migrate" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_a_traceback_is_shown_when_it_is_asked_for(tmp_path: Path) -> None:
    answer = linli(tmp_path, "verify-audit", "--traceback")
    assert answer.returncode == 1
    assert "Traceback" in answer.stderr


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (CommandError("The file has no header.", returncode=3), "no header", 3),
        (Refused(Refusal("late", "The case is closed.")), "The case is closed.", 1),
        (ImproperlyConfigured("LINLI_DATABASE_URL starts with ..."), "LINLI_DATABASE_URL", 1),
        (OperationalError("database is locked"), "busy with another program", 1),
        (OperationalError("no such table: x"), "Run: linli migrate", 1),
        (OperationalError("database or disk is full"), "make room", 1),
        (OperationalError("connection refused"), "Look at LINLI_DATABASE_URL", 1),
        (OSError(errno.EADDRINUSE, "in use"), "--port", 1),
        (OSError(errno.ENOSPC, "full"), "make room", 1),
        (FileNotFoundError(errno.ENOENT, "no", "x.csv"), "There is no file x.csv", 2),
        (PermissionError(errno.EACCES, "no", "keys.json"), "keys.json", 1),
        (ZeroDivisionError("division by zero"), "--traceback", 1),
    ],
)
def test_every_error_is_a_sentence_and_a_code(error: Exception, words: str, code: int) -> None:
    trouble = command_line.trouble_of(error)
    assert words in trouble.sentence
    assert trouble.code == code


@pytest.mark.parametrize(
    ("word", "instead"),
    [("createsuperuser", "person create"), ("changepassword", "person password")],
)
def test_people_are_made_on_record_only(tmp_path: Path, word: str, instead: str) -> None:
    answer = linli(tmp_path, word)
    assert answer.returncode == 2
    assert f"linli {instead}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_the_server_takes_no_more_threads_than_granian_finds_right(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(serve.os, "cpu_count", lambda: cores)
    assert serve.usual_threads() == min(8, 2 * cores + 1)
