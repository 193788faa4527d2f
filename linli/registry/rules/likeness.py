"""How alike two records are that may mean the same: a number from 0 to 1 for a person to judge."""

from dataclasses import dataclass

from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

# From here on a person is asked.
DOUBTFUL = 0.6
# Names of which nearly all signs agree.
_ALIKE = 0.9


@dataclass(frozen=True)
class Traits:
    """What two records of persons are compared by; names folded, an unknown fact is None."""

    name: str
    telephone: bytes
    birth_year: int | None


def _name_likeness(a: str, b: str) -> float:
    """One sign of a Chinese name that differs is often a slip; two are another person."""
    if max(len(a), len(b)) <= 4:
        slips = Levenshtein.distance(a, b)
        return 1.0 if slips == 0 else 0.6 if slips == 1 and min(len(a), len(b)) > 1 else 0.0
    return float(JaroWinkler.similarity(a, b))


def persons(a: Traits, b: Traits) -> float:
    """Return how likely two residents of one dwelling are the same person.

    A telephone number is shared by families: it counts only with a year of birth that fits, and
    years that differ by more than a slip speak against it.
    """
    name = _name_likeness(a.name, b.name)
    telephone = 1.0 if a.telephone and a.telephone == b.telephone else 0.0
    if a.birth_year is None or b.birth_year is None:
        year = 0.5
    else:
        year = 1.0 if a.birth_year == b.birth_year else 0.0
    if year == 0.0:
        return 0.7 if name == 1.0 else 0.0
    return min(0.95, 0.45 * name + 0.25 * telephone + 0.35 * year)


def reasons(a: Traits, b: Traits, *, share_a_home: bool) -> tuple[str, ...]:
    """Return in codes what agrees and what differs of two residents; what is unknown says nothing.

    The codes are those of the search for doubles (data/linking.toml).
    """
    told = [_name_reason(a.name, b.name), "home_same" if share_a_home else "home_other"]
    if a.telephone and b.telephone:
        told.append("telephone_same" if a.telephone == b.telephone else "telephone_other")
    if a.birth_year is not None and b.birth_year is not None:
        apart = abs(a.birth_year - b.birth_year)
        told.append(("born_same", "born_near", "born_other")[min(apart, 2)])
    return tuple(told)


def _name_reason(a: str, b: str) -> str:
    if a == b:
        return "name_same"
    if OSA.distance(a, b) == 1:
        return "name_slip"
    return "name_alike" if JaroWinkler.similarity(a, b) >= _ALIKE else "name_other"


def organisation_reasons(a: str, b: str, *, share_an_address: bool) -> tuple[str, ...]:
    """Return such codes of two organisations by their folded names and where they are."""
    if a == b:
        name = "title_same"
    elif OSA.distance(a, b) == 1:
        name = "title_slip"
    else:
        name = "title_within" if a in b or b in a else "title_alike"
    return (name, "address_same" if share_an_address else "address_other")


def organisations(a: str, b: str) -> float:
    """Return how alike the folded names of two organisations are."""
    return float(JaroWinkler.similarity(a, b))
