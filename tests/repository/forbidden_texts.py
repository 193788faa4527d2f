"""Every text by which models, forms, keys, lists and pages of linli call what they hold."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from django.utils import translation

import linli
from linli.accounts.rules.roles import Permission, Role
from linli.audit.queries import _act_words
from linli.registry.rules.dictionary import Field
from tests.repository.tree import LINLI

Text = tuple[str, str, bool]
LANGUAGES = ("en", "zh-hans")
# A name that means something else here, with what it means.
HARMLESS = {
    "Attachment.height": "pixels of a picture, beside its width",
    "Event.fingerprint": "keyed digest of what was written, by which a replay is known",
}


# A column of the tables of categories: whether a photograph of the matter is asked for.
# Keys that mean something else in these files: keyed digests, pixels, rows of a sheet.
HARMLESS_KEYS = {
    "fingerprint": ("audit/", "cases/actions/replaying.py", "demo/actions/bulk.py"),
    "height": (
        *("cases/actions/attachments.py", "cases/rules/attachments.py", "cases/rules/pictures.py"),
        *("registry/imports/previews.py", "registry/rules/headers.py"),
    ),
}
HARMLESS_COLUMNS = {("cases/imports/category_tables/columns.py", "照片")}


def spoken(place: str, *texts: object) -> Iterator[Text]:
    for language in LANGUAGES:
        with translation.override(language):
            for text in texts:
                if text:
                    yield place, str(text), False


def texts_of_choices(place: str, choices: Any) -> Iterator[Text]:
    for value, label in choices or ():
        if isinstance(label, (list, tuple)):
            yield from texts_of_choices(place, label)
        else:
            yield from spoken(place, value, label)


def texts_of_model(model: type[models.Model]) -> Iterator[Text]:
    yield model.__name__, model.__name__, True
    yield from spoken(model.__name__, model._meta.verbose_name, model._meta.verbose_name_plural)
    for field in (*model._meta.fields, *model._meta.many_to_many):
        place = f"{model.__name__}.{field.name}"
        if place in HARMLESS:
            continue
        yield place, field.name, True
        yield from spoken(place, field.verbose_name, field.help_text)
        yield from texts_of_choices(place, field.choices)


def texts_of_form(form: type[forms.BaseForm]) -> Iterator[Text]:
    for name, field in form.base_fields.items():
        place = f"{form.__name__}.{name}"
        yield place, name, True
        yield from spoken(place, field.label, field.help_text)
        choices = getattr(field, "choices", None)
        # The rows of a table are data, and are judged where they come from.
        if isinstance(choices, (list, tuple)):
            yield from texts_of_choices(place, choices)


def texts_of_source(source: str, place: str) -> Iterator[Text]:
    """Yield every string of a Python file; docstrings are for developers."""
    tree = ast.parse(source)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield f"{place}:{node.lineno}", node.value, True


def keys_of_source(source: str, place: str) -> Iterator[Text]:
    """Yield every key that can come into free-key JSON, a session or an export.

    Keys of dictionaries, those that are set one by one, names of arguments (``dict(risk=1)``,
    ``update(risk=1)``), and what classes declare, which becomes keys by ``asdict``.
    """
    for node in ast.walk(ast.parse(source)):
        for key in _keys_of(node):
            yield f"{place}:{getattr(node, 'lineno', 0)}", key, True


def _keys_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield str(node.slice.value)
    elif isinstance(node, ast.Call):
        yield from (told.arg for told in node.keywords if told.arg)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def texts_of_template(source: str, place: str) -> Iterator[Text]:
    """Yield the names of fields that a template writes by hand."""
    for name in re.findall(r'<(?:input|select|textarea)[^>]*?\sname="([^"{]+)"', source):
        yield place, name, True


def texts_of_fact(fact: Field) -> Iterator[Text]:
    """Yield all by which a fact of the field dictionary is called, and what it may say."""
    for text in (fact.name, fact.label, fact.label_en, *fact.synonyms):
        yield fact.key, text, True
    for text in (*fact.choices, *fact.choices.values()):
        yield fact.key, text, False


def our_classes(base: type) -> list[Any]:
    """Return every class of ours that stands on another one."""
    found = []
    for module in pkgutil.walk_packages(linli.__path__, "linli."):
        if "migrations" in module.name or module.name == "linli.__main__":
            continue
        for _, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(thing, base) and thing.__module__ == module.name:
                found.append(thing)
    return found


def harmless_places(key: str) -> tuple[str, ...]:
    return HARMLESS_KEYS.get(key.removesuffix("__in").removesuffix("s"), ())


def names_of_functions() -> Iterator[Text]:
    """Yield by which everything that can be done is called: pages, permissions, commands."""
    yield from names_of_urls(get_resolver().url_patterns)
    yield from (("role", role.value, True) for role in Role)
    yield from (("permission", one.value, True) for one in Permission)
    yield from (("command", path.stem, True) for path in LINLI.glob("*/management/commands/*.py"))
    yield from (("act", verb, True) for verb in _act_words())


def names_of_urls(patterns: Any) -> Iterator[Text]:
    for one in patterns:
        yield "address", re.sub(r"<[^>]*>", " ", str(one.pattern)), True
        yield "address", getattr(one, "name", "") or "", True
        yield from names_of_urls(getattr(one, "url_patterns", ()))


def texts_of_json(value: Any, place: str) -> Iterator[Text]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield place, str(key), True
            yield from texts_of_json(below, place)
    elif isinstance(value, list):
        for below in value:
            yield from texts_of_json(below, place)
    elif isinstance(value, str):
        yield place, value, False


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def our_forms() -> list[type[forms.BaseForm]]:
    return our_classes(forms.BaseForm)


def data_files() -> list[Path]:
    kinds = {".json", ".csv", ".toml", ".txt"}
    return [path for path in LINLI.glob("*/data/**/*") if path.suffix in kinds]
