"""Who lives in the demo's dwellings. All names are invented, all numbers begin with 100.

Everything is drawn from one seed: the same people live in the same homes every time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from linli.demo.rules.homes import House, Spot
from linli.demo.rules.vocabulary import words

RESIDENTS = 57_134
# Shares of homes with one to seven people.
_SIZES, _SHARES = range(1, 8), (5, 14, 27, 24, 18, 9, 3)
_USES, _USE_SHARES = ("own", "let", "empty", "other"), (86, 8, 5, 1)
# Every 1,150th home holds somebody who was written down twice.
_TWICE = 1_150
_GROWN, _YOUNGEST_WITH_TELEPHONE = 18, 14


@dataclass(frozen=True, slots=True)
class ResidentPlan:
    """Somebody who lives somewhere; no telephone is an empty text.

    ``is_double``: another office wrote down the first of this home once more.
    """

    name: str
    telephone: str
    residence: str
    birth_year: int | None
    confirmed_on: date
    told_by_resident: date | None = None
    is_double: bool = False


@dataclass(frozen=True, slots=True)
class TenancyPlan:
    """A dwelling that is let: its contact, and what keeps it safe."""

    since: date
    name: str
    telephone: str
    rooms: int
    has_smoke_alarm: bool | None
    has_extinguisher: bool | None
    has_second_exit: bool | None
    gas_checked_on: date | None


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling with its people; ``heads`` is unknown where nobody has counted."""

    spot: Spot
    house: int
    use: str
    heads: int | None
    area_m2: float | None
    confirmed_on: date
    people: tuple[ResidentPlan, ...]
    tenancy: TenancyPlan | None


class Village:
    """How well the records of a village are kept: no two are alike."""

    def __init__(self, code: str) -> None:
        """Draw it from the code."""
        own = Random(f"kept {code}")  # noqa: S311 - not a secret
        self.complete = own.uniform(0.78, 0.99)
        # Days between two rounds of confirming.
        self.round = own.choice((240, 300, 365, 430, 560))


class Homes:
    """Draws the people of each home."""

    def __init__(self, today: date, seed: int = 13) -> None:
        """Take the day that everything is as old as."""
        self._random = Random(seed)  # noqa: S311 - the same people every time is the point
        self._today = today
        self._numbers = self._random.sample(range(10**8), 60_000)
        self._villages: dict[str, Village] = {}
        self._drawn = 0
        self._families, self._givens = words("family"), words("given")

    def all(self, houses: Sequence[House]) -> Iterator[Home]:
        """Yield every home with its people: 57,134 in all."""
        spots = [(number, spot) for number, house in enumerate(houses) for spot in house.homes]
        uses = self._random.choices(_USES, _USE_SHARES, k=len(spots))
        sizes = self._sizes(uses)
        for (number, spot), use, size in zip(spots, uses, sizes, strict=True):
            yield self._home(spot, number, use, size)

    def telephone(self) -> str:
        """Return a number that no other has and that nobody can have."""
        return f"100{self._numbers.pop():08d}"

    def name(self) -> str:
        """Return an invented name."""
        return self._random.choice(self._families) + self._random.choice(self._givens)

    def _sizes(self, uses: Sequence[str]) -> list[int]:
        sizes = [
            size if use in {"own", "let"} else 0
            for use, size in zip(
                uses, self._random.choices(_SIZES, _SHARES, k=len(uses)), strict=True
            )
        ]
        lived_in = [index for index, size in enumerate(sizes) if size]
        while (short := RESIDENTS - sum(sizes)) != 0:
            step = 1 if short > 0 else -1
            able = [i for i in lived_in if 1 <= sizes[i] + step <= _SIZES[-1] + 1]
            for index in self._random.sample(able, min(abs(short), len(able))):
                sizes[index] += step
        return sizes

    def _home(self, spot: Spot, house: int, use: str, size: int) -> Home:
        random = self._random
        kept = self._villages.setdefault(spot.village, Village(spot.village))
        seen = self._today - timedelta(days=int(random.random() ** 1.6 * kept.round * 1.35))
        people = tuple(self._people(use, size, kept, seen))
        self._drawn += 1
        if self._drawn % _TWICE == 0 and size > 1:
            people = (*people[:-1], self._again(people[0], seen))
        here = sum(one.residence != "away" for one in people)
        counted = random.random() < kept.complete
        return Home(
            spot=spot,
            house=house,
            use=use,
            heads=here if counted else None,
            area_m2=float(random.randint(48, 168)) if random.random() < 0.7 else None,
            confirmed_on=seen,
            people=people,
            tenancy=self._tenancy(kept) if use == "let" else None,
        )

    def _people(self, use: str, size: int, kept: Village, seen: date) -> Iterator[ResidentPlan]:
        random, year = self._random, self._today.year
        family, head = random.choice(self._families), random.randint(26, 74)
        named: set[str] = set()
        for place in range(size):
            age = self._age(place, head)
            surname = random.choice(self._families) if place == 1 else family
            told = random.random() < 0.12
            yield ResidentPlan(
                name=self._unlike(surname, named),
                telephone=self._has_telephone(age, kept),
                residence=self._residence(use, age),
                birth_year=year - age if random.random() < kept.complete + 0.08 else None,
                confirmed_on=seen,
                told_by_resident=seen - timedelta(days=random.randint(0, 90)) if told else None,
            )

    def _unlike(self, surname: str, named: set[str]) -> str:
        """Return a name that nobody of the home has: two of one name would be taken for doubles."""
        place = self._givens.index(self._random.choice(self._givens))
        while surname + self._givens[place] in named:
            place = (place + 1) % len(self._givens)
        named.add(surname + self._givens[place])
        return surname + self._givens[place]

    def _again(self, one: ResidentPlan, seen: date) -> ResidentPlan:
        """Write somebody down again as another office does: a telephone less, or a year off."""
        year = one.birth_year + self._random.randint(0, 1) if one.birth_year else None
        telephone = one.telephone if self._random.random() < 0.5 else ""
        return ResidentPlan(
            one.name, telephone, one.residence, year, seen - timedelta(days=30), is_double=True
        )

    def _age(self, place: int, head: int) -> int:
        if place == 0:
            return head
        if place == 1:
            return max(20, head + self._random.randint(-5, 4))
        if place == 4 and head < 60:
            return head + self._random.randint(22, 28)
        return max(0, head - self._random.randint(23, 33))

    def _has_telephone(self, age: int, kept: Village) -> str:
        if age < _YOUNGEST_WITH_TELEPHONE or self._random.random() > kept.complete:
            return ""
        return self.telephone()

    def _residence(self, use: str, age: int) -> str:
        drawn = self._random.random()
        if use == "let":
            return "incoming" if drawn < 0.7 else "registered"
        if _GROWN <= age < 56 and drawn < 0.17:
            return "away"
        return "incoming" if drawn > 0.97 else "registered"

    def _tenancy(self, kept: Village) -> TenancyPlan:
        random = self._random

        def known(share: float) -> bool | None:
            return random.random() < share if random.random() < kept.complete else None

        checked = self._today - timedelta(days=random.randint(3, 500))
        return TenancyPlan(
            since=self._today - timedelta(days=random.randint(40, 1500)),
            name=self.name(),
            telephone=self.telephone(),
            rooms=random.randint(1, 4),
            has_smoke_alarm=known(0.7),
            has_extinguisher=known(0.6),
            has_second_exit=known(0.5),
            gas_checked_on=checked if random.random() < kept.complete else None,
        )
