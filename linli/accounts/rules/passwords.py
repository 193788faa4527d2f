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
_FEWEST_DIFFERENT = 5
_WALK_STEP = 3


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


def is_walk(password: str) -> bool:
    """Say whether the password is a walk along the keyboard or the alphabet, there or back."""
    text = _plain(password)
    lines = _WALKS + tuple(line[::-1] for line in _WALKS)
    steps = [text[at : at + _WALK_STEP] for at in range(0, max(len(text) - 2, 1), _WALK_STEP)]
    return all(any(step in line for line in lines) for step in steps)


def is_common(password: str, words: AbstractSet[str]) -> bool:
    """Say whether the password is one that is tried first.

    ``words``: common words and pinyin in lower case, letters only.
    """
    text = _plain(password)
    if len(set(text)) < _FEWEST_DIFFERENT or is_walk(text):
        return True
    if _TELEPHONE_OR_DATE.fullmatch(text):
        return True
    return _made_of(_letters(text), words) or _made_of(_letters(text.translate(_LOOKALIKES)), words)
