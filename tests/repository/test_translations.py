"""Chinese first, English complete: the tools that hold it, and the catalogue itself."""

import gettext
from pathlib import Path

import polib
import pytest

from tools import messages
from tools.extraction import (
    Message,
    Place,
    UnreadableMessageError,
    extract,
    python_messages,
    template_messages,
)


def read_python(source: str) -> list[Message]:
    return [message for message, _ in python_messages(source, "x.py")]


def read_template(source: str) -> list[Message]:
    return [message for message, _ in template_messages(source, "x.html")]


def test_python_messages_are_found_under_any_name() -> None:
    source = (
        "from django.utils.translation import gettext_lazy as _, ngettext as many, pgettext\n"
        "a = _('Close')\n"
        "b = many('%(n)s case', '%(n)s cases', n)\n"
        "c = pgettext('verb', 'Call')\n"
        "d = N_('Marked in plain Python')\n"
        "e = other('Not a message')\n"
    )
    assert set(read_python(source)) == {
        Message("Close"),
        Message("%(n)s case", "%(n)s cases"),
        Message("Call", context="verb"),
        Message("Marked in plain Python"),
    }


def test_an_f_string_in_gettext_is_refused() -> None:
    source = "from django.utils.translation import gettext as _\n_(f'{x} cases')\n"
    with pytest.raises(UnreadableMessageError, match=r"x\.py:2"):
        read_python(source)


def test_template_messages_are_found() -> None:
    source = """{% load i18n %}
      <p title='{% translate "It's due" %}'>{% translate "Close" context "verb" %}</p>
      {% blocktranslate trimmed with name=unit.name %}
        Sent to
        {{ name }}
      {% endblocktranslate %}
      {% blocktranslate trimmed count n=cases|length %}
        {{ n }} case{% plural %}{{ n }} cases
      {% endblocktranslate %}
      {{ case.is_urgent|yesno:_("yes,no") }}
    """
    assert read_template(source) == [
        Message("It's due"),
        Message("Close", context="verb"),
        Message("Sent to %(name)s"),
        Message("%(n)s case", "%(n)s cases"),
        Message("yes,no"),
    ]


def test_an_escaped_quote_in_a_template_is_refused() -> None:
    with pytest.raises(UnreadableMessageError, match="other kind of quotes"):
        read_template("{% load i18n %}{% translate 'It\\'s due' %}")


def catalogue(**entries: str) -> polib.POFile:
    book = polib.POFile()
    book.extend([polib.POEntry(msgid=text, msgstr=chinese) for text, chinese in entries.items()])
    return book


@pytest.mark.parametrize(
    ("text", "chinese", "fault"),
    [
        ("Close", "结案", None),
        ("Close", "", "has no Chinese"),
        ("Close", "Close", "is left in English"),
        ("%(n)s left", "还剩 %(n)s", None),
        ("%(n)s left", "还剩 %(m)s", "has other placeholders"),
        ("%(n)s left", "还剩", "has other placeholders"),
        ("100 %% of %s", "%s 的 100 %%", None),
        ("结案", "结案", "is Chinese"),
        ("Open311", "Open311", None),
    ],
)
def test_a_translation_is_judged(text: str, chinese: str, fault: str | None) -> None:
    found = {Message(text): [Place("x.py", 1)]}
    faults = list(messages.faults_of(found, catalogue(**{text: chinese})))
    assert (len(faults) == 1 and fault in faults[0]) if fault else faults == []


def test_a_message_without_an_entry_is_found() -> None:
    found = {Message("Close"): [Place("linli/x.py", 7)]}
    assert list(messages.faults_of(found, catalogue())) == ["linli/x.py:7: 'Close' has no Chinese"]


def test_parts_are_merged_and_compiled_so_that_gettext_reads_them(tmp_path: Path) -> None:
    (tmp_path / "linli").mkdir()
    (tmp_path / "linli" / "x.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        "_('Close')\nngettext('%(n)s case', '%(n)s cases', 2)\n"
    )
    parts = tmp_path / "locale" / "parts"
    parts.mkdir(parents=True)
    (parts / "a.po").write_text('msgid "Close"\nmsgstr "结案"\n')
    (parts / "b.po").write_text(
        'msgid "Close"\nmsgstr "关闭"\n\nmsgid "%(n)s case"\nmsgstr "%(n)s 件"\n'
    )
    clashes = messages.merge(tmp_path)
    assert clashes == ["b.po: 'Close' is '结案' already, not '关闭'"]
    assert messages.check(tmp_path) == []
    with messages.compile_catalogue(tmp_path).open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Close") == "结案"
    assert read.ngettext("%(n)s case", "%(n)s cases", 5) == "%(n)s 件"


def test_the_extraction_reads_the_whole_tree() -> None:
    places = {place.path for places in extract(messages.ROOT).values() for place in places}
    assert any(path.endswith(".html") for path in places)
    assert any(path.endswith(".py") for path in places)


def test_the_button_that_ends_a_case_says_so_in_chinese_and_does_not_close_a_window() -> None:
    known = {messages.key_of(entry): entry.msgstr for entry in messages.open_catalogue()}
    assert known["end a case", "Close"] == "结案"
    assert known["", "Close"] == "关闭"


@pytest.mark.parametrize(
    "other", ["新建记录", "注销记录", "居民记录", "帮扶记录", "两条记录", "查看记录", "要表单位"]
)
def test_a_thing_of_the_registry_has_one_word_in_chinese(other: str) -> None:
    texts = [
        text
        for entry in messages.open_catalogue()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert [text for text in texts if other in text] == []
