"""What happened to a case, step by step, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.accounts.models import Unit
from linli.cases.models import Case, CaseStep, Category
from linli.cases.models.choices import (
    ClashDecision,
    CorrectedField,
    EscalationKind,
    Kind,
    LimitUnit,
    PauseReason,
    RefusalReason,
    Satisfaction,
    Solved,
    Verb,
)
from linli.cases.queries.categories import limits_for
from linli.cases.queries.clock import steps_of
from linli.cases.rules.workflow import HANDLING_VERBS, REPORTER_VERBS, CaseVerb
from linli.cases.views.desk.corrections import label_of
from linli.cases.views.desk.looks import VERB_LOOKS


@dataclass(frozen=True)
class Told:
    """One step as the page shows it."""

    at: datetime
    verb: str
    icon: str
    tone: str
    person: str
    unit: str
    facts: Sequence[str]
    note: str
    reply: str
    reply_is_theirs: bool


@dataclass(frozen=True)
class Names:
    """Names of what steps mention by id, read once for the whole story."""

    units: Mapping[str, str]
    cases: Mapping[str, str]
    categories: Mapping[str, str]
    stages: Mapping[str, str]


# Which facts are ids, and of which verbs: the "unit" of an extension is one of time.
_UNITS = {CaseVerb.DISPATCH: ("unit", "proposed")}
_CASES = {CaseVerb.MERGE: ("into",), CaseVerb.UNMERGE: ("from",)}


def _mentioned(steps: Sequence[CaseStep], ids: Mapping[CaseVerb, tuple[str, ...]]) -> set[str]:
    found = {step.facts.get(name) for step in steps for name in ids.get(CaseVerb(step.verb), ())}
    return {one for one in found if one}


def _categories(steps: Sequence[CaseStep]) -> dict[str, str]:
    parts = [step.facts.get(name, {}) for step in steps for name in ("fields", "waiting")]
    codes = {code for part in parts for code in part.get("category", ())}
    for step in steps:
        if step.facts.get("field") == CorrectedField.CATEGORY:
            codes |= {step.facts["stood"], step.facts["proposed"]}
    if not codes:
        return {}
    return {one.code: str(one) for one in Category.objects.filter(code__in=codes)}


def _names(case: Case, steps: Sequence[CaseStep]) -> Names:
    units, cases = _mentioned(steps, _UNITS), _mentioned(steps, _CASES)
    return Names(
        {str(unit.pk): str(unit) for unit in Unit.objects.filter(pk__in=units)} if units else {},
        {
            str(pk): number
            for pk, number in Case.objects.filter(pk__in=cases).values_list("pk", "number")
        }
        if cases
        else {},
        _categories(steps),
        {row.stage: str(row) for row in limits_for(case.category_version_id, case.kind)},
    )


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _dispatched(facts: Mapping[str, Any], names: Names) -> str:
    unit, proposed = facts.get("unit", ""), facts.get("proposed", "")
    name = names.units.get(unit, unit)
    if proposed and proposed != unit:
        other = names.units.get(proposed, proposed)
        return _("To %(unit)s (proposed was %(other)s)") % {"unit": name, "other": other}
    return _("To %(unit)s") % {"unit": name}


def _called(facts: Mapping[str, Any], names: Names) -> str:
    if not facts.get("reached", True):
        return _("Not reached")
    return _("%(solved)s, %(satisfaction)s") % {
        "solved": _label(Solved, facts.get("solved", "")),
        "satisfaction": _label(Satisfaction, facts["satisfaction"]),
    }


def _extended(facts: Mapping[str, Any], names: Names) -> str:
    unit = _label(LimitUnit, facts.get("unit", ""))
    return _("%(amount)s %(unit)s more") % {"amount": facts.get("amount"), "unit": unit}


def _value(name: str, value: str, names: Names) -> str:
    if name == "kind":
        return _label(Kind, value)
    if name == "category":
        return names.categories.get(value, value)
    return value or "–"


def _corrected(facts: Mapping[str, Any], names: Names) -> str:
    changed = []
    for name, values in facts.get("fields", {}).items():
        before, after = (_value(name, value, names) for value in values)
        changed.append(f"{label_of(name)}{_(': ')}{before} → {after}")
    for name, values in facts.get("waiting", {}).items():
        stands, proposed = (_value(name, value, names) for value in values)
        said = _("%(field)s: “%(stands)s” stood there by then; “%(proposed)s” was proposed")
        changed.append(said % {"field": label_of(name), "stands": stands, "proposed": proposed})
    return "\n".join(changed)


def _settled(facts: Mapping[str, Any], names: Names) -> str:
    field = facts["field"]
    stood, proposed = (_value(field, facts[name], names) for name in ("stood", "proposed"))
    said = _("%(field)s: “%(stood)s” was kept, “%(proposed)s” was not taken")
    if facts["decision"] == ClashDecision.TAKE:
        said = _("%(field)s: “%(proposed)s” was taken in place of “%(stood)s”")
    return said % {"field": label_of(field), "stood": stood, "proposed": proposed}


def _verified(facts: Mapping[str, Any], names: Names) -> str:
    return _("It is as reported") if facts.get("found") else _("Nothing of it was found")


Teller = Callable[[Mapping[str, Any], Names], str]
_TELL: dict[str, Teller] = {
    CaseVerb.REFUSE: lambda facts, _n: _label(RefusalReason, facts.get("reason", "")),
    CaseVerb.VERIFY: _verified,
    CaseVerb.DISPATCH: _dispatched,
    CaseVerb.MILESTONE: lambda facts, names: names.stages.get(facts["stage"], facts["stage"]),
    CaseVerb.PAUSE: lambda facts, _n: _label(PauseReason, facts.get("reason", "")),
    CaseVerb.ASK_EXTENSION: _extended,
    CaseVerb.GRANT_EXTENSION: _extended,
    CaseVerb.REFUSE_EXTENSION: _extended,
    CaseVerb.RECORD_CALL: _called,
    CaseVerb.RATE: _called,
    CaseVerb.MERGE: lambda facts, names: names.cases.get(facts.get("into", ""), ""),
    CaseVerb.UNMERGE: lambda facts, names: names.cases.get(facts.get("from", ""), ""),
    CaseVerb.CORRECT: _corrected,
    CaseVerb.SETTLE_CLASH: _settled,
    CaseVerb.ESCALATE: lambda facts, _n: _label(EscalationKind, facts.get("kind", "")),
}
# Only these are done by the unit that has the case; whoever dispatches or checks is not of it.
_BY_UNIT = (HANDLING_VERBS | {CaseVerb.SEND_BACK, CaseVerb.ASK_EXTENSION}) - {CaseVerb.ANSWER}
# The clock escalates by urging; what has gone up one level is said by the step that caused it.
_SHOWN_AS = {CaseVerb.ESCALATE.value: CaseVerb.URGE.value}
_BY_REPORTER = REPORTER_VERBS | {CaseVerb.REPORT}


def _person(step: CaseStep, unnamed: UUID | None) -> str:
    if step.by is not None and step.by_id == unnamed:
        return _("the reporter")
    if step.by is not None:
        return str(step.by)
    return _("the reporter") if step.verb in _BY_REPORTER else _("by itself")


def _told(step: CaseStep, labels: Mapping[str, str], names: Names, unnamed: UUID | None) -> Told:
    icon, tone = VERB_LOOKS.get(step.verb, ("point", "neutral"))
    tell = _TELL.get(step.verb)
    said = tell(step.facts, names) if tell and step.facts else ""
    return Told(
        at=step.at,
        verb=labels.get(_SHOWN_AS.get(step.verb, step.verb), step.verb),
        icon=icon,
        tone=tone,
        person=_person(step, unnamed),
        unit=str(step.unit) if step.unit is not None and step.verb in _BY_UNIT else "",
        facts=said.split("\n") if said else (),
        note=step.note,
        reply=step.reply,
        reply_is_theirs=step.by is None and step.verb in _BY_REPORTER,
    )


def story_of(
    case: Case, steps: Sequence[CaseStep] | None = None, unnamed: UUID | None = None
) -> list[Told]:
    """Return the steps of a case, the newest first; ``steps`` saves reading them.

    ``unnamed``: who brought the case, where whoever reads may not know it.
    """
    steps = steps_of(case) if steps is None else steps
    labels = {value: str(label) for value, label in Verb.choices}
    names = _names(case, steps)
    return [_told(step, labels, names, unnamed) for step in reversed(steps)]
