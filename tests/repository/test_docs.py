"""The documentation names only what exists: commands, files, pictures, buttons, settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.core.management import get_commands

from linli.__main__ import django_name
from tests.repository.tree import ROOT

LARGEST_PICTURE = 150_000
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}|\t).*(?:\n|$))+", re.MULTILINE)
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s/`])linli ((?:[a-z][a-z-]+)(?: [a-z][a-z-]+)?)(?![\w.-])")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_MAKE = re.compile(r"\bmake ([a-z]+)\b")
_PATH = re.compile(r"(?:[\w-]+/)+[\w-]+\.(?:py|toml|json|md|lock)")
_SETTING = re.compile(r"\bLINLI_[A-Z]+(?:_[A-Z]+)*\b")
# *Accept* (受理): a word on a page, and what it is in Chinese.
_ON_A_PAGE = re.compile(r"\*([^*\n]+)\* \(([\u3400-\u9fff][^)]*)\)")
# What CONTRIBUTING makes up to explain a rule, and what a command writes.
EXAMPLES = {"import things", "actions/closing.py"}
WRITTEN = {"benchmarks/results.md"}


def code_of(text: str) -> Iterator[str]:
    """Yield what is set as code: fenced and indented blocks, and spans in the text."""
    for found in _BLOCK.finditer(text):
        yield found.group()
    rest = _BLOCK.sub("", text)
    for found in _INDENTED.finditer(rest):
        yield found.group()
    for found in _SPAN.finditer(_INDENTED.sub("", rest)):
        yield found.group(2)


def commands_in(text: str) -> list[str]:
    return [found for code in code_of(text) for found in _COMMAND.findall(code)]


def unknown_commands(text: str) -> list[str]:
    known = get_commands()
    named = [words for words in commands_in(text) if words not in EXAMPLES]
    return [words for words in named if not django_name(words.split(), known)[0]]


def anchors_of(path: Path) -> set[str]:
    headings = _HEADING.findall(path.read_text(encoding="utf-8"))
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in kept}


def broken_links(page: Path, text: str) -> list[str]:
    broken = []
    for link in _LINK.findall(_BLOCK.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        where, _hash, anchor = link.partition("#")
        target = (page.parent / where).resolve() if where else page
        if target in {ROOT / path for path in WRITTEN}:
            continue
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    return broken


def missing_paths(text: str) -> list[str]:
    roots = (ROOT, ROOT / "linli", ROOT / "docs")
    code = [re.sub(r"(?:\w+:/|(?<![^\s=]))/\S+", "", part) for part in code_of(text)]
    named = {path for part in code for path in _PATH.findall(part)} - EXAMPLES - WRITTEN
    return sorted(path for path in named if not any((root / path).exists() for root in roots))


def chinese_of_the_pages() -> dict[str, set[str]]:
    book = polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"))
    said: dict[str, set[str]] = {}
    for entry in book:
        forms = [entry.msgstr, *entry.msgstr_plural.values()]
        said.setdefault(entry.msgid.lower(), set()).update(forms)
    return said


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_every_command_that_is_named_exists(page: Path) -> None:
    assert unknown_commands(page.read_text(encoding="utf-8")) == []


def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


def test_every_file_that_is_named_is_there(page: Path) -> None:
    assert missing_paths(page.read_text(encoding="utf-8")) == []


def test_every_target_of_make_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for code in code_of(page.read_text(encoding="utf-8"))
        for target in _MAKE.findall(code)
    }
    assert named - targets == set()


def test_every_setting_that_is_named_is_read(page: Path) -> None:
    sources = [*ROOT.glob("linli/*.py"), *ROOT.glob("tools/*.py"), *ROOT.glob("benchmarks/*.py")]
    read = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(_SETTING.findall(page.read_text(encoding="utf-8")))
    assert {name for name in named if name not in read} == set()


@pytest.mark.parametrize("guide", sorted((ROOT / "docs/guides").glob("*.md")), ids=lambda p: p.stem)
def test_the_words_of_the_pages_are_as_the_pages_say_them(guide: Path) -> None:
    said = chinese_of_the_pages()
    pairs = _ON_A_PAGE.findall(guide.read_text(encoding="utf-8"))
    wrong = [(english, chinese) for english, chinese in pairs if not _says(said, english, chinese)]
    assert wrong == []


def _says(said: dict[str, set[str]], english: str, chinese: str) -> bool:
    words = said.get(english.lower(), set())
    return any(re.match(re.escape(word) + r"(?:$|[,:;] )", chinese) for word in words if word)


def test_the_pictures_are_small_and_all_of_them_are_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in (ROOT / "docs/screenshots").iterdir():
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name
        assert f"screenshots/{picture.name}" in shown, picture.name


def test_both_readmes_show_the_same_pictures_and_run_the_same_commands() -> None:
    english, chinese = ((ROOT / f"README{end}.md").read_text("utf-8") for end in ("", ".zh-Hans"))
    assert commands_in(english) == commands_in(chinese) != []
    pictures = re.compile(r"\((docs/screenshots/[^)]+)\)")
    assert pictures.findall(english) == pictures.findall(chinese) != []


def test_decisions_are_numbered_without_a_gap() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert numbers == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for path in decisions:
        assert path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]} "), path.name


@pytest.mark.parametrize(
    "text",
    ["`linli impord cases x.csv`", "```\nlinli serv --port 1\n```", "    .venv/bin/linli verify"],
)
def test_a_command_that_does_not_exist_is_found(text: str) -> None:
    assert unknown_commands(text) != []


def test_a_broken_link_a_lost_anchor_and_a_lost_file_are_found() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/nothing.md) [b](CONTRIBUTING.md#nothing) `linli/cases/nothing.py`"
    assert broken_links(page, text) == ["docs/nothing.md", "CONTRIBUTING.md#nothing"]
    assert missing_paths(text) == ["linli/cases/nothing.py"]


def test_a_button_that_is_called_otherwise_is_found() -> None:
    said = chinese_of_the_pages()
    assert _says(said, "Accept", "受理")
    assert not _says(said, "Accept", "接收")
