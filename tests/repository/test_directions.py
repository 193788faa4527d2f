"""Dependencies go downwards: in imports, in foreign keys, and with no signal behind the back."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.repository.tree import LINLI, ROOT, domains, level, modules

SIGNALS = re.compile(
    r"django\.db\.models(\.signals| import [^\n]*\bsignals\b)|django\.dispatch|@receiver\b"
    r"|import [^\n]*\b(pre|post)_(save|delete|migrate|init)\b|m2m_changed"
)
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def is_ours(model: type[models.Model]) -> bool:
    return model.__module__.startswith("linli.")


def upward_relations(all_models: list[type[models.Model]]) -> list[str]:
    found = []
    for model in filter(is_ours, all_models):
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type) or not is_ours(target):
                continue
            if level(target._meta.app_label) > level(model._meta.app_label):
                found.append(f"{model.__name__}.{field.name} points up to {target.__name__}")
    return found


def test_no_relation_points_upwards() -> None:
    assert any(map(is_ours, apps.get_models()))
    assert upward_relations(list(apps.get_models())) == []


@isolate_apps("linli.audit", "linli.cases")
def test_a_relation_that_points_upwards_is_found() -> None:
    class Case(models.Model):
        __module__ = "linli.cases.models"

        class Meta:
            app_label = "cases"

    class Event(models.Model):
        __module__ = "linli.audit.models"
        case = models.ForeignKey(Case, on_delete=models.PROTECT)

        class Meta:
            app_label = "audit"

    assert upward_relations([Case, Event]) == ["Event.case points up to Case"]


def relations_by_name(source: str) -> list[int]:
    """Return the lines of relations across domains that name a string instead of a class."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        first = node.args[0]
        named = isinstance(first, ast.Constant) and "." in str(first.value)
        setting = isinstance(first, ast.Attribute) and first.attr == "AUTH_USER_MODEL"
        if called in RELATIONS and (named or setting):
            lines.append(node.lineno)
    return lines


def test_relations_across_domains_name_the_imported_class() -> None:
    paths = [path for folder in domains() for path in modules(folder) if "models" in str(path)]
    assert {str(path): relations_by_name(path.read_text()) for path in paths} == {
        str(path): [] for path in paths
    }


def test_a_relation_that_names_a_string_is_found() -> None:
    assert relations_by_name("x = models.ForeignKey('cases.Case', on_delete=PROTECT)") == [1]
    assert relations_by_name("x = ForeignKey(settings.AUTH_USER_MODEL, PROTECT)") == [1]
    assert relations_by_name("x = models.ForeignKey(Case, on_delete=PROTECT)") == []


def hidden_control_flow(source: str) -> list[str]:
    found = [match.group(0) for match in SIGNALS.finditer(source)]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            found += [f"{node.name}.{name}" for name in names & {"save", "delete"}]
    return found


def test_there_are_no_signals_and_no_overrides_of_save() -> None:
    found = {path: hidden_control_flow(path.read_text()) for path in modules()}
    assert {str(path): flow for path, flow in found.items() if flow} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "@receiver(x)\ndef f(): ...",
        "class Case(Model):\n    def save(self): ...",
    ],
)
def test_a_signal_or_an_override_of_save_is_found(source: str) -> None:
    assert hidden_control_flow(source)


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    only_code = shutil.ignore_patterns("static", "templates", "data", "__pycache__")
    shutil.copytree(LINLI, tmp_path / "linli", ignore=only_code)
    return tmp_path


def _import_upwards(linli: Path) -> None:
    with (linli / "audit" / "models.py").open("a") as file:
        file.write("\nimport linli.cases.models\n")


def _import_django_in_rules(linli: Path) -> None:
    with (linli / "accounts" / "rules" / "roles.py").open("a") as file:
        file.write("\nimport django\n")


def _add_a_drawer(linli: Path) -> None:
    (linli / "audit" / "services.py").write_text('"""Anything."""\n')


def _add_a_domain_without_a_place(linli: Path) -> None:
    (linli / "gossip").mkdir()
    (linli / "gossip" / "__init__.py").write_text('"""Nobody placed it."""\n')


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        (_import_upwards, "linli.audit is not allowed to import linli.cases"),
        (_import_django_in_rules, "is not allowed to import django"),
        (_add_a_drawer, "linli.audit.services"),
        (_add_a_domain_without_a_place, "linli.gossip"),
    ],
)
def test_import_linter_finds_a_seeded_violation(
    copied_tree: Path, seed: Callable[[Path], None], complaint: str
) -> None:
    seed(copied_tree / "linli")
    answer = lint_imports(copied_tree)
    assert answer.returncode != 0
    assert complaint in answer.stdout
