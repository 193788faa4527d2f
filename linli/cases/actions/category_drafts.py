"""Drafts of categories: made from what holds, judged, and compared with it in words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.cases.actions.categories import CategoryDraft, LimitDraft
from linli.cases.models import Category, CategoryVersion
from linli.cases.models.choices import Kind, LimitUnit, Verb
from linli.kernel.working_time import Limit
from linli.kernel.working_time import LimitUnit as Counted

# Field of a version -> what people call it, in the order of the pages and sheets.
RULE_LABELS: dict[str, object] = {
    "kinds": gettext_lazy("Kinds it is offered for"),
    "register_when": gettext_lazy("Condition to register"),
    "register_when_en": gettext_lazy("Condition to register (English)"),
    "close_when": gettext_lazy("Condition to close"),
    "close_when_en": gettext_lazy("Condition to close (English)"),
    "needs_verification": gettext_lazy("Verify on site first"),
    "verification_reason": gettext_lazy("Why verify"),
    "verification_reason_en": gettext_lazy("Why verify (English)"),
    "needs_photo": gettext_lazy("A photograph is needed"),
    "photo_reason": gettext_lazy("Why a photograph"),
    "photo_reason_en": gettext_lazy("Why a photograph (English)"),
    "anonymous_allowed": gettext_lazy("May be anonymous"),
    "duplicate_metres": gettext_lazy("Duplicates within metres"),
    "duplicate_hours": gettext_lazy("Duplicates within hours"),
    "reopen_days": gettext_lazy("Days to reopen"),
    "emergency_number": gettext_lazy("Emergency number"),
}
PLACE_LABELS: dict[str, object] = {
    "name": gettext_lazy("Name"),
    "name_en": gettext_lazy("Name in English"),
    "parent": gettext_lazy("Upper category"),
    "position": gettext_lazy("Position"),
    "is_active": gettext_lazy("Offered for new cases"),
}
MOST_METRES, MOST_HOURS, MOST_DAYS = 5_000, 8_760, 365
_STAGE_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_EMERGENCY = re.compile(r"[0-9]{3,8}")


def fresh_rules() -> dict[str, object]:
    """Return the rules of a category nobody has described yet: the database's own defaults."""
    return rules_of(CategoryVersion())


def rules_of(version: CategoryVersion) -> dict[str, object]:
    """Return the rules of a version by the names of its fields."""
    return {name: getattr(version, name) for name in RULE_LABELS}


def limits_as_drafts(version: CategoryVersion) -> tuple[LimitDraft, ...]:
    """Return the staged limits of a version as they would be published again."""
    return tuple(
        LimitDraft(
            stage=limit.stage,
            name=limit.name,
            amount=limit.amount,
            unit=limit.unit,
            counts_from=limit.counts_from,
            met_by=tuple(limit.met_by),
            name_en=limit.name_en,
            kinds=tuple(limit.kinds),
            is_final=limit.is_final,
        )
        for limit in sorted(version.limits.all(), key=lambda row: row.position)
    )


def draft_of(category: Category, version: CategoryVersion | None) -> CategoryDraft:
    """Return a category as it holds now; publishing it would change nothing."""
    return CategoryDraft(
        code=category.code,
        name=category.name,
        name_en=category.name_en,
        parent=category.parent.code if category.parent else "",
        position=category.position,
        is_active=category.is_active,
        rules=rules_of(version) if version else {},
        limits=limits_as_drafts(version) if version else (),
    )


# --- faults ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class DraftFault:
    """What is wrong in a draft: the field, the limit it stands in (None: the rules), and why."""

    field: str
    wrong: str
    advice: str
    limit: int | None = None


def _rule_faults(rules: Mapping[str, object]) -> Iterator[DraftFault]:
    pairs = (("needs_verification", "verification_reason"), ("needs_photo", "photo_reason"))
    for flag, reason in pairs:
        if rules.get(flag) and not str(rules.get(reason) or "").strip():
            yield DraftFault(
                reason,
                _("It is asked for, but nobody is told why."),
                _("Write the reason in one sentence, or do not ask for it."),
            )
    number = str(rules.get("emergency_number") or "")
    if number and not _EMERGENCY.fullmatch(number):
        yield DraftFault(
            "emergency_number",
            _("“%(text)s” is no emergency number.") % {"text": number},
            _("Write its digits, such as 119."),
        )


def _amount_fault(limit: LimitDraft, place: int) -> DraftFault | None:
    try:
        Limit(limit.amount, Counted(limit.unit))
    except ValueError:
        return DraftFault(
            "amount",
            _("%(amount)d cannot be counted in this unit.") % {"amount": limit.amount},
            _("Hours begin with 1; 0 days means the same day."),
            place,
        )
    return None


def _limit_faults(limit: LimitDraft, place: int) -> Iterator[DraftFault]:
    fault = _amount_fault(limit, place)
    if fault:
        yield fault
    if not _STAGE_CODE.fullmatch(limit.stage):
        yield DraftFault(
            "stage",
            _("“%(text)s” is no code of a stage.") % {"text": limit.stage},
            _("Use small letters, digits and _, such as stop_work."),
            place,
        )
    if not limit.name.strip():
        yield DraftFault("name", _("The stage has no name."), _("Write what is due."), place)


def _shadow_faults(limits: Iterable[LimitDraft]) -> Iterator[DraftFault]:
    """A limit behind one of its stage that holds for every kind is never used."""
    closed: set[str] = set()
    for place, limit in enumerate(limits):
        if limit.stage in closed:
            yield DraftFault(
                "kinds",
                _("An earlier limit of this stage holds for every kind, so this never counts."),
                _("Move it up, or name the kinds of the earlier one."),
                place,
            )
        if not limit.kinds:
            closed.add(limit.stage)


def faults_of(draft: CategoryDraft) -> list[DraftFault]:
    """Return all that stops a draft from being published."""
    faults = list(_rule_faults(draft.rules))
    for place, limit in enumerate(draft.limits):
        faults += _limit_faults(limit, place)
    return [*faults, *_shadow_faults(draft.limits)]


# --- differences ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that a draft changes, in words."""

    label: object
    before: str
    after: str

    @property
    def before_lines(self) -> list[tuple[str, bool]]:
        """The lines that hold now, and whether each of them goes."""
        after = self.after.split("\n")
        return [(line, line not in after) for line in self.before.split("\n")]

    @property
    def after_lines(self) -> list[tuple[str, bool]]:
        """The lines that would hold, and whether each of them is new."""
        before = self.before.split("\n")
        return [(line, line not in before) for line in self.after.split("\n")]


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return the names of kinds; none means every kind."""
    names = [str(Kind(kind).label) for kind in kinds if kind in Kind.values]
    return "、".join(names) if names else _("every kind")


def _verb(name: str) -> str:
    return str(Verb(name).label) if name in Verb.values else name


def in_language(chinese: str, english: str) -> str:
    """Return the text in the reader's language, the Chinese where there is no English."""
    return english if english and get_language() == "en" else chinese


def limit_in_words(limit: LimitDraft) -> str:
    """Return a limit as one line: what, how long, from what on, until what."""
    facts = {
        "name": in_language(limit.name, limit.name_en),
        "amount": limit.amount,
        "unit": LimitUnit(limit.unit).label,
        "start": _verb(limit.counts_from),
        "end": " / ".join(_verb(verb) for verb in limit.met_by) or "–",
    }
    line = _("%(name)s: %(amount)d %(unit)s, from “%(start)s” to “%(end)s”") % facts
    if limit.unit == LimitUnit.STATED:
        line = _("%(name)s: until the date stated in the report") % facts
    if limit.kinds:
        line += _(", only %(kinds)s") % {"kinds": kinds_in_words(limit.kinds)}
    return line + (_(", the promise to the reporter") if limit.is_final else "")


def promise_in_words(limits: Iterable[LimitDraft]) -> str:
    """Return the final limits in short: consultation 2, help 3, others 15 working days."""
    final = [limit for limit in limits if limit.is_final]
    units = {limit.unit for limit in final}
    parts = []
    for limit in final:
        unit = str(LimitUnit(limit.unit).label)
        words = unit if limit.unit == LimitUnit.STATED else str(limit.amount)
        if limit.unit != LimitUnit.STATED and (len(units) > 1 or limit is final[-1]):
            words = f"{limit.amount} {unit}"
        whom = kinds_in_words(limit.kinds) if limit.kinds else _("others")
        parts.append(f"{whom} {words}" if len(final) > 1 else words)
    return _(", ").join(parts)


def limits_in_words(draft: CategoryDraft) -> str:
    """Return all limits, one a line."""
    return "\n".join(limit_in_words(limit) for limit in draft.limits)


def rule_in_words(name: str, value: object) -> str:
    """Return the value of a rule as a page shows it."""
    if name == "kinds" and isinstance(value, list | tuple):
        return kinds_in_words(str(kind) for kind in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def place_in_words(draft: CategoryDraft) -> dict[str, str]:
    """Return name, place and state of a category as a page shows them."""
    return {name: rule_in_words(name, getattr(draft, name)) for name in PLACE_LABELS}


def _rules_in_words(draft: CategoryDraft) -> dict[str, str]:
    return {name: rule_in_words(name, draft.rules.get(name, "")) for name in RULE_LABELS}


def differences(before: CategoryDraft, after: CategoryDraft) -> list[Difference]:
    """Return what publishing ``after`` changes; empty when nothing does."""
    pairs = [(PLACE_LABELS, place_in_words(before), place_in_words(after))]
    if after.is_leaf:
        pairs.append((RULE_LABELS, _rules_in_words(before), _rules_in_words(after)))
    found = [
        Difference(label, old[name], new[name])
        for labels, old, new in pairs
        for name, label in labels.items()
        if old[name] != new[name]
    ]
    if after.is_leaf and before.limits != after.limits:
        # Two limits may differ in a code that no line shows: the change is still told.
        found.append(
            Difference(_("Staged limits"), limits_in_words(before), limits_in_words(after))
        )
    return found


def makes_new_version(before: CategoryDraft, after: CategoryDraft) -> bool:
    """Say whether publishing gives the category a new version, and not only a new name."""
    if not after.is_leaf:
        return False
    rules = {**fresh_rules(), **before.rules} if before.rules else {}
    return rules != {**fresh_rules(), **after.rules} or before.limits != after.limits
