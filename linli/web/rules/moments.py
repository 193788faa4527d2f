"""Moments in figures: the short way of writing most dates of a page."""

from datetime import datetime
from functools import lru_cache

# The letters of Django's date formats that stand for figures; every other letter is a word.
_FIGURES = {
    "Y": "{0.year:04}",
    "m": "{0.month:02}",
    "n": "{0.month}",
    "d": "{0.day:02}",
    "j": "{0.day}",
    "H": "{0.hour:02}",
    "i": "{0.minute:02}",
}


@lru_cache(maxsize=64)
def _template(form: str) -> str | None:
    parts = []
    for sign in form:
        if sign in "\\{}" or (sign.isascii() and sign.isalpha() and sign not in _FIGURES):
            return None
        parts.append(_FIGURES.get(sign, sign))
    return "".join(parts)


def in_figures(moment: datetime, form: str) -> str | None:
    """Write ``moment`` in a date format of Django's; None where the format needs words.

    A list of fifty cases writes a hundred and fifty moments, and the general way was a tenth of
    the time of the page.
    """
    template = _template(form)
    return None if template is None else template.format(moment)
