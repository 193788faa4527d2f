"""Serve people, never watch them: no model, form, import or choice holds what may not exist."""

import ast
import csv
import importlib
import inspect
import io
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.utils import translation

import linli
from linli.kernel.forbidden import FORBIDDEN, findings
from tests.repository.tree import LINLI, modules

Text = tuple[str, str, bool]
LANGUAGES = ("en", "zh-hans")
# A name that means something else here, with what it means.
HARMLESS = {
    "Attachment.height": "pixels of a picture, beside its width",
    "Event.fingerprint": "keyed digest of what was written, by which a replay is known",
}


def _spoken(place: str, *texts: object) -> Iterator[Text]:
    for language in LANGUAGES:
        with translation.override(language):
            for text in texts:
                if text:
                    yield place, str(text), False


def _choices(place: str, choices: Any) -> Iterator[Text]:
    for value, label in choices or ():
        if isinstance(label, (list, tuple)):
            yield from _choices(place, label)
        else:
            yield from _spoken(place, value, label)


def texts_of_model(model: type[models.Model]) -> Iterator[Text]:
    yield model.__name__, model.__name__, True
    yield from _spoken(model.__name__, model._meta.verbose_name, model._meta.verbose_name_plural)
    for field in (*model._meta.fields, *model._meta.many_to_many):
        place = f"{model.__name__}.{field.name}"
        if place in HARMLESS:
            continue
        yield place, field.name, True
        yield from _spoken(place, field.verbose_name, field.help_text)
        yield from _choices(place, field.choices)


def texts_of_form(form: type[forms.BaseForm]) -> Iterator[Text]:
    for name, field in form.base_fields.items():
        place = f"{form.__name__}.{name}"
        yield place, name, True
        yield from _spoken(place, field.label, field.help_text)
        choices = getattr(field, "choices", None)
        # The rows of a table are data, and are judged where they come from.
        if isinstance(choices, (list, tuple)):
            yield from _choices(place, choices)


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
    """Yield the keys of every dictionary: what free-key JSON and exports are made of."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield f"{place}:{node.lineno}", key.value, False


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
    found = []
    for module in pkgutil.walk_packages(linli.__path__, "linli."):
        if "migrations" in module.name or module.name == "linli.__main__":
            continue
        for _, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(thing, forms.BaseForm) and thing.__module__ == module.name:
                found.append(thing)
    return found


def data_files() -> list[Path]:
    kinds = {".json", ".csv", ".toml", ".txt"}
    return [path for path in LINLI.glob("*/data/**/*") if path.suffix in kinds]


def test_no_model_holds_what_may_not_exist() -> None:
    assert our_models()
    assert findings(text for model in our_models() for text in texts_of_model(model)) == []


def test_no_form_asks_for_what_may_not_exist() -> None:
    assert findings(text for form in our_forms() for text in texts_of_form(form)) == []


def test_no_import_or_export_has_a_column_for_what_may_not_exist() -> None:
    paths = [path for path in modules() if {"imports", "imports.py"} & set(path.parts)]
    paths += [path for path in modules() if "export" in path.name]
    assert findings(t for p in paths for t in texts_of_source(p.read_text(), str(p))) == []


def test_no_dictionary_has_a_key_for_what_may_not_exist() -> None:
    paths = [path for path in modules() if "migrations" not in path.parts]
    assert findings(t for p in paths for t in keys_of_source(p.read_text(), str(p))) == []


@pytest.mark.parametrize("path", data_files(), ids=lambda path: str(path.relative_to(LINLI)))
def test_no_list_that_comes_with_linli_names_a_kind_of_person(path: Path) -> None:
    text = path.read_text()
    if path.suffix == ".json":
        texts = texts_of_json(json.loads(text), path.name)
    elif path.suffix == ".csv":
        header = next(csv.reader(io.StringIO(text)), [])
        texts = iter([(path.name, column, True) for column in header])
    else:
        texts = iter([(path.name, line, False) for line in text.splitlines()])
    assert findings(texts) == []


# --- the test can fail ----------------------------------------------------------------------


@isolate_apps("linli.cases")
def test_a_model_that_watches_is_found() -> None:
    class Resident(models.Model):
        ethnic_group = models.CharField(max_length=10)
        status = models.CharField("政治面貌", max_length=10)
        kind = models.CharField(max_length=10, choices=[("a", "重点人员"), ("b", "other")])
        note = models.CharField(max_length=10, help_text="The blood type, where it is known")
        height = models.IntegerField()
        riskLevel = models.IntegerField()  # noqa: N815
        name = models.CharField(max_length=10)

        class Meta:
            app_label = "cases"

    found = findings(texts_of_model(Resident))
    places = {finding.split(":")[0] for finding in found}
    assert places == {
        "Resident.ethnic_group",
        "Resident.status",
        "Resident.kind",
        "Resident.note",
        "Resident.height",
        "Resident.riskLevel",
    }


def test_a_form_that_watches_is_found() -> None:
    class Register(forms.Form):
        wechat_id = forms.CharField()
        faith = forms.ChoiceField(label="信仰", choices=[("1", "有"), ("2", "无")])
        title = forms.CharField(label="标题")

    places = {finding.split(":")[0] for finding in findings(texts_of_form(Register))}
    assert places == {"Register.wechat_id", "Register.faith"}


def test_an_import_column_that_watches_is_found() -> None:
    source = '"""Reads the petition list."""\nCOLUMNS = {"姓名": "name", "上访次数": "petitions"}\n'
    found = findings(texts_of_source(source, "x.py"))
    assert found == [
        "x.py:2: '上访次数' is about petitioning history",
        "x.py:2: 'petitions' is about petitioning history",
    ]


def test_a_free_key_that_watches_is_found() -> None:
    assert findings(keys_of_source("detail = {'face_photo': 1, 'unit': 2}", "x.py"))
    assert not findings(keys_of_source("detail = {'surface': 1, 'unit': 2}", "x.py"))


def test_a_list_that_names_a_kind_of_person_is_found() -> None:
    assert findings(texts_of_json([{"name": "精神障碍患者", "limit": 3}], "categories.json"))


@pytest.mark.parametrize("entry", FORBIDDEN, ids=lambda entry: entry.what)
def test_every_word_of_the_list_is_found(entry: Any) -> None:
    for word in (*entry.english, *entry.chinese):
        assert findings([("place", word, False)]), word
        assert findings([("place", word.replace(" ", "_"), True)]), word


@pytest.mark.parametrize(
    "text",
    ["Things that may fall from height", "路灯不亮或损坏", "Party who asked", "interface", "签收"],
)
def test_words_about_matters_are_left_alone(text: str) -> None:
    assert findings([("place", text, False)]) == []
