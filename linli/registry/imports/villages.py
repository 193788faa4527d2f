"""Villages and communities by the ways people write their names."""

from datetime import date

from linli.registry.rules.signs import folded
from linli.territory.models import Division
from linli.territory.queries.scopes import open_on
from linli.territory.rules.codes import Level

_ENDINGS = ("村民委员会", "居民委员会", "社区居委会", "村委会", "居委会", "社区", "村")


def _bare(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


class Villages:
    """Finds the code of a village by its code, its name, or its name without 村 or 社区."""

    def __init__(self, day: date, stands_for_all: str = "") -> None:
        villages = Division.objects.filter(open_on(day), level=Level.VILLAGE.value)
        self._by_word: dict[str, str | None] = {}
        codes = []
        for code, name, name_en in villages.values_list("code", "name", "name_en"):
            codes.append(code)
            words = {code, folded(name), _bare(folded(name)), folded(name_en).casefold()}
            for word in words - {""}:
                # A word that means two villages means none.
                self._by_word[word] = code if self._by_word.get(word, code) == code else None
        self._found: dict[str, str | None] = {}
        self.only = self.find(stands_for_all) if stands_for_all else None
        if not stands_for_all and len(codes) == 1:
            self.only = codes[0]

    def find(self, text: str) -> str | None:
        """Return the code, or None where no village, or more than one, is meant."""
        if text not in self._found:
            word = folded(text)
            self._found[text] = (
                self._by_word.get(word)
                or self._by_word.get(word.casefold())
                or self._by_word.get(_bare(word))
            )
        return self._found[text]
