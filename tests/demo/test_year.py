"""A year of cases: enough of every kind, believable, harmless, and the same every time."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import shapely

from linli.cases.models.choices import Channel, Kind, PauseReason, RefusalReason, Verb
from linli.cases.rules.personal_numbers import personal_numbers
from linli.demo.rules.matters import matters
from linli.demo.rules.places import Atlas
from linli.demo.rules.plans import CasePlan
from linli.demo.rules.replies import TEMPLATES
from linli.demo.rules.sayings import SHELVED
from linli.demo.rules.subjects import subjects
from linli.demo.rules.year import Setting, make_year
from linli.kernel.forbidden import findings
from tests.demo.conftest import NOW


def test_a_year_has_at_least_five_thousand_cases(year: list[CasePlan]) -> None:
    assert 5_000 <= len(year) <= 6_500
    assert NOW - timedelta(days=366) < min(case.at for case in year)
    assert max(case.last_at for case in year) <= NOW


def test_all_kinds_and_channels_are_there(year: list[CasePlan]) -> None:
    assert {case.report.kind for case in year} == set(Kind.values)
    assert {case.report.channel for case in year} == set(Channel.values)


def test_every_category_is_told_of(year: list[CasePlan], setting: Setting) -> None:
    assert {case.report.category for case in year} == set(subjects(setting.tree))
    assert set(matters()) == set(subjects(setting.tree))


def test_there_are_words_for_every_kind_that_a_category_allows(setting: Setting) -> None:
    for code, subject in subjects(setting.tree).items():
        assert set(matters()[code].kinds) >= set(subject.kinds), code


def test_everything_that_can_happen_happens(by_verb: Callable[[str], int]) -> None:
    # Left out: what only hands do (un-merge, correct, …) and what the clock does.
    by_hand = {"unmerge", "correct", "settle_clash", "acknowledge", "add_words"}
    by_hand |= {"escalate", "recompute"}
    for verb in set(Verb.values) - by_hand - {"report"}:
        assert by_verb(verb) >= 5, verb


def test_the_words_of_facts_are_those_the_actions_take(year: list[CasePlan]) -> None:
    steps = [step for case in year for step in case.steps]
    pauses = {step.facts["reason"] for step in steps if step.verb == "pause"}
    refusals = {step.facts["reason"] for step in steps if step.verb == "refuse"}
    assert pauses == set(PauseReason.values) - {PauseReason.SHELVED}
    assert refusals == set(RefusalReason.values)


def test_only_what_can_wait_is_shelved_and_for_a_reason_of_its_own(year: list[CasePlan]) -> None:
    reasons = {
        (case.report.category, step.words)
        for case in year
        for step in case.steps
        if step.verb == "shelve"
    }
    assert len(reasons) >= 5
    assert reasons <= set(SHELVED.items())


def test_time_only_goes_forward(year: list[CasePlan]) -> None:
    for case in year:
        moments = [case.at, *[step.at for step in case.steps]]
        assert moments == sorted(moments)


def test_some_cases_lie_open_in_every_way_today(year: list[CasePlan]) -> None:
    last = Counter(case.steps[-1].verb if case.steps else "report" for case in year)
    for verbs in (
        {"report", "attach"},
        {"accept", "ask_verification", "verify"},
        {"register", "send_back"},
        {"dispatch"},
        {"sign", "milestone", "note", "reply"},
        {"feedback"},
        {"pass_check", "record_call", "answer"},
        {"shelve"},
    ):
        assert sum(last[verb] for verb in verbs) >= 3, verbs


def test_nobody_who_handled_a_case_checks_it(year: list[CasePlan]) -> None:
    handling = {"sign", "milestone", "feedback", "solve_on_spot", "answer", "pause", "resume"}
    for case in year:
        handlers = {step.by for step in case.steps if step.verb in handling}
        checkers = {step.by for step in case.steps if step.verb in {"pass_check", "close"}}
        assert not handlers & checkers


def test_a_point_lies_in_the_grid_that_the_plan_names(
    year: list[CasePlan], setting: Setting
) -> None:
    shapes = {grid.code: grid.shape for grid in setting.grids}
    first_of = {case.group: case for case in reversed(year) if case.group == case.key}
    for case in first_of.values():
        if case.report.lon is not None:
            point = shapely.Point(case.report.lon, case.report.lat)
            assert shapes[case.report.grid].covers(point)


def test_texts_vary(year: list[CasePlan]) -> None:
    descriptions = Counter(case.report.description for case in year)
    assert len(descriptions) > 0.9 * len(year)
    assert all(len(case.report.title) <= 60 for case in year)


def test_seasons_show(year: list[CasePlan]) -> None:
    def months(code: str) -> Counter[int]:
        return Counter(case.at.month for case in year if case.report.category == code)

    water, fire = months("0105"), months("0506")
    assert sum(water[m] for m in (5, 6, 7)) > 2 * sum(water[m] for m in (11, 12, 1))
    assert sum(fire[m] for m in (11, 12, 1)) > sum(fire[m] for m in (6, 7, 8))


def _texts(year: list[CasePlan]) -> Iterator[tuple[str, str]]:
    for case in year:
        yield f"case {case.key}", f"{case.report.title} {case.report.description}"
        for step in case.steps:
            yield f"case {case.key}", f"{step.note} {step.words}"
    for template in TEMPLATES:
        yield template.name, f"{template.text} {template.en}"


def test_no_text_names_what_is_not_kept_of_anybody(year: list[CasePlan]) -> None:
    assert findings((where, text, False) for where, text in _texts(year)) == []


def test_no_text_holds_a_number_of_a_person(year: list[CasePlan]) -> None:
    for where, text in _texts(year):
        assert personal_numbers(text) == (), where


def test_no_telephone_number_could_be_a_subscribers(year: list[CasePlan]) -> None:
    numbers = [case.report.contact.telephone for case in year if case.report.contact]
    assert len(numbers) > 1_000
    assert all(number.startswith("100") and len(number) == 11 for number in numbers)


def test_the_same_moment_makes_the_same_year(setting: Setting, year: list[CasePlan]) -> None:
    assert make_year(setting) == year


def test_another_day_moves_the_year(setting: Setting, year: list[CasePlan]) -> None:
    later = make_year(replace(setting, now=NOW + timedelta(days=30)))
    assert max(case.at for case in later) > max(case.at for case in year)


def test_towns_report_more_than_mountains(setting: Setting, year: list[CasePlan]) -> None:
    terrain = {code: one.terrain for code, one in Atlas(setting.grids).villages.items()}
    counted = Counter(terrain[case.report.grid[:12]] for case in year if case.report.grid)
    assert counted["town"] > 5 * counted["mountain"] > 0
