"""Passwords that everybody tries first; no Django here.

Lists hold words, people add digits: so a password is common when its words are, whatever
numbers and signs stand around them, or when it is nothing but a walk over the keyboard.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet

_SIGNS = re.compile(r"[^a-z\u4e00-\u9fff]+")
_TELEPHONE_OR_DATE = re.compile(
    r"[a-z]{0,3}(1[3-9]\d{9}|(19|20)\d{6}|\d{6}(18|19|20)\d{9}[\dx])\W*"
)
# Letters that people write as digits and signs.
_LOOKALIKES = str.maketrans({"@": "a", "4": "a", "0": "o", "1": "i", "3": "e", "$": "s", "5": "s"})
_WALKS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "!@#$%^&*()",
)
_LINES = (*_WALKS, *(line[::-1] for line in _WALKS))
_FEWEST_DIFFERENT = 5
_SHORTEST_RUN = 3
# Numbers and signs before and behind the words; those inside may stand for letters.
_EDGES = re.compile(r"^[\d\W_]+|[\d\W_]+$")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password).lower()


def _letters(text: str) -> str:
    return _SIGNS.sub("", text)


def _made_of(letters: str, words: AbstractSet[str]) -> bool:
    """Say whether the letters are one common word after another."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in words for start in reached):
            reached.add(end)
    return bool(letters) and len(letters) in reached


def _run(text: str, at: int) -> int:
    """Return how many characters from ``at`` follow one another on one line."""
    longest = 0
    for line in _LINES:
        length = 1
        while at + length <= len(text) and text[at : at + length] in line:
            longest = max(longest, length)
            length += 1
    return longest


def is_walk(password: str) -> bool:
    """Say whether the password is walks along the keyboard or the alphabet, there or back."""
    text, at = _plain(password), 0
    while len(text) - at >= _SHORTEST_RUN:
        run = _run(text, at)
        if run < _SHORTEST_RUN:
            return False
        at += run
    return at > 0


def letters_of(text: str) -> str:
    """Return the letters of a text in lower case, as they are compared with common words."""
    return _letters(_plain(text))


def is_common(password: str, words: AbstractSet[str]) -> bool:
    """Say whether the password is one that is tried first.

    ``words``: common words and pinyin in lower case, letters only.
    """
    text = _plain(password)
    if len(set(text)) < _FEWEST_DIFFERENT or is_walk(text):
        return True
    if _TELEPHONE_OR_DATE.fullmatch(text):
        return True
    lookalike = _EDGES.sub("", text).translate(_LOOKALIKES)
    return _made_of(_letters(text), words) or _made_of(_letters(lookalike), words)
