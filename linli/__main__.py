"""The command line: ``linli serve``, ``linli demo``, ``linli import cases ...``.

Every command is a Django management command; two words become one (``import cases`` runs
``import_cases``), and whatever goes wrong is told in one sentence that says what to do.
"""

import difflib
import os
import re
import sys
import textwrap
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

USAGE_ERROR = 2
INTERRUPTED = 130
SUMMARY_WIDTH = 76
_END_OF_CLAUSE = re.compile(r"[.:;](\s|$)")

# The order of `linli --help`. Commands of linli that stand in no group come last, and those of
# Django are shown where a person who runs a district needs them.
GROUPS: dict[str, tuple[str, ...]] = {
    "Run": ("demo", "serve", "work"),
    "Set up": ("migrate", "person", "compile_messages"),
    "Bring in and take out": (
        "import_divisions",
        "import_grids",
        "import_units",
        "import_postings",
        "import_calendar",
        "import_categories",
        "import_rules",
        "import_lists",
        "import_cases",
        "import_registry",
        "import_residents",
        "import_dwellings",
        "import_buildings",
        "import_tenancies",
        "import_organisations",
        "import_schools",
        "import_teams",
        "import_assistance",
        "import_undo",
        "import_refused",
        "find_doubles",
        "export_categories",
    ),
    "Guard": ("rotate_keys", "erase_expired"),
    "Prove": ("verify_audit", "rebuild_derived", "draw_workflows"),
}
# Commands of Django that know neither our roles nor the audit log, and what to run instead.
INSTEAD = {
    "createsuperuser": "linli person create --administrator",
    "changepassword": "linli person password",
}


@dataclass(frozen=True)
class Trouble:
    """What went wrong: the sentence for a person, and the exit code for a script."""

    sentence: str
    code: int = 1


def _database_trouble(error: Exception) -> Trouble:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "locked" in text:
        return Trouble("The database is busy with another program: wait for it, then try again.")
    if "no such table" in text or "does not exist" in text:
        return Trouble(f"The database is not up to date ({text}). Run: linli migrate")
    if "disk is full" in text or "No space left" in text:
        return Trouble("The disk is full: make room, then try again. Nothing was half-written.")
    return Trouble(f"The database does not answer: {text}. Look at LINLI_DATABASE_URL.")


def _system_trouble(error: OSError) -> Trouble:
    import errno

    if error.errno == errno.EADDRINUSE:
        return Trouble("The port is in use: stop the other server, or name another with --port.")
    if error.errno == errno.ENOSPC:
        return Trouble("The disk is full: make room, then try again. Nothing was half-written.")
    if isinstance(error, FileNotFoundError) and error.filename:
        return Trouble(f"There is no file {error.filename}: look at its name.", USAGE_ERROR)
    if isinstance(error, PermissionError) and error.filename:
        return Trouble(f"{error.filename} may not be opened by this account: look at its owner.")
    return Trouble(f"The system refused: {error.strerror or error}.")


def trouble_of(error: BaseException) -> Trouble:
    """Return the sentence and the exit code for whatever a command raised."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import Error as DatabaseTrouble

    from linli.kernel.refusal import Refused

    if isinstance(error, CommandError):
        return Trouble(str(error), error.returncode)
    if isinstance(error, DatabaseTrouble):
        return _database_trouble(error)
    if isinstance(error, OSError):
        return _system_trouble(error)
    if isinstance(error, (Refused, ImproperlyConfigured)):
        return Trouble(str(error))
    return Trouble(
        f"linli met something it does not know ({type(error).__name__}: {error})."
        " Run the same command with --traceback and report what it prints."
    )


def django_name(words: list[str], known: Container[str]) -> tuple[str, list[str]]:
    """Return the management command the first words name, and the words that are left.

    ``import cases x.csv`` is ``import_cases`` with ``x.csv``. The name is empty where no
    command is known by it.
    """
    for count in (2, 1):
        name = "_".join(words[:count]).replace("-", "_")
        if len(words) >= count and name in known:
            return name, words[count:]
    return "", words


def spoken(name: str) -> str:
    """Return how a person types a management command: ``import cases``, ``verify-audit``."""
    first, _, rest = name.partition("_")
    if first in {"import", "export"} and rest:
        return f"{first} {rest.replace('_', '-')}"
    return name.replace("_", "-")


def _summary(name: str, app: str) -> str:
    """Return the first clause of a command's own help."""
    from django.core.management import load_command_class

    try:
        text = str(load_command_class(app, name).help).strip()
    except ImportError as error:
        # One broken command must not hide the others.
        return f"(cannot be loaded: {error})"
    return textwrap.shorten(_END_OF_CLAUSE.split(text)[0], SUMMARY_WIDTH, placeholder=" ...")


def help_text(known: dict[str, str]) -> str:
    """Return the list of commands in their groups, one line each.

    ``known`` maps the name of each management command to the application it comes from.
    """
    grouped = {name for names in GROUPS.values() for name in names}
    more = sorted(
        name for name, app in known.items() if app.startswith("linli.") and name not in grouped
    )
    lines = ["linli: the case desk of a neighbourhood service centre", ""]
    lines.append("linli COMMAND [--help] [--traceback] ...")
    for title, names in {**GROUPS, "More": tuple(more)}.items():
        there = [name for name in names if name in known]
        if there:
            lines += ["", title]
            lines += [f"  {spoken(name):20} {_summary(name, known[name])}" for name in there]
    lines += ["", "Commands of Django work as well: linli shell, linli dbshell, ..."]
    return "\n".join(lines)


def unknown(word: str, known: Iterable[str]) -> str:
    """Return the sentence for a command nobody knows, with the nearest name."""
    names = {spoken(name) for name in known}
    near = difflib.get_close_matches(word.replace("_", "-"), sorted(names), n=1, cutoff=0.5)
    advice = f"Did you mean `linli {near[0]}`?" if near else "`linli --help` lists them."
    return f"There is no command `{word}`. {advice}"


def _run(name: str, rest: list[str]) -> int:
    """Run a management command so that its errors come here and not to Django's printer."""
    from django.core.management import get_commands, load_command_class

    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("linli", spoken(name))
    options = vars(parser.parse_args(rest))
    arguments = options.pop("args", ())
    if command.requires_system_checks and not options.get("skip_checks"):
        command.check()
    options["skip_checks"] = True
    command.execute(*arguments, **options)
    return 0


def _guarded(work: Callable[[], int], *, traceback: bool) -> int:
    """Return the exit code; print one sentence where something went wrong."""
    try:
        return work()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:
        if traceback:
            raise
        trouble = trouble_of(error)
        print(trouble.sentence, file=sys.stderr)
        return trouble.code


def _main(words: list[str]) -> int:
    import django
    from django.core.management import get_commands

    django.setup()
    known = {name: str(app) for name, app in get_commands().items()}
    if not words or words[0] in {"-h", "--help", "help"}:
        print(help_text(known))
        return 0
    name, rest = django_name(words, known)
    if name in INSTEAD:
        print(f"People are made on record here. Run: {INSTEAD[name]}", file=sys.stderr)
        return USAGE_ERROR
    if not name:
        asked = words[:2] if words[0] in {"import", "export"} else words[:1]
        print(unknown(" ".join(asked), known), file=sys.stderr)
        return USAGE_ERROR
    return _run(name, rest)


def main() -> int:
    """Run the command that the words after the program's name say; return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
    words = sys.argv[1:]
    traceback = "--traceback" in words
    words = [word for word in words if word != "--traceback"]
    return _guarded(lambda: _main(words), traceback=traceback)


if __name__ == "__main__":
    sys.exit(main())
