"""Reporting without a log-in: nothing typed is lost, nothing is made twice, numbers are sealed."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from linli.cases.actions.attachments import Upload, make_ready
from linli.cases.actions.contacts import open_contact, query_code
from linli.cases.forms.attachments import token_of
from linli.cases.models import Attachment, Case, Category, ReporterContact
from linli.kernel.ids import new_id
from tests.factories import make_case, make_category, make_grid, middle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.LINLI_MEDIA = tmp_path
    return tmp_path


@pytest.fixture
def lamp() -> Category:
    return make_category("路灯不亮或损坏", code="0101")


def photo(name: str = "a.jpg", colour: str = "red") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


def typed(category: Category, **more: Any) -> dict[str, Any]:
    values = {
        "act_id": str(new_id()),
        "category": category.code,
        "kind": "help",
        "title": "路灯坏了三天",
        "place": "祝融路12号",
    }
    return {**values, **more}


def text(answer: Any) -> str:
    return answer.content.decode()


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]+)"', page)
    assert found, f"no field {name}"
    return found[1]


PART = {"HX-Request": "true"}


def test_the_first_page_leads_on_and_shows_whom_to_call(client: Client, lamp: Category) -> None:
    page = text(client.get("/"))
    for part in ('href="tel:110"', 'href="tel:119"', 'href="tel:120"', "/report/", "/follow/"):
        assert part in page
    assert "?category=0101" in page


def test_words_lead_to_the_category_and_are_carried_into_the_form(
    client: Client, lamp: Category
) -> None:
    make_category("供水管道漏水", code="0302")
    page = text(client.get("/report/suggestions/", {"words": "路灯"}, headers=PART))
    assert "category=0101" in page
    assert "category=0302" not in page
    form = text(client.get("/report/", {"category": "0101", "words": "路灯<b>"}, follow=True))
    assert 'value="路灯&lt;b&gt;"' in form


def test_what_others_called_it_suggests_the_category(client: Client, lamp: Category) -> None:
    make_case(lamp, title="小区里黑漆漆的")
    answer = client.get("/report/suggestions/", {"words": "黑漆漆"}, headers=PART)
    assert "category=0101" in text(answer)


def test_the_address_of_a_part_of_a_page_leads_to_the_page(client: Client, lamp: Category) -> None:
    opened = client.get("/report/suggestions/", {"words": "路灯"}, follow=True)
    assert opened.redirect_chain == [("/report/?words=%E8%B7%AF%E7%81%AF", 302)]
    assert 'value="路灯"' in text(opened)
    assert "category=0101" in text(opened)
    assert "HX-Request" in client.get("/report/suggestions/").headers["Vary"]
    near = client.get("/report/nearby/", {"category": "0101", "lon": "112.7", "lat": "27.2"})
    assert near.headers["Location"] == "/report/?category=0101"


def test_a_report_gives_a_receipt_with_number_and_code(client: Client, lamp: Category) -> None:
    answer = client.post("/report/", typed(lamp))
    case = Case.objects.get()
    assert answer["Location"] == f"/c/{case.number}/receipt/"
    page = text(client.get(answer["Location"]))
    code = query_code(case.pk)
    assert case.number in page
    assert f"{code[:4]} {code[4:]}" in page
    assert (case.channel, case.is_anonymous, case.place) == ("web", True, "祝融路12号")


def test_a_point_finds_its_grid(client: Client, lamp: Category) -> None:
    grid, (lon, lat) = make_grid(), middle()
    client.post("/report/", typed(lamp, lon=lon, lat=lat, place=""))
    assert Case.objects.get().grid == grid


def test_sending_the_same_form_again_leads_to_the_same_receipt(
    client: Client, lamp: Category
) -> None:
    sent = typed(lamp, telephone="13900000000")
    first = client.post("/report/", {**sent, "photos": photo()})
    second = Client().post("/report/", {**sent, "photos": photo()})
    assert first["Location"] == second["Location"]
    assert (Case.objects.count(), Attachment.objects.count()) == (1, 1)


def test_the_form_that_was_sent_leads_back_to_its_receipt(client: Client, lamp: Category) -> None:
    form = client.get("/report/", {"category": "0101"})["Location"]
    act_id = form.split("act=")[1]
    assert f'value="{act_id}"' in text(client.get(form))
    receipt = client.post("/report/", typed(lamp, act_id=act_id))["Location"]
    assert client.get(form)["Location"] == receipt
    assert Client().get(form).status_code == 200  # a stranger learns nothing


def test_another_text_under_the_same_id_does_not_replace_the_first(
    client: Client, lamp: Category
) -> None:
    sent = typed(lamp)
    client.post("/report/", sent)
    case = Case.objects.get()
    again = client.post("/report/", {**sent, "title": "别的事情"})
    assert again["Location"] == f"/c/{case.number}/"
    stranger = Client().post("/report/", {**sent, "title": "别的事情"})
    assert stranger.status_code == 409
    assert case.number not in text(stranger)
    assert Case.objects.get().title == "路灯坏了三天"


def test_an_error_keeps_words_and_photos(client: Client, lamp: Category) -> None:
    answer = client.post("/report/", typed(lamp, place="", photos=photo(), description="已经很久"))
    page = text(answer)
    assert answer.status_code == 422
    assert "已经很久" in page
    assert "data:image/jpeg;base64," in page
    token = value_of(page, "waiting")
    again = client.post("/report/", typed(lamp, waiting=token))
    assert again.status_code == 302
    assert Attachment.objects.get().case == Case.objects.get()


def test_a_waiting_photo_can_be_taken_away_and_a_forged_one_counts_for_nothing(
    client: Client, lamp: Category
) -> None:
    page = text(client.post("/report/", typed(lamp, title="", photos=photo())))
    token = value_of(page, "waiting")
    drop = value_of(page, "waiting-drop")
    client.post("/report/", typed(lamp, waiting=[token, "forged"], **{"waiting-drop": drop}))
    assert Case.objects.count() == 1
    assert Attachment.objects.count() == 0


def test_a_needed_photo_is_asked_for_with_the_reason(client: Client) -> None:
    cover = make_category("井盖缺失", code="0102", needs_photo=True, photo_reason="看清是谁的井盖")
    answer = client.post("/report/", typed(cover))
    assert answer.status_code == 422
    # On top of the form, beside the photo field, and in the sentence that asks for it.
    assert text(answer).count("看清是谁的井盖") == 3
    assert client.post("/report/", typed(cover, photos=photo())).status_code == 302


def named(name: str, data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def test_the_photo_field_says_what_it_takes_and_takes_nothing_else(client: Client) -> None:
    cover = make_category("井盖缺失", code="0102", needs_photo=True, photo_reason="看清是谁的井盖")
    client.cookies["django_language"] = "en"
    page = text(client.get("/report/?category=0102", follow=True))
    assert "JPEG, PNG, WebP; each 15 MB at most." in page
    assert 'accept="image/jpeg,image/png,image/webp"' in page
    answer = client.post("/report/", typed(cover, photos=named("notes.txt", b"a few words")))
    assert answer.status_code == 422
    assert "“notes.txt” is not a photograph" in text(answer)
    assert Case.objects.count() == 0


def test_a_file_taken_along_from_another_form_is_no_photo(client: Client) -> None:
    cover = make_category("井盖缺失", code="0102", needs_photo=True, photo_reason="看清是谁的井盖")
    notes = token_of(make_ready(Upload("notes.txt", b"a few words")))
    assert client.post("/report/", typed(cover, waiting=notes)).status_code == 422


def test_where_nobody_may_be_anonymous_a_contact_is_asked_for(client: Client) -> None:
    wages = make_category("工资支付", code="0808", anonymous_allowed=False)
    assert client.post("/report/", typed(wages)).status_code == 422
    assert (
        client.post("/report/", typed(wages, telephone="１３９０００００００１")).status_code == 302
    )
    case = Case.objects.get()
    assert not case.is_anonymous
    assert open_contact(ReporterContact.objects.get(case=case)).telephone == "13900000001"


def test_an_emergency_shows_the_number_to_call(client: Client) -> None:
    make_category("燃气异味", code="0306", emergency_number="119")
    assert 'href="tel:119"' in text(client.get("/report/", {"category": "0306"}, follow=True))


@pytest.mark.parametrize("choice", ["move", "remove", "keep"])
def test_numbers_in_free_text_are_asked_about_and_dealt_with(
    client: Client, lamp: Category, choice: str
) -> None:
    words = "请打13912345678找我"
    first = client.post("/report/", typed(lamp, description=words))
    page = text(first)
    assert first.status_code == 422
    assert "139******78" in page
    assert Case.objects.count() == 0
    assert (
        client.post("/report/", typed(lamp, description=words, numbers=choice)).status_code == 302
    )
    case = Case.objects.get()
    assert ("13912345678" in case.description) == (choice == "keep")
    contacts = [open_contact(row).moved_numbers for row in ReporterContact.objects.all()]
    assert contacts == (["13912345678"] if choice == "move" else [])


def test_known_matters_are_shown_once_without_a_word_of_others(
    client: Client, lamp: Category, settings: Any
) -> None:
    from django.utils import timezone

    lon, lat = middle()
    make_case(
        lamp,
        at=timezone.now(),
        title="机密的标题",
        place="机密的地方",
        lon=lon,
        lat=lat,
        contact=True,
    )
    sent = typed(lamp, lon=lon + 0.0005, lat=lat)
    answer = client.post("/report/", sent)
    page = text(answer)
    assert answer.status_code == 422
    assert "/known/" in page
    assert "机密" not in page
    assert 'name="known_seen"' in page
    status = text(client.get("/known/" + page.split("/known/")[1].split('"')[0]))
    assert "机密" not in status
    assert "路灯不亮或损坏" in status
    assert client.post("/report/", {**sent, "known_seen": "1"}).status_code == 302
    assert client.get("/known/forged/").status_code == 404


def test_the_hint_comes_while_writing_and_only_near_by(client: Client, lamp: Category) -> None:
    from django.utils import timezone

    lon, lat = middle()
    make_case(lamp, at=timezone.now(), lon=lon, lat=lat)

    def asked(lon: float) -> Any:
        place = {"category": "0101", "lon": lon, "lat": lat}
        return client.get("/report/nearby/", place, headers=PART)

    near, far = asked(lon), asked(lon + 0.1)
    assert "/known/" in text(near)
    assert "/known/" not in text(far)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"kind": "murder"},
        {"kind": ""},
        {"telephone": "call me"},
        {"email": "nobody"},
        {"lon": "400", "lat": "20"},
        {"lon": "nan", "lat": "nan"},
        {"lon": "112.7"},
        {"website": "spam"},
        {"description": "a\x00b"},
    ],
)
def test_wrong_input_gets_a_sentence_and_makes_nothing(
    client: Client, lamp: Category, wrong: dict[str, str]
) -> None:
    answer = client.post("/report/", typed(lamp, **wrong))
    assert answer.status_code == 422
    assert 'class="ll-errors' in text(answer)
    assert Case.objects.count() == 0


def test_an_id_that_is_none_is_refused(client: Client, lamp: Category) -> None:
    assert client.post("/report/", typed(lamp, act_id="1; DROP TABLE")).status_code == 400


def test_too_many_reports_from_one_address_are_told_to_wait(
    client: Client, lamp: Category, settings: Any
) -> None:
    settings.LINLI_ALLOWANCES = {**settings.LINLI_ALLOWANCES, "report": (2, 2)}
    sent = [typed(lamp, title=f"第{number}件", known_seen="1") for number in range(3)]
    assert [client.post("/report/", one).status_code for one in sent] == [302, 302, 422]
    assert Case.objects.count() == 2
    assert client.post("/report/", sent[0]).status_code == 302  # the receipt again
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/report/", sent[2]).status_code == 302


def test_too_many_photos_from_one_address_are_told_to_wait(
    client: Client, lamp: Category, settings: Any
) -> None:
    settings.LINLI_ALLOWANCES = {**settings.LINLI_ALLOWANCES, "file": (1, 1)}
    answer = client.post("/report/", typed(lamp, photos=[photo("a.jpg"), photo("b.jpg", "blue")]))
    assert answer.status_code == 422
    assert "路灯坏了三天" in text(answer)


def test_the_base_map_is_public_and_kept_by_the_browser(client: Client) -> None:
    make_grid()
    answer = client.get("/report/places.json")
    assert len(answer.json()["features"]) == 1
    again = client.get("/report/places.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_robots_stay_away_from_reports(client: Client) -> None:
    assert "Disallow: /c/" in text(client.get("/robots.txt"))


SEEN_FIRST = {"needs_verification": True, "verification_reason": "先看清编号和产权。"}


def test_what_is_looked_at_on_site_needs_a_place(client: Client) -> None:
    bench = make_category("设施损坏", code="0108", **SEEN_FIRST)
    nowhere = typed(bench, kind="suggestion", place="")
    answer = client.post("/report/", nowhere)
    assert answer.status_code == 422
    [sentence] = answer.context["form"].errors["place"]
    assert "先看清编号和产权。" in sentence
    assert not Case.objects.exists()
    lon, lat = middle()
    assert client.post("/report/", {**nowhere, "place": "广场东侧"}).status_code == 302
    on_the_map = typed(bench, kind="suggestion", place="", lon=lon, lat=lat, known_seen="1")
    assert client.post("/report/", on_the_map).status_code == 302
    assert Case.objects.count() == 2


def test_what_nobody_goes_to_needs_no_place(client: Client, lamp: Category) -> None:
    answer = client.post("/report/", typed(lamp, kind="suggestion", place=""))
    assert answer.status_code == 302


def test_a_place_outside_the_district_is_told_while_writing(client: Client, lamp: Category) -> None:
    make_grid()

    def asked(lon: float, lat: float) -> str:
        place = {"category": "0101", "lon": lon, "lat": lat}
        return text(client.get("/report/nearby/", place, headers=PART))

    assert 'name="outside_seen"' not in asked(*middle())
    assert 'name="outside_seen"' in asked(*middle(30, 30))


def test_a_place_outside_is_shown_once_and_then_sent_all_the_same(
    client: Client, lamp: Category
) -> None:
    make_grid()
    lon, lat = middle(30, 30)
    report = typed(lamp, lon=lon, lat=lat)
    first = client.post("/report/", report)
    assert first.status_code == 422
    assert value_of(text(first), "outside_seen") == "1"
    assert not Case.objects.exists()
    again = client.post("/report/", {**report, "outside_seen": "1"})
    assert again.status_code == 302
    assert Case.objects.get().grid is None


def test_a_place_outside_is_no_matter_where_no_boundary_is_known(
    client: Client, lamp: Category
) -> None:
    lon, lat = middle(30, 30)
    assert client.post("/report/", typed(lamp, lon=lon, lat=lat)).status_code == 302
