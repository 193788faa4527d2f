"""Find the translatable messages of the tree without gettext's programs.

Python is read by ``ast``; templates by Django's own ``templatize``. Plain Python that may not
import Django (rules, kernel) marks a sentence with a function named ``N_``.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import template as django_templates

MODULES = {"django.utils.translation", "gettext"}
MARKER = "N_"
# How many texts a call has, and whether a context stands before them.
SHAPES = {
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
    "npgettext": (2, True),
    "npgettext_lazy": (2, True),
}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml"}
_LITERAL = r"""[uU]?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# The last is what templatize makes of a text in a filter or a tag: ``{{ a|yesno:_("yes,no") }}``.
_TEMPLATE_CALL = re.compile(
    rf"\b(n?p?gettext|_)\({_LITERAL}(?:\s*,\s*{_LITERAL})?(?:\s*,\s*{_LITERAL})?"
)


@dataclass(frozen=True)
class Message:
    """One thing to translate; ``plural`` and ``context`` are empty where there is none."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells one entry of a catalogue from another."""
        return (self.context, self.text)


@dataclass(frozen=True)
class Place:
    """Where a message stands."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class UnreadableMessageError(Exception):
    """A call whose text cannot be read from the source."""


def _names(tree: ast.AST) -> dict[str, str]:
    """Return the local names of the translating functions: ``{"_": "gettext_lazy"}``."""
    names = {MARKER: "gettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names.update({alias.asname or alias.name: alias.name for alias in node.names})
    return {local: name for local, name in names.items() if name in SHAPES}


def _called(node: ast.Call, names: dict[str, str]) -> str:
    """Return the name of the translating function that is called, or an empty string."""
    if isinstance(node.func, ast.Name):
        return names.get(node.func.id, "")
    if isinstance(node.func, ast.Attribute) and node.func.attr in SHAPES:
        return node.func.attr
    return ""


def _message(function: str, texts: list[str]) -> Message:
    count, has_context = SHAPES[function]
    context = texts.pop(0) if has_context else ""
    return Message(texts[0], texts[1] if count > 1 else "", context)


def python_messages(source: str, path: str) -> Iterator[tuple[Message, Place]]:
    """Yield the messages of a Python file.

    A text that is computed is left out: it has to be a literal somewhere to be translated, and
    where it is marked (``N_`` or ``gettext_noop``) it is found there.
    """
    tree = ast.parse(source)
    names = _names(tree)
    for node in ast.walk(tree):
        function = _called(node, names) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or not function:
            continue
        count, has_context = SHAPES[function]
        arguments = node.args[: count + has_context]
        if any(isinstance(argument, ast.JoinedStr) for argument in arguments):
            raise UnreadableMessageError(f"{path}:{node.lineno}: an f-string cannot be translated")
        texts = [
            argument.value
            for argument in arguments
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if len(texts) == count + has_context:
            yield _message(function, texts), Place(path, node.lineno)


def template_messages(source: str, path: str) -> Iterator[tuple[Message, Place]]:
    """Yield the messages of a template."""
    text = django_templates.templatize(source, origin=path)
    for match in _TEMPLATE_CALL.finditer(text):
        function = match.group(1).replace("_", "gettext")
        texts = [ast.literal_eval(group) for group in match.groups()[1:] if group]
        line = text.count("\n", 0, match.start()) + 1
        if any(part.endswith("\\") for part in texts):
            raise UnreadableMessageError(
                f"{path}:{line}: templatize stops at an escaped quote; put the text in the other"
                " kind of quotes"
            )
        yield _message(function, texts), Place(path, line)


def sources(root: Path) -> Iterator[Path]:
    """Yield every Python file and template of the product."""
    for path in sorted((root / "linli").rglob("*")):
        is_python = path.suffix == ".py" and "migrations" not in path.parts
        if is_python or (path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts):
            yield path


def extract(root: Path) -> dict[Message, list[Place]]:
    """Return every message of the tree with the places where it stands."""
    found: dict[Message, list[Place]] = {}
    for path in sources(root):
        reader = python_messages if path.suffix == ".py" else template_messages
        for message, place in reader(path.read_text(), str(path.relative_to(root))):
            found.setdefault(message, []).append(place)
    return found
