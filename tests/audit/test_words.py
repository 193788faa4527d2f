"""Every act that the code can write into the log has words for the auditor, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.accounts.rules.roles import Role
from linli.audit.actions import acting, record_read
from linli.audit.queries import _act_words, words_of
from linli.cases.rules.workflow import CaseVerb
from linli.kernel.ids import new_id
from tests.factories import make_person
from tests.repository.tree import modules

# Where a call names its verb: by position, or as ``verb=``; what stands there is put together
# with the prefix that the callee writes.
_PLACES = {"acting": (1, ""), "record_read": (None, "read."), "changing": (0, "territory.")}
_PLACES["record_reads"] = (None, "read.")
_PLACES["noted"] = (0, "accounts.")
_PLACES["note_act"] = (0, "")
# Verbs that a function was given: their texts stand where it is called, or in CaseVerb.
_PASSED_ON = {"f'case.{verb.value}'", "f'territory.{verb}'", "f'accounts.{verb}'"}


def name_of(call: ast.Call) -> str:
    callee = call.func
    return callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")


def verb_of(call: ast.Call, position: int | None) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
    if named:
        return named[0]
    return None if position is None else call.args[position]


def literals(expression: ast.expr, module: ast.Module) -> Iterator[str]:
    """Yield the texts an expression can be: a constant, a choice of two, a name for one."""
    if isinstance(expression, ast.Constant):
        yield str(expression.value)
    elif isinstance(expression, ast.IfExp):
        yield from literals(expression.body, module)
        yield from literals(expression.orelse, module)
    elif isinstance(expression, ast.Name):
        for one in ast.walk(module):
            if isinstance(one, ast.Assign) and expression.id in map(ast.unparse, one.targets):
                yield from literals(one.value, module)


def verbs_in(path: Path) -> tuple[set[str], set[str]]:
    """Return the verbs a module writes, and the expressions that are none and not counted."""
    module = ast.parse(path.read_text())
    found: set[str] = set()
    unknown: set[str] = set()
    for call in ast.walk(module):
        if not isinstance(call, ast.Call) or name_of(call) not in _PLACES:
            continue
        position, prefix = _PLACES[name_of(call)]
        verb = verb_of(call, position)
        if verb is None:
            continue
        texts = set(literals(verb, module))
        found |= {prefix + text for text in texts}
        if not texts and ast.unparse(verb) not in _PASSED_ON:
            unknown.add(f"{path.name}:{call.lineno} {ast.unparse(verb)}")
    return found, unknown


def all_verbs() -> set[str]:
    found = {f"case.{verb.value}" for verb in CaseVerb}
    for path in modules():
        found |= verbs_in(path)[0]
    return found


def test_no_call_hides_its_verb_from_this_test() -> None:
    hidden = [one for path in modules() for one in verbs_in(path)[1]]
    assert hidden == []


def test_verbs_of_every_kind_of_call_are_found() -> None:
    wanted = {"case.report", "categories.publish", "read.contact", "territory.split_grid"}
    wanted |= {"accounts.keep_out", "accounts.edit_unit", "accounts.add_key", "replay.people"}
    assert wanted <= all_verbs()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_verb_has_words(language: str) -> None:
    with translation.override(language):
        bare = [verb for verb in sorted(all_verbs()) if words_of(verb) == verb]
    assert bare == []


def test_no_words_are_kept_for_a_verb_that_nothing_writes() -> None:
    assert set(_act_words()) - all_verbs() == set()


@pytest.mark.django_db
def test_the_auditor_reads_words_and_the_code_beside_them(settings) -> None:  # type: ignore[no-untyped-def]
    settings.LINLI_DEMO = True
    auditor = make_person(Role.AUDITOR, language="en")
    number = new_id()
    with acting(number, "rules.end", by=auditor, at=timezone.now(), subject=number, payload={}):
        pass
    record_read(by=auditor, subject=number, verb="contact", at=timezone.now(), reason="a call")
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(auditor)
    page = client.get("/manage/audit/").content.decode()
    assert "End a dispatch rule" in page
    assert "rules.end</code>" in page
    assert "Read the contact of a reporter" in client.get("/manage/audit/reads/").content.decode()
