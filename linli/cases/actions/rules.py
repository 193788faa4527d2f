"""Dispatch rules: who gets which matter where, from one day to another. None is ever rewritten."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.accounts.models import Person, Unit
from linli.audit.actions import acting
from linli.cases.models import Category, DispatchRule
from linli.kernel.ids import new_id
from linli.kernel.refusal import Refusal, Refused
from linli.territory.models import Division, Grid

_GRID_DIGITS = 15


@dataclass(frozen=True)
class RuleFacts:
    """A rule by codes: ``category`` and ``area`` may be empty (every one), ``until`` None (open).

    ``area`` is the code of a division (6, 9 or 12 digits) or of a grid (15).
    """

    unit: str
    since: date
    category: str = ""
    area: str = ""
    until: date | None = None
    note: str = ""
    note_en: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What the rule is about; two rules of one place must not hold on one day."""
        return self.category, self.area

    def meets(self, other: "RuleFacts") -> bool:
        """Say whether both hold on some day."""
        ends = self.until is None or other.since < self.until
        return ends and (other.until is None or self.since < other.until)


@dataclass
class SavedRules:
    """How many rules were added, changed in their end or reason, or left as they were."""

    added: int = 0
    changed: int = 0
    same: int = 0


def facts_of_rule(rule: DispatchRule) -> RuleFacts:
    """Return a stored rule by its codes."""
    area = rule.grid.code if rule.grid else rule.division.code if rule.division else ""
    category = rule.category.code if rule.category else ""
    return RuleFacts(
        rule.unit.code, rule.since, category, area, rule.until, rule.note, rule.note_en
    )


def _refuse(code: str, sentence: str) -> Refused:
    return Refused(Refusal(code, sentence))


def _only_dates(facts: RuleFacts) -> None:
    if facts.until is not None and facts.until <= facts.since:
        raise _refuse("dates", _("The end must be after the beginning."))


def _overlapping(facts: RuleFacts, *, apart: Iterable[uuid.UUID] = ()) -> list[DispatchRule]:
    rules = DispatchRule.objects.select_related("unit", "category", "division", "grid").filter(
        Q(until__isnull=True) | Q(until__gt=facts.since)
    )
    rules = rules.filter(category__code=facts.category or None)
    is_grid = len(facts.area) == _GRID_DIGITS
    rules = rules.filter(
        grid__code=facts.area if is_grid else None,
        division__code=facts.area if facts.area and not is_grid else None,
    )
    return [r for r in rules.exclude(pk__in=apart) if facts.meets(facts_of_rule(r))]


def _row(facts: RuleFacts) -> DispatchRule:
    """Return a new row; raise Refused for a code that is not there."""
    is_grid = len(facts.area) == _GRID_DIGITS
    try:
        return DispatchRule(
            id=new_id(),
            unit=Unit.objects.get(code=facts.unit),
            category=Category.objects.get(code=facts.category) if facts.category else None,
            grid=Grid.objects.get(code=facts.area) if is_grid else None,
            division=Division.objects.get(code=facts.area) if facts.area and not is_grid else None,
            since=facts.since,
            until=facts.until,
            note=facts.note.strip(),
            note_en=facts.note_en.strip(),
        )
    except (
        Unit.DoesNotExist, Category.DoesNotExist, Grid.DoesNotExist, Division.DoesNotExist,
    ) as error:  # fmt: skip
        raise _refuse("code", _("A code of this rule is not known here.")) from error


def add_rule(
    *,
    facts: RuleFacts,
    replace: bool = False,
    by: Person | None,
    at: datetime,
    act_id: uuid.UUID,
) -> DispatchRule | None:
    """Add a rule; ``replace`` ends the one that holds for the same matter and area on that day.

    Returns None when the act was done before. Raises Refused when another rule holds then.
    """
    asked = {**asdict(facts), "replace": replace}
    with acting(act_id, "rules.add", by=by, at=at, payload=asked) as first_time:
        if not first_time:
            return None
        _only_dates(facts)
        row = _row(facts)
        for other in _overlapping(facts):
            if not replace or other.since >= facts.since:
                raise _refuse(
                    "overlap",
                    _("Another rule for the same matter and area holds then: %(unit)s.")
                    % {"unit": other.unit},
                )
            DispatchRule.objects.filter(pk=other.pk).update(until=facts.since)
        row.save()
    return row


def end_rule(
    *, rule_id: uuid.UUID, until: date, by: Person | None, at: datetime, act_id: uuid.UUID
) -> None:
    """Let a rule no longer hold from a day on; cases that were dispatched by it keep it."""
    asked = {"rule": rule_id, "until": until}
    with acting(act_id, "rules.end", by=by, at=at, subject=rule_id, payload=asked) as first_time:
        if not first_time:
            return
        rule = DispatchRule.objects.select_for_update().get(pk=rule_id)
        if until <= rule.since:
            raise _refuse(
                "dates",
                _("The rule holds since %(since)s; it can end the day after at the earliest.")
                % {"since": rule.since.isoformat()},
            )
        if rule.until is not None and until > rule.until:
            raise _refuse("ended", _("The rule has ended before that; add a new one instead."))
        DispatchRule.objects.filter(pk=rule_id).update(until=until)


def save_rules(
    *, rows: Sequence[RuleFacts], by: Person | None, at: datetime, act_id: uuid.UUID
) -> SavedRules:
    """Save many rules whole: unit, matter, area and first day tell one from another."""
    saved = SavedRules()
    asked = {"rules": [asdict(row) for row in rows]}
    with acting(act_id, "rules.import", by=by, at=at, payload=asked) as first_time:
        if first_time:
            held = {_key(facts_of_rule(rule)): rule for rule in _all_rules()}
            for facts in rows:
                _save(facts, held, saved)
            _no_overlaps()
    return saved


def _all_rules() -> Iterable[DispatchRule]:
    rules = DispatchRule.objects.select_related("unit", "category", "division", "grid")
    return rules.defer("division__geometry", "grid__geometry")


def _key(facts: RuleFacts) -> tuple[object, ...]:
    return (facts.unit, facts.category, facts.area, facts.since)


def _save(
    facts: RuleFacts, held: dict[tuple[object, ...], DispatchRule], saved: SavedRules
) -> None:
    _only_dates(facts)
    rule = held.get(_key(facts))
    if rule is None:
        held[_key(facts)] = _row(facts)
        held[_key(facts)].save()
        saved.added += 1
    elif (rule.until, rule.note, rule.note_en) != (facts.until, facts.note, facts.note_en):
        DispatchRule.objects.filter(pk=rule.pk).update(
            until=facts.until, note=facts.note, note_en=facts.note_en
        )
        saved.changed += 1
    else:
        saved.same += 1


def overlaps(rules: Iterable[RuleFacts]) -> list[tuple[RuleFacts, RuleFacts]]:
    """Return the pairs of rules about the same matter and area that hold on one day."""
    by_place: dict[tuple[str, str], list[RuleFacts]] = {}
    found = []
    for facts in sorted(rules, key=lambda one: one.since):
        same = by_place.setdefault(facts.place, [])
        found += [(other, facts) for other in same if other.meets(facts)]
        same.append(facts)
    return found


def _no_overlaps() -> None:
    pairs = overlaps(facts_of_rule(rule) for rule in _all_rules())
    if pairs:
        first, second = pairs[0]
        raise _refuse(
            "overlap",
            _("Two rules for the same matter and area would hold at once: %(one)s and %(two)s.")
            % {"one": first.unit, "two": second.unit},
        )
