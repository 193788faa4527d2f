"""Search tokens and likeness of texts in which Chinese and Latin writing are mixed.

Chinese has no spaces between words, and neither SQLite's FTS5 (``unicode61``) nor PostgreSQL's
``simple`` configuration cuts it.  Both cut at spaces, so the text is cut here, before it is stored:

    "祝融路12号路灯不亮"  ->  "祝融 融路 路 12 号路 路灯 灯不 不亮 亮"

Every run of Chinese characters becomes its overlapping two-character pieces, and its last
character once more alone.  A query of two characters is then one token, found anywhere inside a
run; a longer one is the same pieces in a row; and one character alone is a *prefix* query, which
the piece beginning with it answers, or the lone last character.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

# CJK unified ideographs with extensions A to H, compatibility ideographs, and the two signs that
# people use among them: the iteration mark and the round zero.
_HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
)
_RUN = re.compile(f"(?P<han>[{_HAN}]+)|(?P<word>[^\\W_{_HAN}]+)")

# A query is typed by a person; more terms than this are a pasted letter, and only cost time.
MOST_TERMS = 24


@dataclass(frozen=True)
class Term:
    """One thing to be found: pieces that must stand in a row; the last may be a beginning only."""

    pieces: tuple[str, ...]
    is_prefix: bool = False


def folded(text: str) -> str:
    """Fold full-width to half-width, compatibility forms (NFKC), and upper to lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def tokens(text: str) -> str:
    """Return the space-joined tokens to be stored in the search column of ``text``."""
    found: list[str] = []
    for match in _RUN.finditer(folded(text)):
        run = match.group()
        if match.lastgroup == "han":
            found.extend(_pairs(run))
            found.append(run[-1])
        else:
            found.append(run)
    return " ".join(found)


def query_tokens(text: str) -> tuple[Term, ...]:
    """Return the terms, all of which a text must hold to answer the query ``text``."""
    terms: list[Term] = []
    for match in _RUN.finditer(folded(text)):
        run = match.group()
        if match.lastgroup == "word":
            term = Term((run,))
        elif len(run) == 1:
            term = Term((run,), is_prefix=True)
        else:
            term = Term(tuple(_pairs(run)))
        if term not in terms:
            terms.append(term)
    return tuple(terms[:MOST_TERMS])


def match_expression_fts5(query: str) -> str:
    """Return the right side of FTS5's MATCH for ``query``; "" when there is nothing to look for.

    Nothing a person types reaches FTS5 as syntax: terms consist of letters and digits only (the
    rest was dropped by the cutting) and stand inside quotation marks, where ``AND``, ``NEAR`` and
    column names are plain words.
    """
    parts = [
        f'"{" ".join(term.pieces)}"' + (" *" if term.is_prefix else "")
        for term in query_tokens(query)
    ]
    return " AND ".join(parts)


def match_expression_tsquery(query: str) -> str:
    """Return the text for ``to_tsquery('simple', …)``; "" when there is nothing to look for.

    The same terms and the same safety as :func:`match_expression_fts5`.
    """
    return _tsquery(query_tokens(query))


def selective_tsquery(query: str) -> str:
    """Return the same without single signs, where something else is left: as many or more match.

    A sign alone asks for every pair that begins with it, and the index goes through the lists of
    all of them; beside another word it is quicker looked for in what that word finds.
    """
    terms = query_tokens(query)
    return _tsquery([term for term in terms if not term.is_prefix] or terms)


def _tsquery(terms: Iterable[Term]) -> str:
    return " & ".join(
        " <-> ".join(f"'{piece}'" for piece in term.pieces) + (":*" if term.is_prefix else "")
        for term in terms
    )


# Courtesies and connecting words that reports share whatever they are about.
_FILLERS = re.compile(
    "您好|你好|请问|请求|请|麻烦|希望|帮忙|反映|投诉|有关部门|相关部门|尽快|及时|处理|解决"
    "|谢谢|感谢|居民|群众|我们|我家|我|的|了|着|很|这里|那里|一直|已经|现在"
)


def _substance(text: str) -> str:
    kept = "".join(match.group() for match in _RUN.finditer(folded(text)))
    return _FILLERS.sub("", kept) or kept


def similarity(a: str, b: str) -> float:
    """Return how alike two reports read, 0 (nothing in common) to 1 (the same), symmetric.

    The larger of two views: the order-free overlap of two-character pieces (people tell the same
    matter in another order) and the plain edit likeness (short texts, Latin words).  A short text
    wholly inside a long one counts, but less, because a bare "路灯" is inside many.
    """
    first, second = _substance(a), _substance(b)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    plain = fuzz.ratio(first, second) / 100
    if min(len(first), len(second)) < 2:
        return plain
    bags = set(_pairs(first)), set(_pairs(second))
    shared = len(bags[0] & bags[1])
    dice = 2 * shared / (len(bags[0]) + len(bags[1]))
    contained = shared / min(len(bags[0]), len(bags[1]))
    trust = min(1.0, min(len(bags[0]), len(bags[1])) / 10)
    return max(plain, dice, 0.85 * contained * trust)
