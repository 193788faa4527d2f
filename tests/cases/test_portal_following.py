"""The reporter's page: opened by number and code alone, and showing nothing that is internal."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from linli.cases.actions import checking, conversing, handling, intake, merging
from linli.cases.actions.contacts import query_code
from linli.cases.models import Attachment, Case, Rating
from linli.cases.models.choices import RefusalReason
from linli.cases.rules.workflow import CaseState
from linli.kernel.ids import new_id
from tests.factories import NOW, Crew, make_case, make_category, order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_MEDIA = tmp_path
    return tmp_path


def opened(client: Client, case: Case) -> None:
    answer = client.post("/follow/", {"number": case.number, "code": query_code(case.pk)})
    assert answer["Location"] == f"/c/{case.number}/"


def page(client: Client, case: Case) -> str:
    answer = client.get(f"/c/{case.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def closed(crew: Crew, case: Case, at: Any = NOW) -> Case:
    case = crew.bring(case, CaseState.CHECKED, at)
    return checking.close(order=order(case, crew.caller, at, words="水管已换新"))


def test_the_receipt_says_what_happens_next_only_while_something_does(client: Client) -> None:
    crew, now = Crew(), timezone.now()
    case = make_case(make_category(reopen_days=15), at=now)
    opened(client, case)

    def next_on_receipt() -> object:
        answer = client.get(f"/c/{case.number}/receipt/")
        words = answer.context["next"]
        assert (str(words) in answer.content.decode()) if words else True
        assert ("<dt>下一步" in answer.content.decode()) is bool(words)
        return words

    assert next_on_receipt()
    closed(crew, case, now)
    assert next_on_receipt()
    sent = {"solved": "solved", "satisfaction": "satisfied", "act_id": str(new_id())}
    assert client.post(f"/c/{case.number}/rate/", sent).status_code == 302
    assert not next_on_receipt()


def test_the_receipt_of_a_refused_report_does_not_speak_of_a_reason_below(client: Client) -> None:
    case, crew = make_case(), Crew()
    told = order(case, crew.clerk, words="请向产权单位反映。")
    intake.refuse_case(order=told, reason=RefusalReason.OUTSIDE)
    opened(client, case)
    assert client.get(f"/c/{case.number}/receipt/").context["next"] == ""


def test_without_the_code_a_case_and_a_number_that_is_none_look_the_same(client: Client) -> None:
    case = make_case()
    for number in (case.number, "20260101-AAAAAA"):
        answer = client.get(f"/c/{number}/")
        assert answer["Location"] == f"/follow/?number={number}"
        assert client.get(f"/c/{number}/receipt/")["Location"] == "/follow/"
        assert client.post(f"/c/{number}/rate/", {"solved": "solved"})["Location"].startswith(
            "/fol"
        )
    wrong = client.post("/follow/", {"number": case.number, "code": "AAAAAAAA"})
    unknown = client.post("/follow/", {"number": "20260101-AAAAAA", "code": "AAAAAAAA"})
    bodies = [
        answer.content.decode().replace(case.number, "N").replace("20260101-AAAAAA", "N")
        for answer in (wrong, unknown)
    ]
    strip = [body.split("<main")[1].split("csrfmiddlewaretoken")[0] for body in bodies]
    errors = [body.split("ll-form-errors")[1].split("</ul>")[0] for body in bodies]
    assert strip[0] == strip[1]
    assert errors[0] == errors[1]


@pytest.mark.parametrize("spelling", [str.lower, lambda s: f" {s[:4]} {s[4:]} "])
def test_number_and_code_are_read_as_people_type_them(client: Client, spelling: Any) -> None:
    case = make_case()
    sent = {"number": case.number.lower().replace("-", "－"), "code": spelling(query_code(case.pk))}
    assert client.post("/follow/", sent)["Location"] == f"/c/{case.number}/"


def test_guessing_is_stopped_by_address_and_by_number(client: Client, settings: Any) -> None:
    settings.LINLI_ALLOWANCES = {**settings.LINLI_ALLOWANCES, "code": (3, 3), "number": (4, 4)}
    case = make_case()
    sent = {"number": case.number, "code": "AAAAAAAA"}
    tries = [client.post("/follow/", sent).status_code for _ in range(4)]
    assert tries == [422, 422, 422, 429]
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert [other.post("/follow/", sent).status_code for _ in range(2)] == [422, 429]
    right = {"number": case.number, "code": query_code(case.pk)}
    assert Client(REMOTE_ADDR="192.0.2.10").post("/follow/", right).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert client.post("/follow/", right).status_code == 302


def test_the_page_closes_by_itself_and_on_a_shared_computer(client: Client) -> None:
    case = make_case()
    opened(client, case)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        assert client.get(f"/c/{case.number}/").status_code == 302
    opened(client, case)
    client.post("/follow/leave/")
    assert client.get(f"/c/{case.number}/").status_code == 302


def test_internal_words_and_names_never_show_and_public_ones_do(client: Client) -> None:
    crew, case = Crew(), make_case(contact=True)
    crew.bring(case, CaseState.HANDLING)
    conversing.note(order=order(case, crew.clerk, note="内部记录甲"))
    conversing.reply(order=order(case, crew.clerk, words="师傅明天上门", note="内部记录乙"))
    handling.feedback(order=order(case, crew.officer, note="内部记录丙", words="已更换水管"))
    opened(client, case)
    shown = page(client, case)
    assert "师傅明天上门" in shown
    assert "已更换水管" in shown
    assert "内部记录" not in shown
    assert "供水公司" in shown
    for person in (crew.clerk, crew.officer, crew.dispatcher):
        assert person.name not in shown
        assert person.username not in shown


def test_words_of_people_are_never_markup(client: Client) -> None:
    crew, case = Crew(), make_case(title="<script>alert(1)</script>", place="<img src=x onerror=y>")
    conversing.reply(order=order(case, crew.clerk, words="<script>alert(2)</script>"))
    opened(client, case)
    shown = page(client, case)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_a_refusal_tells_its_reason(client: Client) -> None:
    crew, case = Crew(), make_case()
    intake.refuse_case(order=order(case, crew.clerk), reason=RefusalReason.IN_COURT)
    opened(client, case)
    assert str(RefusalReason.IN_COURT.label) in page(client, case)


def test_a_reporter_adds_words_and_photos_exactly_once(client: Client) -> None:
    case = make_case()
    opened(client, case)
    sent = {"act_id": str(new_id()), "words": "又漏了"}
    for _ in range(2):
        out = io.BytesIO()
        Image.new("RGB", (30, 30), "red").save(out, "PNG")
        out.seek(0)
        out.name = "x.png"
        answer = client.post(f"/c/{case.number}/add/", {**sent, "photos": out})
        assert answer["Location"] == f"/c/{case.number}/"
    assert page(client, case).count("又漏了") == 1
    assert Attachment.objects.filter(case=case, is_public=True).count() == 1


def test_adding_nothing_or_a_number_is_asked_about(client: Client) -> None:
    case = make_case()
    opened(client, case)
    address = f"/c/{case.number}/add/"
    assert client.post(address, {"words": ""}).status_code == 422
    numbers = client.post(address, {"words": "打13912345678"})
    assert numbers.status_code == 422
    assert "139******78" in numbers.content.decode()
    sent = {"words": "打13912345678", "numbers": "remove"}
    assert client.post(address, sent).status_code == 302
    assert "13912345678" not in page(client, case)


def test_a_closed_case_is_rated_once(client: Client) -> None:
    case = closed(Crew(), make_case())
    opened(client, case)
    sent = {"act_id": str(new_id()), "solved": "solved", "satisfaction": "fairly"}
    for _ in range(2):
        assert client.post(f"/c/{case.number}/rate/", sent).status_code == 302
    assert Rating.objects.get().satisfaction == "fairly"
    another = client.post(f"/c/{case.number}/rate/", {**sent, "act_id": str(new_id())})
    assert another.status_code == 422
    assert Rating.objects.count() == 1


def test_a_rated_case_asks_no_more_whether_it_is_solved(client: Client) -> None:
    case = closed(Crew(), make_case())
    opened(client, case)
    asked = "请告诉我们问题是否解决"
    assert asked in page(client, case)
    sent = {"act_id": str(new_id()), "solved": "solved", "satisfaction": "satisfied"}
    client.post(f"/c/{case.number}/rate/", sent)
    shown = page(client, case)
    assert asked not in shown
    assert "下一步" not in shown


def test_an_open_case_offers_no_rating(client: Client) -> None:
    case = make_case()
    opened(client, case)
    assert "/rate/" not in page(client, case)
    sent = {"solved": "solved", "satisfaction": "satisfied"}
    assert client.post(f"/c/{case.number}/rate/", sent).status_code == 422


def test_a_case_is_reopened_with_a_reason_within_the_days(client: Client) -> None:
    now = timezone.now()
    category = make_category(reopen_days=15)
    case = closed(Crew(), make_case(category, at=now), now)
    opened(client, case)
    assert "/reopen/" in page(client, case)
    address = f"/c/{case.number}/reopen/"
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "还在漏"}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "registered"


def test_after_the_days_reopening_is_gone_and_says_until_when_it_was(client: Client) -> None:
    # At noon, so that the hours of a case do not lie around midnight.
    at = timezone.localtime().replace(hour=12, minute=0) - timedelta(days=40)
    case = closed(Crew(), make_case(make_category(reopen_days=15), at=at), at)
    opened(client, case)
    shown = page(client, case)
    assert "/reopen/" not in shown
    assert f"{timezone.localtime(at + timedelta(days=15)):%Y-%m-%d}" in shown
    assert client.post(f"/c/{case.number}/reopen/", {"reason": "还在漏"}).status_code == 422


def test_a_joined_report_shows_the_progress_of_the_main_case_without_its_reporter(
    client: Client,
) -> None:
    crew = Crew()
    main = make_case(title="主诉求的标题", description="主诉求的描述")
    copy = make_case(main.category, title="我的标题")
    merging.merge(order=order(copy, crew.clerk, NOW + timedelta(hours=1)), into=main)
    later = NOW + timedelta(hours=2)
    conversing.reply(order=order(main, crew.clerk, later, words="王女士您好"))
    closed(crew, main, later)
    opened(client, copy)
    shown = page(client, copy)
    assert "水管已换新" in shown
    for hidden in ("王女士", "主诉求", main.number):
        assert hidden not in shown


def test_one_opened_case_opens_no_other(client: Client) -> None:
    mine, other = make_case(), make_case()
    opened(client, mine)
    assert client.get(f"/c/{other.number}/").status_code == 302
