"""What a report may be about: by tiles, or guessed from a few words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.cases.models import Case, Category
from linli.cases.queries.categories import offered_categories
from linli.cases.queries.search import search_page
from linli.cases.rules.text import folded, similarity

_MOST = 6
# Older cases with the same words say what people mean by them.
_CASES_READ = 200
_LIKE_ENOUGH = 0.3
_WEIGHT_OF_HISTORY = 0.6


@dataclass(frozen=True)
class Tile:
    """A top category with the categories that can be chosen under it."""

    category: Category
    leaves: Sequence[Category]


def tiles() -> list[Tile]:
    """Return the offered categories by their top category, in the order of the tree."""
    leaves: dict[UUID, list[Category]] = {}
    tops: dict[UUID, Category] = {}
    for leaf in offered_categories():
        top = leaf.parent or leaf
        tops[top.pk] = top
        leaves.setdefault(top.pk, []).append(leaf)
    ordered = sorted(tops.values(), key=lambda top: (top.position, top.code))
    return [Tile(top, leaves[top.pk]) for top in ordered]


def offered_category(code: str) -> Category | None:
    """Return an offered category by its code."""
    return offered_categories().filter(code=code).first() if code else None


def _history(words: str) -> Mapping[UUID, float]:
    cases = Case.objects.only("category_id", "arrival")
    found, _older = search_page(cases, words, size=_CASES_READ)
    counted = Counter(case.category_id for case in found)
    most = max(counted.values(), default=1)
    return {category: _WEIGHT_OF_HISTORY * count / most for category, count in counted.items()}


def _likeness(category: Category, words: str) -> float:
    names = [category.name, category.name_en]
    if category.parent is not None:
        names.append(category.parent.name)
    best = max(similarity(words, name) for name in names if name)
    inside = any(folded(words) in folded(name) for name in names)
    return max(best, 0.9 if inside else 0.0)


def suggested(words: str) -> list[Category]:
    """Return the categories that a few words may mean, the likeliest first."""
    words = words.strip()
    if not words:
        return []
    history = _history(words)
    scores = {
        category: _likeness(category, words) + history.get(category.pk, 0.0)
        for category in offered_categories()
    }
    fitting = [category for category, score in scores.items() if score >= _LIKE_ENOUGH]
    fitting.sort(key=lambda category: (-scores[category], category.code))
    return fitting[:_MOST]
