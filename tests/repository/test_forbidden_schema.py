"""Serve people, never watch them: no model, form, import or choice holds what may not exist."""

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.db import connection, models
from django.test.utils import isolate_apps
from django.urls import path as address

from linli.kernel.forbidden import FORBIDDEN, findings
from linli.registry.rules.dictionary import dictionary
from tests.repository.forbidden_texts import (
    HARMLESS_COLUMNS,
    data_files,
    harmless_places,
    keys_of_source,
    names_of_functions,
    names_of_urls,
    our_classes,
    our_forms,
    our_models,
    texts_of_choices,
    texts_of_fact,
    texts_of_form,
    texts_of_json,
    texts_of_model,
    texts_of_source,
    texts_of_template,
)
from tests.repository.tree import LINLI, modules


def test_no_model_holds_what_may_not_exist() -> None:
    assert our_models()
    assert findings(text for model in our_models() for text in texts_of_model(model)) == []


def test_no_form_asks_for_what_may_not_exist() -> None:
    assert findings(text for form in our_forms() for text in texts_of_form(form)) == []


def test_no_import_or_export_has_a_column_for_what_may_not_exist() -> None:
    paths = [path for path in modules() if {"imports", "imports.py"} & set(path.parts)]
    paths += [path for path in modules() if "export" in path.name]
    texts = (
        text
        for path in paths
        for text in texts_of_source(path.read_text(), str(path))
        if (str(path.relative_to(LINLI)), text[1]) not in HARMLESS_COLUMNS
    )
    assert findings(texts) == []


def test_no_list_of_choices_has_what_may_not_exist() -> None:
    every = our_classes(models.Choices)
    assert len(every) > 20
    texts = (text for one in every for text in texts_of_choices(one.__name__, one.choices))
    assert findings((*texts, *((one.__name__, one.__name__, True) for one in every))) == []


def test_no_fact_of_the_dictionary_is_one_that_may_not_exist() -> None:
    facts = dictionary().fields.values()
    assert len(facts) > 40
    assert findings(text for fact in facts for text in texts_of_fact(fact)) == []


def test_no_template_asks_by_hand_for_what_may_not_exist() -> None:
    paths = list(LINLI.glob("*/templates/**/*.html"))
    texts = [text for path in paths for text in texts_of_template(path.read_text(), path.name)]
    assert len(texts) > 20
    assert findings(texts) == []


@pytest.mark.django_db
def test_no_table_has_a_column_that_no_model_knows() -> None:
    """What a migration made and a model forgot is read where it lies."""
    with connection.cursor() as cursor:
        columns = []
        for table in connection.introspection.table_names(cursor):
            named = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {named} LIMIT 0")  # noqa: S608 - a table's own name
            columns += [(f"{table}.{one[0]}", one[0], True) for one in cursor.description]
    harmless = {"cases_attachment.height", "audit_event.fingerprint"}
    assert len(columns) > 300
    assert findings(text for text in columns if text[0] not in harmless) == []


def test_nothing_can_be_done_that_may_not_exist() -> None:
    names = list(names_of_functions())
    assert len(names) > 200
    assert findings(names) == []


def test_no_dictionary_has_a_key_for_what_may_not_exist() -> None:
    paths = [path for path in modules() if "migrations" not in path.parts]
    texts = (
        text
        for path in paths
        for text in keys_of_source(path.read_text(), str(path))
        if not str(path.relative_to(LINLI)).startswith(harmless_places(text[1]))
    )
    assert findings(texts) == []


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


@pytest.mark.parametrize(
    "source",
    [
        "kept['risk_level'] = 3",
        "kept = dict(ethnicity=1)",
        "kept.update(blood_type='A')",
        "class Facts:\n    religion: str",
        "read = row['民 族']",
    ],
)
def test_a_free_key_is_found_however_it_is_set(source: str) -> None:
    assert findings(keys_of_source(source, "x.py"))


def test_a_choice_a_template_and_a_fact_that_watch_are_found() -> None:
    class Watched(models.TextChoices):
        KEY = "key", "重点人员"

    assert findings(texts_of_choices("Watched", Watched.choices))
    assert findings(texts_of_template('<input type="text" name="wechat">', "x.html"))
    told = next(iter(dictionary().fields.values()))
    for spoilt in (
        dataclasses.replace(told, synonyms=("族别",)),
        dataclasses.replace(told, label="政治面貌"),
        dataclasses.replace(told, choices={"重点人员": "key"}),
        dataclasses.replace(told, name="religion"),
    ):
        assert findings(texts_of_fact(spoilt))


def test_a_page_that_ranks_is_found() -> None:
    watched = [address("workers/leaderboard/", print, name="ranks")]
    assert findings(names_of_urls(watched))


@pytest.mark.parametrize(
    "header",
    [
        *("民 族", "民\u3000族", "民族（必填）", "ＱＱ号", "政治 面貌", "信 访 记 录", "血-型"),
        *("照片", "微信", "与户主关系", "定 位", "Religions", "Criminals", "ETHNICITIES"),
        *("人员信息 民族", "是否党员", "RiskLevel", "face-photo", "婚育状况", "维稳对象"),
    ],
)
def test_no_spelling_of_a_header_slips_through(header: str) -> None:
    assert findings([("header", header, True)]), header


@pytest.mark.parametrize(
    "header",
    [
        *(
            "姓名",
            "联系电话",
            "微信群数",
            "已加入微信群户数",
            "行程开关位置",
            "备注",
            "房屋安全等级",
        ),
        *("Photographs of the place", "Position", "Scores of houses", "Address", "房屋照片张数"),
    ],
)
def test_headers_about_matters_are_left_alone(header: str) -> None:
    assert findings([("header", header, True)]) == []


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
