"""Two people who correct the same case, for the tests of what becomes of it."""

from linli.cases.actions.correcting import correct
from linli.cases.actions.settling import settle_clash
from linli.cases.models import Case, CorrectionClash
from linli.cases.models.choices import ClashDecision
from tests.factories import Crew, make_case, order

TITLES = {"title": "水管爆裂"}


def met(
    crew: Crew, first: dict[str, str], second: dict[str, str], case: Case | None = None
) -> Case:
    """Let two people correct a case from the same version, one after the other."""
    case = case or make_case()
    base = case.version
    correct(order=order(case, crew.clerk), fields=first, base_version=base)
    return correct(order=order(case, crew.dispatcher), fields=second, base_version=base)


def only_clash() -> CorrectionClash:
    return CorrectionClash.objects.get()


def decide(
    crew: Crew, case: Case, decision: ClashDecision, clash: CorrectionClash | None = None
) -> Case:
    clash = clash or only_clash()
    fresh = Case.objects.get(pk=case.pk)
    return settle_clash(
        order=order(fresh, crew.clerk),
        clash_id=clash.pk,
        decision=decision,
        seen_version=fresh.version,
    )
