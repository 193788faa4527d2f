"""Icons as inline SVG, read from the installed icon package and never copied into the tree."""

import re
from functools import lru_cache
from pathlib import Path

_NAME = re.compile(r"[a-z0-9-]+\Z")
_SHAPES = re.compile(r"<svg\b[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
# The package draws an invisible frame first; it only makes pages longer.
_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
# Shown when the package is not installed or has no such icon: a plain dot.
_DOT = '<circle cx="12" cy="12" r="3" />'


@lru_cache(maxsize=512)
def icon_shapes(folder: Path, name: str) -> str:
    """Return the inner SVG of the outline icon ``name`` (24 x 24 units).

    An unknown or ill-formed name gives a dot, so a page never fails for want of a picture.
    """
    if not _NAME.match(name):
        return _DOT
    try:
        text = (folder / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        return _DOT
    found = _SHAPES.search(text)
    if found is None:
        return _DOT
    return re.sub(r"\s+", " ", _FRAME.sub("", found["shapes"])).strip()
