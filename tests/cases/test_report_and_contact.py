"""What is sealed, what is searched, and what the bounds of a report are."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from linli.audit.models import Event
from linli.cases.actions.contacts import open_contact, query_code, reveal_contact
from linli.cases.models import (
    Case,
    ReporterContact,
)
from linli.cases.models.choices import (
    Channel,
    Kind,
)
from linli.cases.policies import Who
from linli.cases.policies.reporting import Contact
from linli.cases.queries.search import search_page
from linli.cases.rules.workflow import CaseState
from linli.kernel.refusal import Refused
from tests.factories import (
    NOW,
    Crew,
    code_of,
    make_case,
    make_category,
)

pytestmark = pytest.mark.django_db


def test_two_characters_find_a_case_and_the_reporter_does_not() -> None:
    contact = Contact(name="欧阳示例", telephone="13912345678")
    case = make_case(contact=contact, title="小区路灯不亮", description="晚上看不见路")
    assert search_page(Case.objects.all(), "路灯")[0] == [case]
    assert search_page(Case.objects.all(), "看不见")[0] == [case]
    for words in ("欧阳", "示例", "13912345678", "灯路"):
        assert search_page(Case.objects.all(), words)[0] == []


def test_a_contact_is_sealed_and_opened_only_as_a_recorded_act(crew: Crew) -> None:
    contact = Contact(name="欧阳示例", telephone="139 1234 5678", email="o@example.com")
    case = make_case(contact=contact)
    row = ReporterContact.objects.get(case=case)
    stored = b"".join(
        bytes(getattr(row, f.attname) or b"")
        for f in row._meta.fields
        if f.get_internal_type() == "BinaryField"
    )
    assert "欧阳".encode() not in stored
    assert open_contact(row) == contact
    ask = {"case": case, "at": NOW}
    reads = Event.objects.filter(verb="read.contact", subject=case.pk)
    for person, reason, code in (
        (crew.checker, "核查", "role"),
        (crew.clerk, " ", "reason"),
    ):
        with pytest.raises(Refused) as refused:
            reveal_contact(who=Who.of(person, NOW), by=person, reason=reason, **ask)
        assert code_of(refused) == code
    assert not reads.exists()
    clerk = crew.clerk
    shown = reveal_contact(who=Who.of(clerk, NOW), by=clerk, reason="核对地址", **ask)
    assert shown == contact
    assert reads.get().actor == clerk.pk


def test_the_unit_sees_the_reporter_only_if_they_agreed(crew: Crew) -> None:
    for agreed in (False, True):
        case = make_case(contact=True, contact_open_to_unit=agreed)
        crew.bring(case, CaseState.DISPATCHED)
        case.refresh_from_db()
        who = Who.of(crew.officer, NOW)
        ask = {"case": case, "who": who, "by": crew.officer, "at": NOW, "reason": "上门联系"}
        if agreed:
            assert reveal_contact(**ask).name == "演示居民"
        else:
            with pytest.raises(Refused) as refused:
                reveal_contact(**ask)
            assert code_of(refused) == "hidden"
            # A box that was left as it stood is no request.
            with translation.override("zh-hans"):
                assert str(refused.value.refusal) == "反映人未同意向责任单位公开身份。"


def test_a_query_code_belongs_to_one_case_and_is_stored_nowhere() -> None:
    one, two = make_case(), make_case()
    code = query_code(one.pk)
    assert code == query_code(one.pk)
    assert code != query_code(two.pk)
    assert len(code) == 8


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "long"),
        ({"description": "\x00"}, "zero"),
        ({"lon": 112.7}, "point"),
        ({"lon": float("nan"), "lat": 27.0}, "point"),
        ({"lon": 190.0, "lat": 27.0}, "point"),
    ],
)
def test_a_bad_report_is_refused_with_a_sentence(facts: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        make_case(**facts)
    assert code_of(refused) == code
    assert str(refused.value)
    assert Case.objects.count() == Event.objects.filter(verb="case.report").count() == 0


def test_a_category_says_whether_it_takes_kind_photo_and_anonymous_reports() -> None:
    rules = {
        "kinds": ["help"],
        "anonymous_allowed": False,
        "needs_photo": True,
        "photo_reason": "看清部位",
    }
    category = make_category(**rules)
    contact = Contact(name="演示")
    for facts, code in (
        ({"kind": Kind.PRAISE}, "kind"),
        ({"channel": Channel.WEB}, "contact"),
        ({"channel": Channel.WEB, "contact": contact}, "photo"),
    ):
        with pytest.raises(Refused) as refused:
            make_case(category, **facts)
        assert code_of(refused) == code
    case = make_case(category, channel=Channel.WEB, contact=contact, has_photo=True)
    assert case.state == CaseState.REPORTED


@pytest.mark.parametrize(
    "change",
    [
        {"state": "dispatched", "unit": None},
        {"state": "closed", "closed_at": None},
        {"state": "merged", "merged_into": None},
        {"state": "refused", "refusal_reason": ""},
        {"lon": 200.0, "lat": 0.0},
    ],
)
def test_the_database_itself_refuses_impossible_cases(change: dict[str, object]) -> None:
    case = make_case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)
