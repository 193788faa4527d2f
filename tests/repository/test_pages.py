"""Pages load nothing from elsewhere and stand under a strict Content-Security-Policy."""

import re
from pathlib import Path

import pytest

from tests.repository.tree import LINLI

# A page may name a standard's namespace; nothing is loaded from there.
NAMESPACES = ("http://www.w3.org/",)
_ADDRESS = re.compile(r"(?:https?:|wss?:)?//[\w.-]+\.[a-z]{2,}[^\s\"'<>)]*", re.IGNORECASE)
_INLINE = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an address that is a script": re.compile(r"=\s*[\"']javascript:", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json[\"'])[^>]*>", re.IGNORECASE
    ),
}
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)


def foreign_addresses(text: str) -> list[str]:
    return [found for found in _ADDRESS.findall(text) if not found.startswith(NAMESPACES)]


def inline_parts(text: str) -> list[str]:
    bare = _COMMENT.sub("", text)
    return [what for what, pattern in _INLINE.items() if pattern.search(bare)]


def files(*endings: str) -> list[Path]:
    found = [path for ending in endings for path in LINLI.rglob(f"*{ending}")]
    return sorted(path for path in found if {"templates", "static"} & set(path.parts))


def test_no_page_script_or_style_names_another_host() -> None:
    paths = files(".html", ".js", ".css", ".svg", ".txt", ".xml")
    found = {str(path): foreign_addresses(path.read_text()) for path in paths}
    assert {path: addresses for path, addresses in found.items() if addresses} == {}


def test_no_template_has_an_inline_style_script_or_handler() -> None:
    found = {str(path): inline_parts(path.read_text()) for path in files(".html")}
    assert {path: parts for path, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "text",
    ['<script src="https://cdn.example.com/x.js">', "url(//fonts.example.net/a.woff2)"],
)
def test_a_foreign_address_is_found(text: str) -> None:
    assert foreign_addresses(text)
    assert not foreign_addresses('<svg xmlns="http://www.w3.org/2000/svg">')


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        "<script>go()</script>",
    ],
)
def test_an_inline_part_is_found(text: str) -> None:
    assert inline_parts(text)
    assert not inline_parts('<script type="module" src="/static/x.js"></script>')
